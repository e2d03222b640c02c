"""What administrators see of the backups, and what a restored database holds back until a person says go."""

import base64
import json
import os
import tempfile
import threading
import time
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import config

from ..keystore import encrypt
from ..models.backup.held import PARAMETER
from ..models.doors.queue_job import NEVER
from ..models.file.files_lock import files_at_rest
from ..official_pdf import SectionRow
from .common import VpdtCase


class BackupCase(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._make_users(("system_admin", cls.agency, "group_system_admin"))[0]
        cls.Backup = cls.env["vpdt.backup"]
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.data = folder.name
        cls.startClassPatcher(patch.dict(config.options, {"data_dir": folder.name}))
        os.mkdir(os.path.join(folder.name, "backup"))

    def page(self):
        return self.env["vpdt.backup.page"].with_user(self.admin).create({})

    def good(self, hours):
        moment = fields.Datetime.now() - timedelta(hours=hours)
        return self.Backup._record("backup", "good", moment=moment, words="Đã sao lưu.")

    def say(self, **values):
        with open(os.path.join(self.data, "backup", "status.json"), "w", encoding="utf-8") as file:
            json.dump({"database": self.env.cr.dbname, **values}, file)
        self.addCleanup(os.unlink, file.name)

    def activities(self):
        domain = [("res_model", "=", "vpdt.backup"), ("user_id", "=", self.admin.id)]
        return self.env["mail.activity"].search(domain)


@tagged("post_install", "-at_install")
class TestBackupPage(BackupCase):
    def test_never_then_fresh_then_late(self):
        self.assertEqual(self.page().age_state, "never")
        self.good(30)
        self.assertEqual(self.page().age_state, "late")
        self.good(1)
        page = self.page()
        self.assertEqual((page.age_state, page.key_state), ("fresh", "none"))
        self.assertIn("60", page.age)

    def test_what_the_minutes_have_kept_counts(self):
        self.good(30)
        now = datetime.utcnow()
        self.say(good=(now - datetime(1970, 1, 1)).total_seconds(), exported={"master": {}, "backup": {}})
        self.assertEqual((self.page().age_state, self.page().key_state), ("fresh", "both"))

    def test_copies_of_what_it_was_restored_from_are_none_of_it(self):
        """The page of a restored database is red until it is copied itself."""
        self.good(1)
        self.Backup._record("restore", "good", words="Mọi thứ khớp.")
        self.assertEqual(self.page().age_state, "never")
        self.good(0)
        self.assertEqual(self.page().age_state, "fresh")

    def test_the_page_leads_to_the_report_of_the_restore(self):
        row = self.Backup._record("restore", "good", words="Mọi thứ khớp.")
        self.good(0)
        self.assertEqual(self.page().action_report()["res_id"], row.id)

    def test_a_failure_is_a_task_of_the_administrators_once(self):
        for _time in range(3):
            self.Backup._record("backup", "failed", words="Nơi sao lưu đã đầy.")
        self.assertEqual(len(self.activities()), 1)
        self.good(0)
        self.assertFalse(self.activities())

    def test_damage_is_a_task_until_a_check_has_found_none(self):
        self.Backup._record("check", "failed", words="Một bản sao lưu bị hỏng.")
        self.good(0)
        self.assertEqual(len(self.activities()), 1)
        self.Backup._record("check", "good", words="Nguyên vẹn.")
        self.assertFalse(self.activities())

    def test_a_drill_that_failed_hides_no_old_copy(self):
        self.good(30)
        self.Backup._record("drill", "failed", words="Không khớp.")
        self.Backup._cron_watch()
        self.assertEqual(len(self.activities()), 2)
        self.Backup._record("drill", "good", words="Mọi thứ khớp.")
        self.assertEqual(len(self.activities()), 1)

    def test_an_old_copy_is_a_task_too(self):
        self.Backup._cron_watch()
        self.assertFalse(self.activities())
        self.good(30)
        self.Backup._cron_watch()
        self.Backup._cron_watch()
        self.assertEqual(len(self.activities()), 1)

    def test_it_is_in_the_journal(self):
        row = self.good(0)
        entry = self.env["vpdt.journal.entry"].search([("res_model", "=", row._name), ("res_id", "=", row.id)])
        self.assertEqual(entry.kind, "backup")
        self.assertIn("Đã sao lưu.", entry.summary)

    def test_auditors_read_of_no_path_or_host(self):
        row = self.Backup._record("backup", "failed", words="Nơi sao lưu đã đầy.\ndial tcp 10.9.8.7: /mnt/sao-luu")
        entry = self.env["vpdt.journal.entry"].search([("res_model", "=", row._name), ("res_id", "=", row.id)])
        self.assertIn("Nơi sao lưu đã đầy.", str(entry.detail))
        self.assertNotIn("10.9.8.7", f"{entry.detail} {entry.summary}")
        self.assertIn("10.9.8.7", row.with_user(self.admin).words)

    def test_keys_that_another_master_key_has_shut_are_counted(self):
        """The master key is in no copy: on another machine, and after a loss, there may be a new one."""
        with patch.dict(os.environ, {"VPDT_MASTER_KEY_FILE": os.path.join(self.data, "master")}):
            path = self.env["vpdt.signing.key"]._vault_path()
            key = self.env["vpdt.signing.key"].create({"name": "Khóa", "user_id": self.leader.id})
            key.sudo().content = base64.b64encode(encrypt(b"pkcs12", key._vault_context(), path))
            self.assertTrue(key._is_opened())
            shut = self.Backup._keys_shut()
            path.write_bytes(bytes(32))
            self.assertFalse(key._is_opened())
            self.assertEqual(self.Backup._keys_shut(), shut + 1)
            path.unlink()
            self.assertEqual(self.Backup._keys_shut(), shut + 1)
            self.assertFalse(path.exists())

    def test_only_for_the_system_administrator(self):
        with self.assertRaises(AccessError):
            self.env["vpdt.backup.page"].with_user(self.clerk).action_open()
        action = self.env["vpdt.backup.page"].with_user(self.admin).action_open()
        self.assertEqual(action["res_model"], "vpdt.backup.page")

    def test_nothing_is_collected_while_a_backup_reads(self):
        import fcntl

        with files_at_rest() as rest:
            self.assertTrue(rest)
        path = os.path.join(self.data, "backup", "files.lock")
        with open(path, "w") as handle:
            self.addCleanup(os.unlink, path)
            fcntl.flock(handle, fcntl.LOCK_EX)
            with files_at_rest() as rest:
                self.assertFalse(rest)
            start = time.monotonic()
            threading.Timer(0.5, fcntl.flock, (handle, fcntl.LOCK_UN)).start()
            with files_at_rest(patience=10) as rest:
                self.assertTrue(rest)
            self.assertLess(time.monotonic() - start, 9)


@tagged("post_install", "-at_install")
class TestRestoredHeldBack(BackupCase):
    def setUp(self):
        super().setUp()
        self.job = self.env["vpdt.virus.check"].with_delay()._settle(self.env["vpdt.file"])
        self.job_row = self.env["queue.job"].search([("uuid", "=", self.job.uuid)])
        self.cron = self.env.ref("vpdt_base.cron_backup_watch")
        self.mail = self.env["mail.mail"].create({"subject": "x", "body_html": "x", "email_to": "a@example.vn"})
        now = fields.Datetime.to_string(fields.Datetime.now())
        held = {"moment": now, "restored": now, "crons": self.cron.ids, "jobs": [{"uuid": self.job.uuid, "eta": None}]}
        self.cron.active = False
        self.env.flush_all()
        self.env.cr.execute("UPDATE queue_job SET eta = %s WHERE uuid = %s", [NEVER, self.job.uuid])
        self.env["ir.config_parameter"].set_param(PARAMETER, json.dumps(held))
        self.env.invalidate_all()

    def dialog(self, user=None, **values):
        Dialog = self.env["vpdt.backup.release"].with_user(user or self.admin)
        return Dialog.create({"reason": "Quyết định 1", **values})

    def test_nothing_leaves(self):
        self.mail.send()
        self.assertEqual(self.mail.state, "outgoing")
        with self.assertRaises(UserError):
            self.env["ir.mail_server"].send_email(None)
        later = self.env["vpdt.virus.check"].with_delay()._settle(self.env["vpdt.file"])
        row = self.env["queue.job"].search([("uuid", "=", later.uuid)])
        self.assertEqual(row.eta, NEVER)
        row.write({"state": "pending", "eta": False})
        self.assertEqual(row.eta, NEVER)

    def test_everybody_is_told(self):
        self.assertTrue(self.env["vpdt.backup"]._held())
        self.assertTrue(self.page().held)

    def test_a_person_lets_it_go(self):
        self.dialog().action_release()
        self.assertIsNone(self.Backup._held())
        self.assertTrue(self.cron.active)
        self.assertFalse(self.job_row.eta)
        self.assertEqual(self.mail.state, "cancel")
        with self.assertRaises(UserError):
            self.env["vpdt.backup.release"].with_user(self.admin).action_open()

    def test_nobody_lets_it_go_without_a_word(self):
        with self.assertRaises(UserError):
            self.dialog(reason="  ").action_release()
        self.assertTrue(self.Backup._held())

    def test_mails_of_the_copy_are_sent_when_a_person_says_so(self):
        self.dialog(mails_choice="send").action_release()
        self.assertEqual(self.mail.state, "outgoing")

    def test_nobody_else_lets_it_go(self):
        for user in (self.clerk, self.leader):
            with self.assertRaises(AccessError):
                self.dialog(user).action_release()
            with self.assertRaises(AccessError):
                self.env["vpdt.backup.release"].with_user(user).action_open()
        self.assertTrue(self.Backup._held())

    def test_the_last_entry_of_an_agency_is_what_people_have_entered(self):
        """Not the row of a backup, which says nothing about where to go on."""
        entry = self.env["vpdt.journal.entry"].search([("company_id", "=", self.agency.id)], order="id DESC", limit=1)
        self.assertTrue(entry)
        self.Backup.with_company(self.agency)._record("backup", "good", words="Đã sao lưu.")
        newest = self.env["vpdt.journal.entry"].search([("company_id", "=", self.agency.id)], order="id DESC", limit=1)
        self.assertEqual(newest.kind, "backup")
        (end,) = (row for row in self.Backup._restored_ends() if row["agency"] == self.agency.name)
        self.assertEqual(end["at"], fields.Datetime.to_string(entry.at))
        self.assertNotEqual(end["what"], "backup")

    def test_the_report_is_shown_and_printed(self):
        report = {
            "at": "2026-11-29T10:00:00+00:00",
            "place": "/mnt/sao-luu",
            "files": {"files": 3, "missing": 0, "changed": 0},
            "registers": [{"agency": "Sở <b>", "register": "Sổ đến", "year": 2026, "last": 7, "highest": 7}],
            "agencies": [
                {"agency": "Sở", "at": "2026-11-29 09:59:00", "who": "Văn thư", "what": "move", "about": "số 7"}
            ],
            "missing_here": [{"what": "văn bản đi", "name": "Sổ đi 2026, số 8"}],
        }
        row = self.Backup.browse(self.Backup._keep_report(report)).with_user(self.admin)
        self.assertIn("Sở &lt;b&gt;", row.report_html)
        self.assertIn("Sổ đi 2026, số 8", row.report_html)
        self.assertRegex(row.report_html, "7; .*8 ")  # the last number that is certain, and the first that is not
        pdf, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.admin)
            ._render_official_pdf("vpdt_base.report_restored", row.ids)
        )
        self.assertTrue(pdf.startswith(b"%PDF"))
        table = row._official_table_restored(None)
        titles = [table.cells(line, 1) for line in table.open_rows() if isinstance(line, SectionRow)]
        self.assertEqual([cells[0] for cells in titles], [title for title, _lines in row._report_sections()])
        self.assertTrue(self.activities())
