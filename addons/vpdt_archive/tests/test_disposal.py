"""Disposal as the steps of the law, and that what was destroyed is gone while its data stay."""

import json
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import config, mute_logger
from psycopg2 import Error as DatabaseError

from .archive_common import ArchiveCase


@tagged("post_install", "-at_install")
class TestDisposal(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.data = Path(folder.name)
        cls.shared_document = cls.make_issued("chung").with_env(cls.env_of("drafter"))
        cls.alone = cls.make_issued("riêng").with_env(cls.env_of("drafter"))
        cls.old = cls.make_old("01.CU", [cls.alone, cls.shared_document])
        cls.other = cls.make_dossier("kept", documents=[cls.shared_document], notation="02.CU")
        cls.env.flush_all()

    @classmethod
    def make_old(cls, notation, documents):
        """A dossier of the archive whose retention ended years ago."""
        dossier = cls.make_dossier("open", documents=documents, notation=notation, date_start="2010-01-05")
        dossier.date_end = "2012-12-20"
        dossier.action_close()
        cls.make_transfer(dossier, "accepted")
        return dossier

    def propose(self):
        archivist = self.env_of("archivist")
        disposal = archivist["vpdt.disposal"].browse(archivist["vpdt.disposal"].action_propose()["res_id"])
        members = [self.cast[role].id for role in ("leader", "archivist", "drafter")]
        disposal.write(
            {"origin": "Hoạt động", "quantity": "1 hồ sơ", "council_code": "02/QĐ", "member_ids": [(6, 0, members)]}
        )
        return disposal

    def decided(self):
        disposal = self.propose()
        disposal.action_council()
        disposal.line_ids.verdict = "destroy"
        disposal.action_appraisal()
        disposal.write({"opinion_body": "Sở Nội vụ", "opinion_code": "10/SNV-QLVTLT"})
        leader = disposal.with_env(self.env_of("leader"))
        leader.decision_draft = "20/QĐ-SNV"
        leader.action_decide()
        disposal.executor_id = self.cast["archivist"]
        disposal.action_hand_over()
        return disposal

    def test_each_step_waits_for_the_one_before(self):
        disposal = self.propose()
        self.assertEqual(disposal.line_ids.dossier_id, self.old, "only what has ended is listed")
        with self.assertRaises(UserError):
            disposal.action_destroy() or disposal._move_to("destroyed")
        disposal.action_council()
        with self.assertRaises(UserError):
            disposal.action_appraisal()
        disposal.line_ids.verdict = "destroy"
        disposal.action_appraisal()
        with self.assertRaises(AccessError):
            disposal.action_decide()
        with self.assertRaises(UserError):
            disposal.with_env(self.env_of("leader")).action_decide()

    def test_nothing_is_destroyed_without_a_decision(self):
        with self.assertRaises(UserError):
            self.old.sudo()._move_to("destroyed")

    def test_a_hold_placed_while_it_runs_wins(self):
        disposal = self.decided()
        self.old.with_env(self.env_of("leader"))._hold("Kiểm tra của Thanh tra")
        disposal.action_destroy()
        self.assertEqual((disposal.line_ids.result, self.old.state), ("held", "kept"))
        with self.assertRaises(AccessError):
            self.old.with_env(self.env_of("archivist")).action_release()

    def test_what_is_destroyed_is_gone_and_its_data_stay(self):
        file, document = self.alone.sudo().file_ids, self.alone.sudo()
        shared = self.shared_document.sudo().file_ids
        path = file.attachment_id._full_path(file.attachment_id.store_fname)
        self.assertTrue(os.path.exists(path))
        disposal = self.decided()
        self.assertEqual(disposal.due_date.toordinal() - disposal.decided_on.toordinal(), 15)
        with patch.dict(config.options, {"data_dir": str(self.data)}):
            disposal.action_destroy()
        self.env.flush_all()
        self.assertEqual((disposal.state, disposal.line_ids.result), ("destroyed", "destroyed"))
        self.assertEqual(
            (self.old.state, document.archive_state, document.subject), ("destroyed", "destroyed", "Về việc riêng")
        )
        self.assertEqual(self.shared_document.sudo().archive_state, "kept", "another dossier holds it")
        self.assertTrue(file.destroyed_at and file.sha256)
        self.assertFalse(file.attachment_id.store_fname)
        self.assertFalse(self.env["vpdt.file.text"].search([("file_id", "in", file.ids)]))
        with self.assertRaisesRegex(UserError, "destroyed|hủy"):
            file._content()
        self.assertTrue(shared._content())
        self.assertEqual(sorted(disposal.file_ids.mapped("role")), ["evidence"] * 4 + ["main"])
        self._check_database_refuses(file)

    def _check_database_refuses(self, file):
        for query in (
            f"UPDATE vpdt_file SET destroyed_at = NULL WHERE id = {file.id}",
            f"UPDATE vpdt_outgoing SET archive_state = 'kept' WHERE id = {self.alone.id}",
            f"UPDATE vpdt_dossier SET state = 'kept' WHERE id = {self.old.id}",
        ):
            with self.subTest(query=query), mute_logger("odoo.sql_db"), self.assertRaises(DatabaseError):
                with self.env.cr.savepoint():
                    self.env.cr.execute(query)

    def test_the_list_for_restores(self):
        from odoo.addons.vpdt_base.models.file.vpdt_file_store import note_destroyed

        with patch.dict(config.options, {"data_dir": str(self.data)}):
            note_destroyed([json.dumps({"sha256": "0" * 64, "model": "vpdt.file", "id": 1, "date": "2026-01-01"})])
        lines = (self.data / "vpdt_disposed.jsonl").read_text().splitlines()
        self.assertEqual(set(json.loads(lines[-1])), {"sha256", "model", "id", "date"})
