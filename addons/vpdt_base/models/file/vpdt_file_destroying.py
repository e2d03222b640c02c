from pathlib import Path

from odoo import fields, models
from odoo.tools import SQL


class VpdtFileDestroying(models.Model):
    """A state secret must not be here: its bytes go, wherever they lie. Row, name, size and hash stay."""

    _inherit = "vpdt.file"

    destroyed_at = fields.Datetime("Content destroyed on", readonly=True)

    def _destroy_bytes(self):
        """Destroy the bytes of these files, of all copies made from them and of all that have the same bytes.

        The file of the store goes when the transaction has been committed; nothing brings it back.
        """
        hashes = list(set(self.mapped("sha256")))
        twins = self.sudo().search([("sha256", "in", hashes)])  # the same bytes are the same secret, wherever they lie
        renditions = self.env["vpdt.file.rendition"]._of_all(hashes)
        attachments = (twins.attachment_id | renditions.attachment_id).sudo()  # past the door that shows bytes
        paths = [Path(attachments._full_path(name)) for name in attachments.mapped("store_fname") if name]
        self.env.cr.execute(SQL("DELETE FROM vpdt_file_text WHERE file_id = ANY(%s)", twins.ids))
        self.env.cr.execute(
            SQL("UPDATE ir_attachment SET index_content = NULL WHERE id = ANY(%s)", attachments.ids)
        )  # fmt: skip
        twins.filtered(lambda twin: not twin.destroyed_at).write({"destroyed_at": fields.Datetime.now()})
        renditions._work_to("state", "failed", {"error_code": "failed", "error": False, "attachment_id": False})
        self.env["vpdt.journal.entry"]._record("file", twins, {"destroyed": True})

        def remove():
            for path in paths:
                path.unlink(missing_ok=True)

        self.env.cr.postcommit.add(remove)
