"""The register as PDF and XLSX: as any report of Odoo, for those who may read it."""

import io
import json

import openpyxl
from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.vpdt_base.tests.common import VpdtCase


class RegisterCase(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.register = cls.env["vpdt.register"].create(
            {"name": "Sổ đến", "direction": "incoming", "company_id": cls.agency.id}
        )
        cls.volume = cls.env["vpdt.register.volume"].create({"register_id": cls.register.id})

    def setUp(self):
        super().setUp()
        self.make_documents()

    def make_documents(self):
        Incoming = self.env["vpdt.incoming"].with_user(self.clerk).with_company(self.agency)
        for subject in ("=1+1", "V/v chuyển đổi số"):
            Incoming.create({"author_name": "Bộ Nội vụ", "subject": subject}).action_register()

    def render(self, name, user=None, ids=None):
        Report = self.env["ir.actions.report"].with_user(user or self.clerk).with_company(self.agency)
        return Report._render(name, ids or self.volume.ids)


@tagged("post_install", "-at_install")
class TestRegisterReport(RegisterCase):
    def test_pdf(self):
        content, kind = self.render("vpdt_documents.report_register")
        self.assertEqual((kind, content[:5]), ("pdf", b"%PDF-"))

    def test_xlsx_has_the_same_rows_and_no_formula(self):
        content, kind = self.render("vpdt_documents.report_register_xlsx")
        self.assertEqual(kind, "xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        cells = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row}
        self.assertIn("SỔ ĐĂNG KÝ VĂN BẢN ĐẾN", cells)
        self.assertIn("V/v chuyển đổi số", cells)
        self.assertEqual(cells["=1+1"], "s")
        self.assertNotIn("f", cells.values())

    def test_nobody_gets_a_book_with_documents_missing(self):
        """The archivist, who sees no documents, got an official book without rows, and no word about it."""
        archivist = self._make_user("archivist", self.agency, "group_archivist")
        with self.assertRaisesRegex(AccessError, "Sổ đến"):
            self.render("vpdt_documents.report_register", archivist)

    def test_through_the_door_of_qweb(self):
        Report = self.env["ir.actions.report"].with_user(self.clerk).with_company(self.agency)
        content, kind = Report._render_qweb_pdf("vpdt_documents.report_register", self.volume.ids)
        self.assertEqual((kind, content[:5]), ("pdf", b"%PDF-"))

    def test_the_action_of_the_print_menu(self):
        bindings = self.env["ir.actions.actions"].with_user(self.clerk).get_bindings("vpdt.register.volume")
        reports = self.env["ir.actions.report"].browse([action["id"] for action in bindings["report"]])
        types = set(reports.mapped("report_type"))
        self.assertEqual(types, {"official-pdf", "official-xlsx"})
        action = self.env.ref("vpdt_documents.report_register").report_action(self.volume)
        self.assertEqual(action["report_type"], "official-pdf")

    def test_strangers_are_refused(self):
        for user in (self.stranger, self._make_user("s", self.agency, "group_specialist")):
            for name in ("vpdt_documents.report_register", "vpdt_documents.report_register_xlsx"):
                with self.subTest(user=user.login, name=name), self.assertRaises(AccessError):
                    self.render(name, user)

    def test_nothing_chosen(self):
        with self.assertRaises(UserError):
            self.env["ir.actions.report"]._render("vpdt_documents.report_register", [])

    def test_a_report_is_only_for_its_groups(self):
        self.env.ref("vpdt_documents.report_register").group_ids = self.env.ref("vpdt_base.group_archivist")
        with self.assertRaises(AccessError):
            self.render("vpdt_documents.report_register")

    def test_printing_is_in_the_journal(self):
        self.render("vpdt_documents.report_register_xlsx")
        row = self.env["vpdt.journal.entry"].search([("kind", "=", "print")], limit=1)
        self.assertEqual((row.user_id, row.res_id), (self.clerk, self.volume.id))
        self.assertIn("register_xlsx", row.detail)

    def test_a_print_is_kept_and_used_again(self):
        report = self.env.ref("vpdt_documents.report_register")
        report.write({"attachment": "'So-%s.pdf' % object.id", "attachment_use": True})
        first, _kind = self.render("vpdt_documents.report_register")
        kept = self.env["ir.attachment"].search(
            [("res_model", "=", "vpdt.register.volume"), ("res_id", "=", self.volume.id)]
        )
        self.assertEqual(kept.raw, first)
        again, _kind = self.render("vpdt_documents.report_register")
        self.assertEqual(again, first)
        self.assertEqual(len(kept.search([("res_model", "=", "vpdt.register.volume")])), 1)

    def test_batches_give_the_same_rows(self):
        documents = self.volume._documents()
        whole = list(documents._register_rows())
        self.assertEqual(list(self.volume._rows_of(documents)), whole)
        self.assertEqual(len(whole), 2)


@tagged("post_install", "-at_install")
class TestRegisterOverHttp(HttpCase, RegisterCase):
    def make_documents(self):
        """None: numbers are taken over a connection of its own, which a test that serves HTTP does not have."""

    def fetch(self, name, **options):
        return self.url_open(f"/vpdt/report/{name}/{self.volume.id}", **options)

    def test_pdf_and_xlsx(self):
        self.clerk.password = "a password of the test 1A!"
        self.authenticate(self.clerk.login, "a password of the test 1A!")
        pdf = self.fetch("vpdt_documents.register")
        self.assertEqual((pdf.status_code, pdf.headers["Content-Type"]), (200, "application/pdf"))
        self.assertTrue(pdf.headers["Content-Disposition"].startswith("inline"))
        xlsx = self.fetch("vpdt_documents.register_xlsx")
        self.assertEqual(xlsx.status_code, 200)
        self.assertIn("spreadsheetml", xlsx.headers["Content-Type"])
        self.assertTrue(xlsx.headers["Content-Disposition"].startswith("attachment"))
        self.assertEqual(xlsx.content[:2], b"PK")
        core = self.url_open(f"/report/pdf/vpdt_documents.register/{self.volume.id}")
        self.assertEqual(core.content[:5], b"%PDF-")

    def post(self, **values):
        token = http.Request.csrf_token(self)
        data = {"csrf_token": token, **values}
        return self.url_open("/vpdt/report/vpdt_documents.register_xlsx", data=data)

    @staticmethod
    def rows_of(answer):
        """The cells of a workbook; its bytes carry the second in which it was written."""
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        return list(sheet.iter_rows(values_only=True))

    def test_more_records_than_an_address_holds_are_posted(self):
        self.clerk.password = "a password of the test 1A!"
        self.authenticate(self.clerk.login, "a password of the test 1A!")
        by_address = self.fetch("vpdt_documents.register_xlsx")
        for values in ({"ids": str(self.volume.id)}, {"domain": json.dumps([["id", "=", self.volume.id]])}):
            with self.subTest(values):
                answer = self.post(**values)
                self.assertEqual(answer.status_code, 200)
                self.assertEqual(self.rows_of(answer), self.rows_of(by_address))
        for domain in ("[", "7", '[["no_such_field", "=", 1]]'):
            with self.subTest(domain):
                self.assertEqual(self.post(domain=domain).status_code, 404)
        self.assertEqual(self.post(ids=str(self.volume.id), csrf_token="").status_code, 400)

    def test_a_stranger_gets_nothing(self):
        self.stranger.password = "a password of the test 1A!"
        self.authenticate(self.stranger.login, "a password of the test 1A!")
        for path in ("/vpdt/report/vpdt_documents.register", "/vpdt/report/vpdt_documents.register_xlsx"):
            self.assertIn(self.url_open(f"{path}/{self.volume.id}").status_code, (403, 404))
        self.assertIn(self.post(ids=str(self.volume.id)).status_code, (403, 404))
        self.assertEqual(self.url_open("/vpdt/report/no.such/1").status_code, 404)
