"""The whole life of two dossiers with the clock frozen at each step: one kept five years and disposed of, one kept for
ever and sent to the historical archive as a SIP."""

import tempfile
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import config

from ..packages import read_package, verify
from .archive_common import ArchiveCase


@tagged("post_install", "-at_install")
class TestWholeLife(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.data = Path(folder.name)
        cls.five_years = cls.env["vpdt.retention.rule"].search([("years", "=", 5)], limit=1)
        cls.documents = [cls.make_issued(word).with_env(cls.env_of("drafter")) for word in ("tuyển", "trao đổi")]

    @contextmanager
    def on(self, *moment):
        """The clock stands at this moment of Viet Nam (year, month, day[, hour]), 09:00 when no hour is named."""
        year, month, day, *hour = moment
        with freeze_time(datetime(year, month, day, *(hour or [9])) - timedelta(hours=7)):
            self.env.invalidate_all()
            yield

    def test_a_whole_life(self):
        with self.on(2026, 1, 5):
            lines = self._plan()
        with self.on(2026, 2, 10):
            permanent, limited = self._work(lines)
        with self.on(2027, 1, 15):
            self._close(permanent, limited)
        with self.on(2027, 6, 1):
            transfer = self._announce(permanent | limited)
        with self.on(2027, 6, 20):
            self._hand_in(transfer, permanent | limited)
        with self.on(2031, 12, 31, 23):
            self._nothing_is_due(limited)
            self._send_to_the_historical_archive(permanent)
        with self.on(2032, 1, 1, 1):
            self._dispose(limited, permanent)

    def _plan(self):
        plan = self.make_plan(state="draft")
        line = plan.line_ids.filtered(lambda found: found.code == "01.HC")
        line.retention_id = self.five_years
        for step, role in (("action_submit", "archivist"), ("action_approve", "leader"), ("action_issue", "archivist")):
            if step == "action_issue":
                plan.decision_code = "15/QĐ-SNV ngày 05/01/2026"
            getattr(plan.with_env(self.env_of(role)), step)()
        self.assertEqual((plan.state, plan.approved_at.date()), ("issued", date(2026, 1, 5)))
        return {line.code: line for line in plan.line_ids}

    def _work(self, lines):
        Dossier, opened = self.env_of("drafter")["vpdt.dossier"], []
        for code, document in zip(("01.TCCB", "01.HC"), self.documents, strict=True):
            dossier = Dossier.create({"plan_line_id": lines[code].id})
            self.assertEqual((dossier.year, dossier.date_start), (2026, date(2026, 2, 10)))
            document.env["vpdt.filing"].browse(document.action_add_to_dossier()["res_id"]).dossier_id = dossier
            dossier._file_documents([document])
            opened.append(dossier)
        return opened

    def _close(self, permanent, limited):
        for dossier in (permanent, limited):
            dossier.date_end = "2026-12-20"
            dossier.action_close()
        self.assertEqual(limited.retention_until, date(2031, 12, 31), "five years from the end of the work")
        self.assertFalse(permanent.retention_until)
        self.assertEqual((permanent | limited).mapped("transfer_due"), [date(2027, 12, 31)] * 2)

    def _announce(self, dossiers):
        archivist = self.env_of("archivist")
        due = archivist["vpdt.dossier"].search([("state", "=", "closed"), ("transfer_due", "<=", "2027-12-31")])
        self.assertLessEqual(dossiers, due.with_env(dossiers.env))
        action = dossiers.with_env(archivist).action_announce()
        transfer = archivist["vpdt.transfer"].search(action["domain"])
        self.assertEqual((transfer.giver_id, transfer.due_date), (self.cast["drafter"], date(2027, 7, 1)))
        self.assertEqual(transfer.sudo().activity_ids.mapped("date_deadline"), [date(2027, 7, 1)])
        return transfer

    def _hand_in(self, transfer, dossiers):
        transfer.with_env(self.env_of("drafter")).action_submit()
        transfer.action_accept_all()
        transfer.action_accept()
        self.assertEqual((transfer.round, transfer.year, set(dossiers.mapped("state"))), (1, 2027, {"kept"}))
        self.assertTrue(all(code.startswith("LT9.H99.01.2027.01.") for code in dossiers.mapped("archive_code")))
        self.assertEqual(set(dossiers.mapped("accession_date")), {date(2027, 6, 20)})

    def _nothing_is_due(self, limited):
        with self.assertRaisesRegex(UserError, "Nothing is due|Không có"):
            self.env_of("archivist")["vpdt.disposal"].action_propose()
        disposal = self.env_of("archivist")["vpdt.disposal"].create(
            {"origin": "x", "quantity": "1", "line_ids": [(0, 0, {"dossier_id": limited.id})]}
        )
        with self.assertRaises(UserError):
            disposal.action_council()
        disposal.line_ids.unlink()

    def _send_to_the_historical_archive(self, permanent):
        archive = permanent.with_env(self.env_of("archivist"))
        self.assertEqual(permanent.historical_due, date(2032, 12, 31), "five years from the year of the transfer")
        with self.assertRaisesRegex(UserError, "SIP"):
            archive.action_send_to_historical()
        archive.with_context(vpdt_kind="SIP").action_make_sip()
        package = archive.env["vpdt.package"].search([("dossier_id", "=", permanent.id)])
        package._make()
        self.assertEqual((package.kind, package.state), ("SIP", "done"), package.message)
        with self.assertRaisesRegex(UserError, "minutes|biên bản"):
            archive.action_send_to_historical()
        archive.historical_receipt = "05/BB-TTLTLS ngày 31/12/2031"
        self.assertTrue(archive.action_send_to_historical())
        self.assertFalse(archive.action_send_to_historical(), "a second press changes nothing")
        self.assertEqual((permanent.state, permanent.historical_date), ("sent", date(2031, 12, 31)))
        path = self.data / "sip.zip"
        path.write_bytes(package.sudo().attachment_id.raw)
        self.assertTrue(verify(path).ok)
        read, _identifier, kind = read_package(path)
        self.assertEqual((kind, read.code, read.maintenance), ("SIP", permanent.code, "01"))

    def _dispose(self, limited, permanent):
        archivist = self.env_of("archivist")
        disposal = archivist["vpdt.disposal"].browse(archivist["vpdt.disposal"].action_propose()["res_id"])
        self.assertEqual(disposal.line_ids.dossier_id, limited.with_env(archivist), "what is permanent is never listed")
        members = [self.cast[role].id for role in ("leader", "archivist", "drafter")]
        disposal.write(
            {"origin": "Hoạt động", "quantity": "1 hồ sơ", "council_code": "02/QĐ", "member_ids": [(6, 0, members)]}
        )
        disposal.action_council()
        disposal.line_ids.verdict = "destroy"
        disposal.action_appraisal()
        disposal.write({"opinion_body": "Sở Nội vụ", "opinion_code": "10/SNV-QLVTLT"})
        leader = disposal.with_env(self.env_of("leader"))
        leader.decision_draft = "20/QĐ-SNV"
        leader.action_decide()
        self.assertEqual(disposal.due_date, date(2032, 1, 16), "15 days")
        disposal.executor_id = self.cast["archivist"]
        disposal.action_hand_over()
        with patch.dict(config.options, {"data_dir": str(self.data)}):
            disposal.action_destroy()
        self.env.flush_all()
        self.assertEqual((disposal.state, limited.state, permanent.state), ("destroyed", "destroyed", "sent"))
        gone, kept = (document.sudo().file_ids for document in reversed(self.documents))
        self.assertTrue(gone.destroyed_at and gone.sha256)
        self.assertTrue(kept._content(), "what the historical archive got stays readable here")
