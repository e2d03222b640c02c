"""The national directory of organizations as files: codes, lists of organizations, lists of agencies; no ORM."""

from .agencies import AgencyBook, read_agencies
from .agency_template import write_template
from .codes import follows_qcvn102, follows_qd20, group_letter, level_of, suggest_identifier
from .graph import find_cycles
from .problems import ERRORS, MESSAGES, DirectoryError
from .reading import FIELDS, Limits, Row, read_rows
from .searching import SEARCHED, search_text

__all__ = [
    "ERRORS",
    "FIELDS",
    "MESSAGES",
    "SEARCHED",
    "AgencyBook",
    "DirectoryError",
    "Limits",
    "Row",
    "find_cycles",
    "follows_qcvn102",
    "follows_qd20",
    "group_letter",
    "level_of",
    "read_agencies",
    "read_rows",
    "search_text",
    "suggest_identifier",
    "write_template",
]
