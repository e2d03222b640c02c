"""Which column of a table is which: headings are compared without marks, case and punctuation."""

import re

from .problems import DirectoryError
from .vietnamese import fold, nfc, readings_of

_HEADINGS = {
    "name": ("tên cơ quan, tổ chức", "tên cơ quan", "tên đơn vị", "tên tổ chức", "tên", "name"),
    "identifier": (
        "mã định danh", "mã định danh điện tử", "mã định danh mới", "mã định danh (qđ 20/2020)", "mã", "code",
        "identifier",
    ),
    "identifier_legacy": (
        "mã định danh cũ", "mã cũ", "mã qcvn 102", "mã định danh (qcvn 102)", "code102", "oldcode", "identifier_legacy",
        "legacy identifier",
    ),
    "parent_code": (
        "mã định danh cơ quan cấp trên", "mã cơ quan cấp trên", "mã cấp trên", "mã cha", "mã đơn vị cha",
        "mã định danh cấp trên", "pcode", "parent", "parent_code",
    ),
    "abbreviation": ("tên viết tắt", "viết tắt", "chữ viết tắt", "abbreviation"),
    "level": ("cấp", "level"),
    "address": ("địa chỉ", "address"),
    "email": ("thư điện tử", "email", "e-mail", "mail", "thư điện tử công vụ"),
    "phone": ("điện thoại", "số điện thoại", "phone", "mobile", "telephone"),
    "website": ("trang thông tin điện tử", "website", "trang web"),
    "place": ("địa danh", "place"),
    "valid_from": ("hiệu lực từ", "hiệu lực từ ngày", "ngày hiệu lực", "valid_from"),
    "valid_to": ("hiệu lực đến", "hiệu lực đến ngày", "ngày hết hiệu lực", "valid_to"),
    "legal_basis": ("căn cứ pháp lý", "căn cứ", "văn bản quy định", "legal_basis"),
}  # fmt: skip

HEADING_ROWS = 20  # a list often begins with a title and a signature block
_SIGNS = re.compile(r"[^\w]+")


def heading_key(text):
    """A heading as it is compared: `" Mã  định danh:"` → `"ma dinh danh"`."""
    return _SIGNS.sub(" ", fold(str(text or "")).replace("_", " ")).strip()


_FIELD_OF = {heading_key(heading): field for field, headings in _HEADINGS.items() for heading in headings}


def field_of(heading):
    """The field that a heading stands for, or None; it may be written in TCVN3 or VNI."""
    return next(filter(None, (_FIELD_OF.get(heading_key(text)) for text in readings_of(heading))), None)


def known_headings(rows):
    """The largest number of headings that are known in one of these rows (lists of cells)."""
    return max((sum(bool(cell) and bool(field_of(cell)) for cell in cells) for cells in rows[:HEADING_ROWS]), default=0)


def find_columns(rows):
    """The row with the headings among the first ones.

    :param rows: list of lists of cells
    :return: (position of the row, {field: position of the column}, headings that mean nothing to us)
    :raises DirectoryError: no row names the name and a code, or two columns say the same
    """
    for position, cells in enumerate(rows[:HEADING_ROWS]):
        fields = {}
        for column, cell in enumerate(cells):
            field = field_of(cell) if isinstance(cell, str) else None
            if field and field in fields:
                raise DirectoryError("heading_twice", first=cells[fields[field]], second=cell)
            if field:
                fields[field] = column
        if "name" in fields and ("identifier" in fields or "identifier_legacy" in fields):
            known = set(fields.values())
            ignored = [nfc(str(c)) for i, c in enumerate(cells) if i not in known and c not in (None, "")]
            return position, fields, ignored
    found = ", ".join(str(cell)[:40] for cell in (rows[0] if rows else []) if cell not in (None, ""))
    raise DirectoryError("columns_missing", rows=HEADING_ROWS, found=found[:300] or "–")
