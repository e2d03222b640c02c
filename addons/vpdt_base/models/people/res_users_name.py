from odoo import models


class ResUsers(models.Model):
    """A name is what a certificate is compared with: it is given by the administrator, not by oneself."""

    _inherit = "res.users"  # pylint: disable=consider-merging-classes-inherited

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [name for name in super().SELF_WRITEABLE_FIELDS if name != "name"]
