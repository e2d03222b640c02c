from odoo import api, fields, models
from odoo.exceptions import ValidationError

# How sure we are of a link; the marks of the specification (records.md §0).
CERTAINTIES = [
    ("certain", "Certain"),
    ("recalled", "To be verified"),
    ("design", "Assumption of this system"),
    ("unknown", "Unknown"),
]
KINDS = [("merge", "Merger"), ("split", "Split"), ("transfer", "Transfer of tasks"), ("dissolve", "Dissolution")]


class VpdtOrganizationSuccession(models.Model):
    """Who follows whom: one organization ended or was divided, another took over, by which decision, from when."""

    _name = "vpdt.organization.succession"
    _description = "Succession of organizations"
    _order = "date DESC, id"
    _rec_name = "successor_id"

    predecessor_id = fields.Many2one("vpdt.organization", required=True, index=True, ondelete="restrict")
    successor_id = fields.Many2one("vpdt.organization", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(KINDS, required=True, default="merge")
    date = fields.Date("From")
    certainty = fields.Selection(CERTAINTIES, required=True, default="certain")
    legal_basis = fields.Char("Decision", help="Number and date of the document, for example 202/2025/QH15.")
    takes_work = fields.Boolean(
        "Takes over the work", help="What is sent to the former organization is delivered to this one."
    )

    _pair_unique = models.Constraint(
        "UNIQUE (predecessor_id, successor_id)", "This succession is in the directory already."
    )
    _two = models.Constraint("CHECK (predecessor_id <> successor_id)", "An organization cannot follow itself.")
    _one_takes_work = models.UniqueIndex(
        "(predecessor_id) WHERE takes_work", "The work of an organization goes to one successor only."
    )

    @api.constrains("predecessor_id", "successor_id")
    def _check_no_circle(self):
        """Two organizations that follow each other would send a packet round and round."""
        for link in self:
            seen, ahead = self.env["vpdt.organization"], link.successor_id
            while ahead:
                if link.predecessor_id in ahead:
                    raise ValidationError(
                        self.env._("“%s” would follow itself. Check the successors.", link.predecessor_id.name)
                    )
                seen |= ahead
                ahead = ahead.succession_ids.successor_id - seen
