from datetime import timedelta

from odoo import models
from odoo.tools import SQL
from psycopg2.extras import execute_values

from ...directory import SEARCHED, search_text
from ...text import fold
from ...vietnam import today
from .vpdt_organization_import_sql import _PLAIN

BATCH = 40_000
# Two imports at once would create the same organization twice.
_LOCK = "vpdt.organization.import"
_WRITTEN = ("create", "update", "restore")
_WORDS = "vpdt_organization__search_text_index"


class VpdtOrganizationImport(models.Model):
    """Writing to the directory, a batch a transaction: what `rows_done` counts is not written again."""

    # split by concern
    _inherit = "vpdt.organization.import"

    def _step_match(self):
        """The directory may have changed since the dry run: then compare again just before writing."""
        self._lock_directory()
        if self._directory_state() != self.directory_state:
            self._open_stage(with_lines=True)
            self._compare()
            self._refresh_lines()
        count = self._sql(
            "SELECT count(*) FROM %(lines)s WHERE import_id = %(job)s AND result = ANY(%(written)s)",
            written=list(_WRITTEN),
        ).fetchone()[0]
        self.env.invalidate_all()
        self._by_system().write({"phase": "write" if count else "finish", "rows_to_write": count, "rows_done": 0})
        return True

    def _step_write(self):
        self._lock_directory()
        count = self._open_batch()
        if count:
            self._update()
            self._create_organizations()
            self._settle_index()
        self.env.invalidate_all()
        self._by_system().write({"rows_done": self.rows_done + count, "phase": "write" if count == BATCH else "finish"})
        return True

    def _step_finish(self):
        """Parents that came after their children; then what the source no longer lists."""
        self._lock_directory()
        self._link_parents()
        self._archive()
        counts = self._counts()
        # From now on searches are planned for a directory of this size.
        self.env.cr.execute("ANALYZE vpdt_organization")
        self.env.invalidate_all()
        self._move_to("done", {"phase": "done"})
        self._journal("move", {"imported": counts, "source": self.source})
        return False

    def _lock_directory(self):
        self.env.cr.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [_LOCK])
        self.env["vpdt.organization"].flush_model()

    def _open_batch(self):
        """The next rows to write, ministries and provinces first, so that parents are there before their children.

        What decides about a row no longer changes, so the number of rows done says where to go on.

        :return: number of rows
        """
        self._sql("SET LOCAL work_mem = '64MB'")
        self._sql("SET LOCAL gin_pending_list_limit = '1GB'")  # emptied once a batch, see _settle_index
        self._sql("DROP TABLE IF EXISTS %(batch)s")
        return self._sql(
            """CREATE TEMP TABLE %(batch)s ON COMMIT DROP AS
               SELECT id, result, organization_ref, parent_node FROM %(lines)s
                WHERE import_id = %(job)s AND result = ANY(%(written)s)
                ORDER BY level, id OFFSET %(done)s LIMIT %(size)s""",
            written=list(_WRITTEN),
            done=self.rows_done,
            size=BATCH,
        ).rowcount

    # The index of the words -----------------------------------------------------------------------------------------

    def _settle_index(self):
        """Sort what the batch has added into the trigram index at once, not every 4 MB.

        The pending list is searched from end to end; it is emptied with each batch.
        """
        self.env.cr.execute(
            "SELECT gin_clean_pending_list(found) FROM to_regclass(%s) AS found WHERE found IS NOT NULL", [_WORDS]
        )

    # New ------------------------------------------------------------------------------------------------------------

    def _create_organizations(self):
        """With their parents, where those are in the directory already or in the same batch."""
        self._sql(
            """INSERT INTO vpdt_organization (id, %(columns)s, search_text, parent_id, group_id, listed_on_axis, active,
                                              create_uid, write_uid, create_date, write_date)
               SELECT l.organization_ref, %(values)s, l.search_text, p.id, %(group)s, %(listed)s,
                      TRUE, %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                 FROM %(batch)s b JOIN %(lines)s l ON l.id = b.id LEFT JOIN (%(parents)s) p ON p.node = b.parent_node
                WHERE b.result = 'create' ORDER BY l.id""",
            columns=SQL(", ").join(map(SQL.identifier, _PLAIN)),
            values=SQL(", ").join(SQL("l.%s", SQL.identifier(name)) for name in _PLAIN),
            parents=self._parents_of_batch(),
            group=self._group_of(SQL("l.identifier")),
            listed=self.source == "axis",
            uid=self.env.uid,
        )

    def _parents_of_batch(self):
        """Node and id of the parents that are there once the batch is written."""
        return SQL(
            """SELECT n.node, n.id
                 FROM (SELECT DISTINCT parent_node AS node, parent_node AS id FROM vpdt_directory_batch
                        WHERE parent_node > 0
                        UNION ALL
                       SELECT -number, organization_ref FROM vpdt_organization_import_line
                        WHERE import_id = %(job)s AND number IN (SELECT -parent_node FROM vpdt_directory_batch)) n
                WHERE EXISTS (SELECT 1 FROM vpdt_organization o WHERE o.id = n.id)
                   OR n.id IN (SELECT organization_ref FROM vpdt_directory_batch)""",
            job=self.id,
        )

    def _group_of(self, identifier):
        """The list of level 1; the same rule as `directory.group_letter`."""
        return SQL(
            """(SELECT g.id FROM vpdt_organization_group g
                 WHERE g.letter = left(%(code)s, 1) AND %(code)s ~ '^[A-K][0-9]{2}([.][0-9A-Z]+)*$')""",
            code=identifier,
        )

    # Changed --------------------------------------------------------------------------------------------------------

    def _update(self):
        if not self._sql("SELECT EXISTS (SELECT 1 FROM %(batch)s WHERE result <> 'create')").fetchone()[0]:
            return
        kept = self._keep_earlier()
        values = SQL(", ").join(SQL("%(c)s = coalesce(l.%(c)s, o.%(c)s)", c=SQL.identifier(name)) for name in _PLAIN)
        updated = self._sql(
            """UPDATE vpdt_organization o
                  SET %(values)s, active = TRUE, write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC',
                      listed_on_axis = o.listed_on_axis IS TRUE OR %(listed)s,
                      group_id = %(group)s
                 FROM %(batch)s b JOIN %(lines)s l ON l.id = b.id
                WHERE b.result <> 'create' AND o.id = b.organization_ref
            RETURNING o.id""",
            values=values,
            listed=self.source == "axis",
            group=self._group_of(SQL("coalesce(l.identifier, o.identifier)")),
            uid=self.env.uid,
        ).fetchall()
        self._join_earlier(kept)
        self._fold([organization for (organization,) in updated])

    def _keep_earlier(self):
        """Names and codes that this import replaces stay findable; a change of case or marks is no other name."""
        rows = self._sql(
            """SELECT o.id, o.name, l.name, o.identifier, l.identifier, o.identifier_legacy, l.identifier_legacy
                 FROM %(batch)s b JOIN %(lines)s l ON l.id = b.id JOIN vpdt_organization o ON o.id = b.organization_ref
                WHERE b.result <> 'create'
                  AND (o.name <> l.name OR o.identifier <> l.identifier
                       OR o.identifier_legacy <> l.identifier_legacy)"""
        ).fetchall()
        until = today() - timedelta(days=1)
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
        if not organizations:
            return
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
                 FROM (SELECT l.organization_ref, CASE WHEN l.parent_node > 0 THEN l.parent_node
                                                       ELSE p.organization_ref END AS parent_id
                         FROM %(lines)s l
                         LEFT JOIN %(lines)s p ON p.import_id = %(job)s AND p.number = -l.parent_node
                        WHERE l.import_id = %(job)s AND l.result = ANY(%(written)s) AND l.parent_node IS NOT NULL) t
                WHERE o.id = t.organization_ref AND o.parent_id IS DISTINCT FROM t.parent_id
                  AND EXISTS (SELECT 1 FROM vpdt_organization p WHERE p.id = t.parent_id)""",
            written=list(_WRITTEN),
        )

    def _archive(self):
        self._sql(
            """UPDATE vpdt_organization o
                  SET active = FALSE, listed_on_axis = FALSE, write_uid = %(uid)s,
                      write_date = now() AT TIME ZONE 'UTC'
                 FROM %(lines)s l
                WHERE l.import_id = %(job)s AND l.result = 'archive' AND o.id = l.organization_ref AND o.active""",
            uid=self.env.uid,
        )
