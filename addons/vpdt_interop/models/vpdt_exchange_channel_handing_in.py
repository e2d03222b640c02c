import hashlib
import hmac
import logging
import os
import re
import time
from pathlib import Path

from odoo import SUPERUSER_ID, api, models, tools
from odoo.exceptions import UserError

from ..edxml import DEFAULT_LIMITS, PacketError
from ..wire import canonical, signature
from ..wire.peer import CLOCKS_APART, PIECE

_logger = logging.getLogger(__name__)
_SHA256 = re.compile(r"[0-9a-f]{64}")
# Pieces of a packet that nobody has finished are thrown away after so many seconds.
ABANDONED = 3 * 24 * 3600


class VpdtExchangeChannel(models.Model):
    """What another installation hands in to us, and who it is that knocks: the other end of :mod:`wire.peer`.

    What we fetch ourselves: ``vpdt_exchange_channel_fetching.py``.
    """

    _inherit = "vpdt.exchange.channel"

    @api.model
    def _authenticated(self, method, path, headers, body):
        """The channel whose other side signed a request, in superuser mode.

        :param path: with the query
        :param headers: mapping
        :param body: bytes
        :return: vpdt.exchange.channel, or empty where the signature is not right
        :raises UserError: the clocks are too far apart, or the channel is paused
        """
        scheme, _space, word = (headers.get("Authorization") or "").partition(" ")
        name, _colon, given = word.partition(":")
        moment = headers.get("X-VPDT-Time") or ""
        # Who knocks is found out here: nobody is logged in, and secrets are readable by nobody.
        channel = self.sudo().search([("kind", "=", "peer"), ("system_code", "=", name)], limit=1) if name else self
        if scheme != "VPDT" or not channel or not channel.secret or not moment.isdecimal() or not moment.isascii():
            return self.browse()
        digest = hashlib.sha256(body).hexdigest()
        expected = signature(channel._secret(), canonical(method, path, moment, digest))
        if not hmac.compare_digest(expected, given):
            return self.browse()
        apart = abs(int(moment[:12]) - time.time())
        if apart > CLOCKS_APART:
            raise UserError(self.env._("The clocks of the two systems are %s seconds apart.", int(apart)))
        if channel.state == "paused":
            raise UserError(self.env._("This access is paused here."))
        return channel

    # Pieces ----------------------------------------------------------------------------------------------------------

    def _piece_path(self, sha256):
        """Where the pieces of a packet lie until it is whole; None where this is no SHA-256."""
        self.ensure_one()
        if not _SHA256.fullmatch(sha256):
            return None
        folder = Path(tools.config["data_dir"]) / "vpdt_exchange" / self.env.cr.dbname / str(self.id)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder / f"{sha256}.part"

    def _pieces_held(self, sha256):
        """How many bytes of a packet are here, from its beginning."""
        path = self._piece_path(sha256)
        return path.stat().st_size if path and path.exists() else 0

    def _keep_piece(self, sha256, offset, piece):
        """Keep a piece; what was there from ``offset`` on is replaced.

        :return: how many bytes are here now
        :raises UserError: a piece before it is missing, or the packet would be larger than any may be
        """
        path = self._piece_path(sha256)
        if path is None or len(piece) > PIECE:
            raise UserError(self.env._("This is no piece of a packet."))
        if not 0 <= offset <= self._pieces_held(sha256):
            raise UserError(self.env._("A piece before this one is missing."))
        if offset + len(piece) > DEFAULT_LIMITS.packet_bytes:
            path.unlink(missing_ok=True)
            raise UserError(self.env._("The packet is larger than any may be."))
        with path.open("r+b" if path.exists() else "wb") as stream:
            stream.seek(offset)
            stream.write(piece)
            stream.truncate()
            stream.flush()
            os.fsync(stream.fileno())
        return offset + len(piece)

    def _take_whole(self, sha256, sender, recipient, size):
        """Take a packet whose pieces are here.

        :return: dict for the answer: ``state`` taken or refused, words, cause, reference
        :raises UserError: not all of it is here
        """
        known = self._kept_before(sha256, recipient)
        path = self._piece_path(sha256)
        if known and known.state != "failed":
            path.unlink(missing_ok=True)
            return {"state": "taken", "reference": str(known.id)}
        if path is None or self._pieces_held(sha256) != size or _sha256_of(path) != sha256:
            if path and self._pieces_held(sha256) >= size:
                path.unlink(missing_ok=True)  # damaged: it begins anew
            raise UserError(self.env._("Not all of the packet is here."))
        answer = self._take_file(path, sender, recipient)
        # When this transaction is not committed, the sender is told nothing and sends it again.
        self.env.cr.postcommit.add(lambda: path.unlink(missing_ok=True))
        return answer

    def _take_file(self, path, sender, recipient):
        Organization = self.env["vpdt.organization"]
        bringer = Organization._find_by_identifier(sender)
        if not bringer or not self._speaks_for(bringer):
            words = self.env._("This access does not speak for %s.", sender or "?")
            return {"state": "refused", "cause": "unknown_sender", "words": words}
        company = Organization._find_by_identifier(recipient)._served_by()
        if not company:
            words = self.env._("Nobody here serves %s.", recipient or "?")
            return {"state": "refused", "cause": "unknown_recipient", "words": words}
        inside = self.with_user(SUPERUSER_ID)
        try:
            message = inside.env["vpdt.exchange.message"]._receive(str(path), company, sender, inside)
        except PacketError as error:
            return {"state": "refused", "cause": "unreadable", "words": error.in_vietnamese()}
        self._note_success()
        if message.state == "failed":
            return {"state": "refused", "cause": message.cause, "words": message.error or ""}
        return {"state": "taken", "reference": str(message.id)}

    def _speaks_for(self, organization):
        """Whether the other side of this channel may hand in packets of ``organization``, or of one that it follows."""
        known = self.organization_ids
        return organization in known | known._succeeded(work_only=False)

    def _kept_before(self, sha256, recipient):
        company = self.env["vpdt.organization"]._find_by_identifier(recipient)._served_by()
        same = [("company_id", "=", company.id), ("direction", "=", "in"), ("sha256", "=", sha256)]
        return self.env["vpdt.exchange.message"].search([*same, ("channel_id", "=", self.id)], limit=1)

    @api.model
    def _agencies_here(self):
        """What another installation may know of the agencies served here."""
        companies = self.env["res.company"].sudo().search([("organization_id.active", "=", True)])  # names and codes
        return [
            {
                "identifier": organization.identifier or "",
                "identifier_legacy": organization.identifier_legacy or "",
                "name": organization.name,
            }
            for organization in companies.organization_id
        ]

    @api.autovacuum
    def _gc_pieces(self):
        """Throw away pieces of packets that nobody has finished."""
        folder = Path(tools.config["data_dir"]) / "vpdt_exchange" / self.env.cr.dbname
        for path in folder.glob("*/*.part") if folder.exists() else ():
            if time.time() - path.stat().st_mtime > ABANDONED:
                path.unlink(missing_ok=True)


def _sha256_of(path):
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
