import json

from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("move", "Step"),
    ("view", "View"),
    ("download", "Download"),
    ("print", "Print"),
    ("permission", "Permission"),
    ("sign", "Signature"),
    ("exchange", "Exchange"),
]


class VpdtJournalEntry(models.Model):
    """What happened, to which record, by whom: the evidence (Nghị định 30/2020, Phụ lục VI: P6-5, P6-7).

    Rows are only ever added, in the transaction of what they tell; a trigger refuses UPDATE and DELETE for everybody.
    """

    _name = "vpdt.journal.entry"
    _description = "Journal entry"
    _order = "id DESC"
    _log_access = False

    at = fields.Datetime(required=True, index=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", "Agency", readonly=True, index=True, ondelete="restrict")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    record_name = fields.Char(readonly=True)
    detail = fields.Text(readonly=True, help="JSON, keys sorted.")

    _by_record = models.Index("(res_model, res_id, id)")

    def init(self):
        """Refuse UPDATE, DELETE and TRUNCATE in the database itself."""
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION vpdt_journal_is_append_only() RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION 'vpdt_journal_entry: rows are only ever added';
            END $$ LANGUAGE plpgsql;
            CREATE OR REPLACE TRIGGER vpdt_journal_entry_append_only
                BEFORE UPDATE OR DELETE ON vpdt_journal_entry
                FOR EACH ROW EXECUTE FUNCTION vpdt_journal_is_append_only();
            CREATE OR REPLACE TRIGGER vpdt_journal_entry_no_truncate
                BEFORE TRUNCATE ON vpdt_journal_entry
                FOR EACH STATEMENT EXECUTE FUNCTION vpdt_journal_is_append_only();
            """
        )

    @api.model
    def _record(self, kind, records, detail=None):
        """Add one row a record.

        :param kind: one of KINDS
        :param records: any recordset
        :param detail: JSON-able dict without personal data or secrets
        """
        text = json.dumps(detail or {}, ensure_ascii=False, sort_keys=True, default=str)
        vals_list = [
            {
                "at": fields.Datetime.now(),
                "user_id": self.env.uid,
                "company_id": self._company_of(record).id,
                "kind": kind,
                "res_model": record._name,
                "res_id": record.id,
                "record_name": (record.display_name or "")[:200],
                "detail": text,
            }
            for record in records.sudo()  # the name of a record that one may act on
        ]
        return self.sudo().create(vals_list)  # the journal is written by the system only, never by a person

    @api.model
    def _company_of(self, record):
        return record.company_id if "company_id" in record._fields else self.env.company

    # Both refuse on purpose and never call super: evidence is only added to.
    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("The journal is only ever added to."))

    def unlink(self):  # pylint: disable=method-required-super
        message = self.env._("The journal is only ever added to.")
        raise UserError(message)  # pylint: disable=no-raise-unlink
