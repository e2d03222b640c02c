"""One link of the chain: which rows it covers, their root, and the seal before it."""

import datetime
import hashlib
import json
from dataclasses import astuple, dataclass

_TAG = "vpdt.journal.seal/1"

#: What the first seal names as its predecessor.
BEGINNING = "0" * 64


@dataclass(frozen=True)
class Seal:
    """Covers every row of ``origin`` with ``from_txn`` ≤ txn < ``to_txn``, in the order (txn, id).

    :param number: 1, 2, 3 …
    :param at: naive datetime in UTC
    :param origin: identifier of the PostgreSQL cluster that gave the transaction numbers
    :param first_id, last_id: smallest and largest id among the rows
    :param count: number of rows
    :param root: Merkle root over their leaves, hexadecimal
    :param previous: :meth:`digest` of the seal before, or BEGINNING
    """

    number: int
    at: datetime.datetime
    origin: int
    from_txn: int
    to_txn: int
    first_id: int
    last_id: int
    count: int
    root: str
    previous: str

    def payload(self):
        """The bytes that are signed and time-stamped."""
        values = [_TAG, *astuple(self)]
        values[2] = self.at.isoformat(timespec="microseconds")
        return json.dumps(values, separators=(",", ":")).encode()

    def digest(self):
        """SHA-256 of the payload, hexadecimal: what the next seal names."""
        return hashlib.sha256(self.payload()).hexdigest()
