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
