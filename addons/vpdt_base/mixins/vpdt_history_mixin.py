from odoo import models

SHOWN = 200


class VpdtHistoryMixin(models.AbstractModel):
    """The history of a record in words, from the journal: who, what, when (Phụ lục VI: P6-5)."""

    _name = "vpdt.history.mixin"
    _description = "History from the journal"

    def action_history(self):
        """Open the history of this record."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.client",
            "tag": "vpdt_history",
            "name": self.env._("History"),
            "target": "new",
            "params": {"model": self._name, "res_id": self.id, "name": self.display_name},
        }

    def history(self):
        """What happened to this record and its files, newest first, for everybody who may read it.

        :return: list of dicts: id, at (UTC text), who, kind, what, about, sealed; at most SHOWN
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["vpdt.journal.entry"]._history_of(self._history_records(), SHOWN)

    def _history_records(self):
        """This record first, then what belongs to it; each as one recordset. Addons extend it."""
        records = [self]
        if "file_ids" in self._fields:
            files = self.env["vpdt.file"].sudo()  # also of files that newer versions replace; names only are shown
            records.append(files.search([("res_model", "=", self._name), ("res_id", "=", self.id)]))
        return records
