from pathlib import Path

from odoo import models


class VpdtOutgoing(models.Model):
    """Files of an outgoing document: the edited draft becomes the official PDF, annexes go beside it."""

    _inherit = "vpdt.outgoing"

    def _upload_roles(self):
        return super()._upload_roles() + (["main", "annex"] if self.state == "draft" else [])

    def _receive_upload(self, name, path, role):
        if role != "main":
            return super()._receive_upload(name, path, role)
        # Refused by policy before LibreOffice sees it; a draft is small enough to be read whole.
        self.env["vpdt.file"]._check_policy(name, path, self.env["vpdt.file.policy"]._rules(self.sudo().company_id))
        self._upload(name, Path(path).read_bytes())
        return self._file_of_role("original") or self._file_of_role("main")
