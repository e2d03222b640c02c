from datetime import timedelta

from odoo import models
from odoo.tools import SQL
from psycopg2.extras import execute_values

from ..directory import SEARCHED, search_text
from ..text import fold
from .vpdt_organization_import_sql import _PLAIN, today

BATCH = 20_000
# Two imports at once would create the same organization twice.
_LOCK = "vpdt.organization.import"
_WRITTEN = ("create", "update", "restore")


class VpdtOrganizationImport(models.Model):
    """Writing to the directory, a batch a transaction: what is marked `applied` is not written again."""

    # split by concern
    _inherit = "vpdt.organization.import"  # pylint: disable=consider-merging-classes-inherited

    def _step_match(self):
        """The directory may have changed since the dry run: compare again just before writing."""
        self._lock_directory()
        self._match()
        count = self._sql(
            "SELECT count(*) FROM %(lines)s WHERE import_id = %(job)s AND result = ANY(%(written)s)",
            written=list(_WRITTEN),
        ).fetchone()[0]
        self.env.invalidate_all()
        self.write({"phase": "write", "rows_total": count, "rows_done": 0})
        return True

    def _step_write(self):
        self._lock_directory()
        lines = self._next_batch()
        if lines:
            self._update(lines)
            self._create_organizations(lines)
            self._mark_applied(lines)
        self.env.invalidate_all()
        self.write({"rows_done": self.rows_done + len(lines), "phase": "write" if lines else "finish"})
        return True

    def _step_finish(self):
        """Parents last, when every organization is there; then what the source no longer lists."""
        self._lock_directory()
        self._link_parents()
        self._archive()
        counts = self._counts()
        self.env.invalidate_all()
        self._move_to("done", {"phase": "done"})
        self._journal("move", {"imported": counts, "source": self.source})
        return False

    def _lock_directory(self):
        self.env.cr.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [_LOCK])
        self.env["vpdt.organization"].flush_model()

    def _next_batch(self):
        rows = self._sql(
            """SELECT id FROM %(lines)s
                WHERE import_id = %(job)s AND NOT applied AND result = ANY(%(written)s) ORDER BY id LIMIT %(batch)s""",
            written=list(_WRITTEN),
            batch=BATCH,
        ).fetchall()
        return [line for (line,) in rows]

    def _mark_applied(self, lines):
        self._sql("UPDATE %(lines)s SET applied = TRUE WHERE id = ANY(%(ids)s) AND NOT applied", ids=lines)

    # New ------------------------------------------------------------------------------------------------------------

    def _create_organizations(self, lines):
        columns = SQL(", ").join(map(SQL.identifier, _PLAIN))
        self._sql(
            """WITH made AS MATERIALIZED (
                   SELECT l.*, nextval(pg_get_serial_sequence('vpdt_organization', 'id')) AS made_id
                     FROM %(lines)s l WHERE l.id = ANY(%(ids)s) AND l.result = 'create'
               ), inserted AS (
                   INSERT INTO vpdt_organization (id, %(columns)s, search_text, group_id, listed_on_axis, active,
                                                  create_uid, write_uid, create_date, write_date)
                   SELECT made_id, %(columns)s, search_text, %(group)s, %(listed)s, TRUE, %(uid)s, %(uid)s,
                          now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                     FROM made ORDER BY id
               )
               UPDATE %(lines)s l SET organization_id = made.made_id, applied = TRUE FROM made WHERE made.id = l.id""",
            ids=lines,
            columns=columns,
            group=self._group_of(SQL("made.identifier")),
            listed=self.source == "axis",
            uid=self.env.uid,
        )

    def _group_of(self, identifier):
        """The list of level 1; the same rule as `directory.group_letter`."""
        return SQL(
            """(SELECT g.id FROM vpdt_organization_group g
                 WHERE g.letter = left(%(code)s, 1) AND %(code)s ~ '^[A-K][0-9]{2}([.][0-9A-Z]+)*$')""",
            code=identifier,
        )

    # Changed --------------------------------------------------------------------------------------------------------

    def _update(self, lines):
        kept = self._keep_earlier(lines)
        values = SQL(", ").join(SQL("%(c)s = coalesce(l.%(c)s, o.%(c)s)", c=SQL.identifier(name)) for name in _PLAIN)
        updated = self._sql(
            """UPDATE vpdt_organization o
                  SET %(values)s, active = TRUE, write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC',
                      listed_on_axis = o.listed_on_axis IS TRUE OR %(listed)s,
                      group_id = %(group)s
                 FROM %(lines)s l
                WHERE l.id = ANY(%(ids)s) AND l.result IN ('update', 'restore') AND o.id = l.organization_id
            RETURNING o.id""",
            values=values,
            ids=lines,
            listed=self.source == "axis",
            group=self._group_of(SQL("coalesce(l.identifier, o.identifier)")),
            uid=self.env.uid,
        ).fetchall()
        self._join_earlier(kept)
        self._fold([organization for (organization,) in updated])

    def _keep_earlier(self, lines):
        """Names and codes that this import replaces stay findable; a change of case or marks is no other name."""
        rows = self._sql(
            """SELECT o.id, o.name, l.name, o.identifier, l.identifier, o.identifier_legacy, l.identifier_legacy
                 FROM %(lines)s l JOIN vpdt_organization o ON o.id = l.organization_id
                WHERE l.id = ANY(%(ids)s) AND l.result IN ('update', 'restore')
                  AND (o.name <> l.name OR o.identifier <> l.identifier
                       OR o.identifier_legacy <> l.identifier_legacy)""",
            ids=lines,
        ).fetchall()
        until = today(self) - timedelta(days=1)
        earlier = []
        for organization, name, new_name, code, new_code, legacy, new_legacy in rows:
            kept = (
                name if new_name and fold(name) != fold(new_name) else None,
                code if code and new_code and code != new_code else None,
                legacy if legacy and new_legacy and legacy != new_legacy else None,
            )
            if any(kept):
                earlier.append((organization, *kept, until, self.env.uid, self.env.uid))
        if earlier:
            execute_values(
                self.env.cr._obj,
                "INSERT INTO vpdt_organization_name (organization_id, name, identifier, identifier_legacy, valid_to,"
                " create_uid, write_uid) VALUES %s",
                earlier,
            )
        return [row[0] for row in earlier]

    def _join_earlier(self, organizations):
        """What `earlier_names` computes, for many at once."""
        self._sql(
            """UPDATE vpdt_organization o SET earlier_names = n.joined
                 FROM (SELECT organization_id, string_agg(concat_ws('; ', name, identifier, identifier_legacy), '; '
                                                          ORDER BY id) AS joined
                         FROM vpdt_organization_name WHERE organization_id = ANY(%(ids)s) GROUP BY organization_id) n
                WHERE o.id = n.organization_id""",
            ids=organizations,
        )

    def _fold(self, organizations):
        """What `search_text` computes, for many at once; folding is done in Python only (text/unicode.py)."""
        if not organizations:
            return
        columns = SQL(", ").join(map(SQL.identifier, SEARCHED))
        rows = self._sql(
            "SELECT id, %(columns)s FROM vpdt_organization WHERE id = ANY(%(ids)s)",
            columns=columns,
            ids=organizations,
        ).fetchall()
        execute_values(
            self.env.cr._obj,
            "UPDATE vpdt_organization o SET search_text = v.folded FROM (VALUES %s) AS v (id, folded)"
            " WHERE v.id = o.id AND o.search_text IS DISTINCT FROM v.folded",
            [(organization, search_text(values)) for organization, *values in rows],
            page_size=5000,
        )

    # Parents and the end --------------------------------------------------------------------------------------------

    def _link_parents(self):
        self._sql(
            """UPDATE vpdt_organization o SET parent_id = t.parent_id
                 FROM (SELECT l.organization_id, CASE WHEN l.parent_node > 0 THEN l.parent_node
                                                      ELSE p.organization_id END AS parent_id
                         FROM %(lines)s l LEFT JOIN %(lines)s p ON p.id = -l.parent_node
                        WHERE l.import_id = %(job)s AND l.result = ANY(%(written)s) AND l.parent_node IS NOT NULL) t
                WHERE o.id = t.organization_id AND t.parent_id IS NOT NULL
                  AND o.parent_id IS DISTINCT FROM t.parent_id""",
            written=list(_WRITTEN),
        )

    def _archive(self):
        self._sql(
            """UPDATE vpdt_organization o
                  SET active = FALSE, listed_on_axis = FALSE, write_uid = %(uid)s,
                      write_date = now() AT TIME ZONE 'UTC'
                 FROM %(lines)s l
                WHERE l.import_id = %(job)s AND l.result = 'archive' AND o.id = l.organization_id AND o.active""",
            uid=self.env.uid,
        )
        self._sql("UPDATE %(lines)s SET applied = TRUE WHERE import_id = %(job)s AND result = 'archive'")
