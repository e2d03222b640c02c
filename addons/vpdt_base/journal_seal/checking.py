"""Reading the whole journal again and saying what is wrong with it."""

from dataclasses import dataclass, field

from . import merkle, rows, stamps
from .sealing import LEAF_BYTES
from .seals import BEGINNING, Seal

#: So many findings are told one by one; all are counted.
TOLD = 20
_PIECE = 1000

_SEALS = (
    "SELECT number, at, origin, from_txn, to_txn, first_id, last_id, count, root, previous,"
    " digest, key_id, signature, leaves, time_stamp FROM vpdt_journal_seal ORDER BY number"
)
_ROWS = (  # the names are those of rows.Row
    f"SELECT {rows.COLUMNS} FROM vpdt_journal_row WHERE origin = %s AND txn >= %s AND txn < %s ORDER BY txn, id"
)


@dataclass
class Report:
    """What was found.

    :param entries: rows in the journal
    :param sealed: rows that a good seal covers
    :param seals: seals
    :param first_bad: the first finding (dict with seal, entry, problem), or None
    :param findings: the first TOLD findings
    :param damaged: their number
    :param unsealed: rows that no seal covers yet
    :param oldest_unsealed: time (UTC) of the oldest of them, or None
    :param lost_ids: ids that no row has, beyond the last sealed row: rolled-back transactions, or removed rows
    :param last_seal: (number, digest) of the newest seal, to compare with a copy kept elsewhere
    """

    entries: int = 0
    sealed: int = 0
    seals: int = 0
    first_bad: dict | None = None
    findings: list = field(default_factory=list)
    damaged: int = 0
    unsealed: int = 0
    oldest_unsealed: object = None
    lost_ids: int = 0
    last_seal: tuple = (0, BEGINNING)

    def bad(self, problem, seal=None, entry=None):
        """Note one finding."""
        finding = {"seal": seal, "entry": entry, "problem": problem}
        self.first_bad = self.first_bad or finding
        self.damaged += 1
        if len(self.findings) < TOLD:
            self.findings.append(finding)


def check(connection, ring, anchor=None):
    """Check every seal and every row; memory does not grow with the journal.

    :param connection: psycopg2 connection, best in a REPEATABLE READ transaction that is read only; read the anchor
        *before* the transaction begins, or a seal made in between looks like one cut off
    :param ring: `KeyRing`
    :param anchor: `Anchor` of this database, or None when there is none
    :return: `Report`
    """
    report = Report()
    with connection.cursor() as cursor:
        _check_guards(cursor, report)
        known = _check_chain(connection, ring, report, anchor)
        _check_anchor(anchor, known, report)
        _count(cursor, report)
    return report


def _check_guards(cursor, report):
    """The triggers must be there and switched on, on every month."""
    cursor.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p')"
        " AND (c.relname IN ('vpdt_journal_row', 'vpdt_journal_seal')"
        "  OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'vpdt_journal_row'::regclass))"
        " AND (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgenabled IN ('O', 'A')"
        "  AND t.tgname IN ('vpdt_journal_append_only', 'vpdt_journal_no_truncate')) < 2 ORDER BY 1"
    )
    for (name,) in cursor.fetchall():
        report.bad(f"the triggers that refuse changes are missing or switched off on {name}")


def _check_chain(connection, ring, report, anchor):
    """Walk along the seals; gives the digest found at the anchor's number, or None."""
    ends, previous = {}, (0, BEGINNING)
    at_anchor = BEGINNING if anchor and not anchor.number else None
    with connection.cursor("vpdt_seals") as cursor:
        cursor.itersize = 50
        cursor.execute(_SEALS)
        for values in cursor:
            seal = Seal(*values[:10])
            sound = _check_seal(seal, values[10:13], previous, ends.get(seal.origin, 0), ring, report)
            if values[14] is not None and not stamps.is_for(bytes(values[14]), seal):
                report.bad("its time stamp is for something else", seal=seal.number)
            covered = _check_rows(connection, seal, bytes(values[13]), report)
            if sound and covered:
                report.sealed += seal.count
            report.seals += 1
            ends[seal.origin] = seal.to_txn
            previous = (seal.number, seal.digest())
            if anchor and anchor.number == seal.number:
                at_anchor = seal.digest()
    report.last_seal = previous
    _note_unsealed(connection, ends, report)
    return at_anchor


def _check_seal(seal, stored, previous, start, ring, report):
    """The link itself: numbers without gap, the digest of the one before, the signature."""
    digest, key_id, signature = stored
    problems = []
    if seal.number != previous[0] + 1:
        problems.append(f"seal {previous[0] + 1} is missing")
    if seal.previous != previous[1]:
        problems.append("it does not follow the seal before it")
    if seal.digest() != digest:
        problems.append("its content has been changed")
    if seal.from_txn != start:
        problems.append("it leaves out transactions since the seal before it")
    if not ring.verify(key_id, signature, seal.payload()):
        problems.append("its signature is not by a key of this installation")
    for problem in problems:
        report.bad(problem, seal=seal.number)
    return not problems


def _check_rows(connection, seal, leaves, report):
    """Read the rows of a seal again and compare their root; on a difference find the first bad row."""
    tree, ids = merkle.Root(), _FirstDifference(leaves)
    with connection.cursor("vpdt_rows") as cursor:
        cursor.itersize = _PIECE
        cursor.execute(_ROWS, [seal.origin, seal.from_txn, seal.to_txn])
        for values in cursor:
            row = rows.Row._make(values)
            leaf = rows.leaf(row)
            tree.add(leaf)
            ids.compare(row.id, leaf)
    if tree.count == seal.count and tree.digest().hex() == seal.root:
        return True
    report.bad(ids.words(seal.count, tree.count), seal=seal.number, entry=ids.entry)
    return False


class _FirstDifference:
    """Where the rows of a batch begin to differ from the leaves noted when it was sealed."""

    def __init__(self, leaves):
        self.leaves = [leaves[at : at + LEAF_BYTES] for at in range(0, len(leaves), LEAF_BYTES)]
        self.position = 0
        self.entry = None

    def compare(self, entry, leaf):
        if self.entry is None:
            here = self.leaves[self.position] if self.position < len(self.leaves) else b""
            if leaf[:LEAF_BYTES] != here:
                self.entry = entry
        self.position += 1

    def words(self, sealed, found):
        if found < sealed:
            where = f"before entry {self.entry}" if self.entry else "at its end"
            return f"{sealed - found} of its {sealed} rows are missing, the first {where}"
        if found > sealed:
            return f"{found - sealed} rows were added to its {sealed}"
        return "this row, or its place, is not what was sealed"


def _note_unsealed(connection, ends, report):
    """Count the rows beyond the last seal of each origin."""
    with connection.cursor() as cursor:
        origins, starts = list(ends), list(ends.values())
        cursor.execute(
            "SELECT count(*), min(r.at) FROM vpdt_journal_row r LEFT JOIN"
            " unnest(%s::bigint[], %s::bigint[]) AS e(origin, start) ON e.origin = r.origin"
            " WHERE r.txn >= coalesce(e.start, 0)",
            [origins, starts],
        )
        report.unsealed, report.oldest_unsealed = cursor.fetchone()


def _check_anchor(anchor, at_anchor, report):
    number = report.last_seal[0]
    if anchor is None:
        if number:
            report.bad("this server keeps no anchor of this database: a tail that was cut off would not show")
    elif at_anchor is None:
        report.bad(
            f"the tail was cut off: seal {anchor.number} had been made, and the last one here is {number}",
            seal=anchor.number,
        )
    elif at_anchor != anchor.digest:
        report.bad("it is not the seal that this server made", seal=anchor.number)


def _count(cursor, report):
    cursor.execute("SELECT count(*) FROM vpdt_journal_row")
    report.entries = cursor.fetchone()[0]
    cursor.execute(
        "SELECT (SELECT last_value FROM vpdt_journal_entry_id_seq WHERE is_called)"
        " - coalesce((SELECT max(last_id) FROM vpdt_journal_seal), 0)"
        " - (SELECT count(*) FROM vpdt_journal_row"
        "    WHERE id > coalesce((SELECT max(last_id) FROM vpdt_journal_seal), 0))"
    )
    report.lost_ids = cursor.fetchone()[0] or 0
