"""Reading the archive anew: each file in its turn, damage found and told."""

import os
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.vpdt_base.models.file.vpdt_file import VpdtFile

from .archive_common import ArchiveCase


@tagged("post_install", "-at_install")
class TestIntegrity(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dossier = cls.make_dossier("kept", notation="01.VEN").sudo().with_env(cls.env)
        cls.file = cls.dossier.item_ids._owner().sudo().file_ids[:1]
        cls.outside = cls.make_dossier("closed", notation="02.VEN").sudo()
        cls.package = cls.env["vpdt.package"].create({"dossier_id": cls.dossier.id, "kind": "AIP"})
        cls.package._make()
        cls.Run = cls.env["vpdt.integrity.run"]

    def night(self):
        run = self.Run._begin(self.agency)
        while run.state == "running":
            run._go_on()
        return run

    def test_files_and_packages_of_the_archive_are_read(self):
        run = self.night()
        self.assertEqual((run.state, run.problem_count, run.message), ("done", 0, False))
        self.assertEqual(run.check_ids.file_id, self.dossier.item_ids._owner().sudo().file_ids)
        self.assertEqual(run.check_ids.package_id, self.package)
        self.assertEqual(run.file_count, len(run.check_ids))
        self.assertIn("2", self.dossier.with_env(self.env_of("archivist")).integrity)

    def test_what_was_not_read_for_longest_comes_first(self):
        self.assertEqual(self.agency.integrity_days, 90, "unless the agency has set it otherwise")
        with patch("odoo.addons.vpdt_archive.models.vpdt_integrity_run.BATCH", 1):
            self.agency.integrity_days = 2
            first, second = self.night(), self.night()
            self.assertEqual((first.planned, first.file_count), (1, 1))
            read = self.env["vpdt.integrity.check"].search([("company_id", "=", self.agency.id)])
            self.assertEqual((len(read), read.mapped("run_id")), (2, first | second), "all within two nights")
            self.assertEqual(self.night().file_count, 1)

    def test_damage_is_found_and_told_once(self):
        self.night()
        attachment = self.file.attachment_id
        path = attachment._full_path(attachment.store_fname)
        os.chmod(path, 0o640)
        content = bytearray(open(path, "rb").read())
        content[-1] ^= 1
        copy = f"{path}.bad"
        with open(copy, "wb") as stream:
            stream.write(content)
        self.addCleanup(os.unlink, copy)
        original = VpdtFile._path_of

        def damaged(records, found):
            if found == attachment:
                return _At(copy)
            return original(records, found)

        with patch.object(type(self.env["vpdt.file"]), "_path_of", damaged):
            run = self.night()
            self.assertEqual(run.problem_count, 1)
            check = run.check_ids.filtered(lambda c: c.file_id == self.file)
            self.assertEqual((check.result, check.expected), ("changed", self.file.sha256))
            self.assertNotEqual(check.actual, check.expected)
            told = self.dossier.activity_ids
            self.assertEqual(told.user_id, self.cast["archivist"])
            self.night()
            self.assertEqual(self.dossier.activity_ids, told, "not each night anew")
        rows = self.env["vpdt.journal.entry"].search([("res_model", "=", "vpdt.file"), ("res_id", "=", self.file.id)])
        self.assertTrue(any("integrity" in (row.detail or "") for row in rows))
        self.night()
        self.assertEqual(check.result, "intact", "put back from the backup")

    def test_a_missing_file_is_found(self):
        with patch.object(type(self.env["vpdt.file"]), "_path_of", lambda *args: _At("/nowhere")):
            run = self.night()
        self.assertEqual(set(run.check_ids.mapped("result")), {"missing"})

    def test_a_job_that_breaks_is_seen(self):
        run = self.Run._begin(self.agency)
        run._given_up("OSError", "disk")
        self.assertEqual((run.state, run.message), ("broken", "disk"))
        run._go_on()
        self.assertEqual(run.file_count, 0)

    def test_only_the_archivist_begins_one_by_hand(self):
        before = self.Run.search_count([])
        self.assertFalse(self.Run.with_env(self.env_of("drafter")).action_begin())
        action = self.Run.with_env(self.env_of("archivist")).action_begin()
        self.assertEqual(self.Run.search_count([]), before + 1)
        self.assertTrue(action["res_id"])


class _At:
    """A path for a with block."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        return self.path

    def __exit__(self, *_error):
        return False
