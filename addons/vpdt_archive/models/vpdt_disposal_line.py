from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.vpdt_base.mixins.gate import by_system
from odoo.addons.vpdt_base.vietnam import today

from .vpdt_file_plan import ARCHIVIST

FIRST = frozenset({"dossier_id", "bundle", "volume", "reason", "note"})


class VpdtDisposalLine(models.Model):
    """A dossier of a disposal: why, what the council said, and what became of it (Thông tư 06/2025, Phụ lục II)."""

    _name = "vpdt.disposal.line"
    _description = "Dossier of a disposal"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "disposal_id, id"
    _check_company_auto = True

    disposal_id = fields.Many2one("vpdt.disposal", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="disposal_id.company_id", store=True, index=True)
    state = fields.Selection(related="disposal_id.state")
    dossier_id = fields.Many2one(
        "vpdt.dossier", required=True, index=True, ondelete="restrict", check_company=True,
        domain="[('state', '=', 'kept')]",
    )  # fmt: skip
    retention_label = fields.Char("Kept for", related="dossier_id.retention_label")
    retention_until = fields.Date("Kept until", related="dossier_id.retention_until")
    bundle = fields.Char()
    volume = fields.Char()
    reason = fields.Selection(
        [("expired", "Retention ended"), ("duplicate", "There twice"), ("other", "Other")],
        required=True,
        default="expired",
    )
    note = fields.Char()
    verdict = fields.Selection([("destroy", "Destroy"), ("keep", "Keep")], "Council")
    result = fields.Selection(
        [("destroyed", "Destroyed"), ("held", "Held, not destroyed"), ("kept", "Kept")], readonly=True, copy=False
    )
    result_words = fields.Char("What became of it", readonly=True, copy=False)

    _once = models.Constraint("UNIQUE (disposal_id, dossier_id)", "The dossier is in this list already.")

    @api.model
    def _first_fields(self):
        return super()._first_fields() | FIRST | {"disposal_id"}

    def _editable_fields(self):
        names = super()._editable_fields()
        if not self.env.user.has_group(ARCHIVIST):
            return names
        if self.disposal_id.state == "draft":
            return names | FIRST
        return names | ({"verdict", "note"} if self.disposal_id.state == "council" else set())

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        for line in lines:
            if line.disposal_id.state != "draft":
                raise UserError(self.env._("The list has been laid before the council: nothing is added."))
        return lines

    @api.ondelete(at_uninstall=False)
    def _unlink_from_draft_only(self):
        for line in self:
            if line.disposal_id.state != "draft" and not by_system(self.env):
                raise UserError(self.env._("The list has been laid before the council: nothing is taken out."))

    @api.depends("dossier_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.dossier_id.display_name

    def _check_due(self):
        """:raises UserError: it is not in the archive, is held, or its retention has not ended"""
        dossier = self.dossier_id
        if dossier.state != "kept":
            raise UserError(self.env._("“%s” is not in the archive.", dossier.display_name))
        if dossier.held:
            raise UserError(self.env._("“%s” is held: take it off the list.", dossier.display_name))
        ended = dossier.retention_until and dossier.retention_until < today()
        if self.reason == "expired" and not ended:
            raise UserError(self.env._("The retention of “%s” has not ended.", dossier.display_name))

    def _destroy(self):
        """Destroy the content of one dossier. A hold that was placed meanwhile wins: its row is locked first."""
        self.ensure_one()
        dossier = self.dossier_id
        self.env.cr.execute(SQL("SELECT id FROM vpdt_dossier WHERE id = %s FOR UPDATE", dossier.id))
        dossier.invalidate_recordset()
        line = self._by_system()
        if dossier.held or dossier.state != "kept":
            line.write({"result": "held", "result_words": dossier.hold_reason or dossier._state_label(dossier.state)})
            return
        if self.reason == "expired" and not (dossier.retention_until and dossier.retention_until < today()):
            words = self.env._("Kept: its retention has become longer meanwhile (%s)", dossier.retention_label)
            line.write({"result": "kept", "result_words": words})
            return
        files, shared = dossier.sudo()._destroy_content(self)  # by the decision that this line is of
        words = self.env._("%s files destroyed", files)
        if shared:
            words = f"{words}; " + self.env._("%s documents stay, for another dossier holds them", shared)
        line.write({"result": "destroyed", "result_words": words})
