"""From the file plan to the package, by the steps themselves."""

import tempfile
from pathlib import Path

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..packages import read_package, verify
from .archive_common import ArchiveCase


@tagged("post_install", "-at_install")
class TestThread(ArchiveCase):
    def test_codes_of_the_plan_begin_anew_under_each_heading(self):
        plan = self.make_plan()
        self.assertEqual(plan.line_ids.mapped("code"), ["I", "1", "01.TCCB", "02.TCCB", "II", "01.HC"])
        plan_again = self.env["vpdt.file.plan"].browse(plan.action_copy_to_next_year()["res_id"])
        self.assertEqual((plan_again.year, plan_again.state, len(plan_again.line_ids)), (2027, "draft", 6))

    def test_from_the_plan_to_the_package(self):
        plan = self.make_plan()
        line = plan.line_ids.filtered(lambda found: found.code == "01.TCCB")
        env = self.env_of("drafter")
        context = line.with_env(env).action_open_dossier()["context"]
        dossier = env["vpdt.dossier"].with_context(**context).create({"date_start": "2026-01-05"})
        self.assertEqual(dossier.code, "H99.01.2026.01.TCCB")
        self.assertEqual((dossier.retention_term, dossier.holder_id), ("permanent", self.cast["drafter"]))
        documents = [self.make_issued("một"), self.make_issued("hai"), self.make_issued("ba")]
        for document in documents:
            self._file_from_its_form(document.with_env(env), dossier)
        self.assertEqual((dossier.doc_total, documents[0].with_env(env).dossier_count), (3, 1))
        dossier.action_close()
        transfer = self.make_transfer(dossier, "accepted")
        self.assertEqual((dossier.state, transfer.round), ("kept", 1))
        self.assertEqual(dossier.archive_code, "LT9.H99.01.2026.01.0001")
        self.assertTrue(transfer._file_of_role("main"))
        archive = self.env_of("archivist")
        self.assertEqual(archive["vpdt.dossier"].search([("search_words", "=", "tuyen dung")]), dossier)
        self.assertTrue(documents[0].with_env(archive).has_access("read"))
        self._check_package(dossier.with_env(archive))

    def _file_from_its_form(self, document, dossier):
        filing = document.env["vpdt.filing"].browse(document.action_add_to_dossier()["res_id"])
        self.assertEqual(filing.dossier_id, dossier, "the only open dossier is suggested")
        filing.action_file()

    def _check_package(self, dossier):
        dossier.action_make_sip()
        package = dossier.env["vpdt.package"].search([("dossier_id", "=", dossier.id)])
        package._make()
        self.assertEqual((package.state, package.document_total), ("done", 3), package.message)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "p.zip")
            path.write_bytes(package.sudo().attachment_id.raw)
            self.assertTrue(verify(path).ok)
            read, identifier, kind = read_package(path)
        self.assertEqual((read.code, read.total, identifier, kind), (dossier.code, 3, package.identifier, "AIP"))

    def test_only_who_works_on_a_dossier_files_into_it(self):
        dossier = self.make_dossier()
        document = self.make_issued("khác")
        with self.assertRaises(AccessError):
            dossier.with_env(self.env_of("clerk"))._file_documents([document.with_env(self.env_of("clerk"))])

    def test_a_draft_keeps_a_dossier_open(self):
        draft = self.make_outgoing("draft").with_env(self.env_of("drafter"))
        dossier = self.make_dossier(documents=[draft])
        with self.assertRaisesRegex(UserError, "Về việc thử"):
            dossier.action_close()

    def test_what_goes_back_says_why(self):
        dossier = self.make_dossier("offered")
        transfer = self.env["vpdt.transfer.line"].search([("dossier_id", "=", dossier.id)]).transfer_id
        acting = transfer.with_env(self.env_of("archivist"))
        acting.line_ids.verdict = "returned"
        with self.assertRaises(UserError):
            acting.action_accept()
        acting.line_ids.reason = "Thiếu mục lục"
        acting.action_accept()
        self.assertEqual(dossier.state, "closed")
        self.assertFalse(dossier.item_ids[0]._owner().archive_state)
