"""How far the chain of a database had come, kept outside of it: what finds a tail that was cut off."""

import json
from pathlib import Path
from typing import NamedTuple

from .keys import write_whole
from .seals import BEGINNING


class Anchor(NamedTuple):
    """Number and digest of the last seal that is known outside the database."""

    number: int
    digest: str


class Anchors:
    """One file a database, named by its uuid, in a folder of the server.

    The anchor only moves along the chain: after a restore of an older copy, or in a copy of a database, it stays where
    it was (or is missing), and checking says so until a person accepts the new beginning (:meth:`accept`).
    """

    def __init__(self, folder):
        self.folder = Path(folder)

    def get(self, database):
        """The anchor of a database (by its uuid), or None."""
        try:
            found = json.loads(self._path(database).read_text(encoding="ascii"))
            return Anchor(int(found["number"]), str(found["digest"]))
        except FileNotFoundError:
            return None

    def begin(self, database):
        """Put an anchor before the first seal of a database that has none of both yet."""
        if self.get(database) is None:
            self.accept(database, 0, BEGINNING)

    def advance(self, database, seal, digest_of):
        """Move the anchor to ``seal``, the newest one, if the chain in the database still holds the present anchor.

        :param digest_of: function from a seal's number to its digest in the database, or None
        :return: True when the anchor is at ``seal`` now
        """
        anchor = self.get(database)
        if not anchor or anchor.number > seal.number:
            return False
        if anchor.number and digest_of(anchor.number) != anchor.digest:
            return False
        self.accept(database, seal.number, seal.digest())
        return True

    def accept(self, database, number, digest):
        """Put the anchor at a seal, whatever it said before: the decision of a person."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self._path(database), json.dumps({"number": number, "digest": digest}).encode())

    def _path(self, database):
        if not database or not database.replace("-", "").isalnum():
            raise ValueError(f"{database!r} is not the uuid of a database")
        return self.folder / f"{database}.json"
