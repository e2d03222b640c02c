"""Ways around: a dossier, its papers and packages tell and give nothing of documents that one may not see."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .archive_common import ArchiveCase


@tagged("post_install", "-at_install")
class TestDoors(ArchiveCase):
    def _hidden_in(self, dossier, state="draft"):
        """A document of a colleague in ``dossier``, which its keeper may not see."""
        document = self.make_outgoing(state, subject="Về việc kín")
        document.sudo().drafter_id = self.cast["lead"]
        document.sudo()._participants_of_all().unlink()
        named = {"dossier_id": dossier.id, "res_model": document._name, "res_id": document.id}
        self.env["vpdt.dossier.item"].create(named)
        self.env.invalidate_all()
        self.assertFalse(document.with_env(dossier.env).has_access("read"))
        return document

    def test_the_notes_before_closing_name_only_what_one_may_see(self):
        mine = self.make_outgoing("draft", subject="Về việc của tôi").with_env(self.env_of("drafter"))
        dossier = self.make_dossier(documents=[mine])
        self._hidden_in(dossier)
        self.assertIn("Về việc của tôi", dossier.closing_notes)
        self.assertNotIn("Về việc kín", dossier.closing_notes)
        with self.assertRaises(UserError) as refused:
            dossier.action_close()
        self.assertIn("Về việc của tôi", str(refused.exception))
        self.assertNotIn("Về việc kín", str(refused.exception))

    def test_a_package_is_for_who_may_see_every_document_in_it(self):
        dossier = self.make_dossier("closed", notation="05.P")
        archivist = self.env_of("archivist")
        self.assertFalse(dossier.item_ids._owner().with_env(archivist).has_access("read"))
        with self.assertRaisesRegex(AccessError, "không được xem|not open to you"):
            archivist["vpdt.package"].create({"dossier_id": dossier.id, "kind": "SIP"})
        self.make_transfer(dossier, "submitted")
        self.env.invalidate_all()
        package = archivist["vpdt.package"].create({"dossier_id": dossier.id, "kind": "SIP"})
        package.sudo()._work_to("state", "done")
        dossier.sudo()._move_to("closed")  # the archive has given it back: the documents are not its to see any more
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            package.action_download()

    def test_the_archivist_takes_no_dossier_by_himself(self):
        dossier = self.make_dossier("closed", notation="07.P")
        document = dossier.sudo().item_ids._owner().with_env(self.env_of("archivist"))
        for role in ("archivist", "specialist"):
            dossier.sudo()._add_participants(self.cast[role], "Test")
            lines = [(0, 0, {"dossier_id": dossier.id})]
            transfer = self.env_of(role)["vpdt.transfer"].create({"name": "Của người khác", "line_ids": lines})
            with self.assertRaises(AccessError):
                transfer.action_submit()
            transfer.unlink()
        self.assertEqual((dossier.state, document.has_access("read")), ("closed", False))
        self.cast["drafter"].sudo().active = False  # those of people who have left
        transfer = self.env_of("archivist")["vpdt.transfer"].create({"name": "Người đã nghỉ", "line_ids": lines})
        self.assertTrue(transfer.action_submit())

    def test_a_state_secret_is_hidden_and_destroyed_in_the_archive_as_well(self):
        dossier = self.make_dossier("kept", notation="06.P")
        document = dossier.sudo().item_ids._owner().sudo()
        package = self.env_of("archivist")["vpdt.package"].create({"dossier_id": dossier.id, "kind": "AIP"})
        content = self.env["ir.attachment"].create({"name": "goi.zip", "raw": b"x"})
        package.sudo()._work_to("state", "done", {"attachment_id": content.id})
        self.assertTrue(package.action_download())
        document.with_env(self.env_of("clerk")).action_report_secret()
        self.env.invalidate_all()
        for role in ("clerk", "leader", "drafter", "archivist"):
            self.assertFalse(document.with_env(self.env_of(role)).has_access("read"), role)
        with self.assertRaises(AccessError):
            package.action_download()
        spill = self.env_of("leader")["vpdt.spill"].search([("res_id", "=", document.id)])
        spill.action_destroy()
        self.env.flush_all()
        self.assertTrue(all(document.file_ids.mapped("destroyed_at")))
        self.assertEqual(document.archive_state, "destroyed")
        self.assertEqual((package.sudo().state, package.sudo().attachment_id.id), ("destroyed", False))

    def test_a_plan_is_written_by_who_gathers_or_approves_it(self):
        plan = self.make_plan(2028, "submitted")
        specialist = plan.with_env(self.env_of("drafter"))
        with self.assertRaises(AccessError):
            specialist.return_draft = "x"
        plan.with_env(self.env_of("leader"))._move_to("approved")
        with self.assertRaises(AccessError):
            specialist.decision_code = "01/QĐ"
        plan.with_env(self.env_of("archivist")).decision_code = "01/QĐ"
