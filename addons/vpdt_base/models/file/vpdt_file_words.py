from odoo import api, fields, models

from ...text.signatures import TYPES

KB, MB = 1 << 10, 1 << 20


class VpdtFileWords(models.Model):
    """What a file is, as people say it: Word, 1,2 MB."""

    _inherit = "vpdt.file"  # pylint: disable=consider-merging-classes-inherited

    type_label = fields.Char("Type", compute="_compute_type_label", help="By content, not by name.")
    size_label = fields.Char("Size", compute="_compute_size_label")

    @api.depends("mimetype")
    def _compute_type_label(self):
        for file in self:
            file.type_label = TYPES.get(file.mimetype, (file.mimetype, ()))[0]

    @api.depends("size")
    def _compute_size_label(self):
        for file in self:
            size = file.size or 0
            if size >= MB:
                file.size_label = f"{size / MB:.1f} MB".replace(".", ",")
            else:
                file.size_label = f"{max(1, round(size / KB))} KB"
