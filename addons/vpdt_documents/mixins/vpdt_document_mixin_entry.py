from odoo import api, models

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import in_move


class Correction(str):
    """The reason of a correction, handed from `_correct` to write(); a context that comes from a client holds none."""


class VpdtDocumentMixin(models.AbstractModel):
    """What is typed into a document, and each change of it, is a row of the journal: from what to what (P6-5)."""

    _inherit = "vpdt.document.mixin"

    @api.model
    def _entry_fields(self):
        """Hook: names of the fields whose values the journal keeps, in the order in which they are told."""
        return ()

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        for document in documents:
            values = document._entry_values(self._entry_fields())
            document._journal("entry", {"entered": {name: value for name, value in values.items() if value}})
        return documents

    def write(self, vals):
        names = [name for name in self._entry_fields() if name in vals]
        if not names or in_move(self.env):  # a step has its own row
            return super().write(vals)
        names = self._entry_fields()  # a computed one may follow
        before = [(document, document._entry_values(names)) for document in self]
        result = super().write(vals)
        for document, old in before:
            document._journal_changes(old, document._entry_values(names))
        return result

    def _journal_changes(self, old, new):
        changed = {name: [old[name], new[name]] for name in old if old[name] != new[name]}
        reason = self.env.context.get("vpdt_correction")
        if not changed:
            return
        if isinstance(reason, Correction):
            self._journal("correction", {"changed": changed, "reason": str(reason)})
        else:
            self._journal("entry", {"changed": changed})

    def _entry_values(self, names):
        """``{name: value}`` as the journal keeps it: text, number or None, a record by name, a choice by code."""
        self.ensure_one()
        return {name: self._entry_value(name) for name in names}

    def _entry_value(self, name):
        field, value = self._fields[name], self[name]
        if field.relational:
            return ", ".join(value.sudo().mapped("display_name")) or None  # of a record that was chosen here
        if field.type in ("integer", "boolean"):
            return value
        return str(value) if value else None
