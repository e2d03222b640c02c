from odoo import models

CLERK = "vpdt_base.group_clerk"
# Signed evidence of the handling may be added until the work is done.
OPEN_STATES = ("arrived", "registered", "submitted", "directed")


class VpdtIncoming(models.Model):
    """Files of an incoming document: the scan by the clerk, once; annexes while it is worked on."""

    _inherit = "vpdt.incoming"

    def _upload_roles(self):
        roles = super()._upload_roles()
        if self.state == "arrived" and self.source != "axis" and self.env.user.has_group(CLERK):
            # A file that came in is never replaced.
            roles += [] if self._file_of_role("main") else ["main"]
            roles += ["annex", "scan"]
        return roles + (["evidence"] if self.state in OPEN_STATES else [])
