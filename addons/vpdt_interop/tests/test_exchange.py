"""From issue at one agency to status 06: packets written, read through the one door, refused when broken."""

import dataclasses
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.docx_files import docx, paragraph, run
from odoo.addons.vpdt_documents.tests.common import PASSPHRASE, OfficeCase

from ..edxml import DocumentPacket, PacketError, StatusPacket, read

DATA = Path(__file__).parent / "data"
SHARED = Path(__file__).resolve().parents[4] / "shared" / "samples" / "edxml" / "malformed"


def raw(message):
    """The bytes of a packet, whole."""
    with message._packet() as parts:
        return b"".join(parts.chunks())


class ExchangeCase(OfficeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Message = cls.env["vpdt.exchange.message"]
        cls.other_clerk = cls.as_user(cls.stranger)

    @classmethod
    def deliver(cls):
        """Do what the queue does: deliver until nothing waits."""
        for _round in range(5):
            waiting = cls.Message.search([("state", "=", "queued")])
            for message in waiting:
                message._deliver()

    def once_more(self, message):
        """Deliver what was delivered: what a restored database or a lost answer does."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE vpdt_exchange_message SET state = 'queued' WHERE id = %s", [message.id])
        self.env.invalidate_all()
        message._deliver()

    @classmethod
    def sent(cls, **values):
        """An issued document, delivered; in the environment of its clerk."""
        document = cls.issued(**values)
        cls.deliver()
        return document

    def received(self, document):
        """What has come of ``document`` at the other agency, in the environment of its clerk."""
        incoming = self.other_clerk["vpdt.incoming"].search([("number", "=", document.number)])
        incoming.ensure_one()
        return incoming


@tagged("post_install", "-at_install")
class TestExchange(ExchangeCase):
    def test_the_packet_gives_the_document_back(self):
        document = self.issued(subject="Về việc gửi gói tin & kiểm tra <dấu>")
        message = self.Message.search([("outgoing_id", "=", document.id)])
        with read(raw(message)) as packet:
            self.assertIsInstance(packet, DocumentPacket)
            self.assertEqual(packet.sender.organ_id, "H99.01")
            self.assertEqual([r.organ_id for r in packet.recipients], ["H99.02"])
            self.assertEqual((packet.number, packet.notation), ("01", "SNV-VP"))
            self.assertEqual(packet.promulgation_date, document.date)
            self.assertEqual(packet.subject, document.subject)
            self.assertEqual(packet.type_name, "Công văn")
            self.assertEqual(packet.signer_full_name, document.signer_name)
            self.assertEqual(packet.attachments[0].read(), document._file_of_role("main")._content())

    def test_competence_and_position_travel_apart_and_arrive_together(self):
        document = self.signed(subject="V/v ký thay")
        document.sudo().signer_title = "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC"
        document.take_number()
        document.seal(self.agency_key.id, PASSPHRASE)
        with read(raw(self.Message.search([("outgoing_id", "=", document.id)]))) as packet:
            self.assertEqual((packet.signer_competence, packet.signer_position), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"))
        self.deliver()
        self.assertEqual(self.received(document).signer_title, "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC")

    def test_the_packet_and_the_figures_say_whether_paper_goes_too(self):
        document = self.issued(with_paper=True)
        message = self.Message.search([("outgoing_id", "=", document.id)])
        with read(raw(message)) as packet:
            self.assertIs(packet.business.paper, True)
        other = self.Message.search([("outgoing_id", "=", self.issued().id)])
        with read(raw(other)) as packet:
            self.assertIs(packet.business.paper, False)
        own = [("company_id", "=", self.agency.id), ("direction", "=", "out")]
        figures = self.env["vpdt.exchange.figure"].search(own)
        self.assertEqual((sum(figures.mapped("documents")), sum(figures.mapped("electronic"))), (2, 1))

    def test_a_type_that_is_in_no_list_stays_as_its_sender_wrote_it(self):
        document = self.issued(subject="V/v loại lạ")
        with read(raw(self.Message.search([("outgoing_id", "=", document.id)]))) as packet:
            for name, kind in (("Thông tri chỉ đạo", False), ("quyết định", self.decision)):
                strange = dataclasses.replace(packet, type_name=name, number=f"9{len(name)}")
                values = self.Message._prepare_incoming_vals(strange, self.other_agency)
                incoming = self.env["vpdt.incoming"].create(values)
                self.assertEqual(incoming.type_id.id, kind and kind.id)
                self.assertEqual(incoming._type_name(), kind.name if kind else name)

    def test_one_packet_a_recipient(self):
        organizations = (self.other_agency.organization_id, self.ministry)
        document = self.sent(recipient_ids=[(0, 0, {"organization_id": o.id}) for o in organizations])
        states = {r.organization_id: r.message_state for r in document.recipient_ids}
        self.assertEqual(states, dict(zip(organizations, ("delivered", "failed"), strict=True)))
        failed = document.recipient_ids.filtered(lambda r: r.organization_id == self.ministry)
        self.assertTrue(failed.message_error)

    def test_files_arrive_byte_for_byte_and_checked(self):
        document = self.sent()
        incoming = self.received(document)
        self.assertEqual(
            [file._content() for file in incoming.file_ids], [file._content() for file in document.file_ids]
        )
        self.assertEqual(incoming.main_verdict, "valid")
        self.assertEqual((incoming.source, incoming.author_id), ("axis", self.agency.organization_id))

    def test_the_editable_original_goes_along_unless_it_is_kept_back(self):
        for kept_back in (False, True):
            document = self.signed(subject=f"V/v bản gốc {kept_back}")
            original = self.env["vpdt.file"]._store(
                document.sudo(), "du-thao.docx", docx(paragraph(run("Bản thảo"))), "original"
            )
            document.sudo().send_original = not kept_back
            document.take_number()
            document.seal(self.agency_key.id, PASSPHRASE)
            self.deliver()
            came = self.received(document)._file_of_role("original")
            self.assertEqual(came._content() if came else b"", b"" if kept_back else original._content())

    def test_statuses_come_back_with_their_times(self):
        document = self.sent()
        incoming = self.received(document)
        leader = self.as_user(self.other_leader)
        incoming.leader_id = self.other_leader
        incoming.action_register()
        incoming.action_submit()
        incoming.with_env(leader).assignment_ids = [(0, 0, {"user_id": self.other_specialist.id, "part": "lead"})]
        incoming.with_env(leader).action_direct()
        lead = incoming.with_env(self.as_user(self.other_specialist))
        lead._note_progress("Đang soạn báo cáo.")
        lead.draft_answer = "Đã xong."
        lead.action_finish()
        self.deliver()
        recipient = document.recipient_ids
        self.assertEqual(sorted(recipient.status_ids.mapped("code")), ["01", "03", "04", "05", "06"])
        self.assertEqual(recipient.status_code, "06")
        self.assertTrue(recipient.status_at)
        self.assertEqual(len(recipient.status_story.splitlines()), 5)

    def test_refusal_comes_back_with_its_reason(self):
        document = self.sent()
        incoming = self.received(document)
        incoming.draft_refusal = "Gửi nhầm cơ quan."
        incoming.action_refuse()
        self.deliver()
        status = document.recipient_ids.status_ids.filtered(lambda s: s.code == "02")
        self.assertEqual(status.description, "Gửi nhầm cơ quan.")

        self.assertIn("Gửi nhầm cơ quan.", document.recipient_ids.status_story)

    def test_the_clerk_is_told_of_a_return_and_why(self):
        document = self.sent()
        incoming = self.received(document)
        incoming.draft_refusal = "Gửi nhầm cơ quan."
        incoming.action_refuse()
        self.deliver()
        told = document.activity_ids.filtered(lambda a: "Gửi nhầm cơ quan." in (a.summary or ""))
        self.assertEqual(told.user_id, self.clerk)
        self.assertIn(self.other_agency.name, told.summary)

    def test_a_late_lower_status_does_not_hide_a_higher_one(self):
        document = self.sent()
        incoming = self.received(document)
        incoming.action_register()
        waiting = self.Message.search([("state", "=", "queued"), ("kind", "=", "status")])
        waiting._deliver()
        first = self.Message.search(
            [("direction", "=", "out"), ("kind", "=", "status"), ("status_code", "=", "01")], limit=1
        )
        self.once_more(first)
        self.assertEqual(document.recipient_ids.status_code, "03")

    # Twice, and broken ---------------------------------------------------------------------------------------------

    def test_second_delivery_changes_nothing(self):
        document = self.sent()
        message = self.Message.search([("outgoing_id", "=", document.id), ("kind", "=", "document")])
        again = self.Message._receive(raw(message), self.other_agency, "H99.01")
        self.assertEqual(again.incoming_id, self.received(document))
        self.once_more(message)
        self.received(document)

    def test_what_no_packet_takes_is_said_before_anybody_signs(self):
        document = self.draft()
        self.agency.place = "Thành phố " + "rất dài " * 6
        with self.assertRaisesRegex(UserError, "50"):
            document.action_submit()
        self.assertEqual(document.state, "draft")
        self.assertIn("50", document.findings)
        self.agency.place = "Pleiku"
        self.assertTrue(document.action_submit())

    def test_a_second_press_of_issue_sends_nothing_twice(self):
        document = self.issued()
        document.seal(self.agency_key.id, "whatever")
        self.assertEqual(self.Message.search_count([("outgoing_id", "=", document.id)]), 1)

    def test_a_broken_packet_is_kept_as_it_came_and_makes_nothing(self):
        for name, content in self._malformed():
            with self.subTest(name):
                before = self._counts()
                kept = self.Message._receive(content, self.other_agency, "H99.01")
                self.assertEqual((kept.state, kept.direction, raw(kept)), ("failed", "in", content))
                self.assertTrue(kept.error)
                self.assertTrue(kept.activity_ids)
                self.assertEqual(self._counts(), before)
                self.assertEqual(self.Message._receive(content, self.other_agency, "H99.01"), kept)

    def test_a_truncated_packet_names_the_fault(self):
        message = self.Message.search([("outgoing_id", "=", self.issued().id)])
        content = raw(message)
        kept = self.Message._receive(content[: len(content) // 2], self.other_agency, "H99.01")
        self.assertIn("cắt", kept.error)

    def test_a_file_that_the_policy_refuses_makes_nothing(self):
        message = self.Message.search([("outgoing_id", "=", self.issued().id)])
        before = self._counts()
        with patch.object(type(self.env["vpdt.file"]), "_check_policy", side_effect=UserError("no such file")):
            kept = self.Message._receive(raw(message), self.other_agency, "H99.01")
        self.assertEqual((kept.state, kept.error), ("failed", "no such file"))
        self.assertEqual(self._counts(), before)

    def _counts(self):
        return [self.env[model].search_count([]) for model in ("vpdt.incoming", "vpdt.file", "vpdt.exchange.status")]

    def _malformed(self):
        for folder in (DATA, SHARED):
            for path in sorted(folder.rglob("*.edxml")) if folder.exists() else ():
                if folder == SHARED or self._is_broken(path):
                    yield path.name, path.read_bytes()

    def _is_broken(self, path):
        try:
            packet = read(path.read_bytes())
        except PacketError:
            return True
        if isinstance(packet, DocumentPacket):
            packet.close()
        self.assertIsInstance(packet, DocumentPacket | StatusPacket)
        return False

    # Who may see packets -------------------------------------------------------------------------------------------

    def test_packets_are_written_by_nobody(self):
        message = self.Message.search([("outgoing_id", "=", self.issued().id)])
        for user in (self.clerk, self.specialist, self.leader):
            with self.assertRaises(Exception) as refused, self.env.cr.savepoint():
                message.with_env(self.as_user(user)).write({"error": "x"})
            self.assertEqual(type(refused.exception).__name__, "AccessError")
            with self.assertRaises(UserError), self.env.cr.savepoint():
                message.with_env(self.as_user(user)).write({"state": "delivered"})

    def test_stranger_sees_no_packet_of_ours(self):
        document = self.issued()
        found = self.other_clerk["vpdt.exchange.message"].search([("outgoing_id", "=", document.id)])
        self.assertFalse(found)
