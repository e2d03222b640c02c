from odoo import api, fields, models
from odoo.fields import Domain


class VpdtDeputyMixin(models.AbstractModel):
    """Steps that a deputy may take in the place of the person they are asked of (vpdt.delegation)."""

    _name = "vpdt.deputy.mixin"
    _description = "Steps by delegation"
    _inherit = ["vpdt.participant.mixin", "vpdt.move.mixin"]

    acting_for_id = fields.Many2one(
        "res.users", "You act for", compute="_compute_acting_for", help="By a delegation that holds today."
    )

    @api.model
    def _get_delegable(self):
        """Hook: button → pairs (purpose of a delegation, field that names the person the step is asked of)."""
        return {}

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_acting_for(self):
        for record in self:
            possible = (move.action for move in record._get_moves() if record.state in move.sources)
            found = (record._delegation_of_step(action) for action in possible)
            record.acting_for_id = next((delegation.principal_id for delegation in found if delegation), False)

    def _delegation_of_step(self, action):
        """The delegation by which the current user may press ``action``, or an empty record.

        Nobody needs one for what is asked of himself.
        """
        self.ensure_one()
        Delegation = self.env["vpdt.delegation"]
        for purpose, name in self._get_delegable().get(action, ()):
            principal = self[name]
            if principal and principal != self.env.user:
                delegation = Delegation._find(principal, self.env.user, purpose, self)
                if delegation:
                    return delegation
        return Delegation

    def _has_role_for(self, move):
        return super()._has_role_for(move) or bool(self._delegation_of_step(move.action))

    def _move_detail(self, move):
        detail = super()._move_detail(move)
        delegation = self._delegation_of_step(move.action)
        if delegation:
            detail["on_behalf_of"] = delegation.principal_id.login
            detail["delegation"] = delegation.document_code
        return detail

    def _move_to(self, state, values=None, *, move=None):
        """A deputy who takes a step goes on seeing the document when the delegation has ended."""
        taken = move or next((m for m in self._get_moves() if m.target == state and self.state in m.sources), None)
        if taken and self._delegation_of_step(taken.action):
            self._add_participants(self.env.user, "Deputy")
        return super()._move_to(state, values, move=move)

    @api.model
    def _visible_domain(self):
        """What waits for a principal is seen by his deputy while the delegation holds."""
        domain = super()._visible_domain()
        delegations = self.env["vpdt.delegation"]._of_deputy(self.env.user) if not domain.is_true() else ()
        if not delegations:
            return domain
        for action, pairs in self._get_delegable().items():
            waiting = {source for move in self._get_moves() if move.action == action for source in move.sources}
            for purpose, name in pairs:
                for delegation in delegations.filtered(lambda d, purpose=purpose: purpose in d._purposes()):
                    asked = Domain([(name, "=", delegation.principal_id.id), ("state", "in", sorted(waiting))])
                    asked &= Domain("company_id", "=", delegation.company_id.id)  # the principal may work for two
                    domain |= asked & delegation._scope_domain(purpose)
        return domain
