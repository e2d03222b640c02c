from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class VpdtOutgoing(models.Model):
    """Signing in another's place, “TUQ.” (Nghị định 30/2020, Điều 13.3).

    Who signs is printed in the document, so it is settled with the draft: ``deputy_id`` names the deputy, and from then
    on the signature is asked of him. Directing and initialling print nothing; there a delegation that holds is enough.
    """

    _name = "vpdt.outgoing"
    _inherit = ["vpdt.outgoing"]

    _delegable = {
        "action_initial": (("initial", "reviewer_id"),),
        "action_sign": (("sign", "signer_id"),),
        "action_return": (("initial", "reviewer_id"), ("sign", "signer_id")),
    }

    deputy_id = fields.Many2one(
        "res.users",
        "By authorisation (TUQ.)",
        domain="[('id', 'in', possible_deputy_ids)]",
        copy=False,
        help="Signs in the place of the signer, by a delegation that holds today.",
    )
    possible_deputy_ids = fields.Many2many("res.users", compute="_compute_possible_deputies")

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"deputy_id"}

    def _editable_fields(self):
        return super()._editable_fields() | ({"deputy_id"} if self.state == "draft" else set())

    @api.depends("signer_id", "type_id", "company_id")
    def _compute_possible_deputies(self):
        for document in self:
            document.possible_deputy_ids = document._delegations_of_signer().deputy_id

    def _delegations_of_signer(self):
        """The delegations to sign this document that hold today (vpdt.delegation in superuser mode)."""
        Delegation = self.env["vpdt.delegation"]
        domain = Delegation._domain_of_day(Delegation._today())
        found = Delegation.sudo().search(  # that one stands in for the other is known in the office
            domain
            & Domain(
                [
                    ("principal_id", "=", self.signer_id.id),
                    ("may_sign", "=", True),
                    ("company_id", "=", self.company_id.id),
                ]
            )
        )
        return found.filtered(lambda delegation: self.type_id in delegation.type_ids)._standing()

    @api.onchange("signer_id", "type_id")
    def _onchange_signer(self):
        """While the signer's authority is delegated, his deputy is proposed."""
        self.deputy_id = self._delegations_of_signer().deputy_id[:1]

    @api.constrains("deputy_id", "signer_id")
    def _check_deputy(self):
        for document in self.filtered("deputy_id"):
            if document.deputy_id not in document._delegations_of_signer().deputy_id:
                raise UserError(
                    self.env._(
                        "%(deputy)s has no delegation to sign this document for %(principal)s today.",
                        deputy=document.deputy_id.name,
                        principal=document.signer_id.name or "",
                    )
                )

    def _signing_user(self):
        """The person whose name stands below the document (res.users)."""
        return self.deputy_id or self.signer_id

    def _printed_signing_lines(self):
        """The lines above the signature, “TUQ.” where a deputy signs."""
        return self._signing_user()._vpdt_signing_lines(self.signer_id, record=self)

    def _signature_hindrance(self):
        """Why the current user may not sign this document, in words, or an empty string."""
        asked = self._signing_user()
        if self.env.user != asked:
            if self._delegation_of_step("action_sign"):
                return self.env._(
                    "The draft is printed for the signature of %s. Return it, choose yourself under “By authorisation "
                    "(TUQ.)” and make the draft again.",
                    asked.name,
                )
            return self.env._("The signature is asked of %s.", asked.name)
        if self.deputy_id and not self._delegation_of_step("action_sign"):
            return self.env._(
                "Your delegation to sign for %s does not hold today. Return the draft to its author.",
                self.signer_id.name,
            )
        return ""
