from odoo import fields, models

from .vpdt_file import VERDICTS


class VpdtSignature(models.Model):
    """One signature on one file, as it was checked (Nghị định 30/2020, Điều 21.2; Nghị định 68/2024, Điều 31)."""

    _name = "vpdt.signature"
    _description = "Signature"
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
