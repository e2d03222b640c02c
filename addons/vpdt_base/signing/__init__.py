"""Electronic signatures on official documents: keys, places, signing, checking. No ORM in here.

The law: Nghị định 30/2020/NĐ-CP (Phụ lục I, Điều 32), Nghị định 68/2024/NĐ-CP. The technique: PAdES (ETSI EN 319
142-1).
"""

import importlib

#: Name → module that brings it. Loaded when asked for: a command that checks one file does not load what signs.
_PLACES = {
    "CODES": "errors",
    "SigningError": "errors",
    "fill_number_and_date": "pades",
    "find_places": "places",
    "load_pkcs12": "signers",
    "prepare": "pades",
    "sign_agency": "pades",
    "sign_person": "pades",
    "verify": "validation",
    "verify_isolated": "isolation",
}
__all__ = list(_PLACES)


def __getattr__(name):
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_PLACES[name]}", __name__), name)
