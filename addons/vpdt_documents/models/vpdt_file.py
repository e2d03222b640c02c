from odoo import api, models


class VpdtFile(models.Model):
    _inherit = "vpdt.file"

    @api.depends("role", "original_name", "name")
    @api.depends_context("vpdt_with_role")
    def _compute_display_name(self):
        """Where one of several files is chosen, what it is comes first: “Annex: Phụ lục.pdf”."""
        result = super()._compute_display_name()
        if self.env.context.get("vpdt_with_role"):
            labels = dict(self._fields["role"]._description_selection(self.env))
            for file in self:
                file.display_name = f"{labels.get(file.role, '')}: {file.original_name or file.name}"
        return result

    @api.model
    def _owner_models(self):
        return [*super()._owner_models(), "vpdt.incoming", "vpdt.outgoing", "vpdt.copy"]
