import tempfile
from contextlib import ExitStack, closing, contextmanager, nullcontext

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import plaintext2html

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move

from ..edxml import DocumentPacket, PacketError, PacketParts, read, write_packed
from ..transports import CAUSES

#: Notes of the reader on what it has left aside: nobody has seen what that is.
UNREAD = frozenset({"attachments_ignored", "unread_element"})


class VpdtExchangeMessage(models.Model):
    """One packet sent or received (gói tin), kept byte for byte with what became of it.

    A packet of ours lies in two parts: the envelope, here, and the attachments, packed once for all recipients of the
    document. What came from outside lies in one piece. Nobody reads either as an attachment; see ``_check_offered``.
    """

    _name = "vpdt.exchange.message"
    _description = "Exchange packet"
    # an activity is told through the thread
    _inherit = ["vpdt.move.mixin", "vpdt.job.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id"
    _rec_name = "document_code"

    company_id = fields.Many2one("res.company", "Agency", required=True, index=True, readonly=True)
    direction = fields.Selection([("out", "Sent"), ("in", "Received")], required=True, readonly=True)
    kind = fields.Selection([("document", "Document"), ("status", "Status")], required=True, readonly=True)
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sent", "On the axis"),
            ("delivered", "Delivered"),
            ("failed", "Failed"),
            ("cancelled", "Withdrawn before it was sent"),
        ]
    )
    channel_id = fields.Many2one("vpdt.exchange.channel", readonly=True, index=True, ondelete="restrict")
    reference = fields.Char("Name on the axis", readonly=True, index="btree_not_null", help="What the axis calls it.")
    error = fields.Char(readonly=True, help="Why it failed, or why it is tried again.")
    cause = fields.Selection(
        selection=lambda self: self._causes(), string="Kind of failure", readonly=True, help="For the statistics."
    )
    next_try_at = fields.Datetime("Tried again at", readonly=True)
    sent_at = fields.Datetime("Sent on", readonly=True, help="When the channel took it.")
    delivered_at = fields.Datetime("Delivered on", readonly=True)
    asked_at = fields.Datetime(readonly=True, help="When the axis was last asked what became of it.")
    finding = fields.Text(readonly=True, help="What was odd in it and did no harm, a line each.")
    from_identifier = fields.Char(readonly=True)
    to_identifier = fields.Char(readonly=True)
    handed_in_by = fields.Char(readonly=True, help="Identifier of the sender, as whoever brought the packet knows it.")
    document_code = fields.Char("Identifier of the document", readonly=True, index=True)
    status_code = fields.Char(readonly=True)
    business = fields.Selection(
        [("new", "New"), ("recall", "Recall"), ("update", "Update"), ("replace", "Replacement")],
        "What for",
        readonly=True,
        default="new",
        help="Of a packet with a document: what its sender wants (BussinessDocType).",
    )
    request_id = fields.Many2one("vpdt.exchange.request", readonly=True, index="btree_not_null", ondelete="restrict")
    envelope = fields.Text(readonly=True, prefetch=False, groups=fields.NO_ACCESS)
    packed_id = fields.Many2one(
        "ir.attachment", "Packed attachments", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    packet_id = fields.Many2one("ir.attachment", "Packet in one piece", readonly=True, ondelete="restrict")
    sha256 = fields.Char("SHA-256", readonly=True, help="Of the whole packet; reckoned when it is delivered.")
    fingerprint = fields.Char(readonly=True, help="Of what the packet says, however it was written.")
    outgoing_id = fields.Many2one("vpdt.outgoing", readonly=True, index=True, ondelete="restrict")
    recipient_id = fields.Many2one("vpdt.outgoing.recipient", readonly=True, index=True, ondelete="restrict")
    incoming_id = fields.Many2one("vpdt.incoming", readonly=True, index=True, ondelete="restrict")

    _oldest_first = models.Index("(company_id, to_identifier, id) WHERE direction = 'out' AND state = 'queued'")
    # A second delivery of the same packet changes nothing (interop: at least once, so receivers must dedupe).
    _received_once = models.UniqueIndex("(company_id, sha256) WHERE direction = 'in'", "Received already.")
    _sent_once = models.UniqueIndex(
        "(recipient_id) WHERE direction = 'out' AND kind = 'document' AND request_id IS NULL",
        "Sent to this recipient already.",
    )
    _status_once = models.UniqueIndex(
        "(incoming_id, status_code, request_id) NULLS NOT DISTINCT WHERE direction = 'out' AND kind = 'status'",
        "This status was sent already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Without “created” in the chatter and without followers: a document may have hundreds of recipients."""
        quiet = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        return super(VpdtExchangeMessage, quiet).create(vals_list).with_env(self.env)

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(("queued",), "sent", ""),
            Move(("queued", "sent"), "delivered", "", effect="_effect_delivered"),
            Move(("queued", "sent"), "failed", ""),
            Move(("failed",), "queued", ""),
            Move(("queued", "failed"), "cancelled", ""),
        )

    @api.model
    def _causes(self):
        words = {
            "no_channel": self.env._("No channel leads there"),
            "no_answer": self.env._("No answer"),
            "login": self.env._("The channel does not accept our login"),
            "unknown_recipient": self.env._("The recipient is unknown there"),
            "unknown_sender": self.env._("Another sender than the one who brought it"),
            "unreadable": self.env._("The packet cannot be read"),
            "policy": self.env._("The recipient does not take such a file"),
            "not_ours": self.env._("It fits no document here"),
            "refused": self.env._("The other side refused it"),
            "unexpected": self.env._("Something unexpected"),
        }
        return [(cause, words.get(cause, label)) for cause, label in CAUSES]

    def _journal(self, kind, detail=None):
        """What becomes of a packet is an exchange; that it waits is no news."""
        if kind != "move":
            return super()._journal(kind, detail)
        for message in self:
            packet = {"packet": message.sha256} if message.sha256 else {}
            super(VpdtExchangeMessage, message)._journal("exchange", {**(detail or {}), **packet})
        return None

    # The bytes -------------------------------------------------------------------------------------------------------

    @api.model
    def _pack(self, attachments):
        """Zip the attachments of a document once, for all its recipients, in pieces.

        :param attachments: list of edxml.Attachment; each has a ``content_id`` afterwards
        :return: ir.attachment in superuser mode
        :raises PacketError: too many or too large
        """
        with tempfile.NamedTemporaryFile(prefix="vpdt-packet-") as packed:
            write_packed(attachments, packed)
            packed.flush()
            return self._keep_in_store(packed.name)

    @api.model
    def _keep_in_store(self, content):
        """Keep bytes, or the file at a path, among the bytes of documents: once, unindexed, closed to everybody."""
        attachment, _sha256, _size = self.env["vpdt.file"]._keep_bytes("packet.edxml", content)
        attachment.res_model = self._name
        return attachment

    @contextmanager
    def _packet(self):
        """The bytes of this packet as edxml.PacketParts, for the time of the block. Who may have them is asked before.

        :raises UserError: they are gone
        """
        self.ensure_one()
        message, File = self.sudo(), self.env["vpdt.file"]  # see above
        whole, packed = message.packet_id, message.packed_id
        if not (whole or message.envelope):
            raise UserError(self.env._("The bytes of this packet were not kept."))
        with ExitStack() as stack:
            head = stack.enter_context(File._path_of(whole)) if whole else message.envelope.encode()
            yield PacketParts(head, stack.enter_context(File._path_of(packed)) if packed else None)

    def _check_offered(self):
        """Whoever may see this packet gets its bytes when each file in it has passed the virus check.

        What is in it says the packet itself: a file that is not among those of its document – of an update that waits
        for the clerk's answer, of a packet that was not taken – has never been checked.

        :raises AccessError: not among those who may see it
        :raises UserError: a file waits for its check, is infected or was destroyed; or nobody has checked it at all
        """
        self.ensure_one()
        self.check_access("read")
        document = self.outgoing_id or self.incoming_id
        document.check_access("read")  # a clerk sees all packets, and not what is hidden from all
        hashes = self._hashes_inside()
        # files of the very document; whether they are checked, nothing else
        files = self.env["vpdt.file"].sudo().search(
            [("res_model", "=", document._name), ("res_id", "=", document.id), ("sha256", "in", hashes)]
        )  # fmt: skip
        if set(hashes) - set(files.mapped("sha256")):
            raise UserError(self._unchecked_words())
        for file in files:
            file._check_offered()

    def _hashes_inside(self):
        """SHA-256 of each file in this packet (list of str).

        :raises UserError: it cannot be read, or carries something that is not read
        """
        try:
            with self._packet() as parts:
                packet = read(parts.open())
                with closing(packet) if isinstance(packet, DocumentPacket) else nullcontext():
                    if any(problem.code in UNREAD for problem in packet.problems):
                        raise UserError(self._unchecked_words())
                    return [attachment.sha256() for attachment in getattr(packet, "attachments", ())]
        except PacketError as error:
            raise UserError(self._unchecked_words()) from error

    def _unchecked_words(self):
        return self.env._(
            "Nobody has checked for viruses what is in this packet: it could not be read, or waits to be taken. Answer "
            "what the sender asks, or read it again; then it can be saved."
        )

    def action_download(self):
        """Open the door to the bytes, see the controller."""
        self._check_offered()
        return {"type": "ir.actions.act_url", "url": f"/vpdt/packet/{self.id}", "target": "download"}

    # Once more -------------------------------------------------------------------------------------------------------

    def action_retry(self):
        """Send what could not be sent, and read what could not be read, again.

        :return: True; what is not failed is left alone
        :raises AccessError: not a clerk
        """
        failed = self.filtered(lambda m: m.state == "failed")
        failed.check_access("read")
        if failed and not self.env.user.has_group("vpdt_base.group_clerk"):
            raise AccessError(self.env._("Sending again is a step of the clerk."))
        for message in failed.sudo():  # state of a packet is written by the exchange only
            message._move_to("queued", {"error": False, "cause": False, "next_try_at": False})
            if message.direction == "out":
                message._queue()
            else:
                message._read_again()
            message._tell_screens()
        return True

    def action_send_now(self):
        """Send what waits for its next try at once.

        :return: True; what does not wait is left alone
        :raises AccessError: not a clerk
        """
        waiting = self.filtered(lambda m: m.state == "queued" and m.direction == "out")
        waiting.check_access("read")
        if waiting and not self.env.user.has_group("vpdt_base.group_clerk"):
            raise AccessError(self.env._("Sending again is a step of the clerk."))
        keys = [message._job_key() for message in waiting]
        Job = self.env["queue.job"].sudo()  # the jobs of these packets, nothing else
        Job.search([("identity_key", "in", keys), ("state", "=", "pending")]).write({"eta": False})
        waiting.sudo()._queue()  # as above
        return True

    # What people see -------------------------------------------------------------------------------------------------

    def _told_on(self):
        """The record whose activities say that this packet failed: our document, or a packet that came, itself."""
        self.ensure_one()
        return self if self.direction == "in" else self.outgoing_id or self.incoming_id or self

    def _tell_screens(self):
        (self.outgoing_id or self.incoming_id)._tell_screens()

    def _fail(self, words, cause="unexpected"):
        """End in a state that a person sees: with words, an activity for the clerks, and open screens told.

        :param words: translated sentence
        :param cause: a key of transports.CAUSES
        """
        for message in self.sudo():  # the exchange itself keeps this
            values = {"error": words, "cause": cause, "next_try_at": False}
            if not message._move_to("failed", values):
                message.write(values)
            message._tell_clerks(message._told_on(), *message._words_of_failure())
            message._tell_screens()

    def _words_of_failure(self):
        """(summary, note) of the activity; one a document, however many of its recipients it did not reach."""
        if self.direction == "in":
            return self.env._("A packet could not be taken: %s", self.from_identifier or "?"), self.error
        if self.kind == "status":
            return self.env._("The sender could not be told: %s", self.status_code), self.error
        failed = self.outgoing_id.recipient_ids.message_ids.filtered(lambda m: m.state == "failed")
        lines = [f"{message.recipient_id.organization_id.name}: {message.error}" for message in failed]
        return self.env._("Not sent to %s of the recipients", len(failed)), "\n".join(lines)

    @api.model
    def _tell_clerks(self, document, summary, note):
        """An activity of the exchange for each clerk of the agency; the open one of ``document`` is brought up to date.

        :param document: record with activities, in superuser mode
        """
        kind = self.env.ref("vpdt_interop.activity_exchange")
        note = plaintext2html(note or "")
        known = document.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        known.write({"summary": summary, "note": note})
        clerks = self.env["vpdt.virus.check"]._people(document.company_id, "vpdt_base.group_clerk")
        loud = document.with_context(vpdt_loud=True)  # also where the clerk has silenced the document
        new = clerks - known.user_id
        loud._remind_people(new, summary, "vpdt_interop.activity_exchange", event="failed", note=note)

    def _settle(self):
        """What had failed is done now: its activities go, or say what is left."""
        kind = self.env.ref("vpdt_interop.activity_exchange")
        for message in self.sudo():  # see _fail
            document = message._told_on()
            waiting = document.activity_ids.filtered(lambda a: a.activity_type_id == kind)
            if not waiting:
                continue
            sent = document.recipient_ids.message_ids if document == message.outgoing_id else self.browse()
            left = sent.filtered(lambda m: m.state == "failed")
            if left:
                self._tell_clerks(document, *left[:1]._words_of_failure())
            else:
                waiting.unlink()

    # Disposal --------------------------------------------------------------------------------------------------------

    def _destroy_packets(self):
        """Take away the bytes of these packets, for the document in them has been destroyed; who sent what when stays.

        Packed files that the packet of another document needs as well stay. In superuser mode.
        """
        bytes_of = self.packed_id | self.packet_id
        self.write({"packed_id": False, "packet_id": False, "envelope": False})
        self.flush_recordset()
        used = self.search(["|", ("packed_id", "in", bytes_of.ids), ("packet_id", "in", bytes_of.ids)])
        (bytes_of - used.packed_id - used.packet_id).unlink()
