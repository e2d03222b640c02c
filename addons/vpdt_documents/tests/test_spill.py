"""A state secret that is found: hidden at once from all, destroyed when the head confirms, the trail stays."""

import base64
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import OfficeCase


@tagged("post_install", "-at_install")
class TestSpill(OfficeCase):
    def reported(self):
        document = self.arrived(upload=base64.b64encode(self.pdf), upload_name="mat.pdf")
        document.action_register()
        document.action_report_secret()
        return document, self.as_user(self.leader)["vpdt.spill"].search([("res_id", "=", document.id)])

    def test_hidden_from_all_at_once(self):
        document, spill = self.reported()
        self.assertEqual((spill.state, spill.reported_by_id), ("reported", self.clerk))
        for user in (self.clerk, self.leader, self.unit_head):
            env = self.as_user(user)
            self.assertFalse(env["vpdt.incoming"].search([("id", "=", document.id)]))
            with self.assertRaises(AccessError):
                env["vpdt.incoming"].browse(document.id).read(["subject"])
            with self.assertRaises(AccessError):
                env["vpdt.file"].browse(document.sudo().file_ids.ids).read(["name"])
        self.assertFalse(self.as_user(self.clerk)["vpdt.spill"].has_access("read"))

    def test_what_was_said_beside_it_is_hidden_too(self):
        document = self.arrived()
        document.action_register()
        said = document.with_env(self.as_user(self.leader)).message_post(
            body="Lời kín", partner_ids=self.clerk.partner_id.ids
        )
        theirs = said.with_env(self.as_user(self.clerk))
        self.assertTrue(theirs.has_access("read"))
        document.action_report_secret()
        self.env.invalidate_all()
        self.assertFalse(theirs.has_access("read"))

    def test_the_book_has_its_number_and_nothing_else_of_it(self):
        document, _spill = self.reported()
        volume = self.env["vpdt.register.volume"].create({"register_id": document.sudo().register_id.id})
        rows = list(volume.with_env(self.as_user(self.clerk))._official_table_register({}).rows())
        self.assertEqual(rows[-1][1], document.sudo().arrival_number)
        self.assertNotIn("báo cáo", str(rows))

    def test_shown_again_when_it_was_an_error(self):
        document, spill = self.reported()
        spill.action_release()
        self.assertTrue(self.as_user(self.clerk)["vpdt.incoming"].search([("id", "=", document.id)]))

    def test_the_content_goes_the_trail_stays(self):
        document, spill = self.reported()
        file = document.sudo().file_ids[:1]
        number, sha256, store = document.sudo().arrival_number, file.sha256, file.attachment_id.store_fname
        with self.assertRaises(UserError):
            spill.with_env(self.as_user(self.clerk)).action_destroy()
        spill.told = "Đã báo Sở KH&CN bằng điện thoại"
        with patch.object(type(self.env["vpdt.file"]), "_after_commit_remove") as after:
            spill.action_destroy()
        self.env.flush_all()
        self.assertEqual((spill.state, spill.hashes), ("destroyed", sha256))
        self.assertEqual(document.sudo().arrival_number, number)
        self.assertNotIn("báo cáo", document.sudo().subject)
        self.assertTrue(file.destroyed_at)
        self.assertFalse(self.env["vpdt.file.text"].search([("file_id", "=", file.id)]))
        self.assertFalse(file.attachment_id.store_fname)  # the bytes go with the commit, which a test does not make
        stores, noted = after.call_args.args
        self.assertIn(store, stores)
        self.assertIn(sha256, "".join(noted), "or a restore would bring it back")
        self.assertTrue(spill._official_pdf_spill({}).startswith(b"%PDF"))

    def test_what_another_agency_has_is_its_own(self):
        """The head of one agency destroys nothing of another one; its head is asked to look."""
        theirs = self.env["vpdt.incoming"].create(
            {"subject": "Cùng tệp", "author_name": "X", "company_id": self.other_agency.id}
        )
        kept = self.env["vpdt.file"]._store(theirs, "mat.pdf", self.pdf, "main")
        document, spill = self.reported()
        spill.action_destroy()
        self.env.flush_all()
        mine = document.sudo().file_ids
        self.assertTrue(mine.destroyed_at)
        self.assertFalse(kept.destroyed_at)
        self.assertEqual(kept._content(), self.pdf)
        self.assertEqual(theirs.activity_ids.user_id, self.other_leader)
        self.assertFalse(mine.attachment_id.store_fname)

    def test_copies_and_texts_go_as_well(self):
        document = self.draft(body="Nội dung kín")
        document.sudo().write({"paper_values": {"form": {"subject": "kín"}}, "issued_title": "Công văn kín"})
        self.env.cr.execute("UPDATE vpdt_outgoing SET state = 'issued' WHERE id = %s", [document.id])
        document.invalidate_recordset()
        copy = self.env["vpdt.copy"].create({"outgoing_id": document.id, "extract_text": "Phần kín"})
        paper = self.env["vpdt.file"]._store(copy, "sao.pdf", self.pdf + b"\n%", "main")
        document.with_env(self.as_user(self.clerk)).action_report_secret()
        self.as_user(self.leader)["vpdt.spill"].search([("res_id", "=", document.id)]).action_destroy()
        self.env.flush_all()
        self.assertTrue(paper.destroyed_at)
        self.assertFalse(copy.extract_text)
        self.assertFalse(document.sudo().body or document.sudo().paper_values)
        self.assertNotIn("kín", document.sudo().issued_title)
