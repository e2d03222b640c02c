"""Mẫu 01 from the draft of the unit administrator to the first login and the written answer (Đồng Tháp, Điều 9)."""

import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.signing import pki
from odoo.addons.vpdt_base.signing.pictures import make_demo_seal, make_demo_signature
from odoo.addons.vpdt_documents.tests.common import PASSPHRASE, OfficeCase


class AccountsOffice(OfficeCase):
    """Sở Nội vụ thử asks
    Sở Tài chính thử keeps the accounts of the province."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_agency.write({"abbreviation": "SKHCN", "place": "Gia Lai"})
        cls.env["vpdt.account.policy"]._current().write({"keeper_id": cls.other_agency.id, "mailbox_domain": "tinh.vn"})
        cls.keeper = cls._make_user("keeper", cls.other_agency, "group_user")
        cls.keeper.group_ids += cls.env.ref("vpdt_accounts.group_account_keeper")
        cls.env["hr.employee"].create(
            {
                "name": cls.other_leader.name,
                "user_id": cls.other_leader.id,
                "company_id": cls.other_agency.id,
                "signing_title": "Giám đốc",
            }
        )
        cls.mau_01 = cls.env.ref("vpdt_accounts.form_mau_01")
        cls.roles = {role.code: role for role in cls.env["vpdt.account.role"].search([])}

    @classmethod
    def person_line(cls, name, login, role="chuyen_vien", **values):
        return {
            "name": name,
            "login": login,
            "job_title": "Chuyên viên",
            "department": "Văn phòng",
            "case_id": cls.env.ref("vpdt_accounts.case_01_1").id,
            "role_ids": [(6, 0, cls.roles[role].ids)],
            **values,
        }

    @classmethod
    def new_request(cls, *lines, **values):
        """Mẫu 01 of the unit administrator, as a draft."""
        return cls.as_user(cls.unit_admin)["vpdt.account.request"].create(
            {
                "form_id": cls.mau_01.id,
                "signer_id": cls.leader.id,
                "line_ids": [(0, 0, line) for line in lines],
                **values,
            }
        )

    @classmethod
    def issue(cls, letter):
        """The clerk numbers and seals the letter that the leader signs."""
        letter.with_env(cls.as_user(cls.leader)).sign(cls.leader_key.id, PASSPHRASE)
        letter = letter.with_env(cls.as_user(cls.clerk))
        letter.take_number()
        letter.seal(cls.agency_key.id, PASSPHRASE)


@tagged("post_install", "-at_install")
class TestThread(AccountsOffice):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        authority = pki.make_authority("VPDT Test Keeper")
        cls.env["vpdt.trust.anchor"].create({"name": "Keeper", "certificate": authority.root.pem.decode()})
        cls.result_clerk = cls.stranger
        admin = cls._make_user("result_admin", cls.other_agency, "group_unit_admin")
        cls.agency, first = cls.other_agency, cls.agency
        person = authority.issue_person(cls.other_leader.name, organization=cls.other_agency.name)
        cls.result_key = cls._make_key(
            cls.other_leader,
            {"holder": "person", "user_id": cls.other_leader.id},
            make_demo_signature(cls.other_leader.name),
            person,
        )
        seal = authority.issue_agency(cls.other_agency.name, identifier="H99.02")
        cls.result_seal = cls._make_key(
            admin,
            {"holder": "agency", "user_id": False, "clerk_ids": [(6, 0, cls.result_clerk.ids)], "permission_note": "1"},
            make_demo_seal("TỈNH THỬ", cls.other_agency.name),
            seal,
        )
        cls.agency = first

    def test_from_the_draft_to_the_first_login_and_the_answer(self):
        request = self.new_request(
            self.person_line("Nguyễn Văn An", "an.nv@tinh.vn"),
            self.person_line("Trần Thị Bình", "binh.tt@tinh.vn", "van_thu", department="Phòng Mới"),
        )
        self.assertFalse(request.faults)
        request.action_submit()
        letter = request.letter_id.with_env(self.as_user(self.leader))
        self.assertEqual((request.state, letter.state, letter.signer_id), ("to_sign", "to_sign", self.leader))
        self.assertFalse(letter._missing_places())
        with self.assertRaises(UserError):
            request.with_env(self.as_user(self.leader)).action_approve()
        self.issue(letter)
        self.assertEqual((letter.state, request.state), ("issued", "received"))
        self.assertEqual(request.letter_number, letter.code)
        self.assertTrue(request.due_at)

        at_keeper = request.with_env(self.as_user(self.keeper))
        line = at_keeper.line_ids[0]
        with self.assertRaises(UserError):
            line.action_do()  # not checked yet
        at_keeper.action_check()
        with self.assertRaises(UserError):
            at_keeper.action_finish()
        self.assertTrue(line.action_do())
        self.assertFalse(line.action_do())
        at_keeper.action_do_all()
        users = self.env["res.users"].search([("login", "in", ["an.nv@tinh.vn", "binh.tt@tinh.vn"])], order="login")
        self.assertEqual(users.mapped("company_id"), self.agency)
        self.assertTrue(users[0].has_group("vpdt_base.group_specialist"))
        self.assertTrue(users[1].has_group("vpdt_base.group_clerk"))
        self.assertEqual(
            self.env["hr.employee"].search([("user_id", "=", users[1].id)]).department_id.name, "Phòng Mới"
        )

        mails = self.env["mail.mail"].search([("email_to", "=", "an.nv@tinh.vn")])
        self.assertEqual(len(mails), 1)
        secret = re.search(r"/vpdt/password/([\w-]+)", mails.body_html).group(1)
        link = self.env["vpdt.account.link"]._open(secret)
        self.assertEqual(link.account_id.user_id, users[0])
        # as the page does, behind which nobody is signed in
        link.with_user(self.env.ref("base.public_user")).sudo()._use("Một câu dài riêng tôi biết")
        self.assertFalse(self.env["vpdt.account.link"]._open(secret))

        at_keeper.action_finish()
        result = at_keeper.result_letter_id.sudo()
        self.assertEqual((at_keeper.state, result.state, result.company_id), ("done", "to_sign", self.other_agency))
        result.with_env(self.as_user(self.other_leader)).sign(self.result_key.id, PASSPHRASE)
        result = result.with_env(self.as_user(self.result_clerk))
        result.take_number()
        result.seal(self.result_seal.id, PASSPHRASE)
        self.assertEqual((request.state, request.result_number), ("answered", result.code))

    def test_the_head_returns_the_letter_and_the_request_with_it(self):
        request = self.new_request(self.person_line("Nguyễn Văn An", "an.nv@tinh.vn"))
        request.action_submit()
        letter = request.letter_id.with_env(self.as_user(self.leader))
        letter.draft_opinion = "Thiếu phòng"
        letter.action_return()
        self.assertEqual((request.state, request.opinion), ("draft", "Thiếu phòng"))
        mine = request.letter_id.with_env(self.as_user(self.unit_admin))
        with self.assertRaises(AccessError):
            mine.subject = "Khác"
        with self.assertRaises(UserError):
            mine.action_make_draft()
        request.line_ids.job_title = "Phó phòng"
        request.action_submit()
        self.assertEqual((request.state, letter.state), ("to_sign", "to_sign"))
        self.assertEqual(letter, request.letter_id.with_env(letter.env))
