from odoo import Command, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.text import fold


class VpdtAccountRequestLine(models.Model):
    """A line carried out: what was signed, and nothing else; a second press does nothing."""

    _inherit = "vpdt.account.request.line"

    def action_do(self):
        """Carry this line out.

        :return: True when it was done now, False when it had been settled before
        :raises UserError: something has changed since the list was signed; says what
        """
        self.ensure_one()
        self._lock_open()
        if self.state != "open":
            return False
        if self.fault:
            raise UserError(self.env._("“%(name)s”: %(fault)s", name=self.name, fault=self.fault))
        # accounts of another agency: what is done is what its head has signed, and the keeper was checked above
        result = self.sudo()._carry_out()
        self._settle("done", result)
        return True

    def _carry_out(self):
        """Do what the line asks for; superuser mode. Gives in words what was done."""
        by_kind = {
            ("new", "person"): self._open_person,
            ("new", "agency"): self._open_agency,
            ("change", "person"): self._change_person,
            ("change", "agency"): self._rename_agency,
            ("revoke", "person"): self._revoke_account,
            ("revoke", "agency"): self._revoke_agency,
        }
        work = by_kind.get((self.kind, self.subject))
        return work() if work else self.env._("Noted")

    # New ------------------------------------------------------------------------------------------------------------

    def _open_person(self):
        company = self.company_id.with_context(allowed_company_ids=self.company_id.ids, no_reset_password=True)
        departments = self.env["hr.department"].search([("company_id", "=", company.id)])
        if self.department and fold(self.department) not in {fold(department.name) for department in departments}:
            self.env["hr.department"].create({"name": self.department, "company_id": company.id})
        company._create_people([self._prepare_person()], None)
        account = self._account_of(self.login)
        account.write({"line_id": self.id})
        self.account_id = account
        account._send_link("first")
        return self.env._("Account issued; the link for the first login was sent to %s.", self.login)

    def _prepare_person(self):
        names = [group.removeprefix("vpdt_base.group_") for group in self.role_ids.group_id._vpdt_xml_ids()]
        return {
            "name": self.name,
            "login": self.login,
            "email": self.login,
            "roles": names,
            "title": self.job_title,
            "department": self.department,
        }

    def _account_of(self, login):
        user = self.env["res.users"].with_context(active_test=False).search([("login", "=", login)])
        return user._accounts()

    def _open_agency(self):
        """A new agency, and its unit administrator: the contact person of the line."""
        parent = self.parent_name and self.env["vpdt.organization"].search([("name", "=", self.parent_name)], limit=1)
        person = {
            "name": self.note or self.name,
            "login": self.login,
            "email": self.login,
            "roles": ["unit_admin"],
            "title": "",
            "department": "",
        }
        spec = {
            "row": 0,
            "parent_id": parent.id if parent else False,
            "values": {
                "name": self.name,
                "identifier": self.identifier,
                "address": self.address,
                "parent_agency_name": self.parent_name or "",
            },
            "departments": [],
            "registers": [],
            "people": [(0, person)],
        }
        self.env["res.company"]._open_agency(spec)
        account = self._account_of(self.login)
        account.write({"line_id": self.id})
        account._send_link("first")
        return self.env._("Agency opened; its unit administrator is %s.", self.login)

    # Changes --------------------------------------------------------------------------------------------------------

    def _employee(self):
        Employee = self.env["hr.employee"].with_context(active_test=False)
        user, company = self.account_id.user_id, self.account_id.company_id
        return Employee.search([("user_id", "=", user.id), ("company_id", "=", company.id)], limit=1)

    def _change_person(self):
        change = getattr(self, f"_change_{self.change}")
        before = self._printed_before()
        change()
        after = self._printed_after()
        return self.env._("%(before)s → %(after)s", before=before or "–", after=after)

    def _change_name(self):
        user = self.account_id.user_id
        user.name = self.new_value
        self._employee().name = self.new_value

    def _change_department(self):
        Department = self.env["hr.department"]
        company = self.account_id.company_id
        department = Department.search([("company_id", "=", company.id), ("name", "=", self.department)], limit=1)
        if not department:
            raise UserError(self.env._("There is no department “%s”.", self.department))
        department.name = self.new_value

    def _change_job_title(self):
        self._employee().write({"job_title": self.new_value, "signing_title": self.new_value})

    def _change_roles(self):
        user = self.account_id.user_id
        kept = user.group_ids - self.env["vpdt.account.role"].search([]).group_id
        user.group_ids = [Command.set((kept | self.role_ids.group_id).ids)]

    def _change_move(self):
        """The person works for another agency from now on; roles of the old one end, what was done there stays."""
        user, target = self.account_id.user_id, self.to_organization_id.company_ids
        self._employee().active = False
        roles = self.env["vpdt.account.role"].search([]).group_id
        kept = user.group_ids - roles
        user.write(
            {
                "company_ids": [Command.set(target.ids)],
                "company_id": target.id,
                "group_ids": [Command.set((kept | self.env.ref("vpdt_base.group_user") | self.role_ids.group_id).ids)],
            }
        )
        self.env["hr.employee"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": target.id,
                "job_title": self.job_title,
                "signing_title": self.job_title,
                "resource_calendar_id": target.resource_calendar_id.id,
            }
        )

    def _change_restore(self):
        account = self.account_id
        if account.state == "suspended":
            account._move_to("active", account._prepare_state_vals(self.env._("By request")))

    def _change_agency(self):
        self._rename_agency()

    def _rename_agency(self):
        """The display name of an agency is that of the directory: its own step there, with the decision."""
        return self.env._("To be renamed in the directory with the decision %s.", self._printed_basis() or "–")

    # Revocation -----------------------------------------------------------------------------------------------------

    def _revoke_account(self):
        reason = ", ".join(part for part in (self.case_id.name, self._printed_basis()) if part)
        account = self.account_id
        account._move_to("revoked", account._prepare_state_vals(reason or self.env._("By request")))
        return self.env._("Account revoked.")

    def _revoke_agency(self):
        accounts = self.env["vpdt.account"].search(
            [("company_id", "=", self.company_id.id), ("state", "!=", "revoked")]
        )
        reason = ", ".join(part for part in (self.case_id.name, self._printed_basis()) if part)
        for account in accounts:
            account._move_to("revoked", account._prepare_state_vals(reason or self.env._("By request")))
        return self.env._("%s accounts revoked.", len(accounts))


class ResGroups(models.Model):
    _inherit = "res.groups"

    def _vpdt_xml_ids(self):
        """XML ids of these groups, in order (list of str)."""
        found = self._get_external_ids()
        return [found[group.id][0] for group in self]
