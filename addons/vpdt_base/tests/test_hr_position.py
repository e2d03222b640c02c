"""Positions and signing forms: kept by the unit administrator of the agency, told from one agency to the other."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import VpdtCase


@tagged("post_install", "-at_install")
class TestPositions(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit_admin = cls._make_user("unit_admin", cls.agency, "group_unit_admin")
        Employee = cls.env["hr.employee"]
        cls.here = Employee.create({"name": "Thử Một", "company_id": cls.agency.id, "signing_title": "Phó Giám đốc"})
        cls.there = Employee.create({"name": "Thử Hai", "company_id": cls.other_agency.id})

    def as_admin(self, record):
        return record.with_user(self.unit_admin).with_context(allowed_company_ids=self.agency.ids)

    def test_the_unit_administrator_sees_what_will_be_printed(self):
        view = self.env.ref("vpdt_base.vpdt_position_view_form")
        with Form(self.as_admin(self.here), view=view) as form:
            form.competence = "KT."
            form.competence_title = "Giám đốc"
            self.assertEqual(form.signing_preview, "KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC")
        self.assertEqual(self.here._signing_lines(), ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"])

    def test_every_form_of_the_decree(self):
        """Nghị định 30/2020, khoản 1 Điều 13, khoản 4 Điều 13; Phụ lục I, II.7.a."""
        for values, lines in (
            (("TM.", "Ủy ban nhân dân", "", "Chủ tịch"), ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]),
            (
                ("TM.", "Ủy ban nhân dân", "Chủ tịch", "Phó Chủ tịch"),
                ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"],
            ),
            (("TL.", "Chủ tịch", "", "Chánh Văn phòng"), ["TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"]),
            (
                ("TL.", "Chủ tịch", "Chánh Văn phòng", "Phó Chánh Văn phòng"),
                ["TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"],
            ),
            (("Q.", "Giám đốc", "", ""), ["Q. GIÁM ĐỐC"]),
            (("Q.", "", "", "Giám đốc"), ["Q. GIÁM ĐỐC"]),
        ):
            with self.subTest(lines=lines):
                names = ("competence", "competence_title", "deputy_of", "signing_title")
                self.here.write(dict(zip(names, values, strict=True)))
                self.assertEqual(self.here._signing_lines(), lines)

    def test_a_second_deputy_line_goes_with_its_form(self):
        view = self.env.ref("vpdt_base.vpdt_position_view_form")
        with Form(self.as_admin(self.here), view=view) as form:
            form.competence, form.competence_title, form.deputy_of = "TM.", "Ủy ban nhân dân", "Chủ tịch"
            form.competence = "KT."
        self.assertFalse(self.here.deputy_of)
        with self.assertRaisesRegex(ValidationError, "below TM. or TL. only"):
            self.here.deputy_of = "Chủ tịch"

    def test_what_the_decree_would_not_have_is_said(self):
        for values, words in (
            ({"name": "TS. Nguyễn Văn A"}, "begins with “TS.”"),
            ({"competence": "TL.", "competence_title": "Giám đốc"}, "laid down in the working"),
            ({"competence": "KT.", "competence_title": False}, "in whose place"),
            ({"competence": False, "signing_title": "Phó Giám đốc"}, "is a deputy"),
        ):
            with self.subTest(values=values):
                self.here.write({"name": "Nguyễn Văn A", "competence": False, "signing_title": "Giám đốc", **values})
                self.assertIn(words, self.here.signing_doubts)
        self.here.write({"name": "Tiến Văn A", "competence": False, "signing_title": "Giám đốc"})
        self.assertFalse(self.here.signing_doubts)

    def test_tuq_is_no_position(self):
        with self.assertRaisesRegex(ValidationError, "written delegation"):
            self.here.competence = "TUQ."

    def test_not_those_of_another_agency(self):
        self.assertFalse(self.as_admin(self.env["hr.employee"]).search([("id", "=", self.there.id)]))
        with self.assertRaises(AccessError):
            self.as_admin(self.there).write({"signing_title": "Giám đốc"})

    def test_nobody_else_writes_them(self):
        for user in (self.clerk, self.leader, self.auditor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.here.with_user(user).write({"competence": "TM."})

    def test_who_works_for_two_agencies_has_a_title_in_each(self):
        self.clerk.sudo().company_ids += self.other_agency
        Employee = self.env["hr.employee"]
        Employee.search([("user_id", "=", self.clerk.id)]).unlink()
        for agency, title in ((self.other_agency, "Phó Chủ tịch"), (self.agency, "Chánh Văn phòng")):
            values = {"name": "Thử", "user_id": self.clerk.id, "company_id": agency.id, "signing_title": title}
            Employee.create(values)
        for agency, title in ((self.agency, "CHÁNH VĂN PHÒNG"), (self.other_agency, "PHÓ CHỦ TỊCH")):
            self.assertEqual(self.clerk.with_company(agency)._vpdt_signing_lines(), [title])

    def test_who_is_no_employee_has_no_title_to_sign_with(self):
        self.env["hr.employee"].search([("user_id", "in", (self.clerk + self.leader).ids)]).unlink()
        with self.assertRaisesRegex(UserError, "title of .* is not known"):
            self.leader.with_company(self.agency)._vpdt_signing_lines()
