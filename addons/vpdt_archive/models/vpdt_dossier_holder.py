from odoo import api, fields, models
from odoo.fields import Domain

from .vpdt_file_plan import ARCHIVIST

#: States of what a person keeps himself; what the archive has is nobody's any more.
OWN = ("open", "closed", "offered")


class VpdtDossier(models.Model):
    """Dossiers of who leaves: handed over, or reminded of."""

    _inherit = "vpdt.dossier"  # pylint: disable=consider-merging-classes-inherited

    holder_left = fields.Boolean(
        "Kept by somebody who has left", compute="_compute_holder_left", search="_search_holder_left"
    )

    @api.depends("holder_id")
    def _compute_holder_left(self):
        for dossier in self:
            dossier.holder_left = not dossier.holder_id.sudo().active  # whether a colleague is still here

    @api.model
    def _search_holder_left(self, operator, value):
        if operator != "in":
            return NotImplemented
        left = self.env["res.users"].sudo().with_context(active_test=False)._search([("active", "=", False)])
        domain = Domain("holder_id", "in", left) & Domain("state", "in", OWN)
        return domain if True in value else ~domain

    def _hand_over_to(self, receiver, reason):
        """Let ``receiver`` keep these dossiers and their transfers from now on, and see what their keeper saw in them;
        superuser mode, see the dialog."""
        for dossier in self:
            before = dossier.holder_id
            dossier._by_system().holder_id = receiver
            dossier._journal("permission", {"from": before.name, "to": receiver.name, "reason": reason})
            for model, items in dossier.item_ids.grouped("res_model").items():
                documents = self.env[model].browse(items.mapped("res_id"))
                documents._seen_by(before)._add_participants(receiver, "Dossier")
        transfers = self.env["vpdt.transfer"].search(
            [("line_ids.dossier_id", "in", self.ids), ("state", "!=", "accepted")]
        )
        for transfer in transfers:
            transfer._by_system().giver_id = receiver
            transfer._add_participants(receiver, "Transfer")
        self[:1]._remind_people(receiver, self.env._("%s dossiers were handed over to you", len(self)))

    @api.model
    def _cron_leavers(self):
        """Ask the head of the unit, or the archivists, to have handed over what people who have left still keep."""
        left = self.search([("holder_left", "=", True)])
        words = self.env._("Dossiers of a person who has left are to be handed over")
        asked = self.env["mail.activity"].search([("res_model", "=", self._name), ("summary", "=", words)])
        for (company, _holder), dossiers in left.grouped(lambda d: (d.company_id, d.holder_id)).items():
            first = dossiers[0]
            if first.id in asked.mapped("res_id"):
                continue
            head = first.department_id.manager_id.user_id.filtered("active")
            first.with_company(company)._remind_people(head or first._users_of_role(ARCHIVIST), words)
