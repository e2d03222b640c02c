from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.mixins.gate import by_system
from odoo.addons.vpdt_base.vietnam import local_day

from .vpdt_file_plan import ARCHIVIST


class VpdtTransferLine(models.Model):
    """A dossier of a transfer, and what the archivist found."""

    _name = "vpdt.transfer.line"
    _description = "Dossier of a transfer"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "transfer_id, sequence, id"
    _check_company_auto = True

    transfer_id = fields.Many2one("vpdt.transfer", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="transfer_id.company_id", store=True, index=True)
    state = fields.Selection(related="transfer_id.state")
    sequence = fields.Integer(default=10)
    dossier_id = fields.Many2one(
        "vpdt.dossier", required=True, index=True, ondelete="restrict", check_company=True,
        domain="[('state', '=', 'closed')]",
    )  # fmt: skip
    retention_label = fields.Char("Kept for", related="dossier_id.retention_label")
    doc_total = fields.Integer(related="dossier_id.doc_total")
    page_total = fields.Integer(related="dossier_id.page_total")
    dossier_state = fields.Selection(related="dossier_id.state", string="State of the dossier")
    verdict = fields.Selection(
        [("waiting", "To be looked at"), ("accepted", "Right"), ("returned", "Goes back")],
        "Finding",
        required=True,
        default=lambda self: "waiting",
        copy=False,
    )
    reason = fields.Char("Why it goes back", copy=False)

    _once = models.Constraint("UNIQUE (transfer_id, dossier_id)", "The dossier is in this transfer already.")

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"transfer_id", "dossier_id", "sequence"}

    def _editable_fields(self):
        names = super()._editable_fields()
        if self.transfer_id.state == "draft":
            return names | {"sequence"}
        if self.transfer_id.state == "submitted" and self.env.user.has_group(ARCHIVIST):
            return names | {"verdict", "reason"}
        return names

    @api.depends("dossier_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.dossier_id.display_name

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        for line in lines:
            if not by_system(self.env) and not line.transfer_id._is_giver():
                raise UserError(self.env._("The dossiers are handed in by %s.", line.transfer_id.giver_id.name))
            if line.transfer_id.state != "draft":
                raise UserError(self.env._("“%s” has been handed in: nothing is added.", line.transfer_id.display_name))
        return lines

    @api.ondelete(at_uninstall=False)
    def _unlink_from_draft_only(self):
        for line in self:
            if not by_system(self.env) and not line.transfer_id._is_giver():
                raise UserError(self.env._("The dossiers are handed in by %s.", line.transfer_id.giver_id.name))
            if line.transfer_id.state != "draft":
                raise UserError(self.env._("“%s” has been handed in already.", line.dossier_id.display_name))

    def _check_may_be_offered(self):
        """:raises UserError: not closed, or kept for less than five years (khoản 3 Điều 31)
        :raises AccessError: another one keeps it: what is handed in is open to the archivist, who takes no dossier
            himself but those of people who have left
        """
        dossier = self.dossier_id
        left = dossier.holder_left and self.env.user.has_group(ARCHIVIST)
        if not (by_system(self.env) or dossier._is_mine() or left):
            raise AccessError(
                self.env._("“%(dossier)s” is kept by %(holder)s, who hands it in.", dossier=dossier.title,
                           holder=dossier.holder_id.name)
            )  # fmt: skip
        if dossier.state != "closed":
            raise UserError(self.env._("“%s” is not closed.", dossier.display_name))
        if dossier.retention_term == "years" and dossier.retention_years < 5:
            raise UserError(
                self.env._("“%s” is kept for less than five years: it stays with the unit.", dossier.display_name)
            )

    def _take_over(self, number):
        """The dossier is the archive's from now on, under a code of its own.

        :param number: its place in the transfer, from 1
        """
        dossier, transfer = self.dossier_id, self.transfer_id
        fonds = self.env["vpdt.fonds"]._of(transfer.company_id)
        organ = dossier.company_id.sudo().organization_id.identifier or ""  # of the own agency
        parts = (fonds.archive_code, organ, str(transfer.year), f"{transfer.round:02d}", f"{number:04d}")
        code = ".".join(filter(None, parts))
        dossier._by_system().write({"archive_code": code, "accession_date": local_day(transfer.accepted_at)})
        for place, item in enumerate(dossier.sudo().item_ids, 1):  # written by the archive only
            item.archive_code = f"{code}.{place:07d}"
        self.env.flush_all()  # written before the triggers close the dossier
        dossier._move_to("kept")
