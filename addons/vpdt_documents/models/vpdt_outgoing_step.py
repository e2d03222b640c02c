from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.vpdt_base.mixins.gate import by_system

from .vpdt_outgoing import UNIT_HEAD
from .vpdt_route import KINDS


class VpdtOutgoingStep(models.Model):
    """A step of one draft on its way to the signature: laid out from that of its type, changed when needed."""

    _name = "vpdt.outgoing.step"
    _description = "Step of a draft to the signature"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    outgoing_id = fields.Many2one("vpdt.outgoing", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="outgoing_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, "Who", required=True, default="person")
    user_id = fields.Many2one("res.users", "Person", check_company=True)
    days = fields.Integer("Working days", help="0: no deadline.")
    due_date = fields.Date("Until", readonly=True)
    skip_reason = fields.Char("Left out because", help="Written: this draft passes the step over.")
    of_route = fields.Boolean("Laid down by the agency", readonly=True)
    done_at = fields.Datetime("Done on", readonly=True)
    done_by_id = fields.Many2one("res.users", "Done by", readonly=True)

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"outgoing_id", "sequence", "kind", "user_id", "days"}

    def _editable_fields(self):
        """In the draft: what the agency has laid down is left out with a reason, not changed."""
        if self.outgoing_id.state != "draft":
            return super()._editable_fields()
        return super()._editable_fields() | ({"skip_reason"} if self.of_route else
                                             {"sequence", "kind", "user_id", "days", "skip_reason"})  # fmt: skip

    @api.depends("kind", "user_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for step in self:
            step.display_name = step.sudo().user_id.name or kinds.get(step.kind)  # a colleague of the own agency

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps._check_draft_state()
        return steps

    @api.constrains("kind", "user_id")
    def _check_person(self):
        for step in self:
            if step.kind == "person" and step.user_id not in step.outgoing_id._users_of_role(UNIT_HEAD):
                raise ValidationError(
                    self.env._(
                        "%s cannot initial drafts: choose the head of a unit, or have the role given to this person.",
                        step.user_id.name or self.env._("Nobody"),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_added_only(self):
        self._check_draft_state()
        if not by_system(self.env) and any(self.mapped("of_route")):
            raise UserError(
                self.env._("The agency has laid down this step: write why it is left out, it is not taken away.")
            )

    def _check_draft_state(self):
        if not by_system(self.env) and any(step.outgoing_id.state != "draft" for step in self):
            raise UserError(self.env._("The way of a document is changed in the draft only; return it first."))

    def _finish(self):
        # written by the steps of the document only
        self.sudo().write({"done_at": fields.Datetime.now(), "done_by_id": self.env.uid})

    def _undo(self):
        self.sudo().write({"done_at": False, "done_by_id": False, "due_date": False})  # see _finish
