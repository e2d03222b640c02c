"""JSON as the exchange axis gives it: objects with `code`, `name`, `code102`, `pcode` or `pid` (interop §3, §4.1)."""

import json

from .problems import DirectoryError

_FIELD_OF = {
    "name": "name",
    "code": "identifier",
    "identifier": "identifier",
    "code102": "identifier_legacy",
    "oldcode": "identifier_legacy",
    "pcode": "parent_code",
    "mail": "email",
    "email": "email",
    "mobile": "phone",
    "phone": "phone",
    "address": "address",
    "level": "level",
    "abbreviation": "abbreviation",
    "website": "website",
}
_LISTS = ("data", "agencies", "items", "result", "results", "organizations")
_ROOT_PARENTS = ("", "0", "-1", "null")


def read(path, limits):
    """Organizations of a JSON file; see `reading.read_rows`.

    The row number is the position in the list, from 1. `pid` names the parent by the source's own id and is turned
    into the parent's code.
    """
    entries = _entries(_load(path))
    codes = {str(entry.get("id")): _code_of(entry) for entry in entries if entry.get("id") is not None}
    keys = {str(key) for entry in entries[:100] for key in entry}
    known = {*_FIELD_OF, "id", "pid", "deleted", "isagency", "version", "modifydate", "centercode"}
    ignored = sorted(key for key in keys if key.lower() not in known)
    return _rows(entries, codes), ignored


def _rows(entries, codes):
    for number, entry in enumerate(entries, 1):
        values = {}
        for key, value in entry.items():
            field = _FIELD_OF.get(key.lower())
            if field and value not in (None, "") and not isinstance(value, (dict, list)):
                values.setdefault(field, value)
        parent = entry.get("pid")
        if "parent_code" not in values and parent is not None and str(parent) not in _ROOT_PARENTS:
            # an id that the file does not hold is shown as it is: "unknown parent"
            values["parent_code"] = codes.get(str(parent)) or str(parent)
        yield number, values, _is_true(entry.get("deleted"))


def _code_of(entry):
    for key in ("code", "code102", "oldCode"):
        if isinstance(entry.get(key), str) and entry[key].strip():
            return entry[key].strip()
    return None


def _is_true(value):
    return value is True or str(value).lower() in ("1", "true")


def _load(path):
    try:
        with open(path, encoding="utf-8-sig") as handle:
            return json.load(handle)
    except RecursionError:
        raise DirectoryError("damaged") from None
    except json.JSONDecodeError as error:
        raise DirectoryError("json_damaged", line=error.lineno, column=error.colno) from None
    except ValueError:  # not UTF-8, a number of thousands of digits
        raise DirectoryError("damaged") from None


def _entries(content):
    if isinstance(content, dict):
        found = {str(key).lower(): value for key, value in content.items()}
        content = next((found[key] for key in _LISTS if isinstance(found.get(key), (list, dict))), None)
        if isinstance(content, dict):
            return _entries(content)
    if not isinstance(content, list):
        raise DirectoryError("no_list")
    entries = [entry for entry in content if isinstance(entry, dict)]
    if not any(_code_of(entry) for entry in entries):
        raise DirectoryError("no_list")
    return entries
