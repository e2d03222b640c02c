from odoo import models

from ...official_pdf import Column, TableReport
from ...vietnam import vietnam_time

BATCH = 500


class VpdtJournalEntry(models.Model):
    """The journal on paper and as a spreadsheet: what the auditor takes with him."""

    # Apart from how rows are read on the screen, on purpose.
    _inherit = "vpdt.journal.entry"

    def _official_table_journal(self, _data):
        """A `TableReport` of these rows, oldest first; they are read in batches, so memory stays flat."""
        env = self.env
        columns = (
            Column(env._("No."), 14, "centre", number=True),
            Column(env._("Time"), 34, "centre"),
            Column(env._("By"), 44),
            Column(env._("What"), 70),
            Column(env._("About what"), 64),
            Column(env._("Seal"), 22, "centre"),
        )
        return TableReport(
            title=env._("Journal"),
            columns=columns,
            rows=self._report_rows,
            column_numbers=False,
            author=env.company.name,
            subtitle=[env.company.name, self._report_period()],
        )

    def _report_period(self):
        """From when to when these rows are, and how many."""
        first, last = self.browse(min(self.ids)), self.browse(max(self.ids))
        return self.env._(
            "%(first)s – %(last)s, %(count)s rows",
            first=vietnam_time(first.at),
            last=vietnam_time(last.at),
            count=len(self),
        )

    def _journal_printed(self, detail):
        """One row about the agency for the whole export, not one for each exported row."""
        numbers = {"entries": len(self), "first": min(self.ids), "last": max(self.ids)}
        self._record("print", self.env.company, {**detail, **numbers})

    def _report_rows(self):
        ids = sorted(self.ids)
        for start in range(0, len(ids), BATCH):
            entries = self.browse(ids[start : start + BATCH])
            for entry in entries:
                yield (
                    entry.id,
                    vietnam_time(entry.at),
                    entry.user_id.name,
                    entry.summary,
                    entry.record_name,
                    str(entry.seal_number or ""),
                )
            entries.invalidate_recordset()
