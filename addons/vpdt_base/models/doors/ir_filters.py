from odoo import api, models
from odoo.exceptions import AccessError


class IrFilters(models.Model):
    """A person keeps filters for himself; one for everybody, in all agencies, is the administrator's."""

    _inherit = "ir.filters"

    @api.model_create_multi
    def create(self, vals_list):
        filters = super().create(vals_list)
        filters._check_own()
        return filters

    def write(self, vals):
        self._check_own()
        result = super().write(vals)
        self._check_own()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_own_only(self):
        self._check_own()

    def _check_own(self):
        """:raises AccessError: a filter that is not of this user alone"""
        if self.env.su or self.env.user.has_group("base.group_erp_manager"):
            return
        if any(each.sudo().user_ids != self.env.user for each in self):  # for whom it is, also people of other agencies
            raise AccessError(
                self.env._("Save the filter for yourself. Filters for everybody are the administrator's.")
            )
