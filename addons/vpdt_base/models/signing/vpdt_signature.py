from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..file.vpdt_file import VERDICTS


class VpdtSignature(models.Model):
    """One signature on one file, as it was checked (Nghị định 30/2020, khoản 2 Điều 21; Nghị định 68/2024, Điều 31)."""

    _name = "vpdt.signature"
    _description = "Signature"
    _inherit = ["vpdt.text.mixin"]
    _order = "signed_at, id"

    file_id = fields.Many2one("vpdt.file", required=True, index=True, ondelete="cascade", readonly=True)
    field = fields.Char(readonly=True)
    signer = fields.Char(readonly=True)
    kind = fields.Selection(
        [("person", "Person"), ("agency", "Agency"), ("unknown", "Unknown")], readonly=True, default="unknown"
    )
    issuer = fields.Char(readonly=True)
    serial = fields.Char(readonly=True)
    signed_at = fields.Datetime("Signed on", readonly=True)
    timestamp_at = fields.Datetime("Time-stamped on", readonly=True)
    verdict = fields.Selection(VERDICTS, readonly=True, required=True)
    modification = fields.Char(readonly=True)
    revocation = fields.Selection(
        [
            ("good", "Not revoked when it signed"),
            ("asking", "Being asked"),
            ("unknown", "Not known"),
            ("not_asked", "Not asked"),
        ],
        readonly=True,
        default="not_asked",
        help="What the authority that issued the certificate says about its revocation.",
    )
    problems = fields.Text(readonly=True)

    # Who may see the file may see its signatures; the agency alone does not open them.

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or result or not any(self._ids):
            return result
        files = self.sudo().file_id.with_env(self.env)  # reads only whose signatures they are
        open_files = set(files._filtered_access("read" if operation == "read" else "write").ids)
        forbidden = self.sudo().filtered(lambda signature: signature.file_id.id not in open_files)
        if forbidden:
            forbidden = forbidden.with_env(self.env)
            return forbidden, lambda: AccessError(self.env._("You are not among those who may see this file."))
        return None

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            domain = Domain(domain) & Domain("file_id", "in", self.env["vpdt.file"]._search([]))
        return super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)
