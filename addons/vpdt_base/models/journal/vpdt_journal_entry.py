import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...journal_seal import schema


class VpdtJournalEntry(models.Model):
    """What happened, to which record, by whom: the evidence (Nghị định 30/2020, Phụ lục VI: P6-5, P6-7).

    Rows are only ever added, in the transaction of what they tell; a trigger refuses UPDATE and DELETE for everybody.
    This is a view on a table partitioned by month (see ``journal_seal/schema.py``), which the ORM cannot make itself.
    """

    _name = "vpdt.journal.entry"
    _description = "Journal entry"
    _order = "id DESC"
    _rec_name = "record_name"
    _auto = False
    _log_access = False

    at = fields.Datetime("Time", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", required=True, readonly=True)
    company_id = fields.Many2one("res.company", "Agency", readonly=True)
    kind = fields.Selection("_get_kinds", required=True, readonly=True)
    res_model = fields.Char("Kind of object (technical)", required=True, readonly=True)
    res_id = fields.Many2oneReference("Number in the database", model_field="res_model", required=True, readonly=True)
    record_name = fields.Char("About what", readonly=True)
    detail = fields.Text(readonly=True, help="JSON, keys sorted.")

    def init(self):
        """Make the tables, the months and the triggers that refuse UPDATE, DELETE and TRUNCATE."""
        schema.create(self.env.cr)

    def _register_hook(self):
        """Have the months at each start, also after the server has stood still for longer than they were made ahead.

        Made within a request, a month would hold up what that request journals on a connection of its own: a wrong
        passphrase, a refused step. Neither would ever end.
        """
        super()._register_hook()
        self.env.cr.execute("SELECT to_regprocedure('vpdt_journal_make_month(date)')")
        if self.env.cr.fetchone()[0]:  # not in a database that waits for its upgrade
            schema.make_months(self.env.cr)

    @api.model
    def _get_kinds(self):
        """Hook: what a row can tell of, ``[(code, word)]``; each addon adds its own."""
        return [
            ("move", self.env._("Step")),
            ("view", self.env._("View")),
            ("download", self.env._("Download")),
            ("print", self.env._("Print")),
            ("permission", self.env._("Permission")),
            ("sign", self.env._("Signature")),
            ("exchange", self.env._("Exchange")),
            # stored, quarantined: what happens to a file without anybody opening it
            ("file", self.env._("File")),
            ("backup", self.env._("Backup")),
        ]

    @api.model
    def _record(self, kind, records, detail=None):
        """Add one row a record.

        :param kind: one of `_get_kinds`
        :param records: any recordset
        :param detail: JSON-able dict without personal data or secrets
        """
        text = json.dumps(detail or {}, ensure_ascii=False, sort_keys=True, default=str)
        now = fields.Datetime.now()
        self._ensure_month(now)
        vals_list = [
            {
                "at": now,
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
        company = record.company_id if "company_id" in record._fields else None
        return company or self.env.company

    @api.model
    def _ensure_month(self, moment):
        """Have the partition of ``moment`` (naive, UTC); the cron makes it ahead, so this finds it nearly always."""
        month = moment.strftime("%Y_%m")
        known = self.env.registry.__dict__.setdefault("_vpdt_journal_months", set())
        if month in known:
            return
        cr = self.env.cr
        cr.execute("SELECT to_regclass(%s)", [f"vpdt_journal_row_{month}"])
        if not cr.fetchone()[0]:
            cr.execute("SELECT vpdt_journal_make_month(%s)", [moment.date()])
            cr.postcommit.add(lambda: known.add(month))  # not known before: this transaction may still fail
        elif not cr.postcommit:
            known.add(month)

    # Both refuse on purpose and never call super: evidence is only added to.
    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("The journal is only ever added to."))

    def unlink(self):  # pylint: disable=method-required-super
        message = self.env._("The journal is only ever added to.")
        raise UserError(message)  # pylint: disable=no-raise-unlink
