from contextlib import closing, contextmanager, nullcontext

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError

from ..edxml import DEFAULT_LIMITS, BusinessKind, DocumentPacket, PacketError, PacketParts, StatusPacket, read

BUSINESS = {
    BusinessKind.NEW: "new",
    BusinessKind.RECALL: "recall",
    BusinessKind.UPDATE: "update",
    BusinessKind.REPLACE: "replace",
}


class NotOurs(UserError):
    """A packet that speaks of a document which is not here."""


class VpdtExchangeMessage(models.Model):
    """Receiving: the one door for packets; an agency of this database goes through the same reader as a foreign one.

    Whatever cannot be read or taken is kept as it came, *failed* with the reason, and can be read again.
    """

    _inherit = "vpdt.exchange.message"  # pylint: disable=consider-merging-classes-inherited

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
