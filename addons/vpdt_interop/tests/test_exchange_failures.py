"""Whatever goes wrong with a packet ends in words, an activity and “again”; a killed worker loses nothing."""

import random
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.queue_job.controllers.main import RunJobController
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.jobrunner.runner import Database

from ..edxml import Attachment, Business, BusinessKind, DocumentPacket, Organization, PacketError, read, write
from .test_exchange import DATA, ExchangeCase, raw

SHARED = DATA.parents[4].parent / "shared" / "samples" / "cases"
RECEIVE = "odoo.addons.vpdt_interop.models.vpdt_exchange_message_receiving.read"


@tagged("post_install", "-at_install")
class TestFailedDelivery(ExchangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = cls.issued()
        # What waits for the commit cannot be copied for each test.
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.env.cr.postcommit.clear()
        cls.message = cls.Message.search([("outgoing_id", "=", cls.document.id)])
        cls.exchange = cls.env.ref("vpdt_interop.activity_exchange")

    @contextmanager
    def broken(self, error):
        with patch(RECEIVE, side_effect=error):
            yield

    def told(self, record):
        return record.sudo().activity_ids.filtered(lambda a: a.activity_type_id == self.exchange)

    def job(self):
        """The job of the packet, as queue_job knows it."""
        key = f"vpdt-exchange-{self.message.id}"
        return self.env["queue.job"].sudo().search([("identity_key", "=", key)], order="id DESC", limit=1)

    def run_job(self, record):
        """Run a job as the controller of queue_job does; gives the exception that it ended with."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            job = Job.load(self.env(cr=cr, user=record.user_id), record.uuid)
            # All cursors are one here: a whole rollback would undo what another one has committed since.
            with patch.object(cr, "rollback"):
                try:
                    RunJobController._runjob(job.env, job)
                except Exception as error:
                    return error
                finally:
                    cr.commit()  # pylint: disable=invalid-commit  # a savepoint here, as the controller commits
        self.env.invalidate_all()
        return None

    # Whatever goes wrong ---------------------------------------------------------------------------------------------

    def test_the_recipients_policy(self):
        with patch.object(type(self.env["vpdt.file"]), "_check_policy", side_effect=UserError("too large there")):
            self.message._deliver()
        self.assertEqual(self.message.state, "failed")
        self.assertIn("too large there", self.message.error)
        self.assertEqual(self.told(self.document).user_id, self.clerk)
        kept = self.Message.search([("direction", "=", "in"), ("company_id", "=", self.other_agency.id)])
        self.assertEqual((kept.state, kept.error), ("failed", "too large there"))
        self.assertEqual(self.told(kept).user_id, self.stranger)

    def test_any_bug(self):
        with self.broken(ZeroDivisionError("of ours")), self.assertLogs("odoo.addons.vpdt_interop", "ERROR"):
            self.message._deliver()
        self.assertEqual(self.message.state, "failed")
        self.assertIn("ZeroDivisionError", self.message.error)
        self.assertTrue(self.told(self.document))
        self.assertEqual(self.document.recipient_ids.message_state, "failed")

    def test_open_screens_are_told(self):
        with patch.object(type(self.document), "_tell_screens", autospec=True) as tell, self.broken(UserError("no")):
            self.message._deliver()
        self.assertIn(self.document.id, [call.args[0].id for call in tell.call_args_list])

    def test_again_after_a_mend(self):
        with self.broken(UserError("no")):
            self.message._deliver()
        self.message.with_env(self.as_user(self.clerk)).action_retry()
        self.assertEqual((self.message.state, self.message.error), ("queued", False))
        self.deliver()
        self.assertEqual(self.message.state, "delivered")
        self.received(self.document)
        self.assertFalse(self.told(self.document))

    def test_again_from_the_row_of_the_recipient(self):
        with self.broken(UserError("no")):
            self.message._deliver()
        self.document.recipient_ids.action_send_again()
        self.deliver()
        self.assertEqual(self.document.recipient_ids.message_state, "delivered")
        self.document.recipient_ids.action_send_again()
        self.assertEqual(self.message.state, "delivered")

    def test_again_is_for_clerks(self):
        self.message._fail("no")
        for user in (self.leader, self.specialist):
            with self.assertRaises(AccessError):
                self.message.with_env(self.as_user(user)).action_retry()

    def test_one_activity_a_document(self):
        organizations = (
            self.ministry,
            *self.env["vpdt.organization"].create([{"name": n, "identifier": f"H98.{n}"} for n in "12"]),
        )
        document = self.sent(recipient_ids=[(0, 0, {"organization_id": o.id}) for o in organizations])
        told = self.told(document)
        self.assertEqual(len(told), 1)
        for organization in organizations:
            self.assertIn(organization.name, told.note)

    # What queue_job does ---------------------------------------------------------------------------------------------

    def test_a_full_disk_is_tried_again_by_the_pattern(self):
        record = self.job()
        with self.broken(OSError(28, "No space left on device")):
            self.run_job(record)
        record.invalidate_recordset()
        self.assertEqual((record.state, record.retry), ("pending", 1))
        wait = record.eta - fields.Datetime.now()
        self.assertLess(abs(wait - timedelta(seconds=30)), timedelta(seconds=25))
        self.assertEqual(self.message.state, "queued")
        self.assertIn("No space left", self.message.error)

    def test_after_the_last_try_it_is_failed(self):
        record = self.job()
        record.retry = record.max_retries - 1
        with self.broken(OSError(28, "No space left on device")), self.assertLogs("odoo.addons.queue_job", "ERROR"):
            error = self.run_job(record)
        self.assertIn("Max. retries", str(error))
        self.env.invalidate_all()
        self.assertEqual((record.state, self.message.state), ("failed", "failed"))
        self.assertIn("No space left", self.message.error)
        self.assertTrue(self.told(self.document))

    def test_no_seconds_are_named_so_that_the_pattern_counts(self):
        with self.broken(OSError(28, "full")), self.assertRaises(RetryableJobError) as raised:
            self.message._deliver()
        self.assertFalse(raised.exception.seconds)

    def requeue(self):
        """What the runner does when it starts, and every so often: take up what no worker holds."""
        self.env.flush_all()
        self.env.cr.execute(Database._query_requeue_dead_jobs(None))
        self.env.invalidate_all()

    def test_a_runner_killed_between_enqueued_and_done(self):
        long_ago = fields.Datetime.now() - timedelta(minutes=1)
        record = self.job()
        for state in ("enqueued", "started"):
            with self.subTest(state):
                # What a killed process leaves: the state, and no lock on the job.
                record.write({"state": state, "date_enqueued": long_ago})
                self.requeue()
                self.assertEqual(record.state, "pending")
        self.run_job(record)
        self.assertEqual(self.message.state, "delivered")
        incoming = self.received(self.document)
        # Killed after the packet was delivered and before that was said: it is delivered once more.
        record.write({"state": "started", "date_enqueued": long_ago})
        self.env.cr.execute("UPDATE vpdt_exchange_message SET state = 'queued' WHERE id = %s", [self.message.id])
        self.requeue()
        self.run_job(record)
        self.assertEqual(self.received(self.document), incoming)
        self.assertEqual(self.message.state, "delivered")

    def test_a_worker_killed_at_each_try(self):
        record = self.job()
        long_ago = fields.Datetime.now() - timedelta(minutes=1)
        record.write({"state": "started", "date_enqueued": long_ago, "retry": record.max_retries + 1})
        self.requeue()
        self.assertEqual((record.state, record.exc_name), ("failed", "JobFoundDead"))
        self.assertEqual(self.message.state, "queued")
        self.env["queue.job"]._cron_tell_of_dead()
        self.assertEqual(self.message.state, "failed")
        self.assertTrue(self.told(self.document))
        self.message._fail("once more")
        self.env["queue.job"]._cron_tell_of_dead()
        self.assertEqual(self.message.error, "once more")


@tagged("post_install", "-at_install")
class TestPacketsFromOutside(ExchangeCase):
    """What comes in at the door of the second agency."""

    SENDER = "H99"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exchange = cls.env.ref("vpdt_interop.activity_exchange")

    def packet(self, **values):
        """A packet of the ministry, as a model."""
        with read(self.sample()) as found:
            packet = DocumentPacket(**{**vars(found), **values})
        packet.sender = values.get("sender", Organization(self.SENDER, "Bộ Thử nghiệm"))
        packet.document_id = values.get("document_id", "H99,2026/11/20,N/A/N/A")
        packet.attachments = [Attachment("Công văn.pdf", self.pdf, "application/pdf")]
        return packet

    def sample(self):
        return (DATA / "01_new.edxml").read_bytes()

    def take(self, content, sender=None):
        if isinstance(content, DocumentPacket):
            content = write(content, relay=True)
        return self.Message._receive(content, self.other_agency, sender or self.SENDER)

    # The same identifier ---------------------------------------------------------------------------------------------

    def test_another_document_with_the_same_identifier_is_kept_and_reported(self):
        first = self.take(self.packet())
        second = self.take(self.packet(subject="V/v một việc hoàn toàn khác"))
        self.assertEqual((first.state, second.state), ("delivered", "delivered"))
        self.assertNotEqual(first.incoming_id, second.incoming_id)
        told = second.incoming_id.activity_ids.filtered(lambda a: a.activity_type_id == self.exchange)
        self.assertEqual(told.user_id, self.stranger)
        self.assertIn("H99,2026/11/20,N/A/N/A", second.finding)

    def test_the_same_bytes_and_the_same_document_written_anew_are_one(self):
        content = write(self.packet(), relay=True)
        first = self.take(content)
        self.assertEqual(self.take(content), first)
        anew = self.take(self.packet())
        self.assertNotEqual(anew.sha256, first.sha256)
        self.assertEqual(anew.incoming_id, first.incoming_id)
        self.assertFalse(anew.finding and "cùng mã" in anew.finding)

    def test_a_packet_of_before_without_fingerprint(self):
        first = self.take(self.packet())
        first.fingerprint = False
        self.assertEqual(self.take(self.packet()).incoming_id, first.incoming_id)

    def test_a_recall_is_told_and_not_lost(self):
        first = self.take(self.packet())
        recall = self.take(self.packet(business=Business(BusinessKind.RECALL, "Ban hành nhầm")))
        self.assertEqual((recall.state, recall.business), ("delivered", "recall"))
        self.assertEqual(recall.incoming_id, first.incoming_id)
        self.assertEqual(first.incoming_id.open_request_id.reason, "Ban hành nhầm")
        self.assertIn("Ban hành nhầm", " ".join(recall.incoming_id.activity_ids.mapped("summary")))

    def test_a_recall_of_what_is_not_here_is_a_document_of_its_own(self):
        recall = self.take(self.packet(business=Business(BusinessKind.RECALL, "Ban hành nhầm")))
        self.assertIn("Ban hành nhầm", " ".join(recall.incoming_id.activity_ids.mapped("summary")))

    # What cannot be read ---------------------------------------------------------------------------------------------

    def impossible_date(self):
        content = write(self.packet(), relay=True)
        return content.replace(b"PromulgationDate>2026/11/20<", b"PromulgationDate>2026/02/30<", 1)

    def test_an_impossible_date_is_kept_and_read_after_a_mend(self):
        content = self.impossible_date()
        kept = self.take(content)
        self.assertEqual((kept.state, kept.incoming_id.id, raw(kept)), ("failed", False, content))
        self.assertIn("2026/02/30", kept.error)
        clerk = kept.with_env(self.as_user(self.stranger))
        clerk.action_retry()
        self.assertEqual(kept.state, "failed")
        mended = read(write(self.packet(), relay=True))
        self.addCleanup(mended.close)
        with patch(RECEIVE, return_value=mended):
            clerk.action_retry()
        self.assertEqual((kept.state, kept.error), ("delivered", False))
        self.assertTrue(kept.incoming_id.file_ids)
        self.assertFalse(kept.activity_ids)

    def test_what_could_not_be_read_comes_again(self):
        content = self.impossible_date()
        kept = self.take(content)
        mended = read(write(self.packet(), relay=True))
        self.addCleanup(mended.close)
        with patch(RECEIVE, return_value=mended):
            self.assertEqual(self.take(content), kept)
        self.assertEqual(kept.state, "delivered")

    def test_a_damaged_attachment_is_named(self):
        content = write(self.packet(), relay=True).replace(b"UEsD", b"UEsX", 1)
        kept = self.take(content)
        self.assertEqual(kept.state, "failed")
        self.assertIn(self.packet().attachments[0].name, kept.error)

    def test_a_packet_beyond_all_limits_is_not_kept(self):
        with patch("odoo.addons.vpdt_interop.models.vpdt_exchange_message_receiving.DEFAULT_LIMITS") as limits:
            limits.packet_bytes = 100
            with self.assertRaises(PacketError):
                self.take(self.packet())

    def test_random_damage_is_taken_whole_or_kept_whole(self):
        chance, content = random.Random(20261129), write(self.packet(), relay=True)
        counted = ("vpdt.incoming", "vpdt.file")
        for number in range(25):
            damaged = bytearray(
                content[: chance.randrange(len(content) // 2, len(content))] if number % 3 == 0 else content
            )
            for _flip in range(chance.randrange(1, 4)):
                damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
            with self.subTest(number), self.env.cr.savepoint() as savepoint:
                before = [self.env[model].search_count([]) for model in counted]
                kept = self.take(bytes(damaged))
                after = [self.env[model].search_count([]) for model in counted]
                made = [now - then for now, then in zip(after, before, strict=True)]
                self.assertEqual(made, [1, 1] if kept.state == "delivered" else [0, 0], kept.error)
                self.assertEqual(raw(kept), bytes(damaged))
                savepoint.rollback()
                self.env.invalidate_all()

    # Who sends -------------------------------------------------------------------------------------------------------

    def test_a_sender_that_the_channel_does_not_know(self):
        for named, handed in (("H99", "H99.02"), ("H99.77", "H99"), ("H99", "")):
            with self.subTest(named=named, handed=handed):
                packet = self.packet(sender=Organization(named, "Ai đó"))
                kept = self.Message._receive(write(packet, relay=True), self.other_agency, handed)
                self.assertEqual((kept.state, kept.incoming_id.id), ("failed", False))
                self.assertIn(named, kept.error)
                kept.with_env(self.as_user(self.stranger)).action_retry()
                self.assertEqual(kept.state, "failed")

    def test_a_status_from_somebody_else_changes_nothing(self):
        document = self.sent()
        incoming = self.received(document)
        incoming.action_register()
        status = self.Message.search([("direction", "=", "out"), ("kind", "=", "status"), ("status_code", "=", "03")])
        kept = self.Message._receive(raw(status), self.agency, "H99")
        self.assertEqual(kept.state, "failed")
        self.assertNotIn("03", document.recipient_ids.status_ids.mapped("code"))

    # Names, findings -------------------------------------------------------------------------------------------------

    def test_a_name_with_folders(self):
        packet = self.packet()
        packet.attachments[0].name = "C:\\Users\\An\\Công văn.pdf"
        kept = self.take(packet)
        self.assertEqual(kept.incoming_id.file_ids[0].original_name, "Công văn.pdf")
        self.assertIn("Công văn.pdf", kept.finding)

    def test_a_sender_without_a_name_is_named_by_the_directory(self):
        kept = self.take(
            write(self.packet(), relay=True).replace(
                "<edXML:OrganName>Bộ Thử nghiệm</edXML:OrganName>".encode(), b"", 1
            )
        )
        self.assertEqual((kept.state, kept.incoming_id.author_name), ("delivered", "Bộ Thử nghiệm"))
        self.assertIn("H99", kept.finding)

    def test_packets_of_others(self):
        if not SHARED.exists():
            self.skipTest("the packets of others are not here")
        take = {
            name: self.Message._receive((SHARED / f"{name}.edxml").read_bytes(), self.other_agency, "000.00.00.H97")
            for name in (
                "b21_edxml_same_id_first",
                "b21_edxml_same_id_second",
                "b22_edxml_impossible_date",
                "b22_edxml_one_attachment_damaged",
                "b23_edxml_windows_path_names",
            )
        }
        states = [message.state for message in take.values()]
        self.assertEqual(states, ["delivered", "delivered", "failed", "failed", "delivered"])
        first, second = (take[f"b21_edxml_same_id_{which}"].incoming_id for which in ("first", "second"))
        self.assertTrue(first and second and first != second)
        self.assertIn("phu-luc.docx", take["b22_edxml_one_attachment_damaged"].error)
        names = take["b23_edxml_windows_path_names"].incoming_id.file_ids.mapped("original_name")
        self.assertFalse([name for name in names if "\\" in name])
