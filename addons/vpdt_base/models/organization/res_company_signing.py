from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

LEVELS = [
    ("B-B", "Signature only (B-B)"),
    ("B-T", "With a time stamp (B-T)"),
    ("B-LT", "With a time stamp and everything for checking (B-LT)"),
    ("B-LTA", "With an archive time stamp (B-LTA)"),
]


class ResCompany(models.Model):
    """How an agency makes its signatures last (Nghị định 68/2024/NĐ-CP, khoản 4 Điều 29; ETSI EN 319 142-1)."""

    _inherit = "res.company"

    signature_level = fields.Selection(
        [level for level in LEVELS if level[0] != "B-LTA"],
        "Signatures at issue",
        default="B-B",
        required=True,
        help="What an issued document gets. A document is never held up by this: the time stamp is added afterwards.",
    )
    archive_with_timestamp = fields.Boolean(
        "Archive time stamp",
        help="Files that go to the archive get a time stamp over everything (B-LTA), so that they can be checked after "
        "the certificates have expired.",
    )
    tsa_url = fields.Char(
        "Time stamping service",
        help="Address of a service that speaks RFC 3161. Its host must be among the allowed hosts.",
    )

    @api.constrains("signature_level", "archive_with_timestamp", "tsa_url")
    def _check_signing_policy(self):
        for company in self:
            if (company.signature_level != "B-B" or company.archive_with_timestamp) and not company.tsa_url:
                raise ValidationError(self.env._("Enter the address of the time stamping service first."))
            if company.tsa_url:
                company._check_allowed_host(company.tsa_url)

    @api.model
    def _check_allowed_host(self, url):
        """Refuse an address outside the allow list.

        :raises UserError: not http(s), or a host that no administrator has allowed
        """
        if not self.env["vpdt.allowed.host"]._is_allowed(url):
            raise UserError(
                self.env._(
                    "“%s” may not be called: its host is not among the allowed hosts. The administrator can add it.",
                    url,
                )
            )
