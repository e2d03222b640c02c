from odoo import models

from ..edxml import BusinessKind, DocumentPacket
from .vpdt_exchange_message_receiving import BUSINESS, NotOurs


class VpdtExchangeMessage(models.Model):
    """What comes about a document that is here: take-back, recall, update, replacement; the clerk decides."""

    _inherit = "vpdt.exchange.message"

    def _take_take_back(self, packet):
        """Status 13: the sender of a document that is here wants it back.

        :raises NotOurs: it is not here
        """
        code = packet.response_for.document_id
        found = self._received_document(packet.sender.organ_id, code)
        if not found:
            raise NotOurs(self.env._("The sender wants a document back that is not here: %s", code))
        self.incoming_id = found
        self._ask_clerk(found, "take_back", packet.description, packet.sender.organ_id)

    def _take_as_request(self, packet: DocumentPacket):
        """A recall, or an update, of a document that is here is no document of its own: it is asked about.

        :return: True when it was taken so
        """
        kind = packet.business.kind
        if kind not in (BusinessKind.RECALL, BusinessKind.UPDATE):
            return False
        found = self._received_document(packet.sender.organ_id, packet.concerned_document_id)
        if not found:
            return False
        self.incoming_id = found
        asked = BUSINESS[kind]
        if kind == BusinessKind.UPDATE and self._takes_us_off(packet):
            asked = "recall"
        self._ask_clerk(found, asked, packet.business.reason, packet.sender.organ_id)
        return True

    def _takes_us_off(self, packet):
        """Whether an update says that we are no longer among the recipients."""
        change = packet.business.document_change
        own = self.company_id.organization_id
        codes = {own.identifier, own.identifier_legacy} - {False}
        return bool(change) and any(not r.added and r.organ_id in codes for r in change.receivers)

    def _take_replacements(self, packet, successor):
        """Ask about each document that the new one replaces.

        :param successor: vpdt.incoming of the new document
        :return: True when one of them is here
        """
        taken = False
        for replacement in packet.business.replacements if packet.business.kind == BusinessKind.REPLACE else ():
            found = self._received_document(packet.sender.organ_id, replacement.document_id)
            if found and found != successor:
                self._ask_clerk(found, "replace", packet.business.reason, packet.sender.organ_id, successor)
                taken = True
        return taken

    def _received_document(self, sender, document_code):
        """The document that came from ``sender`` under this identifier (vpdt.incoming, possibly empty)."""
        received = [
            ("company_id", "=", self.company_id.id),
            ("author_identifier", "=", sender),
            ("document_code", "=", document_code),
        ]
        return self.env["vpdt.incoming"].search(received, order="id", limit=1)

    def _ask_clerk(self, document, kind, reason, sender, successor=None):
        """Keep a request, and tell the clerks; the same wish twice is one."""
        Request = self.env["vpdt.exchange.request"]
        same = [("incoming_id", "=", document.id), ("kind", "=", kind), ("direction", "=", "in")]
        if successor:
            same.append(("successor_id", "=", successor.id))
        known = Request.search(same, limit=1)
        if known.state == "agreed" and kind != "update":
            known.incoming_id._report_again(known)
            return
        if known and known.state == "open" and kind != "update":
            return
        self.request_id = Request.create(
            {
                "company_id": self.company_id.id,
                "direction": "in",
                "kind": kind,
                "reason": (reason or "")[:500],
                "document_code": document.document_code,
                "incoming_id": document.id,
                "successor_id": successor.id if successor else False,
                "organization_id": self.env["vpdt.organization"]._find_by_identifier(sender).id,
                "message_id": self.id,
            }
        )
        document._journal("exchange", {"from": sender, "request": kind, "reason": reason or ""})
        what = dict(Request._fields["kind"]._description_selection(self.env))[kind]
        self._tell_clerks(
            document, self.env._("The sender asks: %(what)s – %(why)s", what=what, why=reason or "?"), reason
        )
        document._tell_screens()
