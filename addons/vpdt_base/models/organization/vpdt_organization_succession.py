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
    _inherit = ["vpdt.text.mixin"]
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

    _person_writes = frozenset("predecessor_id successor_id kind date certainty legal_basis takes_work".split())
    # Between the same two, more than once: a part split off first, the rest merged later.
    _pair_on_day_unique = models.UniqueIndex(
        "(predecessor_id, successor_id, COALESCE(date, '0001-01-01'))", "This succession is in the directory already."
    )
    _two = models.Constraint("CHECK (predecessor_id <> successor_id)", "An organization cannot follow itself.")
    _one_takes_work = models.UniqueIndex(
        "(predecessor_id) WHERE takes_work", "The work of an organization goes to one successor only."
    )

    # Whose documents are seen with whose follows from the links (`ir.rule`).

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.constrains("predecessor_id", "successor_id", "takes_work")
    def _check_no_circle(self):
        """Ended organizations whose work goes in a circle would send a packet round and round.

        One that lives keeps what comes: a part that was split off may be merged back, and what was merged may be
        divided again.
        """
        for link in self.filtered("takes_work"):
            seen, ahead = self.env["vpdt.organization"], link.successor_id
            while ahead and not ahead.active:
                if ahead == link.predecessor_id:
                    raise ValidationError(
                        self.env._("“%s” would follow itself. Check the successors.", link.predecessor_id.name)
                    )
                seen |= ahead
                ahead = ahead._takes_its_work() - seen
