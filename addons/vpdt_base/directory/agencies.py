"""The workbook by which a whole province is opened: agencies, their departments, registers and people.

One sheet each, a row belongs to the agency whose identifier it names. `agency_template` writes an empty one.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from . import xlsx_source
from .codes import MAX_LENGTH
from .columns import heading_key
from .problems import DirectoryError
from .reading import _CONTROL, Limits, _check_size, source_of
from .vietnamese import detect, fold, nfc


class Column(NamedTuple):
    """One column of a sheet: key of the value, heading, width in the template, whether it must be filled."""

    key: str
    heading: str
    width: int = 20
    required: bool = False
    note: str = ""


AGENCY = Column("agency", "Mã định danh cơ quan", 18, True, "Như ở trang “Cơ quan”")

SHEETS = {
    "Cơ quan": (
        Column("identifier", "Mã định danh", 18, True, "Theo quyết định của UBND tỉnh; tối đa 35 ký tự"),
        Column("identifier_legacy", "Mã định danh cũ", 18, False, "Mã 13 ký tự (QCVN 102:2016), nếu có"),
        Column("name", "Tên cơ quan", 42, True, "Tên đầy đủ"),
        Column("abbreviation", "Viết tắt", 12, True, "Dùng trong ký hiệu văn bản, ví dụ SNV"),
        Column("parent_code", "Mã cơ quan cấp trên", 18, False, "Mã định danh của cơ quan chủ quản trực tiếp"),
        Column("parent_agency_name", "Tên cơ quan chủ quản", 32, False, "In ở dòng trên tên cơ quan, nếu có"),
        Column("place", "Địa danh", 18, True, "Ghi trước ngày tháng của văn bản"),
        Column("address", "Địa chỉ", 36),
        Column("email", "Thư điện tử", 26),
        Column("phone", "Điện thoại", 16),
    ),
    "Phòng ban": (
        AGENCY,
        Column("name", "Tên phòng ban", 36, True),
        Column("abbreviation", "Viết tắt", 12, False, "Dùng trong ký hiệu công văn, ví dụ VP"),
    ),
    "Sổ": (
        AGENCY,
        Column("name", "Tên sổ", 32, True, "Cơ quan không có dòng nào ở đây được lập một sổ đến, một sổ đi"),
        Column("direction", "Đến hoặc đi", 14, True, "Ghi: đến / đi"),
    ),
    "Cán bộ": (
        AGENCY,
        Column("name", "Họ và tên", 28, True),
        Column("login", "Tên đăng nhập", 24, True, "Duy nhất trong toàn hệ thống"),
        Column("email", "Thư điện tử", 28),
        Column("department", "Phòng ban", 28, False, "Như ở trang “Phòng ban”"),
        Column("title", "Chức vụ", 24),
        Column("competence", "Quyền hạn ký", 14, False, "TM., Q., KT. hoặc TL.; bỏ trống nếu ký trực tiếp"),
        Column("competence_title", "Ký thay, thừa lệnh ai", 24, False, "Ví dụ GIÁM ĐỐC (sau chữ KT.)"),
        Column("deputy_of", "Cấp phó của", 24, False, "Chỉ khi ký dưới dòng TM. hoặc TL.: CHỦ TỊCH (sau chữ KT.)"),
        Column("roles", "Vai trò", 36, True, "Cách nhau bằng dấu ; – xem trang “Hướng dẫn”"),
    ),
}

# What a cell merged over several rows says of all of them
_SHARED = ("agency", "department", "parent_code", "parent_agency_name", "place")

# Word in the workbook → group of vpdt_base.
ROLES = {
    "Văn thư": "clerk",
    "Lãnh đạo": "leader",
    "Lãnh đạo phòng": "unit_head",
    "Chuyên viên": "specialist",
    "Lưu trữ": "archivist",
    "Quản trị đơn vị": "unit_admin",
    "Kiểm tra nhật ký": "auditor",
}
_ROLE_OF = {fold(word): role for word, role in ROLES.items()} | {"truong phong": "unit_head", "quan tri": "unit_admin"}
COMPETENCES = ("TM.", "Q.", "KT.", "TL.")
# The forms that are passed on to the deputy, who then signs KT. below them (khoản 1, 2 và 4 Điều 13 Nghị định
# 30/2020).
PASSED_TO_DEPUTY = ("TM.", "TL.")
#: Word of the workbook, folded → direction of a register, where the caller knows no more.
DIRECTIONS = {"den": "incoming", "di": "outgoing", "incoming": "incoming", "outgoing": "outgoing"}
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,63}\Z")


@dataclass
class AgencyBook:
    """What a workbook says.

    `agencies` maps an identifier to `{"row", "values", "departments", "registers", "people"}`, where the latter three
    are lists of `(row number, values)`; `problems` lists (sheet, row, identifier or "", code, params).
    """

    directions: dict = field(default_factory=lambda: DIRECTIONS)
    agencies: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    logins: dict = field(default_factory=dict, repr=False)  # login → row that has it

    def is_sound(self, identifier):
        """Whether no row of that agency has a problem."""
        return not any(code == identifier for _sheet, _row, code, _problem, _params in self.problems)


def read_agencies(path, limits=None, directions=None):
    """Read the workbook of a province.

    :param path: of an .xlsx file laid out like the template
    :param directions: what registers there are: word (as a person writes it, “văn bản” before it left out) → code;
        `DIRECTIONS` and these
    :return: `AgencyBook`
    :raises DirectoryError: no workbook, or a sheet or column is missing
    """
    limits = limits or Limits()
    path = Path(path)
    _check_size(path, limits)
    if source_of(path) is not xlsx_source:
        raise DirectoryError("not_a_workbook")
    workbook = xlsx_source.open_book(path, limits)
    sheets = {heading_key(sheet.title): sheet for sheet in workbook.worksheets}
    book = AgencyBook(DIRECTIONS | {_direction_key(word): code for word, code in (directions or {}).items()})
    try:
        for title in SHEETS:
            if heading_key(title) not in sheets:
                raise DirectoryError("sheet_missing", sheet=title)
            for row, values in _sheet(book, title, sheets[heading_key(title)], limits):
                _TAKERS[title](book, row, values)
    finally:
        xlsx_source.close_book(workbook)
    return book


# Sheets ------------------------------------------------------------------------------------------------------------


def _sheet(book, title, sheet, limits):
    """(row, values) of each row that is filled in and free of problems of its cells."""
    table = xlsx_source.sheet_rows(sheet)
    positions = _positions(title, next(table, (1, ()))[1])
    shared = [position for key, position in positions.items() if key in _SHARED]
    table = xlsx_source.carried(table, xlsx_source.merged_cells(sheet), shared)
    for count, (number, cells) in enumerate(table):
        if count >= limits.rows:
            raise DirectoryError("too_many_rows", limit=limits.rows)
        raw = {key: cells[position] if position < len(cells) else None for key, position in positions.items()}
        if all(value in (None, "") for value in raw.values()):
            continue
        values, problems = _cells(title, raw)
        code = values.get("agency") or values.get("identifier") or ""
        book.problems += [(title, number, code, problem, params) for problem, params in problems]
        if not problems:
            yield number, values


def _positions(title, headings):
    found = {heading_key(cell): position for position, cell in enumerate(headings) if cell}
    positions = {}
    for column in SHEETS[title]:
        key = heading_key(column.heading)
        if key in found:
            positions[column.key] = found[key]
        elif column.required:
            raise DirectoryError("column_missing", sheet=title, column=column.heading)
    return positions


def _cells(title, raw):
    values, problems = {}, []
    for column in SHEETS[title]:
        value = raw.get(column.key)
        if column.key in ("identifier", "identifier_legacy", "parent_code", "agency") and isinstance(value, float):
            problems.append(("number_code", {"field": column.heading, "value": str(value)}))
            continue
        text = nfc(" ".join(str(value).split())) if value is not None else ""
        problems += _text_problems(column, text)
        values[column.key] = text
    return values, problems


def _text_problems(column, text):
    if text.startswith("="):
        yield "formula", {"field": column.heading, "text": text[:60]}
    elif column.required and not text:
        yield "value_missing", {"field": column.heading}
    elif _CONTROL.search(text):
        yield "control_characters", {"field": column.heading}
    elif len(text) > 500:
        yield "too_long", {"field": column.heading, "length": len(text), "limit": 500}
    elif column.key.startswith("identifier") and len(text) > MAX_LENGTH:
        yield "code_too_long", {"code": text[:60], "length": len(text)}
    elif encoding := detect(text):
        yield "text_not_unicode", {"field": column.heading, "encoding": encoding.upper(), "text": text[:60]}


# What a row says ---------------------------------------------------------------------------------------------------


def _take_agency(book, row, values):
    code = values["identifier"]
    if code in book.agencies:
        book.problems.append(
            ("Cơ quan", row, code, "duplicate_identifier", {"code": code, "row": book.agencies[code]["row"]})
        )
        return
    book.agencies[code] = {"row": row, "values": values, "departments": [], "registers": [], "people": []}


def _take(book, title, row, values, part, problems):
    code = values.pop("agency")
    if code not in book.agencies:
        book.problems.append((title, row, "", "agency_unknown", {"code": code}))
        return
    agency = book.agencies[code]
    book.problems += [(title, row, code, problem, params) for problem, params in problems(book, agency, row, values)]
    agency[part].append((row, values))


def _take_department(book, row, values):
    _take(book, "Phòng ban", row, values, "departments", _department_problems)


def _department_problems(_book, agency, _row, values):
    for row, other in agency["departments"]:
        if fold(other["name"]) == fold(values["name"]):
            yield "said_twice", {"text": values["name"], "row": row}


def _take_register(book, row, values):
    _take(book, "Sổ", row, values, "registers", _register_problems)


def _direction_key(word):
    return fold(word).removeprefix("van ban ").strip()


def _register_problems(book, agency, _row, values):
    direction = book.directions.get(_direction_key(values["direction"]))
    if not direction:
        yield "direction_unknown", {"text": values["direction"]}
    values["direction"] = direction
    for row, other in agency["registers"]:
        if other["direction"] == direction and fold(other["name"]) == fold(values["name"]):
            yield "said_twice", {"text": values["name"], "row": row}


def _take_person(book, row, values):
    _take(book, "Cán bộ", row, values, "people", _person_problems)


def _person_problems(book, agency, row, values):
    values["login"] = values["login"].lower()
    if not _LOGIN.match(values["login"]):
        yield "login_form", {"text": values["login"][:60]}
    if values["login"] in book.logins:
        yield "said_twice", {"text": values["login"], "row": book.logins[values["login"]]}
    book.logins.setdefault(values["login"], row)
    if values["department"] and not any(
        fold(d["name"]) == fold(values["department"]) for _r, d in agency["departments"]
    ):
        yield "department_unknown", {"text": values["department"]}
    if values["competence"]:
        values["competence"] = values["competence"].upper().rstrip(".") + "."
        if values["competence"] not in COMPETENCES:
            yield "competence_unknown", {"text": values["competence"], "known": " ".join(COMPETENCES)}
    if values["deputy_of"] and values["competence"] not in PASSED_TO_DEPUTY:
        yield "deputy_without_form", {"text": values["deputy_of"][:60]}
    yield from _role_problems(values)


def _role_problems(values):
    words = [word.strip() for word in re.split("[;,/]", values["roles"]) if word.strip()]
    values["roles"] = [_ROLE_OF[fold(word)] for word in words if fold(word) in _ROLE_OF]
    for word in words:
        if fold(word) not in _ROLE_OF:
            yield "role_unknown", {"text": word, "known": "; ".join(ROLES)}


_TAKERS = {"Cơ quan": _take_agency, "Phòng ban": _take_department, "Sổ": _take_register, "Cán bộ": _take_person}
