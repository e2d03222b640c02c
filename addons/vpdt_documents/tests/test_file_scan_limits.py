"""What the scanner has not looked into is not clean: held back, said, and let through only by the policy."""

import os
import tempfile
import unittest
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.models.file import vpdt_file_scan
from odoo.addons.vpdt_base.tests.clamd_common import EICAR, Clamd
from odoo.addons.vpdt_base.tests.hostile_files import make_pdf, make_zip

from .file_common import FileCase

MB = 1 << 20


class LimitedCase(FileCase):
    LIMITS = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not Clamd.program():
            raise unittest.SkipTest("clamd is not installed: ./vpdt setup installs it")
        cls.clamd = Clamd("60M", MaxFileSize="3M", **cls.LIMITS)
        cls.addClassCleanup(cls.clamd.remove)
        cls.clamd.start()
        cls.addClassCleanup(vpdt_file_scan._PROVERS.clear)
        # The test virus beside noise that cannot be packed, as an archive larger than the scanner looks into.
        cls.infected_zip = make_zip({"phu-luc.com.txt": EICAR, "anh.bin": os.urandom(4 * MB)}, zipfile.ZIP_STORED)
        cls.policy = cls.env.ref("vpdt_base.file_policy_general")
        cls.system_admin = cls._make_user("system_admin", cls.agency, "group_system_admin")

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("vpdt_base.clamd_address", self.clamd.unix_address)

    def beyond(self):
        file = self.store(self.infected_zip, "ho-so.zip", "annex")
        file._scan()
        return file

    def report(self, file):
        return self.env["vpdt.virus.check"].search([("file_id", "=", file.id)])


class BeyondMixin:
    def test_it_is_held_back_and_people_are_told(self):
        file = self.beyond()
        self.assertEqual(file.scan_state, "beyond")
        self.assertFalse(file._is_offered())
        with self.assertRaisesRegex(UserError, "cannot look into all of it"):
            file._check_offered()
        report = self.report(file)
        self.assertEqual(report.state, "beyond")
        self.assertIn(self.unit_admin, report.activity_ids.user_id)
        self.assertIn("MaxFileSize", report.reason)
        self.assertTrue(self.journal(file, "file").filtered(lambda row: "limits" in row.detail))
        self.assertEqual(file._scan(), file._scan(), "a second run changes nothing")

    def test_small_files_are_clean_and_small_viruses_found(self):
        clean, infected = self.store(), self.store(make_zip({"a.txt": EICAR}), "a.zip", "annex")
        clean._scan()
        infected._scan()
        self.assertEqual((clean.scan_state, infected.scan_state), ("clean", "infected"))

    def test_the_policy_may_let_it_through_with_a_warning(self):
        file = self.beyond()
        self.policy.beyond = "offer"
        file._check_offered()
        self.assertFalse(file._scan_words())
        self.assertIn("ho-so.zip", self.incoming.file_pane()["banner"])
        self.assertNotEqual(file.scan_state, "clean")


@tagged("post_install", "-at_install")
class TestSilent(BeyondMixin, LimitedCase):
    """As Debian sets clamd up: OK is all that it says of what it has skipped."""

    def test_checked_again_with_higher_limits(self):
        file = self.beyond()
        higher = Clamd("60M")
        self.addCleanup(higher.remove)
        higher.start()
        self.env["ir.config_parameter"].set_param("vpdt_base.clamd_address", higher.unix_address)
        self.report(file).with_user(self.unit_admin).action_check_again()
        file._scan()
        self.assertEqual((file.scan_state, self.report(file).state), ("infected", "infected"))

    def test_many_of_them_ask_once(self):
        for number in range(3):
            content = make_zip({"a.bin": os.urandom(4 * MB)}, zipfile.ZIP_STORED)
            self.store(content, f"{number}.zip", "annex")._scan()
        reports = self.env["vpdt.virus.check"].search([("company_id", "=", self.agency.id)])
        self.assertEqual(reports.mapped("state"), ["beyond"] * 3)
        self.assertEqual(len(reports.filtered("activity_ids")), 1)

    def test_the_policy_shows_what_the_scanner_looks_into(self):
        mine = self.policy.with_user(self.system_admin)
        self.assertIn("Not tried yet", mine.scanner_limits)
        told = mine.action_test_scanner()["params"]
        self.assertEqual(told["type"], "warning")
        mine.invalidate_recordset()
        self.assertIn("Files of more than 2 MB are not looked into", mine.scanner_limits)
        self.assertIn("AlertExceedsMax yes", mine.scanner_limits)
        with self.assertRaises(AccessError):
            self.policy.with_user(self.unit_admin).read(["scanner_limits"])

    def test_what_needs_a_password_is_not_checked(self):
        file = self.store()
        with self.assertRaises(vpdt_file_scan.ScannerError) as caught:
            self._scan_bytes(file, make_pdf(owner="a", user="b"))
        self.assertEqual(caught.exception.code, "closed")
        self._scan_bytes(file, make_pdf(owner="a", user=""))

    def _scan_bytes(self, file, content):
        with tempfile.NamedTemporaryFile() as copy:
            copy.write(content)
            copy.flush()
            return file._scan_path(copy.name)


@tagged("post_install", "-at_install")
class TestTelling(BeyondMixin, LimitedCase):
    LIMITS = {"AlertExceedsMax": "yes"}

    def test_the_policy_shows_it(self):
        self.policy.max_mb = 2
        mine = self.policy.with_user(self.system_admin)
        self.assertEqual(mine.action_test_scanner()["params"]["type"], "success")
        mine.invalidate_recordset()
        self.assertIn("Files of up to 2 MB are looked into", mine.scanner_limits)
