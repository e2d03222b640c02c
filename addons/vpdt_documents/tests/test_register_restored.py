"""After a restore no number that was given is given again, though the copy does not know of it."""

import json
from datetime import datetime

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.models.backup.held import PARAMETER
from odoo.addons.vpdt_base.vietnam import today

from .common import OfficeCase


@tagged("post_install", "-at_install")
class TestRegisterRestored(OfficeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._make_users(("system_admin", cls.agency, "group_system_admin"))[0]

    def setUp(self):
        super().setUp()
        values = {"name": "Sổ thử", "direction": "incoming", "company_id": self.agency.id}
        self.register = self.env["vpdt.register"].create(values)
        self.register._take_number(today().year)
        self.env.flush_all()
        now = fields.Datetime.to_string(fields.Datetime.now())
        self.env["ir.config_parameter"].set_param(PARAMETER, json.dumps({"moment": now, "restored": now}))

    def dialog(self):
        Dialog = self.env["vpdt.backup.release"].with_user(self.admin)
        return Dialog.create({**Dialog.default_get(["register_ids", "mails_choice"]), "reason": "Sổ giấy"})

    def line(self, dialog):
        return dialog.register_ids.filtered(lambda line: line.register_number == self.register.id)

    def test_numbers_given_after_the_copy_are_left_out(self):
        dialog = self.dialog()
        self.assertEqual((self.line(dialog).restored, self.line(dialog).given), (1, 1))
        self.line(dialog).given = 4
        dialog.action_release()
        self.assertEqual(self.register._take_number(today().year), 5)
        entries = self.env["vpdt.journal.entry"].search(
            [("res_model", "=", "vpdt.register"), ("res_id", "=", self.register.id), ("kind", "=", "backup")]
        )
        self.assertIn("Sổ giấy", entries.detail)

    def test_the_numbers_of_every_agency_are_told_to_the_administrator_only(self):
        for user, told in ((self.clerk, False), (self.leader, False), (self.admin, True)):
            values = self.env["vpdt.backup.release"].with_user(user).default_get(["register_ids"])
            self.assertEqual(any(line[0] == 0 for line in values.get("register_ids") or ()), told, user.login)

    def test_the_first_number_of_a_new_year_is_left_out_too(self):
        """The copy is of the old year's last evening, numbers of the new year were given after it."""
        last_evening = fields.Datetime.to_string(datetime(today().year - 1, 12, 31, 15, 0))
        self.env["ir.config_parameter"].set_param(
            PARAMETER, json.dumps({"moment": last_evening, "restored": last_evening})
        )
        self.env["vpdt.register.counter"].search([("register_id", "=", self.register.id)]).unlink()
        dialog = self.dialog()
        lines = self.line(dialog)
        self.assertEqual(sorted(lines.mapped("year")), [today().year - 1, today().year])
        lines.filtered(lambda line: line.year == today().year).given = 3
        dialog.action_release()
        self.assertEqual(self.register._take_number(today().year), 4)

    def test_no_number_is_given_before_a_person_has_said_where_they_stand(self):
        with self.assertRaises(UserError):
            self.register._take_number(today().year)
        document = (
            self.env["vpdt.incoming"]
            .with_user(self.clerk)
            .create(
                {
                    "subject": "Về việc thử",
                    "number": "7",
                    "notation": "BNV",
                    "author_id": self.ministry.id,
                    "leader_id": self.leader.id,
                }
            )
        )
        with self.assertRaises(UserError):
            document.action_register()
        self.assertFalse(document.arrival_number)

    def test_a_register_never_goes_back(self):
        dialog = self.dialog()
        self.line(dialog).given = 0
        with self.assertRaises(UserError):
            dialog.action_release()
        self.register._skip_to(today().year, 1, "x")
        self.env["ir.config_parameter"].set_param(PARAMETER, False)
        self.assertEqual(self.register._take_number(today().year), 2)
        with self.assertRaises(UserError):
            self.register._skip_to(today().year, 99_999_999, "x")
