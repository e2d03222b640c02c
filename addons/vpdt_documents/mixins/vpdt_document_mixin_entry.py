import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import in_move


class Correction(str):
    """The reason of a correction, handed from `_correct` to write(); a context that comes from a client holds none."""


class Recognition(str):
    """The name of the file in which a program has recognised what is written, handed to write() in the context."""


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

    def web_save(self, vals, specification, next_id=None):
        """See the core; a form also says as of when it shows the document (``vpdt_seen``, UTC text).

        :raises UserError: a field that it changes was changed by another form since then
        """
        seen = vals.get("vpdt_seen")
        vals = {name: value for name, value in vals.items() if name != "vpdt_seen"}
        if len(self) == 1 and seen:
            self._check_not_overwritten(vals, fields.Datetime.to_datetime(seen))
        return super().web_save(vals, specification, next_id=next_id)

    def _check_not_overwritten(self, vals, seen):
        self.check_access("write")
        if not self.write_date or self.write_date.replace(microsecond=0) == seen:
            return
        rows = self.env["vpdt.journal.entry"].sudo().search(  # who has typed what into this very document
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("kind", "in", ("entry", "correction")),
             ("at", ">", seen)], order="id DESC",
        )  # fmt: skip
        for row in rows:
            changed = json.loads(row.detail or "{}").get("changed") or {}
            for name in vals.keys() & changed.keys():
                raise UserError(
                    self.env._(
                        "“%(field)s” was changed by %(who)s to “%(value)s” while you were typing. Nothing was saved: "
                        "note what you have typed, reload the page, and enter it again if it still holds.",
                        field=self._fields[name]._description_string(self.env),
                        who=row.user_id.name,
                        value=changed[name][1] or "",
                    )
                )

    def _journal_changes(self, old, new):
        changed = {name: [old[name], new[name]] for name in old if old[name] != new[name]}
        reason = self.env.context.get("vpdt_correction")
        if not changed:
            return
        recognised = self.env.context.get("vpdt_recognised")
        if isinstance(recognised, Recognition):
            self._journal("entry", {"changed": changed, "recognised": str(recognised)})
        elif isinstance(reason, Correction):
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
