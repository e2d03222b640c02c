from odoo import models
from odoo.exceptions import UserError


class IrAttachment(models.Model):
    """The bytes of a vpdt.file are never rewritten nor deleted (design rule 1)."""

    _inherit = "ir.attachment"

    _VPDT_FROZEN = {"raw", "datas", "db_datas", "store_fname", "res_model", "checksum", "res_id", "url", "type"}

    def _check_vpdt_file(self):
        if self.sudo().filtered(lambda a: a.res_model == "vpdt.file" and a.res_id):  # reads only whose bytes they are
            raise UserError(self.env._("A stored file is never rewritten nor deleted; upload a new version."))

    def write(self, vals):
        if self._VPDT_FROZEN & vals.keys():
            self._check_vpdt_file()
        return super().write(vals)

    def unlink(self):
        self._check_vpdt_file()
        return super().unlink()
