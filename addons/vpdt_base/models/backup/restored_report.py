from markupsafe import Markup, escape
from odoo import fields, models

from ...official_pdf import Column, SectionRow, TableReport
from ...vietnam import vietnam_time


class VpdtBackup(models.Model):
    """The report of a restore, on the screen and as PDF: what is there, and what is to be entered again."""

    _inherit = "vpdt.backup"

    report_html = fields.Html("Report", compute="_compute_report_html", sanitize=False)

    def _compute_report_html(self):
        for row in self:
            parts = []
            for title, lines in row._report_sections():
                parts.append(Markup("<h4>%s</h4>") % title)
                items = Markup("").join(
                    Markup("<tr><td>%s</td><td>%s</td></tr>") % (escape(what), escape(value)) for what, value in lines
                )
                parts.append(Markup('<table class="table table-sm"><tbody>%s</tbody></table>') % items)
            row.report_html = Markup("").join(parts) or False

    def _report_sections(self):
        """(title, [(what, value), …]) of each part that says something."""
        found = self._findings()
        if not found:
            return []
        sections = [
            (self.env._("The copy"), self._lines_of_copy(found)),
            (self.env._("To be entered again: everything after these entries"), self._lines_of_ends(found)),
            (self.env._("Last numbers of the registers"), self._lines_of_registers(found)),
            (self.env._("In the database that lives, and not in the copy"), self._lines_of_missing(found)),
            (self.env._("Files that were stored, and whose entry was not finished"), self._lines_of_files(found)),
            (self.env._("Held back until it is let go"), self._lines_of_waiting(found)),
            (self.env._("What does not fit"), self._lines_of_problems(found)),
            (self.env._("What was counted"), self._lines_of_counts(found)),
        ]
        return [(title, lines) for title, lines in sections if lines]

    def _lines_of_copy(self, found):
        files = found.get("files") or {}
        lines = [
            (self.env._("Holds everything until"), vietnam_time(self.moment) if self.moment else ""),
            (self.env._("Copy"), " ".join(filter(None, (found.get("snapshot"), found.get("place"))))),
            (self.env._("Files read and hashed"), str(files.get("files", 0))),
            (self.env._("Journal"), found.get("journal") or ""),
            (self.env._("Destroyed again, as disposal had done"), str(found.get("destroyed_again") or 0)),
        ]
        if found.get("disaster"):
            lines.insert(1, (self.env._("Lost: entries from then until"), _said(found["disaster"])))
        return lines

    def _lines_of_ends(self, found):
        kinds = dict(self.env["vpdt.journal.entry"]._fields["kind"]._description_selection(self.env))
        return [
            (row["agency"], f"{_said(row['at'])} · {row['who']} · {kinds.get(row['what'], '')} · {row['about']}")
            for row in found.get("agencies") or ()
        ]

    def _lines_of_registers(self, found):
        return [
            (f"{row['agency']} · {row['register']} · {row['year']}", self._line_of_register(row))
            for row in found.get("registers") or ()
        ]

    def _lines_of_missing(self, found):
        return [(row["what"], row["name"]) for row in found.get("missing_here") or ()]

    def _lines_of_files(self, found):
        return [
            (row["store"], f"{_said(row['at'])} · {row['bytes']} B") for row in found.get("files_without_row") or ()
        ]

    def _line_of_register(self, row):
        """What is certain, and where it ends: nobody knows from the copy which numbers were given afterwards."""
        words = self.env._("%(last)s; from %(next)s on numbers may have been given after the copy")
        return words % {"last": row["last"], "next": row["last"] + 1}

    def _lines_of_waiting(self, found):
        waiting = found.get("waiting") or {}
        return [
            (self.env._("E-mails"), str(waiting.get("mails", 0))),
            (self.env._("Work in the background, packets among it"), str(waiting.get("jobs", 0))),
        ]

    def _lines_of_problems(self, found):
        return [(str(number), words) for number, words in enumerate(found.get("problems") or (), 1)]

    def _lines_of_counts(self, found):
        names = {name: model._description for name, model in self.env.items()}
        labels = self.env["ir.model"].sudo()._get  # what a model is called
        return [
            (labels(row["model"]).name or row["label"], str(row["count"]))
            for row in found.get("counts") or ()
            if row["model"] in names
        ]

    def _official_table_restored(self, _data):
        """The report as a `TableReport`."""
        self.ensure_one()
        columns = (Column(self.env._("What"), 70), Column(self.env._("Finding"), 95))
        return TableReport(
            title=self.env._("Report of a restore"),
            columns=columns,
            rows=self._report_rows,
            landscape=False,
            column_numbers=False,
            author=self.env.company.name,
            subtitle=[self.name],
        )

    def _report_rows(self):
        for title, lines in self._report_sections():
            yield SectionRow(title, column=0)
            yield from lines


def _said(text):
    """A moment kept as text, as people write it."""
    return vietnam_time(fields.Datetime.to_datetime(text[:19].replace("T", " "))) if text else ""
