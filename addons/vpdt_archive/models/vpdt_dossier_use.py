from odoo import fields, models


class VpdtDossier(models.Model):
    """How often a dossier is used, and where it is now (Phụ lục VI, P6-6)."""

    _inherit = "vpdt.dossier"  # pylint: disable=consider-merging-classes-inherited

    use_count = fields.Integer("Times used", compute="_compute_use_count", groups="vpdt_base.group_archivist")
    lent_to = fields.Char("Lent to", compute="_compute_lent_to", groups="vpdt_base.group_archivist")

    def _compute_use_count(self):
        found = self.env["vpdt.reading.use"]._read_group([("dossier_id", "in", self.ids)], ["dossier_id"], ["__count"])
        counts = {dossier.id: count for dossier, count in found}
        for dossier in self:
            dossier.use_count = counts.get(dossier.id, 0)

    def _compute_lent_to(self):
        lent = self.env["vpdt.reading"].search([("state", "=", "lent"), ("dossier_ids", "in", self.ids)])
        for dossier in self:
            out = lent.filtered(lambda reading, dossier=dossier: dossier in reading.dossier_ids)[:1]
            dossier.lent_to = out.reader_name

    def action_uses(self):
        """Open the register of use of this dossier."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("vpdt_archive.vpdt_reading_use_action")
        return {**action, "domain": [("dossier_id", "=", self.id)], "context": {}}
