from odoo import api, models

from ..edxml import BusinessKind, DocumentPacket, StatusCode, read

# Beside the signed document goes the editable original (Đồng Tháp: khoản 5 Điều 4); the packet does not say which.
EDITABLE = (".doc", ".docx", ".odt", ".rtf")


def _role_of(name):
    return "original" if name.lower().endswith(EDITABLE) else "annex"


class VpdtExchangeMessage(models.Model):
    """What becomes of a packet with a document: an incoming document, its files and the receipt 01."""

    _inherit = "vpdt.exchange.message"  # pylint: disable=consider-merging-classes-inherited

    def _take_document(self, packet: DocumentPacket):
        company = self.company_id
        namesakes = self._namesakes(packet)
        same = namesakes.filtered(lambda m: m._fingerprint() == self.fingerprint)[:1]
        if same:
            # The axis writes a packet anew on its way: other bytes, the same document.
            self.incoming_id = same.incoming_id
            return
        if self._take_as_request(packet):
            return
        incoming = self.env["vpdt.incoming"].create(self._prepare_incoming_vals(packet, company))
        self._store_files(packet, incoming)
        self.incoming_id = incoming
        incoming._journal("exchange", {"from": packet.sender.organ_id, "packet": self.sha256})
        incoming._add_participants(incoming._users_of_role("vpdt_base.group_clerk"), "Clerk")
        incoming.file_ids._check_signatures()
        incoming._report_status(StatusCode.ARRIVED)
        self._link_answer(packet, incoming)
        incoming._tell_of_arrival()
        words = self._words_to_compare(packet, namesakes)
        if self._take_replacements(packet, incoming):
            return  # told on the documents that are replaced
        if words:
            self.finding = "\n".join(filter(None, (words, self.finding)))
            self._tell_clerks(incoming, words, self.finding)

    def _store_files(self, packet, incoming, replaced=None):
        """Keep the files of a packet as those of a document.

        :param replaced: vpdt.file that the first one replaces as the main file, possibly empty
        """
        for position, attachment in enumerate(packet.attachments):
            role = "main" if position == 0 else _role_of(attachment.name)
            with attachment.as_path_or_bytes() as content:
                old = replaced if position == 0 else None
                self.env["vpdt.file"]._store(incoming, attachment.name, content, role, old)

    def _link_answer(self, packet, incoming):
        """An answer finds the document of ours that it answers, and who drafted that is told."""
        codes = [response.document_id for response in packet.response_for if response.document_id]
        sent = [("company_id", "=", self.company_id.id), ("direction", "=", "out"), ("kind", "=", "document")]
        question = codes and self.search([*sent, ("document_code", "in", codes)], limit=1).outgoing_id
        if question:
            incoming.answers_outgoing_id = question
            words = self.env._("Answered by document No. %s", incoming.code)
            question._remind_people(question.drafter_id, words)

    def _namesakes(self, packet):
        """Packets received before from the same sender with the same identifier of the document."""
        return self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("direction", "=", "in"),
                ("kind", "=", "document"),
                ("from_identifier", "=", packet.sender.organ_id),
                ("document_code", "=", packet.document_id),
                ("incoming_id", "!=", False),
                ("id", "!=", self.id),
            ]
        )

    def _fingerprint(self):
        """That of what this packet says; read from it where it came before fingerprints were kept."""
        if not self.fingerprint:
            with self._packet() as parts, read(parts.open()) as packet:
                self.fingerprint = packet.fingerprint()
        return self.fingerprint

    def _words_to_compare(self, packet, namesakes):
        """What the clerk is told of a document that concerns one that may be here already; empty for a plain one."""
        reason = packet.business.reason
        words = {
            BusinessKind.RECALL: self.env._("The sender takes a document back: %s", reason),
            BusinessKind.UPDATE: self.env._("The sender corrects a document: %s", reason),
            BusinessKind.REPLACE: self.env._("The sender replaces a document: %s", reason),
        }.get(packet.business.kind, "")
        if not words and namesakes:
            words = self.env._("Another document came with the same identifier %s: compare the two", packet.document_id)
        return words

    @api.model
    def _prepare_incoming_vals(self, packet, company):
        author = self.env["vpdt.organization"]._find_by_identifier(packet.sender.organ_id)
        kind = self.env["vpdt.document.type"].search([("name", "=ilike", packet.type_name)], limit=1)
        return {
            "company_id": company.id,
            "source": "axis",
            "author_id": author.id,
            "author_name": packet.sender.name or author.name or packet.sender.organ_id,
            "number": packet.number,
            "notation": packet.notation,
            "date": packet.promulgation_date,
            "type_id": kind.id,
            "type_as_written": False if kind else packet.type_name,
            "subject": packet.subject,
            "signer_name": packet.signer_full_name,
            "signer_title": packet.signer_position,
            "answer_by": packet.due_date,  # what the sender asks for; when it is handled, we say
            "needs_answer": bool(packet.due_date),
            "priority": str(min(int(packet.priority or 0), 3)),
            "document_code": packet.document_id,
            "author_identifier": packet.sender.organ_id,
        }
