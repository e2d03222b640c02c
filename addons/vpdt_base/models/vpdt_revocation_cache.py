from datetime import timezone

from odoo import api, fields, models
from odoo.tools import SQL

from ..signing import fetching


class VpdtRevocationCache(models.Model):
    """Answers of OCSP responders and revocation lists, kept until they run out. Nobody's business but the checker's."""

    _name = "vpdt.revocation.cache"
    _description = "Revocation answer"
    _log_access = False

    key = fields.Char(required=True)
    data = fields.Binary(attachment=False)
    until = fields.Datetime(required=True, index=True)

    _key_unique = models.UniqueIndex("(key)")

    @api.model
    def _source(self, offline=False):
        """Who answers questions about revocation (:class:`signing.fetching.RevocationSource`).

        :param offline: only what is kept; calls nobody
        """
        allowed = frozenset() if offline else self.env["vpdt.allowed.host"]._allowed()
        return fetching.RevocationSource(allowed, _Cache(self, offline))

    @api.autovacuum
    def _gc_run_out(self):
        self.search([("until", "<", fields.Datetime.now())]).unlink()


class _Cache:
    """The cache of :mod:`signing.fetching` in a table."""

    def __init__(self, model, read_only):
        self._model, self._read_only = model.sudo(), read_only  # answers are public and of no agency

    def get(self, key):
        rows = self._model.env.execute_query(
            SQL(
                "SELECT data, until FROM vpdt_revocation_cache WHERE key = %s AND until > %s",
                key,
                fields.Datetime.now(),
            )
        )
        if not rows or (self._read_only and not rows[0][0]):
            return None
        return bytes(rows[0][0] or b""), rows[0][1].replace(tzinfo=timezone.utc)

    def put(self, key, data, until):
        if self._read_only:
            return
        until = until.astimezone(timezone.utc).replace(tzinfo=None)
        self._model.env.cr.execute(
            SQL(
                """INSERT INTO vpdt_revocation_cache (key, data, until) VALUES (%s, %s, %s)
                   ON CONFLICT (key) DO UPDATE SET data = EXCLUDED.data, until = EXCLUDED.until""",
                key,
                data,
                until,
            )
        )
