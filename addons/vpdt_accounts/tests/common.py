"""What the tests of accounts share: an agency that asks, and the one that keeps the accounts of the province."""

from odoo.addons.vpdt_base.tests.permission_matrix import PermissionMatrixCase


class AccountsCase(PermissionMatrixCase):
    """Sở Nội vụ thử asks; Sở Tài chính thử keeps the accounts of the province, with a person for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["vpdt.account.policy"]._current()
        cls.policy.write({"keeper_id": cls.other_agency.id, "mailbox_domain": "tinh.vn"})
        cls.keeper = cls._make_user("keeper", cls.other_agency, "group_user")
        cls.keeper.group_ids += cls.env.ref("vpdt_accounts.group_account_keeper")
        cls.cast["keeper"] = cls.keeper
        for user, agency in ((cls.leader, cls.agency), (cls.cast["strange_leader"], cls.other_agency)):
            cls.env["hr.employee"].create(
                {"name": user.name, "user_id": user.id, "company_id": agency.id, "signing_title": "Giám đốc"}
            )
        cls.form = cls.env.ref("vpdt_accounts.form_mau_01")
        cls.roles = {role.code: role for role in cls.env["vpdt.account.role"].search([])}

    @classmethod
    def env_of(cls, role):
        user = cls.cast[role]
        return cls.env(user=user, context={"allowed_company_ids": user.company_ids.ids})

    @classmethod
    def person_line(cls, name, login, role="chuyen_vien", **values):
        return {
            "name": name,
            "login": login,
            "job_title": "Chuyên viên",
            "case_id": cls.env.ref("vpdt_accounts.case_01_1").id,
            "role_ids": [(6, 0, cls.roles[role].ids)],
            **values,
        }

    @classmethod
    def new_request(cls, *lines, **values):
        """A request of the unit administrator, as a draft; Mẫu 01 unless ``values`` say otherwise."""
        return cls.env_of("unit_admin")["vpdt.account.request"].create(
            {
                "form_id": cls.form.id,
                "signer_id": cls.leader.id,
                "line_ids": [(0, 0, line) for line in lines],
                **values,
            }
        )

    @classmethod
    def received(cls, *lines, **values):
        """A request that has arrived, as the keeper sees it."""
        request = cls.new_request(*lines, **values)
        request.sudo()._move_to("to_sign")
        request.sudo().write({"letter_number": "05/SNV", "letter_date": "2026-01-05"})
        request.sudo()._move_to("received", request._prepare_arrival_vals())
        return request.with_env(cls.env_of("keeper"))

    @classmethod
    def checked(cls, *lines, **values):
        """A request whose lines are to be done, as the keeper sees it."""
        request = cls.received(*lines, **values)
        request.action_check()
        return request

    @classmethod
    def account_of(cls, user):
        return cls.env["vpdt.account"].search([("user_id", "=", user.id)])
