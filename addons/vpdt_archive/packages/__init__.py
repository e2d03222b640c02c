"""Packages of the archive: SIP, AIP and DIP of dossiers and documents (Thông tư 05/2025/TT-BNV, Phụ lục I–V).

E-ARK CSIP as the circular uses it: METS, PREMIS 3, EAD, representations, SHA-256 of every file. No ORM and no Odoo:
`writing` makes a package of a :class:`model.Dossier`, in pieces and resumable; `verifying` finds what is wrong with
one; `reading` gives the dossier back. ``python -m packages`` is the command line.
"""

from .errors import PackageError, Problem
from .model import Agency, Document, Dossier, File, Settings
from .reading import extract_file, read_package
from .verifying import Limits, Report, verify
from .writing import write_package

__all__ = [
    "Agency",
    "Document",
    "Dossier",
    "File",
    "Limits",
    "PackageError",
    "Problem",
    "Report",
    "Settings",
    "extract_file",
    "read_package",
    "verify",
    "write_package",
]
