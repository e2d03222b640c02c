import io
import json

from odoo import models
from odoo.tools import SQL

from ...directory import FIELDS, SEARCHED, read_rows, search_text

# What a file says of an organization, and what comparing it finds out.
_READ = ("number", *FIELDS, "removed", "search_text", "refused", "problems", "findings", "warned", "result")
_FOUND = ("organization_ref", "parent_node", "result", "findings", "warned")
_STAGED = tuple(dict.fromkeys(_READ + _FOUND))
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_SEARCHED = [name for name in SEARCHED if name in FIELDS]
_BLOCK = 1 << 16  # bytes that COPY takes at a time


class VpdtOrganizationImport(models.Model):
    """Reading: rows are compared in a table of the transaction alone, and kept as lines once, with their result.

    Written where nothing is logged and nothing indexed, comparing costs a fraction of what it did on the lines
    themselves, each of which was written five times. The lines stay what an interrupted import goes on from.
    """

    # split by concern
    _inherit = "vpdt.organization.import"

    def _sql(self, template, **kwargs):
        """Run a statement; gives the cursor.

        ``%(job)s`` is this import, ``%(lines)s`` the table of its rows, ``%(stage)s`` that in which they are compared,
        ``%(batch)s`` that of those being written.
        """
        names = {
            "job": self.id,
            "lines": SQL.identifier("vpdt_organization_import_line"),
            "stage": SQL.identifier("vpdt_directory_stage"),
            "batch": SQL.identifier("vpdt_directory_batch"),
        }
        self.env.cr.execute(SQL(template, **names, **kwargs))
        return self.env.cr

    def _step_read(self):
        self._sql("DELETE FROM %(lines)s WHERE import_id = %(job)s")
        self._open_stage(with_lines=False)
        ignored, digest = self._with_file(self._stage)
        self._compare()
        self._keep_lines(SQL("TRUE"))
        # Planned for the few rows that were there before, writing would look for each parent among all rows.
        self._sql("ANALYZE %(lines)s")
        counts = self._counts()
        rows = self._sql("SELECT count(*) FROM %(stage)s WHERE number > 0").fetchone()[0]
        state = self._directory_state()
        self.env.invalidate_all()
        self._move_to(
            "checked",
            {
                "rows_total": rows,
                "rows_done": 0,
                "ignored_columns": ", ".join(ignored)[:500],
                "phase": "checked",
                "directory_state": state,
            },
        )
        self._journal("move", {"dry_run": counts, "sha256": digest})
        return False

    # The stage ------------------------------------------------------------------------------------------------------

    def _open_stage(self, *, with_lines):
        """Make the table in which rows are compared.

        :param with_lines: begin with the rows of the dry run, as they were read, without what was found out then
        """
        # Hash joins over the whole directory stay in memory: one import runs at a time.
        self._sql("SET LOCAL work_mem = '64MB'")
        self._sql("DROP TABLE IF EXISTS %(stage)s")
        self._sql(
            """CREATE TEMP TABLE %(stage)s ON COMMIT DROP AS
               SELECT %(columns)s, problems <> '[]' AS warned, CASE WHEN refused THEN 'error' END::varchar AS result,
                      '[]'::jsonb AS findings, NULL::int AS organization_id, NULL::int AS parent_node,
                      CASE WHEN result = 'create' THEN organization_ref END AS organization_ref
                 FROM %(lines)s WHERE import_id = %(job)s AND number > 0 AND %(with_lines)s""",
            columns=_columns(name for name in _READ if name not in _FOUND),
            with_lines=with_lines,
        )

    def _stage(self, path, digest):
        """COPY the rows of the file into the stage."""
        rows, ignored = read_rows(path, convert_legacy=self.convert_legacy)
        stream = _LineStream(_staged_text(row) for row in rows)
        statement = SQL("COPY %s (%s) FROM STDIN", SQL.identifier("vpdt_directory_stage"), _columns(_READ))
        # psycopg2's own cursor: Odoo's has no COPY. The statement holds names of columns only, no values.
        self.env.cr._obj.copy_expert(self.env.cr._obj.mogrify(statement.code, statement.params), stream, _BLOCK)
        return ignored, digest

    # The lines ------------------------------------------------------------------------------------------------------

    def _keep_lines(self, rows):
        """Keep rows of the stage as lines of this import, in the order of the file.

        :param rows: condition on the stage
        """
        self._sql(
            """INSERT INTO %(lines)s (import_id, %(columns)s)
               SELECT %(job)s, %(columns)s FROM %(stage)s WHERE %(rows)s
                ORDER BY number = 0, number, organization_ref""",
            columns=_columns(_STAGED),
            rows=rows,
        )

    def _refresh_lines(self):
        """Write down what has become other than the dry run said; most often that is nothing."""
        values = SQL(", ").join(SQL("%(c)s = s.%(c)s", c=SQL.identifier(name)) for name in _FOUND)
        was = SQL(", ").join(SQL("l.%s", SQL.identifier(name)) for name in _FOUND)
        becomes = SQL(", ").join(SQL("s.%s", SQL.identifier(name)) for name in _FOUND)
        self._sql(
            """UPDATE %(lines)s l SET %(values)s FROM %(stage)s s
                WHERE l.import_id = %(job)s AND l.number = s.number AND s.number > 0
                  AND (%(was)s) IS DISTINCT FROM (%(becomes)s)""",
            values=values,
            was=was,
            becomes=becomes,
        )
        self._sql("DELETE FROM %(lines)s WHERE import_id = %(job)s AND number = 0")
        self._keep_lines(SQL("number = 0"))

    def _counts(self):
        """Result → number of rows, for the journal."""
        rows = self._sql(
            "SELECT result, count(*) FROM %(lines)s WHERE import_id = %(job)s GROUP BY result ORDER BY result"
        ).fetchall()
        return dict(rows)


def _columns(names):
    return SQL(", ").join(map(SQL.identifier, names))


def _staged_text(row):
    """One row as COPY takes it."""
    values, refused, problems = row.values, row.refused, row.problems
    searched = search_text([values[name] for name in _SEARCHED])
    told = json.dumps(problems, ensure_ascii=False) if problems else "[]"
    cells = [row.number, *[values[name] for name in FIELDS], row.removed, searched, refused, told, "[]"]
    cells += [bool(problems), "error" if refused else None]
    return "\t".join([r"\N" if cell is None else _escaped(str(cell)) for cell in cells]) + "\n"


def _escaped(text):
    # Tabs and ends of lines are not printable.
    return text if "\\" not in text and text.isprintable() else text.translate(_ESCAPED)


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
