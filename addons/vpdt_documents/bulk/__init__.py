"""A list of documents (XLSX) and the scans that belong to it (ZIP), read row by row and file by file; no ORM."""

from .reading import COLUMNS, BulkError, ListRow, read_list
from .scans import Scans

__all__ = ["COLUMNS", "BulkError", "ListRow", "Scans", "read_list"]
