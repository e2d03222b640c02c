from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move

from .vpdt_outgoing import CLERK
from .vpdt_register_number import FREE


class VpdtOutgoing(models.Model):
    """A document takes the number that was kept for it, and loses one that was given in error."""

    _inherit = "vpdt.outgoing"

    kept_number_id = fields.Many2one(
        "vpdt.register.number",
        "Kept number",
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        domain="[('state', 'in', ('held', 'returned'))]",
        check_company=True,
        help="Empty: the next number of the register.",
    )
    void_draft = fields.Text("Reason to make the number void", copy=False)

    @api.model
    def _get_moves_of_number(self):
        """The moves of a number that was given in error, for the table of `_get_moves`."""
        return (
            Move(
                ("numbered",),
                "draft",
                self.env._("Make the number void"),
                "action_void_number",
                (CLERK,),
                "_check_void_reason",
                "_effect_number_void",
                danger=True,
                asks="void_draft",
                confirmation=self.env._(
                    "The number stays in the register as void, with the reason, and is never given again. The draft "
                    "goes back to its author."
                ),
            ),
        )

    def action_void_number(self):
        """Hủy số: the number was given in error before the agency signed; the document goes back to its author.

        :raises UserError: not numbered, or no reason
        """
        self.ensure_one()
        self._lock_row()
        if self.state != "numbered":
            raise UserError(self.env._("“%s” has no number that could be made void.", self.display_name))
        place = {
            "register": self.register_id,
            "year": self.register_year,
            "number": self.register_number,
            "suffix": self.register_suffix,
        }
        reason, about = (self.void_draft or "").strip(), self.display_name
        nothing = dict.fromkeys(
            ("register_id", "register_suffix", "number", "date", "kept_number_id", "void_draft"), False
        )
        values = {**nothing, "register_number": 0, "register_year": 0}
        moved = self._move_by("action_void_number", values)
        self.flush_recordset()  # the document lets the number go before it is void
        self.env["vpdt.register.number"]._make_void(**place, values={"reason": reason, "of_document": about})
        self._journal("correction", {"void": about, "reason": reason})
        return moved

    def _check_void_reason(self):
        if not (self.void_draft or "").strip():
            raise UserError(self.env._("Write why the number becomes void; the register shows the reason."))

    def _effect_number_void(self):
        self.sudo().draft_opinion = self.env._("The number was made void: %s", self.void_draft or "")  # of this step
        self._effect_draft()

    def _number_of_register(self, register, year):
        """(number, suffix) for this document: the one that was kept for it, else the next of the register."""
        kept = self.kept_number_id
        if not kept:
            return register._take_number(year), False
        if kept.register_id != register:
            raise UserError(
                self.env._("The number %s is kept in another register than this document goes into.", kept.number_text)
            )
        return kept._take_for(self), kept.suffix

    def _kept_code(self):
        """Number and notation that the document will have by the number kept for it, or an empty string."""
        kept = self.kept_number_id
        return "/".join(filter(None, (kept.number_text, self.notation))) if kept.state in FREE else ""
