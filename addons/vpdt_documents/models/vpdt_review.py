from odoo import fields, models


class VpdtReview(models.Model):
    """One opinion on a draft: initials (ký nháy), signature, or a return with its reason; never changed afterwards."""

    _name = "vpdt.review"
    _description = "Review of a draft"
    _inherit = ["vpdt.text.mixin"]
    _order = "id"

    outgoing_id = fields.Many2one("vpdt.outgoing", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="outgoing_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [
            ("submission", "Submission"),
            ("initials", "Initials"),
            ("signature", "Signature"),
            ("return", "Return"),
            ("taken_back", "Taken back"),
            ("form", "Form checked"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    principal_id = fields.Many2one("res.users", "On behalf of", readonly=True, help="By delegation.")
    opinion = fields.Text(readonly=True)
    at = fields.Datetime(default=fields.Datetime.now, readonly=True)
