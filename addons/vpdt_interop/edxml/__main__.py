"""Look at packet files without Odoo: ``python -m edxml show|extract|check``."""

import argparse
import dataclasses
import json
import os
import shutil
import sys
from datetime import date, datetime
from enum import Enum
from pathlib import Path

from .errors import PacketError
from .model import Attachment, StatusPacket
from .names import safe_name
from .reader import read


def main(arguments=None):
    """Run one command.

    :return: the exit code: 0 when all is well, 1 when a packet was refused or could not be read
    """
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except (PacketError, OSError) as error:
        print(_fault(error, options.lang), file=sys.stderr)
        return 1


def _language(environment=os.environ):
    """Return the language of the locale, ``vi`` or ``en``."""
    names = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "vi" if next(filter(None, names), "").lower().startswith("vi") else "en"


def _parser():
    parser = argparse.ArgumentParser(prog="edxml", description=__doc__)
    commands = parser.add_subparsers(required=True)
    language = argparse.ArgumentParser(add_help=False)
    language.add_argument("--lang", choices=("vi", "en"), default=_language(), help="of what is said about a packet")
    show = commands.add_parser("show", help="print what a packet says", parents=[language])
    show.add_argument("file", type=Path)
    show.add_argument("--json", action="store_true", help="as JSON, attachments by size and hash")
    show.set_defaults(run=_show)
    extract = commands.add_parser("extract", help="write the attachments to a folder", parents=[language])
    extract.add_argument("file", type=Path)
    extract.add_argument("--out", type=Path, required=True, metavar="DIR")
    extract.set_defaults(run=_extract)
    check = commands.add_parser("check", help="say which packets are readable", parents=[language])
    check.add_argument("files", type=Path, nargs="+", metavar="FILE")
    check.set_defaults(run=_check)
    return parser


def _show(options):
    packet = read(options.file)
    values = _plain(packet)
    if options.json:
        print(json.dumps(values, ensure_ascii=False, indent=2))
    else:
        _print_tree(values)
    return 0


def _extract(options):
    packet = read(options.file)
    options.out.mkdir(parents=True, exist_ok=True)
    for attachment in getattr(packet, "attachments", ()):
        target = _free_path(options.out, safe_name(attachment.name))
        # "x": a file or link that appeared meanwhile is never written through.
        with attachment.open() as source, target.open("xb") as out:
            shutil.copyfileobj(source, out)
        print(target)
    return 0


def _check(options):
    refused = 0
    for path in options.files:
        try:
            with open(path, "rb") as stream:
                packet = read(stream)
        except (PacketError, OSError) as error:
            print(f"{path}: {_fault(error, options.lang)}")
            refused += 1
            continue
        print(f"{path}: {_summary(packet, options.lang)}")
        for problem in packet.problems:
            print(f"{path}: {_note(problem, options.lang)}")
        if not isinstance(packet, StatusPacket):
            packet.close()
    return 1 if refused else 0


def _fault(error, language):
    if not isinstance(error, PacketError):
        return str(error)
    return f"{error.code}: {error.in_vietnamese() if language == 'vi' else error}"


def _note(problem, language):
    if language == "vi":
        return f"lưu ý {problem.code}: {_printable(problem.message_vi)} (tại {problem.path})"
    return f"note {problem.code}: {_printable(problem.message)} (at {problem.path})"


def _summary(packet, language):
    if isinstance(packet, StatusPacket):
        words, of = ("đọc được, trạng thái", "của") if language == "vi" else ("ok, status", "of")
        return f"{words} {packet.code.value} {of} {_printable(packet.response_for.document_id)}"
    count, kind = len(packet.attachments), packet.business.kind
    if language == "vi":
        kinds = {"NEW": "mới", "RECALL": "thu hồi", "UPDATE": "cập nhật", "REPLACE": "thay thế"}
        return f"đọc được, văn bản {kinds[kind.name]} {_printable(packet.document_id)}, {count} tệp đính kèm"
    return f"ok, {kind.name.lower()} document {_printable(packet.document_id)}, {count} attachments"


def _printable(text):
    """Control characters of a hostile packet must not reach the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _free_path(folder, name):
    """Return a path that does not exist: two attachments may have the same name."""
    path = folder / name
    number = 2
    while path.exists() or path.is_symlink():
        stem, dot, tail = name.rpartition(".")
        path = folder / (f"{stem} ({number}).{tail}" if dot else f"{name} ({number})")
        number += 1
    return path


def _plain(value):
    """Return ``value`` in the types of JSON."""
    if isinstance(value, Attachment):
        shown = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        del shown["content"]
        return {**shown, "size": value.size, "sha256": value.sha256()}
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return value._asdict()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _print_tree(value, indent=""):
    """Print what is not empty, one value a line."""
    pairs = value.items() if isinstance(value, dict) else ((f"[{i}]", v) for i, v in enumerate(value, 1))
    for key, item in pairs:
        if item in (None, "", [], {}):
            continue
        if isinstance(item, (dict, list)):
            print(f"{indent}{key}:")
            _print_tree(item, indent + "  ")
        else:
            print(f"{indent}{key}: {_printable(str(item))}")


if __name__ == "__main__":
    sys.exit(main())
