import json
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class Vocabulary(NamedTuple):
    """Words for many rows of the journal.

    :param kinds: kind → label
    :param labels: key of a detail → what it is called
    :param values: key of a detail → ``{value: in words}``
    :param people: id of a user → name
    :param reports: technical name of a report → title
    """

    kinds: dict
    labels: dict
    values: dict
    people: dict
    reports: dict


_SEAL_OF = """
    SELECT r.id, s.number FROM vpdt_journal_row r CROSS JOIN LATERAL (
        SELECT number, to_txn FROM vpdt_journal_seal
        WHERE origin = r.origin AND from_txn <= r.txn ORDER BY from_txn DESC LIMIT 1) AS s
    WHERE s.to_txn > r.txn
"""


class VpdtJournalEntry(models.Model):
    """Rows of the journal as people read them: in words, and with their seal."""

    _inherit = "vpdt.journal.entry"

    summary = fields.Char("What", compute="_compute_summary", help="The row in words.")
    model_name = fields.Char("Kind of object", compute="_compute_model_name")
    seal_number = fields.Integer("Seal", compute="_compute_seal", help="Number of the seal that covers this row.")
    seal_state = fields.Selection(
        [("sealed", "Sealed"), ("waiting", "Waits for the next seal")],
        "Sealing",
        compute="_compute_seal",
        search="_search_seal_state",
    )

    def _compute_seal(self):
        numbers = {}
        if self.ids:
            self.env.cr.execute(SQL("%s AND r.id = ANY(%s)", SQL(_SEAL_OF), list(self.ids)))
            numbers = dict(self.env.cr.fetchall())
        for entry in self:
            entry.seal_number = numbers.get(entry.id, 0)
            entry.seal_state = "sealed" if entry.seal_number else "waiting"

    @api.model
    def _search_seal_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        sealed = SQL("(SELECT id FROM (%s) AS sealed)", SQL(_SEAL_OF))
        domains = {"sealed": Domain("id", "in", sealed), "waiting": Domain("id", "not in", sealed)}
        return Domain.OR([domains[state] for state in value if state in domains])

    def _compute_model_name(self):
        names = {name: self._model_label(name) for name in set(self.mapped("res_model"))}
        for entry in self:
            entry.model_name = names[entry.res_model]

    @api.model
    def _model_label(self, model):
        if model not in self.env:
            return model
        # Odoo calls an agency a company, an office does not.
        return self.env._("Agency") if model == "res.company" else self.env["ir.model"]._get(model).name

    @api.depends("kind", "detail")
    def _compute_summary(self):
        vocabulary = self._vocabulary()
        for entry in self:
            entry.summary = entry._words(entry._details(), vocabulary)

    def _vocabulary(self):
        """All the words that these rows need, asked for once."""
        return Vocabulary(
            kinds=dict(self._fields["kind"]._description_selection(self.env)),
            labels=self._labels_of_details(),
            values=self._words_of_values(),
            people=self._names_in_details(),
            reports=self._reports_in_details(),
        )

    def _details(self):
        """The JSON of this row as a dict; what cannot be read gives none."""
        try:
            found = json.loads(self.detail or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def _names_in_details(self):
        """``{user id: name}`` of the people whom these rows name by id, in one query."""
        ids = {
            user
            for entry in self
            for key in ("added", "removed")
            for user in (entry._details().get(key) or [])
            if isinstance(user, int)
        }
        users = self.env["res.users"].with_context(active_test=False).sudo()  # names of colleagues, gone ones too
        return {user.id: user.name for user in users.browse(ids).exists()}

    def _reports_in_details(self):
        """``{technical name: title}`` of the reports that these rows name."""
        names = {entry._details().get("report") for entry in self if entry.kind == "print"}
        reports = self.env["ir.actions.report"].sudo()  # what a report is called is no secret
        return {report.report_name: report.name for report in reports.search([("report_name", "in", list(names))])}

    def _words(self, detail, vocabulary):
        """One row in words: its kind, and what its details add."""
        kind = vocabulary.kinds[self.kind]
        more = getattr(self, f"_words_of_{self.kind}", self._words_of_other)(detail, vocabulary)
        return f"{kind}: {more}" if more else kind

    # History of one record ------------------------------------------------------------------------------------------

    @api.model
    def _history_of(self, records, limit):
        """The newest rows about one record of each model in ``records``, for those who may see the record itself.

        :param records: list of recordsets whose access has been checked by the caller
        :param limit: int
        :return: list of dicts: at (UTC text), who, what, about
        """
        about = Domain.OR([Domain("res_model", "=", r._name) & Domain("res_id", "in", r.ids) for r in records if r])
        # The journal belongs to the auditor; who may see a document may see what happened to it.
        entries = self.sudo().search(about, limit=limit)
        return [
            {
                "id": entry.id,
                "at": fields.Datetime.to_string(entry.at),
                "who": entry.user_id.name,
                "kind": entry.kind,
                "what": entry.summary,
                "about": entry.record_name if entry.res_model != records[0]._name else "",
                "sealed": entry.seal_state == "sealed",
            }
            for entry in entries
        ]
