"""Asking a ClamAV daemon whether bytes carry a known virus; no ORM."""

from .clamd import Address, Scanner, ScannerError, Verdict, parse_address

__all__ = ["Address", "Scanner", "ScannerError", "Verdict", "parse_address"]
