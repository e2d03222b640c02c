from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.vietnam import today

#: Years from the year in which the archive took over (Luật Lưu trữ 33/2024, Điều 17).
YEARS_UNTIL_HISTORICAL = 5


class VpdtDossier(models.Model):
    """What is kept for ever goes on to the historical archive: by its package, with the minutes of who received it."""

    _inherit = "vpdt.dossier"  # pylint: disable=consider-merging-classes-inherited

    accession_date = fields.Date("In the archive since", readonly=True, copy=False)
    historical_due = fields.Date(
        "To the historical archive by", compute="_compute_historical_due", store=True, index="btree_not_null"
    )
    historical_receipt = fields.Char(
        "Minutes of the historical archive", copy=False, help="Number and date of the minutes of the handover."
    )
    historical_date = fields.Date("Sent on", readonly=True, copy=False)

    @api.depends("accession_date", "retention_term")
    def _compute_historical_due(self):
        for dossier in self:
            permanent = dossier.retention_term == "permanent" and dossier.accession_date
            year = dossier.accession_date.year + YEARS_UNTIL_HISTORICAL if permanent else 0
            dossier.historical_due = date(year, 12, 31) if permanent else False

    def action_send_to_historical(self):
        """The historical archive has taken over the package of this dossier; what is here stays, frozen."""
        self.ensure_one()
        return self._move_to("sent", {"historical_date": today()})

    def _check_sending(self):
        """:raises UserError: not permanent, no package that could be handed over, or no minutes of the handover"""
        if self.retention_term != "permanent":
            raise UserError(
                self.env._("“%s” is not kept for ever: it stays with the archive of the agency.", self.display_name)
            )
        made = [("dossier_id", "=", self.id), ("kind", "=", "SIP"), ("state", "=", "done")]
        if not self.env["vpdt.package"].sudo().search_count(made, limit=1):  # whether there is one
            raise UserError(self.env._("Make a SIP of “%s” first, and hand it over.", self.display_name))
        if not (self.historical_receipt or "").strip():
            raise UserError(self.env._("Write number and date of the minutes by which it was received."))
