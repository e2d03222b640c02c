from odoo import api, models

from ...doors.zone import NAME


class ResPartner(models.Model):
    """The zone of a person is that of Viet Nam: Odoo's login would write the browser's."""

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, "tz": NAME} for vals in vals_list])

    def write(self, vals):
        return super().write({**vals, "tz": NAME} if "tz" in vals else vals)


class ResUsers(models.Model):
    """The same where it is written to the account: what is read again in the same request is right at once."""

    # split by concern
    _inherit = "res.users"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        return super().write({**vals, "tz": NAME} if "tz" in vals else vals)
