from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.vietnam import to_utc_naive

from ..edxml import (
    DEFAULT_LIMITS,
    SENDER_TO_RECEIVER,
    TIME_ZONE,
    BusinessKind,
    DocumentPacket,
    Organization,
    PacketError,
    PacketParts,
    ResponseFor,
    StatusCode,
    StatusPacket,
    read,
    write,
)

BUSINESS = {
    BusinessKind.NEW: "new",
    BusinessKind.RECALL: "recall",
    BusinessKind.UPDATE: "update",
    BusinessKind.REPLACE: "replace",
}


class NotOurs(UserError):
    """A packet that speaks of a document which is not here."""


# Beside the signed document goes the editable original (Đồng Tháp: khoản 5 Điều 4); the packet does not say which.
EDITABLE = (".doc", ".docx", ".odt", ".rtf")


def _role_of(name):
    return "original" if name.lower().endswith(EDITABLE) else "annex"


class VpdtExchangeMessage(models.Model):
    """Receiving: the one door for packets; an agency of this database goes through the same reader as a foreign one.

    Whatever cannot be read or taken is kept as it came, *failed* with the reason, and can be read again.
    """

    _inherit = "vpdt.exchange.message"

    @api.model
    def _receive(self, content, company, sender, channel=None, reference=None):
        """Take a packet for ``company``: the one door for packets, from here and from outside.

        :param content: bytes of the .edxml, a path to it, or a message of this database
        :param company: res.company that the packet is for
        :param sender: identifier of the organization from which the channel took it; a packet that names another
            one as its sender is not taken
        :param channel: vpdt.exchange.channel that brought it; by default the one inside this system
        :param reference: what that channel calls the packet
        :return: vpdt.exchange.message of the receipt; that of the first delivery when it comes again; *failed*, with
            words and the packet as it came, when it could not be taken
        :raises PacketError: larger than any packet may be; not kept
        """
        # The receiving agency's records are made by the exchange, not by the sender's clerk.
        inbox = self.with_user(SUPERUSER_ID).with_company(company).with_context(allowed_company_ids=company.ids)
        with inbox._parts_of(content) as parts:
            if parts.size > DEFAULT_LIMITS.packet_bytes:
                raise PacketError("too_large", what=("The packet", "Gói tin"), limit=f"{parts.size >> 20} MB")
            digest = parts.sha256()
            known = inbox._received_before(digest, company)
            if known and known.state != "failed":
                return known
            message = known or inbox._keep_received(content, digest, company, sender)
            message._note_bringer(channel, reference)
            message._take(parts)
        return message

    @api.model
    @contextmanager
    def _parts_of(self, content):
        kept = isinstance(content, models.BaseModel)
        with content._packet() if kept else nullcontext(PacketParts(content)) as parts:
            yield parts

    @api.model
    def _received_before(self, digest, company):
        """The receipt of the same bytes, possibly empty: every sender may send again."""
        same = [("company_id", "=", company.id), ("direction", "=", "in"), ("sha256", "=", digest)]
        return self.search(same, limit=1)

    @api.model
    def _keep_received(self, content, digest, company, sender):
        """Keep the bytes before anybody tries to read them; those of an agency here lie here already."""
        if isinstance(content, models.BaseModel):
            sent = content.sudo()  # the same packet, now of the recipient, too
            kept = {"envelope": sent.envelope, "packed_id": sent.packed_id.id, "packet_id": sent.packet_id.id}
        else:
            kept = {"packet_id": self._keep_in_store(content).id}
        return self.sudo().create(  # packets are written by the exchange only, never by a person
            {
                "company_id": company.id,
                "direction": "in",
                "kind": "document",
                "from_identifier": sender,
                "handed_in_by": sender,
                "to_identifier": company.organization_id.identifier,
                "sha256": digest,
                **kept,
            }
        )

    def _note_bringer(self, channel, reference):
        inside = channel or self.env["vpdt.exchange.channel"].sudo().search([("kind", "=", "here")])  # its id only
        self.sudo().write({"channel_id": inside.id, "reference": reference or self.reference})  # written by us only
        if self.state == "failed":  # it comes again, and is read again
            self._move_to("queued", {"error": False, "cause": False})

    def _is_kept(self):
        """Whether the one who brought it may be told that all is well; what cannot be read is *not*."""
        self.ensure_one()
        return self.state != "failed" or self.cause != "unreadable"

    def _read_again(self):
        """Read a packet that could not be taken once more: after a mend of ours, or of the directory."""
        self.ensure_one()
        company = self.company_id
        inbox = self.with_user(SUPERUSER_ID).with_company(company).with_context(allowed_company_ids=company.ids)
        with inbox._packet() as parts:
            inbox._take(parts)

    def _take(self, parts):
        """Read this packet and make of it what it says; else it is *failed*, with words and an activity."""
        try:
            self._read_and_take(parts)
        except PacketError as error:
            self._fail(error.in_vietnamese(), "unknown_sender" if error.code == "wrong_sender" else "unreadable")
        except NotOurs as error:
            self._fail(str(error), "not_ours")
        except UserError as error:
            self._fail(str(error), "policy")
        else:
            self._move_to("delivered", {"error": False, "cause": False})
            self._settle()

    def _read_and_take(self, parts):
        """:raises PacketError: it cannot be read · :raises UserError: what it says cannot be taken here"""
        packet = read(parts.open())
        with closing(packet) if isinstance(packet, DocumentPacket) else nullcontext():
            self._check_sender(packet)
            self.write(self._prepare_described_vals(packet))
            with self.env.cr.savepoint():
                if isinstance(packet, StatusPacket):
                    self._take_status(packet)
                else:
                    self._take_document(packet)

    @api.model
    def _prepare_described_vals(self, packet):
        """What is known of a packet once it has been read, whether or not it is taken."""
        findings = dict.fromkeys(problem.message_vi for problem in packet.problems)
        values = {"from_identifier": packet.sender.organ_id, "finding": "\n".join(findings) or False}
        if isinstance(packet, StatusPacket):
            answered = packet.response_for
            return {
                **values,
                "kind": "status",
                "to_identifier": answered.organ_id,
                "document_code": answered.document_id,
                "status_code": packet.code.value,
            }
        return {
            **values,
            "kind": "document",
            "business": BUSINESS[packet.business.kind],
            "document_code": packet.document_id,
            "fingerprint": packet.fingerprint(),
        }

    def _check_sender(self, packet):
        """:raises PacketError: the packet names another sender than the one who handed it in"""
        named, handed = packet.sender.organ_id, self.handed_in_by
        Organization = self.env["vpdt.organization"]
        bringer = Organization._find_by_identifier(handed)
        speaks_for = bringer | bringer._succeeded(work_only=False)
        if named != handed and Organization._find_by_identifier(named) not in speaks_for:
            raise PacketError("wrong_sender", found=named, expected=handed or "-")

    # Documents --------------------------------------------------------------------------------------------------------
    # What becomes of a packet with a document: an incoming document, its files and the receipt 01.

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
            question._remind_people(question.drafter_id, words, event="answered")

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
            "signer_title": "\n".join(filter(None, (packet.signer_competence, packet.signer_position))),
            "answer_by": packet.due_date,  # what the sender asks for; when it is handled, we say
            "needs_answer": bool(packet.due_date),
            "priority": str(min(int(packet.priority or 0), 3)),
            "document_code": packet.document_id,
            "author_identifier": packet.sender.organ_id,
        }

    # Statuses, as they come and as they go ----------------------------------------------------------------------------

    def _take_status(self, packet: StatusPacket):
        """Put a status on the recipients that it comes from; matched by DocumentId and the organization's code.

        :raises NotOurs: no document of ours fits
        """
        if packet.code.rule.direction == SENDER_TO_RECEIVER:
            self._take_take_back(packet)
            return
        recipients = self._recipients_of(packet, self.company_id)
        if not recipients:
            raise NotOurs(
                self.env._(
                    "No document of ours fits the status %(status)s of %(document)s.",
                    status=packet.code.value,
                    document=packet.response_for.document_id,
                )
            )
        self.write({"recipient_id": recipients[:1].id, "outgoing_id": recipients[:1].outgoing_id.id})
        self._keep_status(packet, recipients)

    def _keep_status(self, packet, recipients):
        at = to_utc_naive(packet.timestamp)
        told = recipients.status_ids.filtered(lambda s: s.code == packet.code.value and s.at == at).recipient_id
        if recipients <= told:
            return
        self.env["vpdt.exchange.status"].create(
            [
                {
                    "recipient_id": recipient.id,
                    "code": packet.code.value,
                    "description": packet.description,
                    "at": at,
                    "message_id": self.id,
                }
                for recipient in recipients - told
            ]
        )
        # Who answers has it: an axis does not say so itself.
        for message in recipients.message_ids.filtered(lambda m: m.state == "sent" and m.kind == "document"):
            message._move_to("delivered")
        document = recipients.outgoing_id
        document._journal("exchange", {"from": packet.sender.organ_id, "status": packet.code.value})
        document._tell_screens()
        if packet.code == StatusCode.REFUSED:
            self._tell_of_return(packet, recipients)
        if packet.code in (StatusCode.AGREED, StatusCode.DECLINED):
            (recipients - told).request_ids._take_answer(packet.code, packet.description, at)

    def _tell_of_return(self, packet, recipients):
        """The clerk learns that a document was returned, and why."""
        names = ", ".join(recipients.organization_id.mapped("name"))
        summary = self.env._("Returned by %(who)s: %(why)s", who=names, why=packet.description or "?")
        document = recipients.outgoing_id
        document._remind_people(document._users_of_role("vpdt_base.group_clerk"), summary, event="returned")

    @api.model
    def _recipients_of(self, packet, company):
        """The recipients of our document for whom the sender of a status answers.

        Itself, and those whose work it took over: two recipients that have been merged give one answer. What was sent
        to the code of a former organization comes back with that of its successor; where the directory says nothing
        of the work, any successor may answer. Our own former agencies get their answers through us, likewise.
        """
        own = company.organization_id
        sent = self.search(
            [
                ("company_id", "in", (company | own._succeeded().company_ids).ids),
                ("direction", "=", "out"),
                ("kind", "=", "document"),
                ("document_code", "=", packet.response_for.document_id),
            ]
        ).recipient_id
        sender = self.env["vpdt.organization"]._find_by_identifier(packet.sender.organ_id)
        by_work = sent.filtered(lambda r: r.organization_id in sender | sender._succeeded())
        return by_work or sent.filtered(lambda r: r.organization_id in sender._succeeded(work_only=False))

    @api.model
    def _party(self, company):
        """The From element of an agency served here."""
        organization = company.organization_id
        return Organization(
            organ_id=organization.identifier or organization.identifier_legacy,
            name=company.name,
            in_charge=company.parent_agency_name or "",
            address=organization.address or "",
            email=organization.email or "",
            telephone=organization.phone or "",
        )

    @api.model
    def _status_packet(self, company, author_identifier, document_code, code, number, day, description):
        """Bytes of a status packet (interop §1.6): there is no To, the party answered is in ResponseFor."""
        return write(
            StatusPacket(
                sender=self._party(company),
                response_for=ResponseFor(
                    organ_id=author_identifier, code=number, document_id=document_code, promulgation_date=day
                ),
                code=code,
                timestamp=datetime.now(UTC).astimezone(TIME_ZONE).replace(microsecond=0),
                description=description,
            )
        )
