"""Who reads and keeps the file policy, and what it may say."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from odoo.addons.vpdt_base.text.file_types import DEFAULT_POLICY

from .file_common import FileCase


@tagged("post_install", "-at_install")
class TestFilePolicy(FileCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env.ref("vpdt_base.file_policy_general")
        cls.system_admin = cls._make_user("system_admin", cls.agency, "group_system_admin")

    def test_data_and_built_in_policy_say_the_same(self):
        """The records are what holds; the package's default stands in where somebody has deleted them."""
        rules = self.env["vpdt.file.policy"]._rules(self.agency)
        self.assertEqual(rules.check, DEFAULT_POLICY)
        self.assertIn("Quy định của hệ thống", rules.bases["size"])
        self.assertIn("Quy định của hệ thống", rules.bases["type"])
        self.policy.unlink()
        self.assertEqual(self.env["vpdt.file.policy"]._rules(self.agency).check, DEFAULT_POLICY)

    def test_permissions(self):
        for user in (self.clerk, self.leader, self.specialist, self.unit_admin, self.auditor):
            with self.subTest(user=user.login):
                mine = self.policy.with_user(user)
                self.assertEqual(mine.max_mb, 50)
                for operation in (
                    lambda mine=mine: mine.write({"max_mb": 1}),
                    lambda mine=mine: mine.copy({"company_id": self.agency.id}),
                    mine.unlink,
                    mine.action_test_scanner,
                    lambda mine=mine: mine.read(["scanner_address"]),
                ):
                    with self.assertRaises(AccessError):
                        operation()
        self.policy.with_user(self.system_admin).max_mb = 40
        self.assertEqual(self.env["vpdt.file.policy"]._rules(self.agency).check.max_bytes, 40 << 20)

    def test_another_agency_s_policy_is_not_seen(self):
        other = self.policy.copy({"company_id": self.other_agency.id})
        self.assertFalse(self.env["vpdt.file.policy"].with_user(self.clerk).search([("id", "=", other.id)]))
        self.assertEqual(self.env["vpdt.file.policy"]._rules(self.agency).check, DEFAULT_POLICY)

    def test_one_policy_an_agency(self):
        self.policy.copy({"company_id": self.agency.id})
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.policy.copy({"company_id": self.agency.id})

    def test_limits_make_sense(self):
        for values in ({"max_mb": 0}, {"max_mb": 5000}, {"name_length": 3}, {"max_ratio": 0}, {"max_depth": 99}):
            with self.subTest(values), self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
                with self.env.cr.savepoint():
                    self.policy.write(values)
                    self.policy.flush_recordset()
        with self.assertRaises(ValidationError):
            self.policy.type_ids = False

    def test_address_of_the_scanner(self):
        mine = self.policy.with_user(self.system_admin)
        for address in ("clamd", "tcp:8.8.8.8:3310", "http://127.0.0.1"):
            with self.subTest(address), self.assertRaises(ValidationError):
                mine.scanner_address = address
        mine.scanner_address = "tcp:127.0.0.1:1"
        with self.assertRaisesRegex(UserError, "does not answer"):
            mine.action_test_scanner()
        mine.scanner_address = ""
        with self.assertRaisesRegex(UserError, "No scanner"):
            mine.action_test_scanner()
