from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [("unit_head", "Head of the drafting unit"), ("person", "A person"), ("form", "Form check by the clerk")]
CONDITIONS = [("always", "Always"), ("urgent", "When urgent"), ("not_urgent", "When not urgent")]


class VpdtRoute(models.Model):
    """The way of a draft to the signature as data (luồng trình ký), by type of document and agency.

    Who initials in which order before the signer named on the draft signs (Nghị định 30/2020, Điều 12). An agency that
    has laid down none has the usual one: the head of the drafting unit.
    """

    _name = "vpdt.route"
    _description = "Way to the signature"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", "Agency", required=True, index=True, default=lambda self: self.env.company
    )
    type_ids = fields.Many2many("vpdt.document.type", string="Only for types", help="Empty: every type.")
    line_ids = fields.One2many("vpdt.route.line", "route_id", "Steps", copy=True)

    _person_writes = frozenset({"name", "sequence", "active", "type_ids", "line_ids"})

    @api.constrains("line_ids")
    def _check_lines(self):
        for route in self:
            if not route.line_ids.filtered(lambda line: line.kind != "form" and line.condition == "always"):
                raise ValidationError(
                    self.env._("Somebody initials each draft: add the head of the drafting unit, or a person, always.")
                )

    @api.model
    def _of(self, document):
        """The way of a document (vpdt.route, possibly empty): the first one for its type, else one for every type."""
        # which way a draft goes is known in the agency
        routes = self.sudo().search([("company_id", "=", document.company_id.id)])
        special = routes.filtered(lambda route: document.type_id in route.type_ids)
        return (special or routes.filtered(lambda route: not route.type_ids))[:1]


class VpdtRouteLine(models.Model):
    """One step of a way to the signature."""

    _name = "vpdt.route.line"
    _description = "Step of a way to the signature"
    _inherit = ["vpdt.isolation.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    route_id = fields.Many2one("vpdt.route", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="route_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, "Who", required=True, default="unit_head")
    user_id = fields.Many2one("res.users", "Person", check_company=True)
    days = fields.Integer("Working days", help="0: no deadline.")
    condition = fields.Selection(CONDITIONS, "When", required=True, default="always")

    _person_writes = frozenset({"sequence", "kind", "user_id", "days", "condition"})
    _days_not_negative = models.Constraint("CHECK (days >= 0)", "A deadline is 0 working days or more.")

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"route_id"}

    @api.constrains("kind", "user_id")
    def _check_person(self):
        for line in self:
            if (line.kind == "person") != bool(line.user_id):
                raise ValidationError(self.env._("Name the person of a step, and no person where the office decides."))

    @api.depends("kind", "user_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            line.display_name = line.sudo().user_id.name or kinds.get(line.kind)  # a colleague of the own agency

    def _holds_for(self, document):
        urgent = document.priority != "0"
        return self.condition == "always" or urgent == (self.condition == "urgent")

    def _prepare_step_vals(self, document):
        return {
            "outgoing_id": document.id,
            "sequence": self.sequence,
            "kind": self.kind,
            "user_id": self.user_id.id,
            "days": self.days,
            "of_route": True,
        }
