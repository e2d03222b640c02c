from datetime import timedelta

from odoo import api, fields, models

KINDS = [("preview", "PDF preview"), ("ocr", "Searchable copy"), ("text", "Text for the search")]


class VpdtFileRendition(models.Model):
    """A PDF made from a file for reading: the preview of an Office file, the searchable copy of a scan.

    Kept by the hash of what it was made from: the same bytes are converted once, whoever has them. A rendition is a
    copy; the file itself stays as it came. What could not be made is kept as well, with its reason and
    its attempts; of ``text`` nothing else is. Only the system reads this model; people reach a rendition through a file
    that they may see.
    """

    _name = "vpdt.file.rendition"
    _description = "Rendition of a file"
    _inherit = ["vpdt.job.mixin"]

    sha256 = fields.Char("SHA-256 of the source", required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(
        [("done", "Made"), ("retrying", "Is tried again"), ("failed", "Could not be made")],
        required=True,
        readonly=True,
    )
    error = fields.Char(readonly=True, help="The last words of the program, for the administrator.")
    error_code = fields.Char(readonly=True, help="missing, no_wall, timeout, crashed or failed.")
    attempts = fields.Integer(readonly=True, help="Attempts that failed, since a person asked for them.")
    due = fields.Datetime(readonly=True, help="When it is tried again.")
    attachment_id = fields.Many2one("ir.attachment", readonly=True, ondelete="restrict")
    result_sha256 = fields.Char("SHA-256", readonly=True)
    size = fields.Integer(readonly=True, help="In bytes.")
    pages = fields.Integer(readonly=True)
    resolution = fields.Integer(readonly=True, help="Of the scan, in dots per inch.")
    missing_fonts = fields.Char(readonly=True, help="Fonts of the file that the server had to replace.")
    marks = fields.Json(readonly=True, help="What the source carries besides its text; left out of the rendition.")

    _source_unique = models.Constraint("UNIQUE (sha256, kind)", "This rendition exists already.")

    @api.model
    def _get_work_states(self):
        ways = {"done": ("retrying", "failed"), "retrying": ("done", "failed"), "failed": ("done", "retrying")}
        return super()._get_work_states() | {"state": ways}

    @api.model
    def _of(self, sha256, kind):
        """The rendition of these bytes, possibly empty."""
        return self.sudo().search([("sha256", "=", sha256), ("kind", "=", kind)], limit=1)  # see the class

    @api.model
    def _of_all(self, hashes):
        """All renditions of the files with these SHA-256, in one query."""
        return self.sudo().search([("sha256", "in", list(hashes))])  # see the class

    def _is_held(self):
        """Whether it is not made now: it is there, has failed for good, or its next attempt has not come."""
        return bool(self) and (self.state != "retrying" or (self.due and self.due > fields.Datetime.now()))

    @api.model
    def _keep(self, sha256, kind, content, pages):
        """Store the PDF ``content`` (bytes) as the rendition of the file with ``sha256``."""
        attachment, result, size = self.env["vpdt.file"]._keep_bytes(f"{kind}.pdf", content)
        values = {"attachment_id": attachment.id, "result_sha256": result, "size": size, "pages": pages}
        rendition = self._put(sha256, kind, "done", {**values, **self._prepare_done_vals()})
        attachment.write({"res_model": self._name, "res_id": rendition.id})
        return rendition

    def _settle(self):
        """What had failed goes through now; nothing to do for what never failed."""
        self._work_to("state", "done", self._prepare_done_vals())

    @api.model
    def _prepare_done_vals(self):
        return {"error": False, "error_code": False, "attempts": 0, "due": False}

    @api.model
    def _keep_failure(self, sha256, kind, error):
        """Note a failed attempt; a ``retryable`` error has more of them, as the job function says.

        :param error: ConversionError, or ValueError for a result that is no PDF
        """
        attempts = self._of(sha256, kind).attempts + 1
        values = {"attempts": attempts, "error": str(error)[:500], "error_code": getattr(error, "code", "failed")}
        seconds = self.env["vpdt.file"]._retry_seconds("_prepare_reading", attempts)
        if getattr(error, "retryable", False) and seconds is not None:
            due = fields.Datetime.now() + timedelta(seconds=seconds)
            return self._put(sha256, kind, "retrying", {**values, "due": due})
        return self._put(sha256, kind, "failed", {**values, "due": False})

    @api.model
    def _put(self, sha256, kind, state, values):
        known = self._of(sha256, kind)
        if known:
            known._work_to("state", state, values)
            return known
        return self.sudo().create({"sha256": sha256, "kind": kind, "state": state, **values})  # see the class
