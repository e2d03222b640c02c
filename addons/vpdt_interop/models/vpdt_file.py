from odoo import fields, models


class VpdtFile(models.Model):
    """A file that its sender has recalled, and that the recipient has agreed to destroy: no door gives it any more."""

    _inherit = "vpdt.file"

    withdrawn_at = fields.Datetime("Destroyed on", readonly=True, copy=False, help="At the request of its sender.")

    def _withdraw(self, reason):
        """Shut these files, and throw away the text that they are found by.

        :param reason: of the sender
        """
        files = self.sudo().filtered(lambda file: not file.withdrawn_at)  # decided by the step of the clerk
        files._by_system().write({"withdrawn_at": fields.Datetime.now()})
        self.env["vpdt.file.text"].sudo().search([("file_id", "in", files.ids)]).unlink()  # of what is destroyed
        self.env["vpdt.journal.entry"]._record("file", files, {"destroyed": reason})

    def _is_offered(self):
        return not self.withdrawn_at and super()._is_offered()

    def _scan_words(self):
        if self.withdrawn_at:
            return self.env._("“%s” was destroyed here when its sender recalled it.", self.name)
        return super()._scan_words()
