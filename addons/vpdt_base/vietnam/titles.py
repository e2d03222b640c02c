"""What stands before a name: no học hàm, học vị before that of who signs (mục II.7.b Phụ lục I Nghị định 30/2020).

The decree leaves the armed forces, education, health and science to the rules of their sectors; so it is said and not
refused.
"""

import re

_ABBREVIATED = "GS PGS TSKH TS ThS CN KS KTS BS BSCKI BSCKII DS LS"
_IN_FULL = (
    "Giáo sư",
    "Phó Giáo sư",
    "Tiến sĩ",
    "Tiến sỹ",
    "Thạc sĩ",
    "Thạc sỹ",
    "Cử nhân",
    "Kỹ sư",
    "Bác sĩ",
    "Bác sỹ",
)
_TITLE = re.compile(
    rf"(?:(?:{'|'.join(_ABBREVIATED.split())})(?:\.|\s(?=\S+\s))|(?:{'|'.join(_IN_FULL)})(?=\s))", re.IGNORECASE
)


def title_before(name):
    """The học hàm or học vị that a name begins with, or an empty string.

    :param str name: ``"PGS.TS. Nguyễn Văn A"`` begins with ``"PGS."``, ``"Tiến Văn A"`` with none
    """
    found = _TITLE.match((name or "").strip())
    return found.group().strip() if found else ""
