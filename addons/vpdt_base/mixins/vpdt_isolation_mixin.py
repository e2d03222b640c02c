from odoo import models


class VpdtIsolationMixin(models.AbstractModel):
    """A record is not carried out of its agency by writing its agency, its owner or what it belongs to.

    Odoo asks its record rules before a change only: the record would be let go, into another agency's books.
    """

    _name = "vpdt.isolation.mixin"
    _description = "Isolation of agencies"

    def write(self, vals):
        result = super().write(vals)
        if not self.env.su and any(self._fields[name].type == "many2one" for name in vals if name in self._fields):
            self.check_access("write")
        return result
