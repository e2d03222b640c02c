from contextlib import contextmanager
from datetime import timezone

from odoo import api, fields, models
from odoo.tools import SQL

from ...signing import fetching


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
    @contextmanager
    def _asking(self):
        """Who asks the authorities (:class:`signing.fetching.RevocationSource`).

        What they answer is written at the end of the block: no row is locked while somebody outside thinks.
        """
        answers = _Cache(self)
        yield fetching.RevocationSource(self.env["vpdt.allowed.host"]._allowed(), answers)
        answers.keep()

    @api.model
    def _kept(self):
        """The same from what is kept; calls nobody."""
        return fetching.RevocationSource(frozenset(), _Cache(self))

    @api.autovacuum
    def _gc_run_out(self):
        self.search([("until", "<", fields.Datetime.now())]).unlink()


class _Cache:
    """The cache of :mod:`signing.fetching` in a table."""

    def __init__(self, model):
        self._model, self._new = model.sudo(), {}  # answers are public and of no agency

    def get(self, key):
        if key in self._new:
            return self._new[key]
        rows = self._model.env.execute_query(
            SQL(
                "SELECT data, until FROM vpdt_revocation_cache WHERE key = %s AND until > %s",
                key,
                fields.Datetime.now(),
            )
        )
        return (bytes(rows[0][0] or b""), rows[0][1].replace(tzinfo=timezone.utc)) if rows else None

    def put(self, key, data, until):
        self._new[key] = data, until

    def keep(self):
        for key, (data, until) in sorted(self._new.items()):  # in one order, so that two never wait for each other
            self._model.env.cr.execute(
                SQL(
                    """INSERT INTO vpdt_revocation_cache (key, data, until) VALUES (%s, %s, %s)
                       ON CONFLICT (key) DO UPDATE SET data = EXCLUDED.data, until = EXCLUDED.until""",
                    key,
                    data,
                    until.astimezone(timezone.utc).replace(tzinfo=None),
                )
            )
