from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class VpdtOwnedMixin(models.AbstractModel):
    """What belongs to one record of some other model, and is open to whoever may see or change that one.

    The owner is named by model and id, so that it can be of any model that :meth:`_owner_models` lists. Access is
    asked of the owner: who may read it may read this, who may write it may do the rest. Record rules of the agency and
    access rights of the model come on top.
    """

    _name = "vpdt.owned.mixin"
    _description = "Belongs to a record"

    res_model = fields.Char("Owner model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True)

    @api.model
    def _owner_models(self):
        """Hook: names of the models whose records own such a thing (list); each addon adds its own."""
        return []

    def _owner(self):
        """The record that this belongs to, as the current user."""
        self.ensure_one()
        owned = self.sudo()  # reads only whose it is
        return self.env[owned.res_model].browse(owned.res_id)

    def _owners(self):
        """``{model: ids}`` of the owners of these records."""
        owners = {}
        for owned in self.sudo():  # reads only whose it is
            owners.setdefault(owned.res_model, set()).add(owned.res_id)
        return owners

    @api.model
    def _owner_refusal(self):
        """Hook: what is said to who may not see the owner, a translated sentence."""
        return self.env._("You are not among those who may see this.")

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or result or not any(self._ids):
            return result
        forbidden = self.browse()
        for model, ids in self._owners().items():
            owners = self.env[model].browse(ids).exists()
            allowed = set(owners._filtered_access("read" if operation == "read" else "write").ids)
            forbidden += self.sudo().filtered(
                lambda f, model=model, allowed=allowed: f.res_model == model and f.res_id not in allowed
            )
        if forbidden:
            forbidden = forbidden.with_env(self.env)
            return forbidden, lambda: AccessError(self._owner_refusal())
        return None

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            domain = Domain(domain)
            asked = {model: Domain("res_model", "=", model) for model in self._owner_models()}
            visible = Domain.OR(
                [
                    of_model & Domain("res_id", "in", self.env[model]._search([]))
                    for model, of_model in asked.items()
                    # the files of one record: the other models cannot be meant, and need not be looked through
                    if not (domain & of_model).optimize(self).is_false() and self.env[model].has_access("read")
                ]
            )
            domain &= visible
        return super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)
