"""A file of organizations as rows: CSV, XLSX or the JSON of the exchange axis, whatever its author did to it."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path

from . import csv_source, json_source, xlsx_source
from .codes import MAX_LENGTH, follows_qcvn102, follows_qd20, level_of
from .problems import ERRORS, DirectoryError
from .vietnamese import WEB_PAGE, XML, convert, detect, nfc, sniff_head, utf16_of

MB = 1 << 20

FIELDS = (
    "name",
    "identifier",
    "identifier_legacy",
    "parent_code",
    "abbreviation",
    "level",
    "address",
    "email",
    "phone",
    "website",
    "place",
    "valid_from",
    "valid_to",
    "legal_basis",
)
CODES = ("identifier", "identifier_legacy", "parent_code")
DATES = ("valid_from", "valid_to")
# What may be written in a legacy encoding.
TEXTS = ("name", "address", "place", "legal_basis")

_SAMPLE = 2000  # rows looked at to tell the encoding of the whole file
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_UNICODE_VIETNAMESE = re.compile("[ăĂđĐĩĨũŨơƠưƯ\u1ea0-\u1ef9\u0300-\u036f]")


@dataclass(frozen=True)
class Limits:
    """Caps of a file; sizes in bytes."""

    size: int = 200 * MB
    unpacked: int = 500 * MB
    rows: int = 1_000_000
    text: int = 500


@dataclass(slots=True)
class Row:
    """One organization of a file.

    `number` is the row as the person sees it (from 1, headings counted), `values` maps `FIELDS` to str, date or
    None, `problems` are (code, params) pairs, `removed` says that the source lists it as deleted.
    """

    number: int
    values: dict
    problems: list = field(default_factory=list)
    removed: bool = False

    @property
    def refused(self):
        """True when a problem keeps the row out of the directory."""
        return bool(self.problems) and any(code in ERRORS for code, _params in self.problems)


def read_rows(path, *, limits=None, convert_legacy=True):
    """Read a file of organizations row by row; memory stays flat for CSV and XLSX.

    :param path: of the file; its kind is told by its content, not by its name
    :param limits: `Limits`
    :param convert_legacy: turn TCVN3 and VNI text into Unicode; else such rows are refused
    :return: (iterator of `Row`, list of headings that were not understood)
    :raises DirectoryError: the file as a whole cannot be read; also while iterating
    """
    limits = limits or Limits()
    path = Path(path)
    _check_size(path, limits)
    source = source_of(path)
    raw, ignored = source.read(path, limits)
    rows = (_clean(number, values, removed, limits) for number, values, removed in _capped(raw, limits))
    return _convert_legacy(rows, convert_legacy), ignored


def _check_size(path, limits):
    size = path.stat().st_size
    if not size:
        raise DirectoryError("file_empty")
    if size > limits.size:
        raise DirectoryError("file_too_large", size=-(-size // MB), limit=limits.size // MB)


def source_of(path):
    """The module that reads a file, by its content.

    :raises DirectoryError: it is nothing that is read here; says what it is where that can be told
    """
    with open(path, "rb") as handle:
        head = handle.read(4096)
    if head.startswith(b"PK\x03\x04"):
        return xlsx_source
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise DirectoryError("old_excel")
    kind = sniff_head(head)
    if kind == WEB_PAGE:
        raise DirectoryError("web_page")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or kind is None:
        return _text_source(head)
    if kind == XML and b"spreadsheet" in head.lower():
        raise DirectoryError("xml_workbook")
    raise DirectoryError("type_unknown")


def _text_source(head):
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or utf16_of(head):
        return csv_source
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] in (b"{", b"["):
        return json_source
    if b"\x00" in head or text.startswith(b"<"):
        raise DirectoryError("type_unknown")
    if not text:
        raise DirectoryError("file_empty")
    return csv_source


def _capped(raw, limits):
    for count, entry in enumerate(raw):
        if count >= limits.rows:
            raise DirectoryError("too_many_rows", limit=limits.rows)
        yield entry


# One row -----------------------------------------------------------------------------------------------------------


def _clean(number, raw, removed, limits):
    row = Row(number, dict.fromkeys(FIELDS), removed=removed)
    values = row.values
    for name in FIELDS:
        value = raw.get(name)
        if value is not None and value != "":
            values[name] = _value(row, name, value, limits)
    _check_codes(row)
    return row


def _value(row, name, value, limits):
    if name in DATES:
        return _date(row, name, value)
    if name in CODES and isinstance(value, (int, float)):
        row.problems.append(("number_code", {"field": name, "value": str(value)}))
        return None
    text = " ".join((value if isinstance(value, str) else _text_of(value)).split())
    text = text if text.isascii() else nfc(text)
    if text.startswith("="):
        row.problems.append(("formula", {"field": name, "text": text[:60]}))
        return None
    if not text.isprintable() and _CONTROL.search(text):  # the first is quick, and says no more than "perhaps"
        row.problems.append(("control_characters", {"field": name}))
        return None
    if name == "level":
        return _level(row, text)
    if len(text) > limits.text:
        row.problems.append(("too_long", {"field": name, "length": len(text), "limit": limits.text}))
        return None
    return text or None


def _text_of(value):
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _level(row, text):
    if text in ("1", "2", "3", "4", "5"):
        return text
    if text:
        row.problems.append(("level_unreadable", {"text": text[:20]}))
    return None


def _date(row, name, value):
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d"):
        try:
            return datetime.strptime(text[:10], form).date()
        except ValueError:
            continue
    if text:
        row.problems.append(("date_unreadable", {"field": name, "text": text[:40]}))
    return None


def _check_codes(row):
    values, told = row.values, {code for code, _params in row.problems}
    if not values["name"] and not told & ERRORS:
        row.problems.append(("name_missing", {}))
    # A list may give the old code in the column of codes; what it looks like decides where it is kept.
    if values["identifier"] and not values["identifier_legacy"] and follows_qcvn102(values["identifier"]):
        values["identifier"], values["identifier_legacy"] = None, values["identifier"]
    if not (values["identifier"] or values["identifier_legacy"]) and not told & {"number_code", "formula"}:
        row.problems.append(("code_missing", {}))
    for name in CODES:
        if values[name] and len(values[name]) > MAX_LENGTH:
            row.problems.append(("code_too_long", {"code": values[name][:60], "length": len(values[name])}))
    if values["identifier"] and not follows_qd20(values["identifier"]):
        row.problems.append(("identifier_form", {}))
    if values["identifier"] and not values["level"]:
        level = level_of(values["identifier"])
        values["level"] = str(level) if level else None


# TCVN3 and VNI -----------------------------------------------------------------------------------------------------


def _convert_legacy(rows, wanted):
    """Convert what is in a legacy encoding; a file is in one encoding, so its first rows speak for all."""
    head = list(islice(rows, _SAMPLE))
    encoding = _encoding_of(head)
    for row in chain(head, rows):
        if encoding:
            _convert_row(row, encoding, wanted)
        yield row


def _encoding_of(rows):
    suspects = [row.values["name"] for row in rows if _is_suspect(row.values["name"])]
    votes = [detect(name) for name in suspects]
    told = [vote for vote in votes if vote]
    best = max(set(told), key=told.count, default=None)
    # One odd name in a Unicode file is a foreign name, not an encoding.
    return best if best and told.count(best) * 2 >= len(suspects) else None


def _is_suspect(text):
    return bool(text) and not text.isascii() and not _UNICODE_VIETNAMESE.search(text)


def _convert_row(row, encoding, wanted):
    for name in TEXTS:
        text = row.values[name]
        if not _is_suspect(text):
            continue
        converted = convert(text, encoding)
        if converted == text:
            continue
        code = "converted" if wanted else "legacy_text"
        if name == "name":
            params = {"encoding": encoding.upper(), "text": text[:120], "converted": converted[:120]}
            row.problems.append((code, params))
        if wanted:
            row.values[name] = converted
