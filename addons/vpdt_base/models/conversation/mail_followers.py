from odoo import api, models
from odoo.exceptions import AccessError


class MailFollowers(models.Model):
    """Who follows a record is told to who may read the record: it says who works on what."""

    _inherit = "mail.followers"

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or operation != "read" or not self.ids:
            return result
        closed = self - self._of_readable_records()
        if not closed:
            return result
        forbidden = closed | (result[0] if result else self.browse())
        return forbidden, lambda: AccessError(self.env["ir.rule"]._refusal("read", self._description))

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        query = super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)
        if self.env.su or bypass_access:
            return query
        found = self.browse(query)
        readable = found._of_readable_records()
        return readable._as_query(order) if len(readable) < len(found) else query

    def _of_readable_records(self):
        """Those of these rows whose record the current user may read, in the same order."""
        by_model = {}
        for row in self.sudo().read(["res_model", "res_id"]):  # only which records they are about
            by_model.setdefault(row["res_model"], {}).setdefault(row["res_id"], []).append(row["id"])
        kept = set()
        for model, rows in by_model.items():
            if model in self.env:
                records = self.env[model].browse(rows).exists()
                kept.update(id_ for record in records._filtered_access("read")._ids for id_ in rows[record])
        return self.browse(id_ for id_ in self._ids if id_ in kept)
