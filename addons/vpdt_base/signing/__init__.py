"""Electronic signatures on official documents: keys, places, signing, checking. No ORM in here.

The law: Nghị định 30/2020/NĐ-CP (Phụ lục I, Điều 32), Nghị định 68/2024/NĐ-CP. The technique: PAdES (ETSI EN 319
142-1).
"""

from .errors import CODES, SigningError
from .isolation import verify_isolated
from .pades import fill_number_and_date, prepare, sign_agency, sign_person
from .places import find_places
from .signers import load_pkcs12
from .validation import verify

__all__ = [
    "CODES",
    "SigningError",
    "fill_number_and_date",
    "find_places",
    "load_pkcs12",
    "prepare",
    "sign_agency",
    "sign_person",
    "verify",
    "verify_isolated",
]
