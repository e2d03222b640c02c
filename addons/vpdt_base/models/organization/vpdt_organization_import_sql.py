from odoo import models
from odoo.tools import SQL

from ...directory import FIELDS, find_cycles

# Compared and written; the parent goes its own way.
_PLAIN = tuple(name for name in FIELDS if name != "parent_code")
_MAX_CIRCLES = 1000  # a file can hold few circles of its own; more is a broken file


class VpdtOrganizationImport(models.Model):
    """Comparing the stage with the directory: a handful of statements for all rows, joined by hashing."""

    # split by concern
    _inherit = "vpdt.organization.import"

    def _directory_state(self):
        """A text that is another one as soon as a row of the directory has been added, changed or taken away.

        PostgreSQL gives each version of a row the number of its transaction and a place: what they are together
        changes with every write, by whatever way, and costs a fraction of comparing.
        """
        self._flush_directory()
        self.env.cr.execute(
            " UNION ALL ".join(
                f"SELECT concat(count(*), ':', sum(hashtext(concat(id, ctid, xmin)))) FROM {table}"
                for table in ("vpdt_organization", "vpdt_organization_name", "res_company")
            )
        )
        return " ".join(state for (state,) in self.env.cr.fetchall())

    def _flush_directory(self):
        self.env["vpdt.organization"].flush_model()
        self.env["vpdt.organization.name"].flush_model()
        self.env["res.company"].flush_model(["organization_id"])

    def _compare(self):
        """Say for each row of the stage what would happen. The directory is only read."""
        self._flush_directory()
        self._sql("ANALYZE %(stage)s")
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
            """UPDATE %(stage)s l
                  SET findings = l.findings || jsonb_build_array(jsonb_build_array(%(code)s::text, %(params)s)),
                      warned = TRUE, result = CASE WHEN %(error)s THEN 'error' ELSE l.result END
                 %(joined)s
                WHERE %(where)s""",
            code=code,
            params=params,
            joined=joined or SQL(""),
            where=where,
            error=error,
        )

    def _find_duplicates(self):
        """The first row of a code counts."""
        for column, code in (("identifier", "duplicate_identifier"), ("identifier_legacy", "duplicate_legacy")):
            self._finding(
                code,
                SQL("jsonb_build_object('code', d.code, 'row', d.first)"),
                joined=SQL(
                    """FROM (SELECT %(column)s AS code, min(number) AS first FROM vpdt_directory_stage
                              WHERE %(column)s IS NOT NULL AND result IS NULL
                              GROUP BY %(column)s HAVING count(*) > 1) d""",
                    column=SQL.identifier(column),
                ),
                where=SQL("l.%s = d.code AND l.result IS NULL AND l.number > d.first", SQL.identifier(column)),
            )

    # Organizations --------------------------------------------------------------------------------------------------

    def _find_organizations(self):
        """By identifier, else by the old code; two answers are an error, never a guess."""
        self._sql(
            """UPDATE %(stage)s l SET organization_id = o.id FROM vpdt_organization o
                WHERE l.identifier = o.identifier AND o.active"""
        )
        self._sql(
            """UPDATE %(stage)s l SET organization_id = o.id
                 FROM (SELECT identifier, min(id) AS id FROM vpdt_organization
                        WHERE identifier IS NOT NULL AND NOT active GROUP BY identifier) o
                WHERE l.identifier = o.identifier AND l.organization_id IS NULL"""
        )
        self._find_by_two_codes()
        self._sql(
            """UPDATE %(stage)s l SET organization_id = o.id
                 FROM (SELECT identifier_legacy AS code, coalesce(min(id) FILTER (WHERE active), min(id)) AS id
                         FROM vpdt_organization WHERE identifier_legacy IS NOT NULL GROUP BY identifier_legacy) o
                WHERE l.organization_id IS NULL AND l.identifier_legacy = o.code
                  AND l.result IS DISTINCT FROM 'error'"""
        )
        self._finding(
            "same_organization",
            SQL("jsonb_build_object('row', d.first)"),
            joined=SQL(
                """FROM (SELECT organization_id, min(number) AS first FROM vpdt_directory_stage
                          WHERE organization_id IS NOT NULL AND result IS NULL
                          GROUP BY organization_id HAVING count(*) > 1) d"""
            ),
            where=SQL("l.organization_id = d.organization_id AND l.result IS NULL AND l.number > d.first"),
        )
        self._find_replaced_codes(SQL("n.identifier = l.identifier"))
        self._find_replaced_codes(SQL("l.identifier IS NULL AND n.identifier_legacy = l.identifier_legacy"))

    def _find_by_two_codes(self):
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
                "%s AND o.number = 1 AND o.id <> l.organization_id AND a.id = l.organization_id AND b.id = o.id"
                " AND a.active",
                same,
            ),
        )

    def _find_replaced_codes(self, same):
        """A list older than a change of codes must not bring the former organization back."""
        self._finding(
            "replaced_code",
            SQL("jsonb_build_object('code', coalesce(o.identifier, o.identifier_legacy))"),
            joined=SQL("FROM vpdt_organization_name n JOIN vpdt_organization o ON o.id = n.organization_id"),
            where=SQL("l.organization_id IS NULL AND l.result IS NULL AND %s", same),
            error=False,
        )
        self._sql(
            """UPDATE %(stage)s SET result = 'skip'
                WHERE result IS NULL AND findings <> '[]' AND findings @> '[["replaced_code"]]'"""
        )

    # Parents --------------------------------------------------------------------------------------------------------

    def _find_parents(self):
        """Turn the parent's code into a node: an organization, or minus a row of this file that will become one."""
        known = SQL(" UNION ALL ").join(
            SQL(
                """SELECT %(column)s AS code, coalesce(organization_id, -number) AS node, %(place)s AS place
                     FROM vpdt_directory_stage WHERE result IS DISTINCT FROM 'error'
                    UNION ALL
                   SELECT %(column)s, id, %(place)s + CASE WHEN active THEN 2 ELSE 4 END FROM vpdt_organization""",
                column=SQL.identifier(column),
                place=place,
            )
            for place, column in ((1, "identifier"), (2, "identifier_legacy"))
        )
        self._sql(
            """UPDATE %(stage)s l SET parent_node = c.node
                 FROM (SELECT DISTINCT ON (code) code, node FROM (%(known)s) known
                        WHERE code IN (SELECT parent_code FROM %(stage)s WHERE parent_code IS NOT NULL)
                        ORDER BY code, place, node DESC) c
                WHERE l.parent_code = c.code AND c.node <> coalesce(l.organization_id, -l.number)""",
            known=known,
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
        """Rows whose parents go in a circle, through the file and the directory together.

        A new circle holds a link that the file changes, and goes through parents only: those are looked at, and the
        rest of the directory only where an organization that is in it gets another parent.
        """
        changed = dict(
            self._sql(
                """SELECT coalesce(l.organization_id, -l.number), l.parent_node
                     FROM %(stage)s l LEFT JOIN vpdt_organization o ON o.id = l.organization_id
                    WHERE l.parent_node IS NOT NULL AND l.result IS NULL
                      AND l.parent_node IS DISTINCT FROM o.parent_id
                      AND (o.id IS NOT NULL OR -l.number IN (SELECT parent_node FROM %(stage)s))"""
            ).fetchall()
        )
        parents = {}
        if any(node > 0 for node in changed):
            self.env.cr.execute("SELECT id, parent_id FROM vpdt_organization WHERE parent_id IS NOT NULL")
            parents = dict(self.env.cr.fetchall())
        circles = find_cycles({**parents, **changed})
        if circles:
            self._tell_circles(circles)

    def _tell_circles(self, circles):
        codes = dict(
            self._sql(
                """SELECT coalesce(organization_id, -number), coalesce(identifier, identifier_legacy) FROM %(stage)s
                    WHERE coalesce(organization_id, -number) = ANY(%(nodes)s)""",
                nodes=list(circles),
            ).fetchall()
        )
        paths = {}
        for node in [node for node in circles if node in codes][:_MAX_CIRCLES]:
            path, at = [node], circles[node]
            while at != node and len(path) < 6:
                path.append(at)
                at = circles[at]
            paths[node] = " → ".join(str(codes.get(step) or step) for step in [*path, at])
        self._finding(
            "cycle",
            SQL("jsonb_build_object('path', c.path)"),
            joined=SQL("FROM unnest(%s::int[], %s::text[]) AS c (node, path)", list(paths), list(paths.values())),
            where=SQL(
                "coalesce(l.organization_id, -l.number) = c.node AND l.result IS NULL AND l.parent_node IS NOT NULL"
            ),
        )

    # Results --------------------------------------------------------------------------------------------------------

    def _tell_results(self):
        changes = SQL(" OR ").join(
            SQL("(l.%(c)s IS NOT NULL AND l.%(c)s IS DISTINCT FROM o.%(c)s)", c=SQL.identifier(name)) for name in _PLAIN
        )
        listed = SQL("o.listed_on_axis IS NOT TRUE") if self.source == "axis" else SQL("FALSE")
        self._sql(
            """UPDATE %(stage)s SET result = CASE WHEN removed THEN 'unchanged' ELSE 'create' END,
                      -- kept for it from the dry run on, so that the line need not be written again
                      organization_ref = CASE WHEN NOT removed THEN coalesce(organization_ref, %(next)s) END
                WHERE result IS NULL AND organization_id IS NULL""",
            next=SQL("nextval(pg_get_serial_sequence('vpdt_organization', 'id'))"),
        )
        self._sql(
            """UPDATE %(stage)s l SET organization_ref = o.id, result = CASE
                    WHEN l.removed THEN CASE WHEN NOT o.active THEN 'unchanged'
                        WHEN EXISTS (SELECT 1 FROM res_company c WHERE c.organization_id = o.id) THEN 'skip'
                        ELSE 'archive' END
                    WHEN NOT o.active AND o.valid_to IS NOT NULL THEN 'skip'
                    WHEN NOT o.active THEN 'restore'
                    WHEN %(changes)s OR %(listed)s
                        OR (l.parent_node IS NOT NULL AND l.parent_node IS DISTINCT FROM o.parent_id) THEN 'update'
                    ELSE 'unchanged' END
                 FROM vpdt_organization o
                WHERE l.result IS NULL AND o.id = l.organization_id""",
            changes=changes,
            listed=listed,
        )
        self._tell_changes()

    def _tell_changes(self):
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

        # The directory's way of writing a name does not go onto the paper of an agency served here by itself.
        self._finding(
            "agency_keeps_name",
            SQL("jsonb_build_object('name', c.name)"),
            joined=SQL("FROM vpdt_organization o JOIN res_company c ON c.organization_id = o.id"),
            where=SQL("o.id = l.organization_id AND l.result = 'update' AND o.name <> l.name AND c.name <> l.name"),
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
            """INSERT INTO %(stage)s (number, name, identifier, identifier_legacy, organization_id, organization_ref,
                                      removed, refused, warned, problems, findings, result)
               SELECT 0, o.name, o.identifier, o.identifier_legacy, o.id, o.id, FALSE, FALSE, c.id IS NOT NULL, '[]',
                      CASE WHEN c.id IS NULL THEN '[]' ELSE '[["served_here", {}]]' END::jsonb,
                      CASE WHEN c.id IS NULL THEN 'archive' ELSE 'skip' END
                 FROM vpdt_organization o LEFT JOIN res_company c ON c.organization_id = o.id
                WHERE o.active AND %(below)s
                  AND NOT EXISTS (SELECT 1 FROM %(stage)s l WHERE l.organization_id = o.id)""",
            below=below,
        )
