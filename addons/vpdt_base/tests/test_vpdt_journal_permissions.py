"""Changes of rights are rows of the journal, and rows are read in words."""

import json
from unittest import mock

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from pyhanko.sign.timestamps import TimestampRequestError

from odoo.addons.queue_job.exception import RetryableJobError

from ..signing.ltv import TimeStampingService
from .common import VpdtCase


class JournalCase(VpdtCase):
    """Looks at what was written since a moment."""

    def setUp(self):
        super().setUp()
        self.env.cr.execute("SELECT coalesce(max(id), 0) FROM vpdt_journal_entry")
        self.before = self.env.cr.fetchone()[0]

    def new_rows(self, record=None):
        domain = [("id", ">", self.before)]
        if record:
            domain += [("res_model", "=", record._name), ("res_id", "=", record.id)]
        return self.env["vpdt.journal.entry"].search(domain, order="id")

    def details(self, record):
        return [json.loads(row.detail) for row in self.new_rows(record)]


@tagged("post_install", "-at_install")
class TestPermissionRows(JournalCase):
    def test_a_role_given_and_taken(self):
        archivist = self.env.ref("vpdt_base.group_archivist")
        self.clerk.group_ids = [Command.link(archivist.id)]
        self.clerk.group_ids = [Command.unlink(archivist.id)]
        self.assertEqual(self.details(self.clerk), [{"roles_added": ["Archivist"]}, {"roles_removed": ["Archivist"]}])
        self.assertEqual(self.new_rows().mapped("kind"), ["permission"] * 2)

    def test_a_role_given_through_its_group(self):
        archivist = self.env.ref("vpdt_base.group_archivist")
        archivist.user_ids = [Command.link(self.clerk.id)]
        self.assertEqual(self.details(archivist), [{"accounts_added": ["vpdt_test_clerk"]}])

    def test_an_account_closed(self):
        self.clerk.active = False
        self.assertEqual(self.details(self.clerk), [{"active": False}])

    def test_an_agency_more(self):
        self.clerk.company_ids = [Command.link(self.other_agency.id)]
        # Odoo gives the role of several agencies with it, which is a row of its own.
        rows = self.details(self.clerk)
        self.assertEqual(rows, [{"roles_added": ["Multi Companies"]}, {"agencies_added": ["Sở Tài chính thử"]}])

    def test_what_is_no_right_leaves_no_row(self):
        self.clerk.signature = "x"
        self.assertFalse(self.new_rows())

    def test_a_new_account(self):
        user = self._make_user("new", self.agency, "group_specialist")
        self.assertEqual(self.new_rows(user)[0].kind, "permission")
        self.assertIn("roles_added", self.details(user)[0])


@tagged("post_install", "-at_install")
class TestWords(JournalCase):
    def row(self, kind, detail):
        return self.env["vpdt.journal.entry"].with_company(self.agency)._record(kind, self.organization, detail)

    @property
    def organization(self):
        return self.agency.organization_id

    def test_a_move_in_words(self):
        change = self.env["vpdt.journal.entry"]._record("move", self.env["vpdt.access.change"].new({}), {})
        self.assertEqual(change.summary, "Step")
        entry = self.row("move", {"from": "a", "to": "b"})
        self.assertEqual(entry.summary, "Step: a → b")

    def test_people_are_named(self):
        entry = self.row("permission", {"added": [self.clerk.id], "reason": "Lead"})
        self.assertEqual(entry.summary, f"Permission: given to: {self.clerk.name}; reason: Lead")

    def test_details_are_told_in_words(self):
        told = {
            "file": {"stored": "ab12", "role": "main"},
            "sign": {"key": "77", "kind": "pkcs12", "agency": True},
            "permission": {
                "from": "a",
                "to": "b",
                "purposes": ["sign"],
                "days": ["2026-11-03", "2026-11-05"],
                "reason": False,
            },
        }
        words = {
            "file": "File: stored as: Main document",
            "sign": "Signature: seal of the agency, key 77",
            "permission": "Permission: from: a; to: b; for: Sign documents; days: 03/11/2026 – 05/11/2026",
        }
        self.assertEqual({kind: self.row(kind, detail).summary for kind, detail in told.items()}, words)
        self.assertEqual(
            self.row("move", {"from": "draft", "to": "active", "on_behalf_of": "giamdoc"}).summary,
            "Step: draft → active; on behalf of: giamdoc",
        )
        checked = self.row("sign", {"checked": "modified", "before": None})
        self.assertEqual(checked.summary, "Signature: signatures checked: Modified after signing")

    def test_roles_are_told_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("vi_VN")
        role = self.env.ref("vpdt_base.group_clerk")
        role.update_field_translations("name", {"vi_VN": "Văn thư thử"})
        role.privilege_id.update_field_translations("name", {"vi_VN": "Văn thư thử"})
        self.env.invalidate_all()
        entry = self.row("permission", {"roles_added": ["Clerk"]}).with_context(lang="vi_VN")
        self.assertIn("Văn thư thử", entry.summary)

    def test_an_export_is_one_row(self):
        rows = self.row("view", {}) + self.row("view", {})
        Report = self.env["ir.actions.report"].with_user(self.auditor).with_company(self.agency)
        for name, ending in (("vpdt_base.report_journal", "pdf"), ("vpdt_base.report_journal_xlsx", "xlsx")):
            self.assertEqual(Report._render(name, rows.ids)[1], ending)
        printed = self.new_rows(self.agency)
        self.assertEqual(printed.mapped("kind"), ["print", "print"])
        self.assertIn("2 rows", printed[0].summary)

    def test_only_the_auditor_exports(self):
        rows = self.row("view", {})
        for user in (self.clerk, self.leader, self.stranger):
            Report = self.env["ir.actions.report"].with_user(user)
            for name in ("vpdt_base.report_journal", "vpdt_base.report_journal_xlsx"):
                with self.subTest(user=user.login, name=name), self.assertRaises(AccessError):
                    Report._render(name, rows.ids)

    def test_details_that_are_no_json_do_not_hurt(self):
        self.env.cr.execute(
            "INSERT INTO vpdt_journal_entry (at, user_id, kind, res_model, res_id, detail)"
            " VALUES (now(), 1, 'move', 'no.such.model', 1, 'x') RETURNING id"
        )
        entry = self.env["vpdt.journal.entry"].browse(self.env.cr.fetchone()[0])
        self.assertEqual((entry.summary, entry.model_name), ("Step", "no.such.model"))

    def test_a_new_row_waits_for_its_seal(self):
        entry = self.row("view", {})
        self.assertEqual((entry.seal_state, entry.seal_number), ("waiting", 0))
        Entry = self.env["vpdt.journal.entry"]
        self.assertIn(entry, Entry.search([("seal_state", "=", "waiting")]))
        self.assertNotIn(entry, Entry.search([("seal_state", "=", "sealed")]))


@tagged("post_install", "-at_install")
class TestSeals(JournalCase):
    """Sealing itself is tested on real transactions: tests/command/test_command_journal.py."""

    def test_nobody_makes_or_changes_a_seal(self):
        Seal = self.env["vpdt.journal.seal"]
        for call in (lambda: Seal.create({"number": 1}), lambda: Seal.write({"root": ""}), lambda: Seal.unlink()):
            with self.assertRaises(UserError):
                call()

    def test_only_the_auditor_reads_seals(self):
        self.env["vpdt.journal.seal"].with_user(self.auditor).search([])
        for user in (self.clerk, self.leader):
            with self.assertRaises(AccessError):
                self.env["vpdt.journal.seal"].with_user(user).search([])

    def test_a_stamp_is_only_asked_of_an_allowed_host(self):
        seal = self._seal_by_hand()
        self.env["ir.config_parameter"].set_param("vpdt_base.journal_tsa_url", "https://tsa.example.vn")
        with self.assertRaisesRegex(UserError, "tsa.example.vn"):
            seal._fetch_time_stamp()

    def test_a_stamp_is_fetched_once(self):
        seal = self._seal_by_hand()
        self.env["ir.config_parameter"].set_param("vpdt_base.journal_tsa_url", "https://tsa.example.vn")

        async def answer(_service, imprint, algorithm):
            self.assertEqual((len(imprint), algorithm), (32, "sha256"))
            return mock.Mock(dump=lambda: b"token")

        self.env["vpdt.allowed.host"].create({"name": "tsa.example.vn"})
        with mock.patch.object(TimeStampingService, "async_timestamp", answer):
            self.assertTrue(seal._fetch_time_stamp())
            self.assertFalse(seal._fetch_time_stamp())
        self.assertTrue(seal.stamped_at)

    def test_a_service_that_does_not_answer_is_asked_again_later(self):
        seal = self._seal_by_hand()
        self.env["ir.config_parameter"].set_param("vpdt_base.journal_tsa_url", "https://tsa.example.vn")

        async def answer(_service, _imprint, _algorithm):
            raise TimestampRequestError("no answer")

        self.env["vpdt.allowed.host"].create({"name": "tsa.example.vn"})
        with mock.patch.object(TimeStampingService, "async_timestamp", answer), self.assertRaises(RetryableJobError):
            seal._fetch_time_stamp()
        self.assertFalse(seal.stamped_at)

    def test_no_stamp_without_an_address(self):
        self.assertFalse(self._seal_by_hand()._fetch_time_stamp())

    def _seal_by_hand(self):
        self.env.cr.execute(
            "INSERT INTO vpdt_journal_seal (number, at, origin, from_txn, to_txn, first_id, last_id, count, root,"
            " previous, digest, key_id, signature, leaves)"
            " VALUES (999, now(), 5, 0, 1, 1, 1, 1, 'r', 'p', 'd', 'k', 's', '') RETURNING id"
        )
        return self.env["vpdt.journal.seal"].browse(self.env.cr.fetchone()[0])
