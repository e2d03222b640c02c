"""A job that broke, whatever broke it, ends in a state that a person sees, with words and “again”."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.hostile_files import make_pdf

from .file_common import FileCase

BROKEN = {"exc_name": "builtins.ZeroDivisionError", "exc_message": "division by zero", "exc_info": "…"}


@tagged("post_install", "-at_install")
class TestBrokenJobs(FileCase):
    def setUp(self):
        super().setUp()
        self.file = self.store(make_pdf(), "van-ban.pdf", "main").sudo()  # as the jobs do

    def function(self, method):
        name = self.env["queue.job.function"].job_function_name("vpdt.file", method)
        return self.env["queue.job.function"].job_config(name)

    def test_every_job_of_a_file_says_how_it_ends(self):
        for method in ("_scan", "_prepare_reading", "_upgrade_level", "_ask_revocation"):
            with self.subTest(method):
                config = self.function(method)
                self.assertTrue(hasattr(self.file, config.on_fail_method_name or "?"))
                self.assertEqual(list(config.retry_pattern), list(range(1, len(config.retry_pattern) + 1)))

    def test_virus_check(self):
        self.file._work_to("scan_state", "waiting")
        self.file._scan_given_up(**BROKEN)
        self.assertEqual(self.file.scan_state, "failed")
        report = self.env["vpdt.virus.check"].search([("file_id", "=", self.file.id)])
        self.assertIn("division by zero", report.detail)
        self.assertTrue(report.activity_ids)
        self.file._work_to("scan_state", "clean")
        self.file._scan_given_up(**BROKEN)
        self.assertEqual(self.file.scan_state, "clean")

    def test_a_state_of_such_work_has_one_writer_and_a_table(self):
        rendition = self.env["vpdt.file.rendition"]._put("0" * 64, "preview", "failed", {})
        for record, values in (
            (self.file, {"scan_state": "clean"}),
            (self.file, {"level_state": "done"}),
            (rendition, {"state": "done"}),
        ):
            with self.subTest(values), self.assertRaises(UserError):
                record.write(values)
        self.file._work_to("scan_state", "infected", {"virus": "Eicar"})
        for state in ("clean", "failed", "beyond"):
            with self.subTest(state), self.assertRaises(ValueError):
                self.file._work_to("scan_state", state)
        self.file._work_to("scan_state", "waiting")
        self.file._work_to("scan_state", "clean")

    def test_preview_and_text(self):
        self.file._reading_given_up(**BROKEN)
        [tab] = [tab for tab in self.incoming.file_tabs() if tab["id"] == self.file.id]
        self.assertTrue(tab["trouble"]["retry"])
        self.file.with_user(self.clerk).retry_reading()

    def test_time_stamp(self):
        self.file._work_to("level_state", "waiting", {"level_wanted": "B-T"})
        with patch.object(type(self.incoming), "_file_level_failed") as told:
            self.file._level_given_up(**BROKEN)
        told.assert_called_once()
        self.assertEqual((self.file.level_state, self.file.level_message), ("failed", "division by zero"))
        self.assertTrue(self.file.with_user(self.clerk).signature_details()["may_retry_level"])
        self.file.with_user(self.clerk).action_retry_level()

    def test_import_of_the_directory(self):
        record = self.env["vpdt.organization.import"].create({"name": "Danh mục", "content": b"YQ=="})
        record._move_to("reading")
        record._import_given_up(**BROKEN)
        self.assertEqual((record.state, record.error), ("failed", "division by zero"))

    def test_killed_at_each_try(self):
        """The runner fails such a job in SQL and tells nobody; the cron does."""
        self.file._work_to("scan_state", "waiting")
        self.file._queue_scan()
        job = self.env["queue.job"].search([("method_name", "=", "_scan")], order="id DESC", limit=1)
        self.env.flush_all()
        self.env.cr.execute("UPDATE queue_job SET state = 'failed', exc_name = 'JobFoundDead' WHERE id = %s", [job.id])
        self.env.invalidate_all()
        self.env["queue.job"]._cron_tell_of_dead()
        self.assertEqual(self.file.scan_state, "failed")

    def test_again_by_the_pattern_and_an_end(self):
        jobs = self.env["queue.job"]
        known = jobs.search([])
        before = fields.Datetime.now()
        due = self.file._again("_scan", 1)
        job = jobs.search([]) - known
        self.assertEqual((job.method_name, job.records), ("_scan", self.file))
        self.assertLess(abs(due - before - timedelta(seconds=30)), timedelta(seconds=10))
        self.assertIsNone(self.file._again("_scan", 6))
