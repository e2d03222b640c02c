"""The signing package and the people of its tests, loaded without Odoo."""

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2] / "addons" / "vpdt_base" / "tests"
if str(TESTS) not in sys.path:
    sys.path.insert(0, str(TESTS))

from signing_common import (  # noqa: E402
    SigningError,
    agency,
    authority,
    load,
    pades,
    pdfsig,
    person,
    pki,
    private_key_info,
    roots,
    signer_of,
    timestamper,
    trust,
    verdict,
)

reading = load("signing.reading")

__all__ = [
    "SigningError",
    "agency",
    "authority",
    "pades",
    "pdfsig",
    "person",
    "pki",
    "private_key_info",
    "reading",
    "roots",
    "signer_of",
    "timestamper",
    "trust",
    "verdict",
]
