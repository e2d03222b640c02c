"""Electronic signatures on official documents: keys, places, signing, checking. No ORM in here.

The law: Nghị định 30/2020/NĐ-CP (Phụ lục I, Điều 32), Nghị định 68/2024/NĐ-CP. The technique: PAdES (ETSI EN 319
142-1). See ``spec`` §1.4 and §6 of the project for the reading of both.
"""

from .errors import CODES, SigningError

__all__ = ["CODES", "SigningError"]
