"""Over the axis: what is sent arrives once whatever goes wrong on the way, and what comes is kept before it is
acknowledged. The axis is a process of its own (tests/axis_simulator)."""

from odoo.tests import tagged

from ..edxml import Attachment, DocumentPacket, Organization, ResponseFor, StatusCode, StatusPacket, read, write
from ..edxml.model import local_now
from .channel_common import AxisCase
from .test_exchange import DATA, raw


@tagged("post_install", "-at_install")
class TestSendingOverTheAxis(AxisCase):
    def test_taken_by_the_axis_then_confirmed(self):
        document, message = self.to_ministry()
        self.run_jobs()
        self.assertEqual((message.state, message.channel_id), ("sent", self.channel))
        packet = self.on_axis()[0]
        self.assertEqual(
            (packet["doc_id"], packet["sender"], packet["recipient"], packet["kind"]),
            (message.reference, "H99.01", "H99", "edoc"),
        )
        self.assertEqual(packet["sha256"], message.sha256)
        self.assertEqual(document.recipient_ids.message_state, "sent")

    def test_the_axis_says_that_the_recipient_has_it(self):
        _document, message = self.to_ministry()
        self.run_jobs()
        self._as_other("update_status", message.reference, "done")
        self.channel._job_poll()
        self.assertEqual(message.state, "delivered")

    def test_the_system_of_the_recipient_refuses_it(self):
        document, message = self.to_ministry()
        self.run_jobs()
        self._as_other("update_status", message.reference, "fail")
        self.channel._job_poll()
        self.assertEqual((message.state, message.cause), ("failed", "refused"))
        self.assertTrue(document.sudo().activity_ids)

    def _as_other(self, call, *arguments):
        from ..wire import VxpClient

        return getattr(VxpClient(self.axis.url, "other", "khác"), call)(*arguments)

    def test_whatever_breaks_on_the_way_it_goes_again(self):
        for what in ("500", "drop", "drop_after", "garbage"):
            with self.subTest(what):
                _document, message = self.to_ministry(subject=f"V/v {what}")
                self.axis.faults(("sendEdoc", what))
                self.run_jobs()
                self.assertEqual((message.state, self.channel.state), ("queued", "active"))
                self.assertTrue(message.error)
                self.hurry()
                self.assertEqual((message.state, message.error), ("sent", False))
                packets = self.on_axis(sha256=message.sha256)
                self.assertEqual(len(packets), 2 if what in ("drop_after", "garbage") else 1)

    def test_an_outage_holds_all_and_uses_up_no_tries(self):
        messages = self.Message.union(*(self.to_ministry(subject=f"V/v {n}")[1] for n in range(3)))
        self.axis.faults(down=True)
        self.run_jobs()
        self.assertEqual((messages.mapped("state"), self.channel.state), (["queued"] * 3, "down"))
        self.channel.invalidate_recordset()
        self.assertEqual(self.channel.waiting_count, 3)
        self.assertFalse(self.env["queue.job"].search([("state", "=", "pending"), ("retry", ">", 0)]))
        self.channel.probe_at = False
        self.channel._cron_watch()
        self.run_jobs()
        self.assertEqual((self.channel.state, self.channel.probes), ("down", 1))
        self.axis.faults(down=False)
        self.channel.probe_at = False
        self.channel._cron_watch()
        self.run_jobs()
        self.channel._cron_watch()
        self.run_jobs()
        self.assertEqual((messages.mapped("state"), self.channel.state), (["sent"] * 3, "active"))
        self.assertEqual([p["sha256"] for p in self.on_axis()], messages.mapped("sha256"))

    def test_a_login_that_is_not_accepted_stops_the_channel(self):
        _document, message = self.to_ministry()
        self.axis.faults(("sendEdoc", "401"))
        self.run_jobs()
        self.assertEqual((message.state, self.channel.state), ("queued", "down"))
        self.assertIn("401", self.channel.trouble)

    def test_a_refusal_is_final_and_in_words(self):
        self.axis.faults(refuse={"H99": ["18", "recipient locked away"]})
        document, message = self.to_ministry()
        self.run_jobs()
        self.assertEqual((message.state, message.cause), ("failed", "unknown_recipient"))
        self.assertIn("recipient locked away", message.error)
        self.assertIn("recipient locked away", document.recipient_ids.message_error)

    def test_one_recipient_that_hangs_does_not_hold_up_another(self):
        self.axis.faults(refuse={"H99": ["20", "busy"]})
        _document, slow = self.to_ministry()
        other = self.issued(recipient_ids=[(0, 0, {"organization_id": self.second_ministry.id})])
        self.run_jobs()
        quick = self.Message.search([("outgoing_id", "=", other.id)])
        self.assertEqual((slow.state, quick.state, self.channel.state), ("queued", "sent", "active"))

    def test_the_test_button(self):
        shown = self.channel.action_test()["params"]
        self.assertEqual(shown["type"], "success", shown["message"])
        self.channel.new_secret = "sai"
        shown = self.channel.action_test()["params"]
        self.assertEqual(shown["type"], "danger")
        self.assertIn("wrong signature", shown["message"])


@tagged("post_install", "-at_install")
class TestReceivingFromTheAxis(AxisCase):
    def packet(self, number="15", **values):
        """Bytes of a packet of the ministry."""
        with read((DATA / "01_new.edxml").read_bytes()) as found:
            packet = DocumentPacket(**{**vars(found), **values})
        packet.sender = Organization("H99", "Bộ Thử nghiệm")
        packet.recipients = [Organization("H99.01", self.agency.name)]
        packet.document_id, packet.number = f"H99,2026/11/20,{number}/BTN-VP", number
        packet.attachments = [Attachment("Công văn.pdf", self.pdf, "application/pdf")]
        return write(packet, relay=True)

    def poll(self):
        self.channel._cron_watch()
        return self.run_jobs()

    def status_of(self, doc_id):
        return next(packet for packet in self.axis.state["packets"] if packet["doc_id"] == doc_id)

    def test_fetched_kept_and_then_acknowledged(self):
        doc_id = self.axis.inject(self.packet(), "H99", "H99.01")
        self.poll()
        kept = self.Message.search([("reference", "=", doc_id)])
        self.assertEqual((kept.state, kept.company_id, kept.channel_id), ("delivered", self.agency, self.channel))
        self.assertEqual(kept.incoming_id.source, "axis")
        self.assertEqual(self.status_of(doc_id)["said"], ["done"])
        self.assertEqual([p["kind"] for p in self.on_axis(sender="H99.01", recipient="H99")], ["status"])

    def test_listed_twice_or_again_it_is_one(self):
        self.axis.faults(duplicate=True, reorder=True)
        doc_id = self.axis.inject(self.packet(), "H99", "H99.01")
        self.poll()
        self.env["queue.job"].search([("state", "=", "pending")]).unlink()
        again = self.axis.inject(self.packet(), "H99", "H99.01")
        self.poll()
        incoming = self.Message.search([("reference", "in", (doc_id, again)), ("direction", "=", "in")]).incoming_id
        self.assertEqual(len(incoming), 1)
        self.assertEqual({self.status_of(name)["status"] for name in (doc_id, again)}, {"done"})

    def test_a_lost_acknowledgement_is_given_again(self):
        doc_id = self.axis.inject(self.packet(), "H99", "H99.01")
        self.axis.faults(("updateStatus", "500"))
        self.poll()
        self.assertEqual(self.status_of(doc_id)["said"], [])
        self.poll()
        self.hurry()
        self.assertEqual(set(self.status_of(doc_id)["said"]), {"done"})
        self.assertEqual(len(self.Message.search([("reference", "=", doc_id)]).incoming_id), 1)

    def test_what_comes_damaged_is_fetched_again(self):
        for what in ("cut", "wrong_hash", "500", "drop"):
            with self.subTest(what):
                doc_id = self.axis.inject(self.packet(number=f"1{len(what)}{what[0]}"), "H99", "H99.01")
                self.axis.faults(("downloadEdoc", what))
                self.poll()
                self.assertFalse(self.Message.search([("reference", "=", doc_id)]))
                self.hurry()
                self.assertEqual(self.Message.search([("reference", "=", doc_id)]).state, "delivered")
                self.assertEqual(self.status_of(doc_id)["status"], "done")

    def test_what_cannot_be_read_is_kept_and_the_axis_told(self):
        doc_id = self.axis.inject(self.packet()[:3000], "H99", "H99.01")
        self.poll()
        kept = self.Message.search([("reference", "=", doc_id)])
        self.assertEqual((kept.state, kept.cause, raw(kept)), ("failed", "unreadable", self.packet()[:3000]))
        self.assertEqual(self.status_of(doc_id)["status"], "fail")
        self.assertTrue(kept.activity_ids)

    def test_the_sender_is_who_the_axis_says(self):
        doc_id = self.axis.inject(self.packet(), "H98", "H99.01")
        self.poll()
        kept = self.Message.search([("reference", "=", doc_id)])
        self.assertEqual((kept.state, kept.cause, kept.incoming_id.id), ("failed", "unknown_sender", False))

    def test_for_nobody_here(self):
        self.axis.control(systems={
            "vpdt": {"secret": "bí mật", "agencies": ["H99.01", "H99.02", "H99.77"]},
            "other": {"secret": "khác", "agencies": ["H99", "H98"]},
        })  # fmt: skip
        doc_id = self.axis.inject(self.packet(), "H99", "H99.77")
        self.poll()
        self.assertEqual(self.status_of(doc_id)["status"], "fail")
        self.assertIn("H99.77", self.channel.trouble)

    def test_an_answer_confirms_what_the_axis_took(self):
        document, message = self.to_ministry()
        self.run_jobs()
        status = StatusPacket(
            sender=Organization("H99", "Bộ Thử nghiệm"),
            response_for=ResponseFor("H99.01", document.code, message.document_code, document.date),
            code=StatusCode.ARRIVED,
            timestamp=local_now().replace(microsecond=0),
        )
        self.axis.inject(write(status), "H99", "H99.01", kind="status")
        self.poll()
        self.assertEqual((message.state, document.recipient_ids.status_code), ("delivered", "01"))


@tagged("post_install", "-at_install")
class TestDirectoryOfTheAxis(AxisCase):
    def test_it_is_proposed_and_the_administrator_decides(self):
        self.axis.control(
            directory=[
                {"id": "1", "pid": "", "code": "H99", "name": "Bộ Thử nghiệm đổi tên", "mail": ""},
                {"id": "2", "pid": "1", "code": "H97.15", "name": "Cục Mới", "mail": "", "code102": "000.15.00.H97"},
            ]
        )
        admin = self._make_user("directory_admin", self.agency, "group_system_admin")
        action = self.channel.with_env(self.as_user(admin)).action_read_directory()
        job = self.env["vpdt.organization.import"].browse(action["res_id"])
        self.assertEqual(job.source, "axis")
        job._run()
        self.assertEqual((job.state, job.count_create, job.count_update), ("checked", 1, 1))
        self.assertEqual(self.ministry.name, "Bộ Thử nghiệm")  # nothing is written before he says so
        job.action_import()
        job._run()
        found = self.env["vpdt.organization"]._find_by_identifier("H97.15")
        self.assertEqual((found.identifier_legacy, found.listed_on_axis), ("000.15.00.H97", True))
        self.assertFalse(found.reachable)
        self.channel.reaches_listed = True
        found.invalidate_recordset()
        self.assertEqual((found.reachable, found.channel), (True, self.channel.name))
        self.assertIn(found, found.search([("reachable", "=", True)]))
