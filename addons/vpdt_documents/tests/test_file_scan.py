"""The virus check against a real clamd: nothing is read before it is clean; a scanner that is down stops no work."""

import unittest
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.clamd_common import EICAR, SIGNATURE, Clamd
from odoo.addons.vpdt_base.tests.hostile_files import make_pdf, make_zip

from .file_common import FileCase

RETRY_SECONDS = (30, 60, 300, 900, 1800)  # of the job function


@tagged("post_install", "-at_install")
class TestScan(FileCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not Clamd.program():
            raise unittest.SkipTest("clamd is not installed: ./vpdt setup installs it")
        cls.clamd = Clamd()
        cls.addClassCleanup(cls.clamd.remove)
        cls.clamd.start()
        # Made once: a ZIP holds the time, and the same bytes are meant.
        cls.infected_zip = make_zip({"thu.txt": EICAR})

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("vpdt_base.clamd_address", self.clamd.unix_address)

    def scanner_down(self):
        self.env["ir.config_parameter"].set_param("vpdt_base.clamd_address", "unix:/tmp/vpdt-no-clamd.sock")

    def infected(self):
        return self.store(self.infected_zip, "ho-so.zip", "annex")

    def jobs(self, file, method):
        jobs = self.env["queue.job"].search([("model_name", "=", "vpdt.file"), ("method_name", "=", method)])
        return jobs.filtered(lambda job: file.id in job.records.ids)

    def test_waits_until_it_is_clean(self):
        file = self.store()
        self.assertEqual(file.scan_state, "waiting")
        self.assertFalse(file._is_offered())
        with self.assertRaisesRegex(UserError, "waiting for the virus check"):
            file._check_offered()
        self.assertEqual(len(self.jobs(file, "_scan")), 1)
        self.assertFalse(self.jobs(file, "_prepare_reading"))
        file._scan()
        self.assertEqual(file.scan_state, "clean")
        file._check_offered()
        self.assertEqual(len(self.jobs(file, "_prepare_reading")), 1)
        self.assertEqual(file._scan(), "clean before")

    def test_infected_is_quarantined_and_people_are_told(self):
        file = self.infected()
        self.assertIn("infected", file._scan())
        self.assertEqual(file.scan_state, "infected")
        self.assertIn(SIGNATURE, file.virus)
        for read in (file._check_offered, file._content, file._check_bytes):
            with self.assertRaisesRegex(UserError, "quarantined"):
                read()
        self.assertEqual(self.incoming.activity_ids.user_id, self.clerk)
        self.assertIn("ho-so.zip", self.incoming.activity_ids.summary)
        report = self.env["vpdt.virus.check"].search([("file_id", "=", file.id)])
        self.assertEqual((report.state, report.activity_ids.user_id), ("infected", self.unit_admin))
        self.assertTrue(self.journal(file, "file").filtered(lambda row: SIGNATURE in row.detail))
        self.assertTrue(file.with_user(self.clerk).read(["scan_state", "virus"]))

    def test_the_same_bytes_elsewhere_are_quarantined_and_refused_from_then_on(self):
        other = self.make_incoming(user=self.stranger, agency=self.other_agency)
        theirs = self.store(self.infected_zip, "khac.zip", "annex", owner=other)
        self.infected()._scan()
        self.assertEqual(theirs.scan_state, "infected")
        with self.assertRaisesRegex(UserError, f"virus.*{SIGNATURE}"):
            self.infected()

    def test_registering_goes_on_while_the_scanner_is_down(self):
        self.scanner_down()
        file = self.store()
        for attempt, seconds in enumerate(RETRY_SECONDS, start=1):
            before = fields.Datetime.now()
            file._scan()
            self.assertEqual((file.scan_state, file.scan_attempts), ("waiting", attempt))
            self.assertGreaterEqual(file.scan_due, before + timedelta(seconds=seconds - 1))
        self.assertIn("does not answer", self.incoming.file_pane()["banner"])
        self.assertFalse(file._is_offered())
        self.assertEqual(self.incoming.with_user(self.clerk).state, "arrived")

    def test_after_the_last_attempt_a_person_is_asked_once(self):
        self.scanner_down()
        files = [self.store(make_pdf(pages=n)) for n in (1, 2)]
        for file in files:
            for _attempt in range(len(RETRY_SECONDS) + 1):
                file._scan()
            self.assertEqual(file.scan_state, "failed")
        self.env.invalidate_all()
        reports = self.env["vpdt.virus.check"].search([("company_id", "=", self.agency.id)])
        self.assertEqual(reports.mapped("state"), ["failed", "failed"])
        self.assertEqual(set(reports.mapped("reason")), {"The scanner does not answer."})
        self.assertEqual(len(reports.activity_ids), 1)
        self.assertEqual(reports.activity_ids.user_id, self.unit_admin)

    def test_check_again_settles_the_report(self):
        self.scanner_down()
        file = self.store()
        for _attempt in range(len(RETRY_SECONDS) + 1):
            file._scan()
        report = self.env["vpdt.virus.check"].search([("file_id", "=", file.id)])
        with self.assertRaises(AccessError):
            report.with_user(self.clerk).action_check_again()
        self.env["ir.config_parameter"].set_param("vpdt_base.clamd_address", self.clamd.tcp_address)
        report.with_user(self.unit_admin).action_check_again()
        self.assertEqual(self.journal(file, "file").user_id, self.unit_admin, "who let it be checked again is kept")
        file._scan()
        self.assertEqual((file.scan_state, report.state), ("clean", "settled"))
        self.assertFalse(report.activity_ids)

    def test_an_address_that_is_not_allowed_is_not_retried(self):
        self.env["ir.config_parameter"].set_param("vpdt_base.clamd_address", "tcp:192.0.2.1:3310")
        file = self.store()
        file._scan()
        self.assertEqual((file.scan_state, file.scan_attempts), ("failed", 1))

    def test_what_lies_in_the_file_is_not_asked_for_ever(self):
        """Missing bytes are said to a person once; the round of the scheduler leaves the file alone."""
        file = self.store()
        missing = self.env["ir.attachment"]._full_path("00/none")
        with patch.object(type(self.env["ir.attachment"]), "_full_path", lambda *_: missing):
            file._scan()
        report = self.env["vpdt.virus.check"].search([("file_id", "=", file.id)])
        self.assertEqual((file.scan_state, report.state), ("failed", "failed"))
        self.assertIn("missing or damaged", report.reason)
        self.env["queue.job"].search([]).unlink()
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.env["vpdt.file"]._cron_scan()
        self.assertFalse(self.jobs(file, "_scan"))
        report.with_user(self.unit_admin).action_check_again()
        self.assertEqual(len(self.jobs(file, "_scan")), 1)

    def test_a_file_that_waited_for_the_scanner_is_asked_again(self):
        self.scanner_down()
        file = self.store()
        for _attempt in range(len(RETRY_SECONDS) + 1):
            file._scan()
        self.assertEqual(file.scan_state, "failed")
        self.env["ir.config_parameter"].set_param("vpdt_base.clamd_address", self.clamd.unix_address)
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.env["vpdt.file"]._cron_scan()
        self.assertEqual(file.scan_state, "waiting")

    def test_cron_finds_what_was_lost_or_never_checked(self):
        lost = self.store()
        self.env["ir.config_parameter"].set_param("vpdt_base.clamd_address", "")
        unscanned = self.store(make_pdf(pages=2))
        self.assertEqual(unscanned.scan_state, "unscanned")
        self.env["vpdt.file"]._cron_scan()
        self.assertEqual(unscanned.scan_state, "unscanned")
        self.env["ir.config_parameter"].set_param("vpdt_base.clamd_address", self.clamd.unix_address)
        self.env["queue.job"].search([]).unlink()
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            self.env["vpdt.file"]._cron_scan()
        self.assertEqual(len(self.jobs(unscanned, "_scan")), 1)
        self.assertFalse(self.jobs(lost, "_scan"))
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.env["vpdt.file"]._cron_scan()
        self.assertEqual(len(self.jobs(lost, "_scan")), 1)

    def test_cron_leaves_it_while_the_scanner_is_down(self):
        self.scanner_down()
        file = self.store()
        self.env["queue.job"].search([]).unlink()
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.env["vpdt.file"]._cron_scan()
        self.assertFalse(self.jobs(file, "_scan"))

    def test_reports_are_the_administrators_and_name_no_file(self):
        file = self.infected()
        file._scan()
        report = self.env["vpdt.virus.check"].search([("file_id", "=", file.id)])
        seen = report.with_user(self.unit_admin).read(["name", "file_number", "sha256", "detail", "state"])
        self.assertNotIn("ho-so", str(seen))
        other = self._make_user("foreign_admin", self.other_agency, "group_unit_admin")
        for user in (self.clerk, self.leader, self.specialist, self.stranger, other):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                report.with_user(user).read(["detail"])
        with self.assertRaises(AccessError):
            report.with_user(self.unit_admin).write({"state": "settled"})


@tagged("post_install", "-at_install")
class TestNoScanner(FileCase):
    def test_the_policy_decides(self):
        file = self.store()
        self.assertEqual(file.scan_state, "unscanned")
        self.assertTrue(file._is_offered())
        self.env.ref("vpdt_base.file_policy_general").unscanned = "hold"
        self.assertFalse(file._is_offered())
        self.assertTrue(file._scan_words())
