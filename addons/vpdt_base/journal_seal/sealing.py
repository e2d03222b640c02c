"""Making the next seal."""

import datetime

from . import merkle, rows
from .seals import BEGINNING, Seal

#: Rows of a seal; a transaction is never divided, so one with more rows makes a larger seal.
BATCH = 1000
#: Bytes kept of each leaf, to tell *which* row of a damaged batch is the bad one. The proof is the root.
LEAF_BYTES = 8

_COLUMNS = "number, at, origin, from_txn, to_txn, first_id, last_id, count, root, previous"


def seal_next(cursor, ring, batch=BATCH):
    """Seal the next rows that are final; the caller commits.

    Final are rows of transactions older than every one still running in the cluster (the snapshot's xmin): no more
    rows can come below that horizon. Where another process seals at the same time, nothing is done here.

    :param cursor: DB-API cursor; its transaction should be young, since rows committed after its first query wait for
        the next seal
    :param ring: `KeyRing`
    :return: the `Seal`, or None when nothing waits
    """
    cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('vpdt_journal_seal'))")
    if not cursor.fetchone()[0]:
        return None
    span = _next_span(cursor, batch)
    if not span:
        return None
    seal, leaves = _make(cursor, *span)
    if seal:
        _store(cursor, seal, leaves, ring)
    return seal


def seal_pending(cursor, commit, ring, anchors, database, batch=BATCH):
    """Seal all rows that are final, batch by batch, and move the anchor along.

    It may be interrupted anywhere: a seal is committed whole or not at all, and an anchor that lags behind is moved
    with the next seal.

    :param commit: called after each seal; the next one needs a new snapshot
    :param anchors: `Anchors`
    :param database: uuid of the database
    :return: ([Seal …], True when the anchor stands at the last of them)
    """
    if not last_seal(cursor)[0]:
        anchors.begin(database)
    made, anchored = [], True
    commit()
    while seal := seal_next(cursor, ring, batch):
        commit()
        made.append(seal)
        anchored = anchors.advance(database, seal, lambda number: digest_of(cursor, number))
        commit()
    commit()  # lets go of the lock
    return made, anchored


def last_seal(cursor):
    """(number, digest) of the newest seal, or (0, BEGINNING)."""
    cursor.execute("SELECT number, digest FROM vpdt_journal_seal ORDER BY number DESC LIMIT 1")
    return cursor.fetchone() or (0, BEGINNING)


def digest_of(cursor, number):
    """The digest of a seal by its number, or None."""
    cursor.execute("SELECT digest FROM vpdt_journal_seal WHERE number = %s", [number])
    found = cursor.fetchone()
    return found and found[0]


def _next_span(cursor, batch):
    """(origin, from, to) of the next transactions to seal, or None.

    Rows of another origin came with a restored copy of the database: all of them are final.
    """
    cursor.execute("SELECT vpdt_journal_origin(), pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    here, horizon = cursor.fetchone()
    for origin in [*_foreign_origins(cursor, here), here]:
        start = _sealed_up_to(cursor, origin)
        end = horizon if origin == here else None
        to = _end_of_batch(cursor, origin, start, end, batch)
        if to:
            return origin, start, to
    return None


def _foreign_origins(cursor, here):
    """Other clusters in which this database has lived: those of seals, and that of the oldest row."""
    cursor.execute(
        "SELECT origin FROM ((SELECT DISTINCT origin FROM vpdt_journal_seal)"
        " UNION (SELECT origin FROM vpdt_journal_row ORDER BY id LIMIT 1)) AS known WHERE origin <> %s ORDER BY 1",
        [here],
    )
    return [origin for (origin,) in cursor.fetchall()]


def _sealed_up_to(cursor, origin):
    cursor.execute("SELECT max(to_txn) FROM vpdt_journal_seal WHERE origin = %s", [origin])
    return cursor.fetchone()[0] or 0


def _end_of_batch(cursor, origin, start, end, batch):
    """The transaction number before which the next batch ends, or None when there is no row to seal."""
    limits = {"origin": origin, "start": start, "end": end, "batch": batch}
    cursor.execute(
        "SELECT min(txn), max(txn), count(*) FROM ("
        " SELECT txn FROM vpdt_journal_row WHERE origin = %(origin)s AND txn >= %(start)s"
        " AND txn < coalesce(%(end)s, 9223372036854775807) ORDER BY txn LIMIT %(batch)s + 1) AS pending",
        limits,
    )
    first, last, count = cursor.fetchone()
    if not count:
        return None
    if count <= batch:
        return end or last + 1
    return last if last > first else last + 1


def _make(cursor, origin, start, end):
    cursor.execute(
        f"SELECT {rows.COLUMNS} FROM vpdt_journal_row"  # the names are those of rows.Row
        " WHERE origin = %s AND txn >= %s AND txn < %s ORDER BY txn, id",
        [origin, start, end],
    )
    tree, leaves, ids = merkle.Root(), bytearray(), []
    while found := cursor.fetchmany(1000):
        for row in map(rows.Row._make, found):
            leaf = rows.leaf(row)
            tree.add(leaf)
            leaves += leaf[:LEAF_BYTES]
            ids.append(row.id)
    number, previous = last_seal(cursor)
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    root = tree.digest().hex()
    return Seal(number + 1, now, origin, start, end, min(ids), max(ids), len(ids), root, previous), bytes(leaves)


def _store(cursor, seal, leaves, ring):
    key_id, signature = ring.sign(seal.payload())
    cursor.execute(
        f"INSERT INTO vpdt_journal_seal ({_COLUMNS}, digest, key_id, signature, leaves)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            *(seal.number, seal.at, seal.origin, seal.from_txn, seal.to_txn, seal.first_id, seal.last_id),
            *(seal.count, seal.root, seal.previous, seal.digest(), key_id, signature, leaves),
        ],
    )
