from odoo import api, fields, models

KINDS = [("preview", "PDF preview"), ("ocr", "Searchable copy")]


class VpdtFileRendition(models.Model):
    """A PDF made from a file for reading: the preview of an Office file, the searchable copy of a scan.

    Kept by the hash of what it was made from: the same bytes are converted once, whoever has them. A rendition is a
    copy; the file itself stays as it came (design rule 1). Only the system reads this model; people reach a rendition
    through a file that they may see.
    """

    _name = "vpdt.file.rendition"
    _description = "Rendition of a file"

    sha256 = fields.Char("SHA-256 of the source", required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection([("done", "Made"), ("failed", "Could not be made")], required=True, readonly=True)
    error = fields.Char(readonly=True)
    attachment_id = fields.Many2one("ir.attachment", readonly=True, ondelete="restrict")
    result_sha256 = fields.Char("SHA-256", readonly=True)
    size = fields.Integer(readonly=True, help="In bytes.")
    pages = fields.Integer(readonly=True)

    _source_unique = models.Constraint("UNIQUE (sha256, kind)", "This rendition exists already.")

    @api.model
    def _of(self, sha256, kind):
        """The rendition of these bytes, possibly empty."""
        return self.sudo().search([("sha256", "=", sha256), ("kind", "=", kind)], limit=1)  # see the class

    @api.model
    def _keep(self, sha256, kind, content, pages):
        """Store the PDF ``content`` (bytes) as the rendition of the file with ``sha256``."""
        attachment, result, size = self.env["vpdt.file"]._keep_bytes(f"{kind}.pdf", content)
        rendition = self.sudo().create(  # see the class
            {
                "sha256": sha256,
                "kind": kind,
                "state": "done",
                "attachment_id": attachment.id,
                "result_sha256": result,
                "size": size,
                "pages": pages,
            }
        )
        attachment.write({"res_model": self._name, "res_id": rendition.id})
        return rendition

    @api.model
    def _keep_failure(self, sha256, kind, error):
        values = {"sha256": sha256, "kind": kind, "state": "failed", "error": str(error)[:500]}
        return self.sudo().create(values)  # see the class
