"""Opening an agency: from the screen and from the workbook of a province; twice makes nothing twice."""

import tempfile
from pathlib import Path
from unittest.mock import patch

import openpyxl
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..directory import write_template
from .common import VpdtCase


@tagged("post_install", "-at_install")
class TestWizard(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls._make_user("administrator", cls.agency, "group_system_admin")
        cls.province = cls.env["vpdt.organization"].create({"name": "Tỉnh thử", "identifier": "H97"})

    def form(self, user=None):
        return Form(self.env["vpdt.agency.opening"].with_user(user or self.administrator))

    def fill(self, form, identifier="H97.02", login="vpdt_test_new"):
        form.name, form.identifier, form.abbreviation, form.place = "Sở Mới", identifier, "SM", "Thử"
        form.parent_id = self.province
        with form.person_ids.new() as person:
            person.name, person.login, person.title = "Người mới", login, "Phó Giám đốc"
            person.competence, person.competence_title = "KT.", "GIÁM ĐỐC"
            person.department, person.unit_head = "Văn phòng", True
        with form.department_ids.edit(0) as department:
            department.name = "Văn phòng"
        return form

    def test_one_screen_makes_a_whole_agency(self):
        action = self.fill(self.form()).save().action_open()
        organization = self.env["vpdt.organization"].browse(action["res_id"])
        company = organization.company_ids
        self.assertEqual((company.name, company.parent_agency_name), ("Sở Mới", "Tỉnh thử"))
        self.assertEqual((organization.identifier, organization.parent_id), ("H97.02", self.province))
        user = self.env["res.users"].search([("login", "=", "vpdt_test_new")])
        self.assertEqual((user.company_id, user.company_ids), (company, company))
        self.assertTrue(user.has_group("vpdt_base.group_unit_head") and user.has_group("vpdt_base.group_specialist"))
        self.assertFalse(user.has_group("vpdt_base.group_clerk"))
        department = self.env["hr.department"].search([("company_id", "=", company.id)])
        self.assertEqual((department.name, department.abbreviation), ("Văn phòng", "VP"))
        self.assertEqual(department.manager_id.user_id, user)
        employee = user._vpdt_employee()
        self.assertEqual(employee._signing_lines(), ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"])
        calendar = company.resource_calendar_id
        self.assertEqual((calendar.tz, len(calendar.attendance_ids)), ("Asia/Ho_Chi_Minh", 10))
        self.assertEqual(sorted({(a.hour_from, a.hour_to) for a in calendar.attendance_ids}), [(7.5, 11.5), (13, 17)])
        entries = self.env["vpdt.journal.entry"].search([("res_model", "=", "res.users"), ("res_id", "=", user.id)])
        self.assertEqual(set(entries.mapped("kind")), {"permission"})

    def test_from_the_directory(self):
        organization = self.env["vpdt.organization"].create(
            {
                "name": "Sở Có",
                "identifier": "H97.05",
                "abbreviation": "SC",
                "place": "Thử",
                "parent_id": self.province.id,
            }
        )
        form = self.form()
        form.organization_id = organization
        self.assertEqual((form.name, form.identifier, form.parent_agency_name), ("Sở Có", "H97.05", "Tỉnh thử"))
        form.save().action_open()
        self.assertEqual(organization.company_ids.name, "Sở Có")

    def test_one_of_the_directory_that_has_an_old_code_only_or_none(self):
        for legacy, code in (("000.00.06.H97", "H97.06"), (False, "H97.07")):
            organization = self.env["vpdt.organization"].create({"name": f"Sở {code}", "identifier_legacy": legacy})
            form = self.form()
            form.organization_id = organization
            self.assertFalse(form.identifier)
            form.identifier, form.abbreviation, form.place = code, "SC", "Thử"
            action = form.save().action_open()
            self.assertEqual((action["res_id"], organization.identifier), (organization.id, code))
            self.assertEqual(organization.company_ids.name, organization.name)

    def test_the_code_of_another_one_is_not_taken(self):
        organization = self.env["vpdt.organization"].create({"name": "Sở Có", "abbreviation": "SC", "place": "Thử"})
        form = self.form()
        form.organization_id = organization
        form.identifier = "H97"
        with self.assertRaisesRegex(UserError, "Tỉnh thử"):
            form.save().action_open()

    def test_a_parent_without_a_code(self):
        form = self.fill(self.form())
        form.parent_id = self.env["vpdt.organization"].create({"name": "Không mã"})
        organization = self.env["vpdt.organization"].browse(form.save().action_open()["res_id"])
        self.assertEqual(organization.parent_id.name, "Không mã")

    def test_an_agency_is_opened_once(self):
        self.fill(self.form()).save().action_open()
        with self.assertRaisesRegex(UserError, "Sở Mới"):
            self.fill(self.form(), login="vpdt_test_new2").save().action_open()

    def test_a_login_of_another_agency_is_not_taken(self):
        with self.assertRaisesRegex(UserError, self.clerk.login):
            self.fill(self.form(), login=self.clerk.login).save().action_open()
        self.assertEqual(self.clerk.company_ids, self.agency)

    def test_office_hours_that_cannot_be(self):
        form = self.fill(self.form())
        form.afternoon_from = 8
        with self.assertRaises(UserError):
            form.save().action_open()

    def test_the_system_administrator_only(self):
        for user in (self.clerk, self.leader, self._make_user("unit_admin", self.agency, "group_unit_admin")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["vpdt.agency.opening"].with_user(user).create({})
            with self.assertRaises(AccessError):
                self.env["vpdt.agency.opening"].with_user(user)._open_province("/x.xlsx", print, lambda: None)


@tagged("post_install", "-at_install")
class TestProvince(VpdtCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "province.xlsx"

    def fill_in(self, **sheets):
        self.path.unlink(missing_ok=True)
        write_template(self.path)
        book = openpyxl.load_workbook(self.path)
        for title, rows in sheets.items():
            for row in rows:
                book[title.replace("_", " ")].append(row)
        book.save(self.path)

    def run_import(self, **options):
        """(failed agencies, [(sheet, row, result)], messages)"""
        told, commits = [], []
        opening = self.env["vpdt.agency.opening"]
        failed = opening._open_province(self.path, lambda *row: told.append(row), lambda: commits.append(1), **options)
        agencies = {row[2] for row in told if row[2]}
        self.assertEqual(len(commits), 0 if options.get("dry_run") else len(agencies))
        return failed, [(row[0], row[1], row[3]) for row in told], " ".join(row[4] for row in told)

    def province(self):
        self.fill_in(
            Cơ_quan=[
                ["H97.02", "000.00.02.H97", "Sở Nội vụ", "SNV", "H97", "UBND tỉnh", "Thử"],
                ["H97", "000.00.00.H97", "UBND tỉnh Thử", "UBND", "", "", "Thử"],
            ],
            Phòng_ban=[["H97.02", "Văn phòng", "VP"]],
            Cán_bộ=[
                ["H97.02", "Văn thư", "vpdt_test_vt", "", "Văn phòng", "", "", "", "", "Văn thư"],
                [
                    "H97.02",
                    "Trưởng phòng",
                    "vpdt_test_tp",
                    "",
                    "Văn phòng",
                    "Trưởng phòng",
                    "",
                    "",
                    "",
                    "Lãnh đạo phòng",
                ],
            ],
        )

    def company(self, code):
        return self.env["vpdt.organization"]._find_by_identifier(code).company_ids

    def test_a_dry_run_keeps_nothing(self):
        self.province()
        counts = [self.env[model].search_count([]) for model in ("res.company", "res.users", "vpdt.organization")]
        failed, rows, _messages = self.run_import(dry_run=True)
        self.assertEqual(failed, 0, "the agency below is tried with the province there")
        self.assertIn(("Cơ quan", 3, "created"), rows)
        after = [self.env[model].search_count([]) for model in ("res.company", "res.users", "vpdt.organization")]
        self.assertEqual(after, counts)

    def test_parents_first_then_once_more(self):
        self.province()
        passwords = {}
        failed, rows, _messages = self.run_import(keep_passwords=passwords.update)
        self.assertEqual(failed, 0)
        office = self.company("H97.02")
        self.assertEqual(office.organization_id.parent_id.identifier, "H97")
        self.assertEqual(
            {row for row in rows if row[0] == "Cán bộ"}, {("Cán bộ", 2, "created"), ("Cán bộ", 3, "created")}
        )
        self.assertEqual(sorted(passwords), ["vpdt_test_tp", "vpdt_test_vt"])
        self.assertEqual(office.search_count([("organization_id.identifier", "=like", "H97%")]), 2)
        counts = [self.env[model].search_count([]) for model in ("res.company", "res.users", "hr.employee")]
        failed, rows, _messages = self.run_import(keep_passwords=passwords.update)
        self.assertEqual((failed, {result for _sheet, _row, result in rows}), (0, {"unchanged"}))
        after = [self.env[model].search_count([]) for model in ("res.company", "res.users", "hr.employee")]
        self.assertEqual(after, counts)

    def test_one_bad_agency_does_not_hold_up_the_others(self):
        self.fill_in(
            Cơ_quan=[
                ["H97.02", "", "Sở A", "SA", "", "", "Thử"],
                ["H97.03", "", "Sở B", "SB", "KHONG.CO", "", "Thử"],
                ["H97.04", "", "Sở C", "SC", "", "", "Thử"],
            ],
            Cán_bộ=[["H97.04", "X", "x y", "", "", "", "", "", "", "Vua"]],
        )
        failed, rows, messages = self.run_import()
        self.assertEqual(failed, 2)
        self.assertTrue(self.company("H97.02"))
        self.assertFalse(self.company("H97.03") or self.company("H97.04"))
        self.assertIn(("Cán bộ", 2, "error"), rows)
        self.assertIn("KHONG.CO", messages)
        self.assertFalse(self.env["vpdt.organization"]._find_by_identifier("H97.03"))

    def test_a_refusal_of_the_database_holds_up_one_agency_only(self):
        codes = ("H97.02", "H97.03", "H97.04")
        self.fill_in(Cơ_quan=[[code, "", f"Sở {code}", "SX", "", "", "Thử"] for code in codes])
        Company = type(self.env["res.company"])
        original = Company._open_departments

        def refuse(company, rows):
            if company.organization_id.identifier == "H97.03":
                company.env.cr.execute("SELECT 1/0")
            return original(company, rows)

        with patch.object(Company, "_open_departments", refuse), mute_logger("odoo.sql_db"):
            failed, _rows, messages = self.run_import()
        self.assertEqual((failed, [bool(self.company(code)) for code in codes]), (1, [True, False, True]))
        self.assertIn("division by zero", messages)

    def test_two_of_one_name(self):
        self.fill_in(Cơ_quan=[[code, "", "Sở Một", "SX", "", "", "Thử"] for code in ("H97.02", "H97.03")])
        failed, _rows, messages = self.run_import()
        self.assertEqual(failed, 1)
        self.assertIn("“Sở Một” already", messages)

    def test_passwords_of_an_agency_are_kept_before_it_is_committed(self):
        self.fill_in(
            Cơ_quan=[[code, "", f"Sở {code}", "SX", "", "", "Thử"] for code in ("H97.02", "H97.03")],
            Cán_bộ=[[code, "A", f"vpdt_test_{code.lower()}", *[""] * 6, "Văn thư"] for code in ("H97.02", "H97.03")],
        )
        events = []
        self.env["vpdt.agency.opening"]._open_province(
            self.path,
            lambda *row: None,
            lambda: events.append("commit"),
            keep_passwords=lambda passwords: events.append(sorted(passwords)),
        )
        self.assertEqual(events, [["vpdt_test_h97.02"], "commit", ["vpdt_test_h97.03"], "commit"])

    def test_a_role_is_added_and_none_taken_away(self):
        self.province()
        self.run_import()
        user = self.env["res.users"].search([("login", "=", "vpdt_test_vt")])
        user.group_ids += self.env.ref("vpdt_base.group_auditor")
        book = openpyxl.load_workbook(self.path)
        book["Cán bộ"]["J2"] = "Văn thư; Lưu trữ"
        book.save(self.path)
        _failed, rows, _messages = self.run_import()
        self.assertIn(("Cán bộ", 2, "updated"), rows)
        for role in ("clerk", "archivist", "auditor"):
            self.assertTrue(user.has_group(f"vpdt_base.group_{role}"), role)

    def test_the_directory_knows_the_old_code_only(self):
        organization = self.env["vpdt.organization"].create({"name": "Sở", "identifier_legacy": "000.00.02.H97"})
        self.province()
        self.run_import()
        self.assertEqual(self.company("H97.02").organization_id, organization)
        self.env["vpdt.organization"].create({"name": "Lạ", "identifier_legacy": "000.00.09.H97", "identifier": "Z1"})
        self.fill_in(Cơ_quan=[["H97.09", "000.00.09.H97", "Sở Chín", "S9", "", "", "Thử"]])
        failed, _rows, messages = self.run_import()
        self.assertEqual(failed, 1)
        self.assertIn("Lạ (Z1)", messages)

    def test_another_name_in_the_workbook_keeps_the_former_one(self):
        self.province()
        self.run_import()
        self.fill_in(Cơ_quan=[["H97.02", "", "Sở Nội vụ và Lao động", "SNV", "", "", "Thử"]])
        self.run_import()
        company = self.company("H97.02")
        self.assertEqual((company.name, company.organization_id.name_ids.name), ("Sở Nội vụ và Lao động", "Sở Nội vụ"))

    def test_a_workbook_older_than_a_change_brings_nothing_back(self):
        self.province()
        self.run_import()
        organization = self.company("H97.02").organization_id
        organization.name = "Sở Mới"
        failed, _rows, messages = self.run_import()
        self.assertEqual((failed, organization.name), (1, "Sở Mới"))
        self.assertIn("Sở Mới", messages)
        organization.write({"identifier": "H97.52", "name": "Sở Mới hơn"})
        failed, _rows, messages = self.run_import()
        self.assertEqual((failed, organization.name, organization.identifier), (1, "Sở Mới hơn", "H97.52"))
        self.assertIn("H97.52", messages)

    def test_a_deputy_below_by_order_comes_in_and_changes_his_form(self):
        self.province()
        book = openpyxl.load_workbook(self.path)
        for cell, text in (("F2", "Phó Chánh VP"), ("G2", "TL."), ("H2", "Giám đốc"), ("I2", "Chánh Văn phòng")):
            book["Cán bộ"][cell] = text
        book.save(self.path)
        self.run_import()
        employee = self.env["res.users"].search([("login", "=", "vpdt_test_vt")])._vpdt_employee()
        lines = ["TL. GIÁM ĐỐC", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VP"]
        self.assertEqual(employee._signing_lines(), lines)
        for cell, text in (("G2", "KT."), ("I2", None)):
            book["Cán bộ"][cell] = text
        book.save(self.path)
        self.run_import()
        self.assertEqual(employee._signing_lines(), ["KT. GIÁM ĐỐC", "PHÓ CHÁNH VP"])

    def test_not_a_workbook(self):
        self.path.write_text("x")
        with self.assertRaises(UserError):
            self.run_import()
