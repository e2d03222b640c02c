"""Asking a ClamAV daemon whether bytes carry a known virus, and what it looks into; no ORM."""

from .clamd import Address, Scanner, ScannerError, Verdict, parse_address
from .limits import Demand, Examination, Prover, configured, examine

__all__ = [
    "Address",
    "Demand",
    "Examination",
    "Prover",
    "Scanner",
    "ScannerError",
    "Verdict",
    "configured",
    "examine",
    "parse_address",
]
