from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.vpdt_base.mixins.gate import by_system

from .vpdt_outgoing import CLERK

LINE_FIELDS = frozenset({"sequence", "organization_id", "kind"})


class VpdtOutgoingRecipient(models.Model):
    """One recipient (nơi nhận) of an outgoing document."""

    _name = "vpdt.outgoing.recipient"
    _description = "Recipient of an outgoing document"
    _order = "sequence, id"

    outgoing_id = fields.Many2one("vpdt.outgoing", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="outgoing_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    organization_id = fields.Many2one("vpdt.organization", ondelete="restrict", required=True)
    issued_name = fields.Char("Name at issue", readonly=True, copy=False, help="Kept when it is renamed later.")
    identifier = fields.Char(related="organization_id.identifier")
    kind = fields.Selection(
        [("main", "Addressee (Kính gửi)"), ("information", "Recipient (Nơi nhận)")], required=True, default="main"
    )

    _recipient_unique = models.Constraint(
        "UNIQUE (outgoing_id, organization_id)", "This organization is among the recipients already."
    )

    def _keep_names(self):
        """Remember the names at issue; a later reorganisation does not rewrite what was sent."""
        for recipient in self._by_system():
            recipient.issued_name = recipient.organization_id.name

    def _name_on_paper(self):
        """The name under which the document was issued to this organization; today's while it is a draft."""
        return self.issued_name or self.organization_id.name

    @api.model
    def _first_fields(self):
        return super()._first_fields() | LINE_FIELDS | {"outgoing_id"}

    def _editable_fields(self):
        return super()._editable_fields() | LINE_FIELDS

    @api.model_create_multi
    def create(self, vals_list):
        recipients = super().create(vals_list)
        recipients._check_may_change()
        for document in recipients.outgoing_id:
            document._journal_changes(
                {"recipient_ids": document._recipients_in_words(without=recipients)},
                {"recipient_ids": document._recipients_in_words()},
            )
        return recipients

    def write(self, vals):
        if not by_system(self.env):
            if "outgoing_id" in vals:
                raise AccessError(self.env._("A recipient is not carried over to another document."))
            self._check_not_frozen()
            self._check_may_change()
        with self.outgoing_id._journal_recipients():
            return super().write(vals)

    def unlink(self):
        with self.outgoing_id._journal_recipients():
            return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_before_issue(self):
        self._check_not_frozen()
        self._check_may_change()

    def _check_may_change(self):
        """Who sees a draft may name its recipients; what has been submitted is put right by the clerk only."""
        if by_system(self.env) or self.env.user.has_group(CLERK):
            return
        for document in self.outgoing_id:
            if document.state != "draft":
                raise AccessError(self.env._("“%s” is no longer a draft: its recipients stand.", document.display_name))

    @api.constrains("organization_id", "outgoing_id", "kind")
    def _check_not_frozen(self):
        for recipient in self:
            if recipient.outgoing_id.state == "issued":
                raise ValidationError(self.env._("The document has been issued: its recipients can no longer change."))


class VpdtOutgoing(models.Model):
    """To whom a document goes is kept in the journal like what is typed into its own fields."""

    _inherit = "vpdt.outgoing"

    @contextmanager
    def _journal_recipients(self):
        """Keep what the block changes in the recipients of these documents."""
        before = [(document, document._recipients_in_words()) for document in self]
        yield
        for document, old in before:
            document._journal_changes({"recipient_ids": old}, {"recipient_ids": document._recipients_in_words()})

    def _recipients_in_words(self, without=()):
        lines = self.sudo().recipient_ids.sorted(lambda line: (line.sequence, line.id))  # of the document itself
        lines = lines.filtered(lambda line: line.id not in (without and without.ids))
        marks = {"information": " (Nơi nhận)"}
        return ", ".join(line.organization_id.name + marks.get(line.kind, "") for line in lines) or None
