"""Sealing the journal, so that editing, removing or cutting off rows is found. No ORM in here.

- `schema`: tables, month partitions and triggers in the database;
- `rows`, `merkle`, `seals`: canonical bytes of a row, the root over a batch of rows, the signed link of the chain;
- `keys`, `anchors`: what lies outside the database: the signing keys, and how far the chain had come;
- `sealing`: makes the next seal; `checking`: reads everything again and says what is wrong;
- `stamps`: time stamps of a seal (RFC 3161).

Sealing and checking take a plain DB-API cursor, so ``./vpdt journal verify`` needs no Odoo and trusts none.

What is covered. A row that is sealed cannot be changed, removed, added to or swapped without notice, also by the
superuser of the database, as long as he has not the keys and anchors, which lie in the data folder of the server.
What is not. Rows of the last minutes that no seal covers yet can be removed without proof (a missing id is counted,
but an id is also lost when a transaction is rolled back); and whoever holds database *and* data folder can write a new
history: against him helps only a copy of the last seal somewhere else, which a time stamping service gives.
"""

from .anchors import Anchor, Anchors
from .checking import check
from .keys import KeyRing, KeyRingError
from .rows import Row, canonical, leaf
from .sealing import seal_next, seal_pending
from .seals import Seal

__all__ = [
    "Anchor",
    "Anchors",
    "KeyRing",
    "KeyRingError",
    "Row",
    "Seal",
    "canonical",
    "check",
    "leaf",
    "seal_next",
    "seal_pending",
]
