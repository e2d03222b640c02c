"""Whose packets are given out, and when: the check behind the one door to their bytes (`_check_offered`)."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..edxml import Attachment, Business, BusinessKind, DocumentPacket, Organization, read, write
from .test_exchange import DATA, ExchangeCase

RECEIVE = "odoo.addons.vpdt_interop.models.vpdt_exchange_message_receiving.read"


@tagged("post_install", "-at_install")
class TestPacketOffered(ExchangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = cls.sent()
        cls.sent_packet = cls.Message.search([("outgoing_id", "=", cls.document.id), ("direction", "=", "out")])
        cls.incoming = cls.other_clerk["vpdt.incoming"].search([("number", "=", cls.document.number)])
        cls.came = cls.Message.search([("incoming_id", "=", cls.incoming.id), ("direction", "=", "in")])
        # What waits for the commit cannot be copied for each test.
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.env.cr.postcommit.clear()

    def packet(self, **values):
        """A packet of the ministry with one file, as bytes."""
        with read((DATA / "01_new.edxml").read_bytes()) as found:
            packet = DocumentPacket(**{**vars(found), **values})
        packet.sender, packet.document_id = Organization("H99", "Bộ Thử nghiệm"), "H99,2026/11/20,N/A/N/A"
        packet.attachments = values.get("attachments", [Attachment("Công văn.pdf", self.pdf, "application/pdf")])
        return write(packet, relay=True)

    def take(self, content):
        return self.Message._receive(content, self.other_agency, "H99")

    def save(self, message, user=None):
        return message.with_env(self.as_user(user or self.stranger)).action_download()

    def assert_kept_shut(self, message):
        with self.assertRaises(UserError):
            self.save(message)

    def _files_of(self, message):
        return self.env["vpdt.file"].search(
            [("res_model", "=", "vpdt.incoming"), ("res_id", "=", message.incoming_id.id)]
        )

    # Who -------------------------------------------------------------------------------------------------------------

    def test_who_may_see_its_document(self):
        for user in (self.clerk, self.leader, self.specialist):
            self.assertIn(f"/vpdt/packet/{self.sent_packet.id}", self.save(self.sent_packet, user)["url"])
        archivist = self._make_user("archivist", self.agency, "group_archivist")
        portal = self.env["res.users"].create(
            {"name": "Khách", "login": "khach", "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)]}
        )
        nobodies = (self.colleague, self.unit_admin, archivist, self.stranger, portal, self.env.ref("base.public_user"))
        for user in nobodies:
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.save(self.sent_packet, user)
        self.save(self.came)
        with self.assertRaises(AccessError):
            self.save(self.came, self.clerk)

    def test_nobody_when_its_document_is_hidden(self):
        self.incoming.action_report_secret()
        self.env.invalidate_all()
        for user in (self.stranger, self.other_leader):
            with self.assertRaises(AccessError):
                self.save(self.came, user)

    # When ------------------------------------------------------------------------------------------------------------

    def test_each_file_in_it_has_passed(self):
        file = self._files_of(self.came)[:1]
        for state, given in (("waiting", False), ("clean", True), ("waiting", False), ("infected", False)):
            file._work_to("scan_state", state)
            if given:
                self.save(self.came)
            else:
                self.assert_kept_shut(self.came)
        self.save(self.sent_packet, self.clerk)  # the file of the sender is another one, and was checked

    def test_one_that_was_read_again_is_checked_as_well(self):
        with patch(RECEIVE, side_effect=UserError("x")):
            message = self.take(self.packet())
        self.assert_kept_shut(message)
        # it came an hour ago; its files are made now
        self.env.cr.execute(
            "UPDATE vpdt_exchange_message SET create_date = create_date - interval '1 hour' WHERE id = %s", [message.id]
        )
        self.env.invalidate_all()
        message.with_env(self.as_user(self.stranger)).action_retry()
        self.assertEqual(message.state, "delivered")
        self._files_of(message)._work_to("scan_state", "infected")
        self.assert_kept_shut(message)

    def update(self):
        first = self.take(self.packet())
        new = self.packet(
            business=Business(BusinessKind.UPDATE, "Bổ sung"),
            attachments=[Attachment("Bản mới.pdf", self.pdf + b"\n%new\n", "application/pdf")],
        )
        return first, self.take(new)

    def test_an_update_waits_for_its_answer(self):
        first, update = self.update()
        self.assertEqual(update.incoming_id, first.incoming_id)
        self.save(first)
        self.assert_kept_shut(update)  # nothing in it has been checked
        update.incoming_id.open_request_id.with_env(self.as_user(self.stranger)).action_agree()
        self.save(update)
        new = self._files_of(update).filtered("replaces_id")
        new._work_to("scan_state", "infected")
        self.assert_kept_shut(update)
        self.save(first)

    def test_what_was_destroyed_for_its_sender_is_in_no_packet(self):
        first, update = self.update()
        clerk = self.as_user(self.stranger)
        update.incoming_id.open_request_id.with_env(clerk).action_agree()
        recall = self.packet(business=Business(BusinessKind.RECALL, "Nhầm"), attachments=[])
        self.take(recall).incoming_id.open_request_id.with_env(clerk).action_agree()
        for message in first | update:
            self.assert_kept_shut(message)

    def test_what_nobody_has_read_is_given_to_nobody(self):
        self.assert_kept_shut(self.take(b"<edXML"))
        status = self.Message.search([("kind", "=", "status"), ("direction", "=", "in")], limit=1)
        self.save(status, self.clerk)
        with status._packet() as parts:
            content = b"".join(parts.chunks())
        hidden = b"<AttachmentEncoded><Attachment>TVqQ</Attachment></AttachmentEncoded>"
        content = content.replace(b"</edXML>", hidden + b"</edXML>")
        self.assertIn(hidden, content)
        carrying = self.Message._receive(content, self.agency, "H99.02")
        self.assertTrue(carrying.finding)
        with self.assertRaises(UserError):
            self.save(carrying, self.clerk)
