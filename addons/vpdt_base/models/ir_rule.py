from odoo import api, models


class IrRule(models.Model):
    """Who works for a successor has the former agency with him, without ticking it among his agencies."""

    _inherit = "ir.rule"

    @api.model
    def _eval_context(self):
        """``company_ids`` holds, besides the agencies ticked, those among the user's own that one of them follows.

        Registered documents stay with the agency that has ended, and its people finish them: what they have to do must
        be in their lists. Only agencies that the user may tick anyway.
        """
        context = super()._eval_context()
        former = self.env["res.company"]._former_agencies_of_user()
        return {**context, "company_ids": [*context["company_ids"], *former.ids]}
