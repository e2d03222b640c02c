"""A row of the journal as bytes."""

import datetime
import hashlib
import json
from typing import NamedTuple

_TAG = "vpdt.journal.row/1"


class Row(NamedTuple):
    """The columns of ``vpdt_journal_row``, in the order in which they are hashed.

    ``at`` is a naive datetime in UTC; ``origin`` and ``txn`` name the PostgreSQL cluster and its transaction.
    """

    id: int
    at: datetime.datetime
    user_id: int
    company_id: int | None
    kind: str
    res_model: str
    res_id: int
    record_name: str | None
    detail: str | None
    origin: int
    txn: int


COLUMNS = ", ".join(Row._fields)


def canonical(row):
    """The bytes of a row, the same on every machine: a JSON array in UTF-8 without blanks, begun by its version.

    Two different rows never give the same bytes: JSON tells text from numbers from null and escapes its quotes.
    """
    values = [_TAG, *row]
    values[2] = row.at.isoformat(timespec="microseconds")
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def leaf(row):
    """SHA-256 of a row as a leaf of the tree (32 bytes); the zero byte keeps leaves and inner nodes apart."""
    return hashlib.sha256(b"\0" + canonical(row)).digest()
