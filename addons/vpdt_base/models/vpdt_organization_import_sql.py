import io
import json

from odoo import fields, models
from odoo.tools import SQL

from ..directory import FIELDS, SEARCHED, find_cycles, read_rows, search_text

# Compared and written; the parent goes its own way.
_PLAIN = tuple(name for name in FIELDS if name != "parent_code")
_STAGED = (
    "import_id", "number", *FIELDS, "removed", "search_text", "refused", "warned", "problems", "findings", "applied",
)  # fmt: skip
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class VpdtOrganizationImport(models.Model):
    """Reading into the staging table, and comparing it with the directory: a handful of statements for all rows."""

    # split by concern
    _inherit = "vpdt.organization.import"  # pylint: disable=consider-merging-classes-inherited

    def _sql(self, template, **kwargs):
        """Run a statement with ``%(job)s`` as this import and ``%(lines)s`` as the staging table; gives the cursor."""
        names = {"lines": SQL.identifier("vpdt_organization_import_line"), "job": self.id}
        self.env.cr.execute(SQL(template, **names, **kwargs))
        return self.env.cr

    # Reading --------------------------------------------------------------------------------------------------------

    def _step_read(self):
        self._sql("DELETE FROM %(lines)s WHERE import_id = %(job)s")
        ignored, digest = self._with_file(self._stage)
        self._match()
        count = self._sql("SELECT count(*) FROM %(lines)s WHERE import_id = %(job)s AND number > 0").fetchone()[0]
        self.env.invalidate_all()
        self._move_to(
            "checked",
            {"rows_total": count, "rows_done": 0, "ignored_columns": ", ".join(ignored)[:500], "phase": "checked"},
        )
        self._journal("move", {"dry_run": self._counts(), "sha256": digest})
        return False

    def _stage(self, path, digest):
        """COPY the rows of the file into the staging table."""
        rows, ignored = read_rows(path, convert_legacy=self.convert_legacy)
        stream = _LineStream(self._staged_text(row) for row in rows)
        columns = SQL(", ").join(map(SQL.identifier, _STAGED))
        statement = SQL("COPY vpdt_organization_import_line (%s) FROM STDIN", columns)
        # psycopg2's own cursor: Odoo's has no COPY. The statement holds names of columns only, no values.
        self.env.cr._obj.copy_expert(self.env.cr._obj.mogrify(statement.code, statement.params), stream)
        return ignored, digest

    def _staged_text(self, row):
        values = row.values
        searched = search_text(values.get(name) for name in SEARCHED)
        told = json.dumps(row.problems, ensure_ascii=False) if row.problems else "[]"
        cells = (
            self.id, row.number, *(values[name] for name in FIELDS), row.removed, searched, row.refused,
            bool(row.problems), told, "[]", False,
        )  # fmt: skip
        return "\t".join(r"\N" if cell is None else str(cell).translate(_ESCAPED) for cell in cells) + "\n"

    # Comparing ------------------------------------------------------------------------------------------------------

    def _match(self):
        """Say for each row what would happen. May be repeated; the directory is only read."""
        self.env["vpdt.organization"].flush_model()
        self.env["vpdt.organization.name"].flush_model()
        self.env["res.company"].flush_model(["organization_id"])
        self._sql("DELETE FROM %(lines)s WHERE import_id = %(job)s AND number = 0")
        self._sql(
            """UPDATE %(lines)s
                  SET organization_id = NULL, parent_node = NULL, findings = '[]', applied = FALSE,
                      result = CASE WHEN refused THEN 'error' END, warned = jsonb_array_length(problems) > 0
                WHERE import_id = %(job)s AND result IS NOT NULL"""
        )
        self._sql("UPDATE %(lines)s SET result = 'error' WHERE import_id = %(job)s AND refused")
        self._sql("ANALYZE %(lines)s")
        self._find_duplicates()
        self._find_organizations()
        self._find_parents()
        self._find_circles()
        self._tell_results()
        if self.archive_missing:
            self._find_missing()

    def _finding(self, code, params, *, where, joined=None, error=True):
        """Add a finding to the rows that ``where`` selects; an error unless told otherwise."""
        self._sql(
            """UPDATE %(lines)s l
                  SET findings = l.findings || jsonb_build_array(jsonb_build_array(%(code)s::text, %(params)s)),
                      warned = TRUE, result = CASE WHEN %(error)s THEN 'error' ELSE l.result END
                 %(joined)s
                WHERE l.import_id = %(job)s AND %(where)s""",
            code=code,
            params=params,
            joined=joined or SQL(""),
            where=where,
            error=error,
        )

    def _find_duplicates(self):
        for column, code in (("identifier", "duplicate_identifier"), ("identifier_legacy", "duplicate_legacy")):
            self._finding(
                code,
                SQL("jsonb_build_object('code', l.%s, 'row', d.first)", SQL.identifier(column)),
                joined=SQL(
                    """FROM (SELECT id, row_number() OVER same AS place, first_value(number) OVER same AS first
                               FROM vpdt_organization_import_line
                              WHERE import_id = %(job)s AND %(column)s IS NOT NULL AND result IS NULL
                             WINDOW same AS (PARTITION BY %(column)s ORDER BY id)) d""",
                    job=self.id,
                    column=SQL.identifier(column),
                ),
                where=SQL("d.id = l.id AND d.place > 1"),
            )

    def _find_organizations(self):
        """By identifier, else by the old code; two answers are an error, never a guess."""
        self._sql(
            """UPDATE %(lines)s l SET organization_id = o.id
                 FROM (SELECT DISTINCT ON (identifier) identifier, id FROM vpdt_organization
                        WHERE identifier IS NOT NULL ORDER BY identifier, active DESC, id) o
                WHERE l.import_id = %(job)s AND l.identifier = o.identifier"""
        )
        several = SQL(
            """FROM (SELECT identifier_legacy AS code, min(id) AS id, count(*) AS number FROM vpdt_organization
                      WHERE identifier_legacy IS NOT NULL AND active GROUP BY identifier_legacy) o"""
        )
        same = SQL("l.identifier_legacy = o.code AND l.result IS NULL")
        self._finding(
            "ambiguous_legacy",
            SQL("jsonb_build_object('code', o.code)"),
            joined=several,
            where=SQL("%s AND o.number > 1 AND l.organization_id IS NULL", same),
        )
        self._finding(
            "two_organizations",
            SQL("jsonb_build_object('first', a.name, 'second', b.name)"),
            joined=SQL("%s, vpdt_organization a, vpdt_organization b", several),
            where=SQL(
                "%s AND o.number = 1 AND a.id = l.organization_id AND b.id = o.id AND a.id <> b.id AND a.active", same
            ),
        )
        self._sql(
            """UPDATE %(lines)s l SET organization_id = o.id
                 FROM (SELECT DISTINCT ON (identifier_legacy) identifier_legacy AS code, id FROM vpdt_organization
                        WHERE identifier_legacy IS NOT NULL ORDER BY identifier_legacy, active DESC, id) o
                WHERE l.import_id = %(job)s AND l.organization_id IS NULL AND l.identifier_legacy = o.code
                  AND l.result IS DISTINCT FROM 'error'"""
        )
        self._finding(
            "same_organization",
            SQL("jsonb_build_object('row', d.first)"),
            joined=SQL(
                """FROM (SELECT id, row_number() OVER same AS place, first_value(number) OVER same AS first
                           FROM vpdt_organization_import_line
                          WHERE import_id = %(job)s AND organization_id IS NOT NULL AND result IS NULL
                         WINDOW same AS (PARTITION BY organization_id ORDER BY id)) d""",
                job=self.id,
            ),
            where=SQL("d.id = l.id AND d.place > 1"),
        )
        self._find_replaced_codes()

    def _find_replaced_codes(self):
        """A list older than a change of codes must not bring the former organization back."""
        self._finding(
            "replaced_code",
            SQL("jsonb_build_object('code', coalesce(o.identifier, o.identifier_legacy))"),
            joined=SQL("FROM vpdt_organization_name n JOIN vpdt_organization o ON o.id = n.organization_id"),
            where=SQL(
                "l.organization_id IS NULL AND l.result IS NULL"
                " AND (n.identifier = l.identifier"
                "      OR (l.identifier IS NULL AND n.identifier_legacy = l.identifier_legacy))"
            ),
            error=False,
        )
        self._sql(
            """UPDATE %(lines)s SET result = 'skip'
                WHERE import_id = %(job)s AND result IS NULL AND findings @> '[["replaced_code"]]'"""
        )

    # Parents --------------------------------------------------------------------------------------------------------

    def _find_parents(self):
        """Turn the parent's code into a node: an organization, or minus a row of this file that will become one."""
        has_parents = self._sql(
            "SELECT EXISTS (SELECT 1 FROM %(lines)s WHERE import_id = %(job)s AND parent_code IS NOT NULL)"
        ).fetchone()[0]
        if not has_parents:
            return
        self._sql(
            """UPDATE %(lines)s l SET parent_node = c.node
                 FROM (SELECT DISTINCT ON (code) code, node FROM (
                         SELECT identifier AS code, coalesce(organization_id, -id) AS node, 1 AS place
                           FROM %(lines)s WHERE import_id = %(job)s AND result IS DISTINCT FROM 'error'
                         UNION ALL
                         SELECT identifier_legacy, coalesce(organization_id, -id), 2
                           FROM %(lines)s WHERE import_id = %(job)s AND result IS DISTINCT FROM 'error'
                         UNION ALL
                         SELECT identifier, id, CASE WHEN active THEN 3 ELSE 5 END FROM vpdt_organization
                         UNION ALL
                         SELECT identifier_legacy, id, CASE WHEN active THEN 4 ELSE 6 END FROM vpdt_organization
                       ) known WHERE code IS NOT NULL ORDER BY code, place) c
                WHERE l.import_id = %(job)s AND l.parent_code = c.code
                  AND c.node <> coalesce(l.organization_id, -l.id)"""
        )
        self._finding(
            "parent_unknown",
            SQL("jsonb_build_object('code', l.parent_code)"),
            # its own code as parent is how the axis writes "none"
            where=SQL(
                "l.parent_code IS NOT NULL AND l.parent_node IS NULL AND l.result IS NULL"
                " AND l.parent_code IS DISTINCT FROM l.identifier"
                " AND l.parent_code IS DISTINCT FROM l.identifier_legacy"
            ),
            error=False,
        )

    def _find_circles(self):
        """Rows whose parents go in a circle, through the file and the directory together."""
        rows = self._sql(
            """SELECT coalesce(organization_id, -id), parent_node FROM %(lines)s
                WHERE import_id = %(job)s AND parent_node IS NOT NULL AND result IS NULL"""
        ).fetchall()
        if not rows:
            return
        self.env.cr.execute("SELECT id, parent_id FROM vpdt_organization WHERE parent_id IS NOT NULL")
        parents = {**dict(self.env.cr.fetchall()), **dict(rows)}
        circles = find_cycles(parents)
        touched = [node for node, _parent in rows if node in circles]
        if not touched:
            return
        codes = dict(
            self._sql(
                """SELECT coalesce(organization_id, -id), coalesce(identifier, identifier_legacy) FROM %(lines)s
                    WHERE import_id = %(job)s AND coalesce(organization_id, -id) = ANY(%(nodes)s)""",
                nodes=list(circles),
            ).fetchall()
        )
        for node in touched[:1000]:  # a file can hold few circles of its own; more is a broken file
            path, at = [node], circles[node]
            while at != node and len(path) < 6:
                path.append(at)
                at = circles[at]
            shown = " → ".join(str(codes.get(step) or step) for step in [*path, at])
            self._finding(
                "cycle",
                SQL("jsonb_build_object('path', %s::text)", shown),
                where=SQL("coalesce(l.organization_id, -l.id) = %s AND l.result IS NULL", node),
            )

    # Results --------------------------------------------------------------------------------------------------------

    def _tell_results(self):
        changes = SQL(" OR ").join(
            SQL("(l.%(c)s IS NOT NULL AND l.%(c)s IS DISTINCT FROM o.%(c)s)", c=SQL.identifier(name)) for name in _PLAIN
        )
        listed = SQL("o.listed_on_axis IS NOT TRUE") if self.source == "axis" else SQL("FALSE")
        self._sql(
            """UPDATE %(lines)s SET result = CASE WHEN removed THEN 'unchanged' ELSE 'create' END
                WHERE import_id = %(job)s AND result IS NULL AND organization_id IS NULL"""
        )
        self._sql(
            """UPDATE %(lines)s l SET result = CASE
                    WHEN l.removed THEN CASE WHEN NOT o.active THEN 'unchanged'
                        WHEN EXISTS (SELECT 1 FROM res_company c WHERE c.organization_id = o.id) THEN 'skip'
                        ELSE 'archive' END
                    WHEN NOT o.active AND o.valid_to IS NOT NULL THEN 'skip'
                    WHEN NOT o.active THEN 'restore'
                    WHEN %(changes)s OR %(listed)s
                        OR (l.parent_node IS NOT NULL AND l.parent_node IS DISTINCT FROM o.parent_id) THEN 'update'
                    ELSE 'unchanged' END
                 FROM vpdt_organization o
                WHERE l.import_id = %(job)s AND l.result IS NULL AND o.id = l.organization_id""",
            changes=changes,
            listed=listed,
        )
        organization = SQL("FROM vpdt_organization o")
        self._finding(
            "stays_archived",
            SQL("jsonb_build_object('date', to_char(o.valid_to, 'DD/MM/YYYY'))"),
            joined=organization,
            where=SQL("o.id = l.organization_id AND l.result = 'skip' AND NOT l.removed AND NOT o.active"),
            error=False,
        )
        for column, code in (("identifier", "identifier_changes"), ("identifier_legacy", "legacy_changes")):
            self._finding(
                code,
                SQL("jsonb_build_object('old', o.%(c)s, 'new', l.%(c)s)", c=SQL.identifier(column)),
                joined=organization,
                where=SQL(
                    "o.id = l.organization_id AND l.result IN ('update', 'restore') AND o.%(c)s <> l.%(c)s",
                    c=SQL.identifier(column),
                ),
                error=False,
            )

    def _find_missing(self):
        """Rows for what the directory holds and the file does not, numbered 0."""
        below = SQL("TRUE")
        if self.scope_id:
            below = SQL(
                """o.id IN (WITH RECURSIVE below AS (
                                SELECT id FROM vpdt_organization WHERE parent_id = %s
                                UNION SELECT c.id FROM vpdt_organization c JOIN below b ON c.parent_id = b.id)
                            SELECT id FROM below)""",
                self.scope_id.id,
            )
        self._sql(
            """INSERT INTO %(lines)s (import_id, number, name, identifier, identifier_legacy, organization_id, removed,
                                      refused, warned, applied, problems, findings, result)
               SELECT %(job)s, 0, o.name, o.identifier, o.identifier_legacy, o.id, FALSE, FALSE, c.id IS NOT NULL,
                      FALSE, '[]', CASE WHEN c.id IS NULL THEN '[]' ELSE '[["served_here", {}]]' END::jsonb,
                      CASE WHEN c.id IS NULL THEN 'archive' ELSE 'skip' END
                 FROM vpdt_organization o LEFT JOIN res_company c ON c.organization_id = o.id
                WHERE o.active AND %(below)s
                  AND NOT EXISTS (SELECT 1 FROM %(lines)s l WHERE l.import_id = %(job)s AND l.organization_id = o.id)
                ORDER BY o.id""",
            below=below,
        )

    def _counts(self):
        """Result → number of rows, for the journal."""
        rows = self._sql(
            "SELECT result, count(*) FROM %(lines)s WHERE import_id = %(job)s GROUP BY result ORDER BY result"
        ).fetchall()
        return dict(rows)


class _LineStream(io.RawIOBase):
    """Lines as a file that COPY reads, without ever holding them all."""

    def __init__(self, lines):
        self._lines = lines
        self._rest = b""

    def readable(self):
        return True

    def read(self, size=-1):  # pylint: disable=method-required-super
        """Up to ``size`` bytes; an empty answer is the end."""
        parts, length = [self._rest], len(self._rest)
        while length < size or size < 0:
            line = next(self._lines, None)
            if line is None:
                break
            parts.append(line.encode())
            length += len(parts[-1])
        content = b"".join(parts)
        size = len(content) if size < 0 else size
        self._rest = content[size:]
        return content[:size]


def today(record):
    """The day in Viet Nam, for what an import dates."""
    return fields.Date.context_today(record.with_context(tz="Asia/Ho_Chi_Minh"))
