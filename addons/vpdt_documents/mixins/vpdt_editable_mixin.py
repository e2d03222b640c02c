from odoo import api, models
from odoo.exceptions import AccessError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import in_move


class VpdtEditableMixin(models.AbstractModel):
    """What a person may write directly: a list of fields by state; everything else is written by the moves."""

    _name = "vpdt.editable.mixin"
    _description = "Fields that people may write"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                filled = {name for name, value in vals.items() if value}  # a form sends its empty fields as well
                self._check_fields(filled, self._first_fields())
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and not in_move(self.env):
            for document in self:
                document._check_fields(vals, document._editable_fields())
        return super().write(vals)

    def copy_data(self, default=None):
        """A copy begins anew: what the steps have written stays with the first."""
        kept = self._first_fields()
        return [{name: value for name, value in vals.items() if name in kept} for vals in super().copy_data(default)]

    @api.model
    def _first_fields(self):
        """Hook: names of the fields that a person fills in on a new document."""
        return set()

    def _editable_fields(self):
        """Hook: names of the fields that the current user may change in the present state of this document."""
        self.ensure_one()
        return set()

    def _check_fields(self, names, allowed):
        """:raises AccessError: when ``names`` has a field that is not among ``allowed`` nor one of the chatter."""
        talk = set(self.env["mail.thread"]._fields) | set(self.env["mail.activity.mixin"]._fields)
        closed = set(names) - allowed - talk
        if closed:
            labels = ", ".join(self._fields[name]._description_string(self.env) for name in sorted(closed))
            raise AccessError(
                self.env._(
                    "%(document)s: you cannot change this at the present step: %(fields)s.",
                    document=self.display_name or self._description,
                    fields=labels,
                )
            )
