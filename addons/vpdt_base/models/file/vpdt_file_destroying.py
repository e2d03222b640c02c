from odoo import fields, models


class VpdtFileDestroying(models.Model):
    """A state secret must not be here: its bytes go, wherever they lie in the agency. Row, name, size and hash stay."""

    _inherit = "vpdt.file"

    destroyed_at = fields.Datetime("Content destroyed on", readonly=True)

    def _destroy_bytes(self):
        """Destroy the bytes of these files, and of all in the same agency that have the same bytes.

        What another agency has of them is its own: its head decides, and nobody else destroys its documents.

        :return: vpdt.file of other agencies that have the same bytes, in superuser mode
        """
        same = [("sha256", "in", list(set(self.mapped("sha256")))), ("destroyed_at", "=", False)]
        found = self.sudo().search(same)  # the same bytes are the same secret, whoever may see them
        twins = found.filtered(lambda file: file.company_id in self.company_id)
        twins._destroy_content()
        self.env["vpdt.journal.entry"]._record("file", twins, {"destroyed": True})
        return found - twins
