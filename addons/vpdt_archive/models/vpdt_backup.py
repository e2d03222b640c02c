from odoo import api, models


class VpdtBackup(models.Model):
    """After a restore what disposal had destroyed stays destroyed: its text and previews go again as well."""

    _inherit = "vpdt.backup"

    @api.model
    def _destroy_again(self, destroyed):
        count = super()._destroy_again(destroyed)
        known = {line.get("id"): line.get("sha256") for line in destroyed if line.get("model") == "vpdt.file"}
        files = self.env["vpdt.file"].sudo().browse(filter(None, known)).exists()  # a restore is the system's
        files.filtered(lambda file: file.sha256 == known[file.id])._destroy_content(note=False)
        return count
