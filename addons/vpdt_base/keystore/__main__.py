"""``./vpdt keys``: the keys that are in no backup, on paper or in a safe; needs no database."""

import argparse
import fcntl
import json
import os
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from .parts import PartsError, join, mark_of, read_sheet, sheet, split
from .vault import master_key_path

TITLES = {
    "master": "khóa chủ của kho khóa ký",
    "backup": "khóa của các bản sao lưu",
}


_HINT = "Nếu khóa đang ở đó mới sinh và chưa mã hóa gì, đổi tên tệp ấy (đừng xóa) rồi chạy lại."


def parser():
    """The command line."""
    found = argparse.ArgumentParser(
        prog="./vpdt keys",
        description="Hai khóa không nằm trong bản sao lưu nào: khóa chủ (mở kho khóa ký) và khóa của bản sao lưu. "
        "Xuất ra giấy hoặc thiết bị cất riêng, nguyên vẹn hoặc chia thành nhiều phần (Shamir, SLIP-39).",
    )
    actions = found.add_subparsers(dest="action", required=True)
    export = actions.add_parser("export", help="write each key as words into text files, to be printed and locked away")
    export.add_argument("--to", required=True, help="folder, best on a medium that is taken out afterwards")
    words = "N parts, of which K are enough; for example 2/3"
    export.add_argument("--parts", type=_parts, default="1/1", metavar="K/N", help=words)
    export.add_argument("--which", choices=[*TITLES, "both"], default="both")
    reading = actions.add_parser("import", help="put a key back from enough of its parts")
    reading.add_argument("files", nargs="+")
    actions.add_parser("status", help="which keys are here, and when they were exported")
    return found


def _parts(text):
    """How many parts are needed, and how many there are, of "2/3"."""
    needed, _slash, count = text.partition("/")
    if not (needed.isdecimal() and count.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r}: write for example 2/3 (three parts, of which two are enough)")
    return int(needed), int(count)


def files_of(data_dir):
    """Where the keys lie: dict of pathlib.Path."""
    backup = os.environ.get("VPDT_BACKUP_KEY_FILE") or Path(data_dir) / "vpdt_backup.key"
    return {"master": master_key_path(data_dir), "backup": Path(backup)}


def read_key(name, file):
    """The bytes of a key; that of the backups is kept as hexadecimal text.

    :raises PartsError: the file holds no key
    """
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii")) if name == "backup" else file.read_bytes()
    except ValueError:
        key = b""
    if len(key) < 16 or len(key) % 2:
        raise PartsError(f"{file} holds no key: take it away and bring the key back, ./vpdt keys import")
    return key


def main(arguments=None):
    """Run; gives the exit code."""
    options = parser().parse_args(arguments)
    data_dir = os.environ.get("VPDT_DATA_DIR", ".")
    try:
        return ACTIONS[options.action](options, files_of(data_dir))
    except FileExistsError as error:
        print(f"error: {error.filename} is there already: name a folder without an earlier export.", file=sys.stderr)
        return 1
    except (PartsError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def export(options, files):
    """Write the sheets, and note that it was done."""
    needed, count = options.parts
    folder = Path(options.to)
    _check_apart(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))
    done = {}
    for name, file in files.items():
        if options.which not in (name, "both"):
            continue
        if not file.exists():
            print(f"{TITLES[name]}: chưa có ({file}), bỏ qua.")
            continue
        key = read_key(name, file)
        for number, words in enumerate(split(key, needed, count), 1):
            target = folder / f"vpdt-{name}-{number}-{count}.txt"
            text = sheet(name, TITLES[name], key, words, number, needed, count, now.strftime("%d/%m/%Y"))
            with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
                handle.write(text)
            print(f"{TITLES[name]}: {target}")
        done[name] = {"day": now.strftime("%Y-%m-%d"), "mark": mark_of(key), "parts": f"{needed}/{count}"}
    _note(done)
    print("In các tệp này ra, cất mỗi phần một nơi, rồi xóa tệp. Không để cùng máy với bản sao lưu.")
    return 0


def _check_apart(folder):
    """Keep the keys away from the copies that they open, and from the data folder.

    :raises PartsError: the folder lies there
    """
    for name in ("VPDT_BACKUP_PLACE", "VPDT_DATA_DIR"):
        place = Path(os.environ.get(name) or "/dev/null").resolve()
        if place in (folder.resolve(), *folder.resolve().parents):
            raise PartsError(f"{folder} lies in {place}: who gets that would get the key too. Name another folder")


def _note(done):
    status = os.environ.get("VPDT_KEYS_STATUS")
    if not status or not done:
        return
    path = Path(status)
    with open(path.with_suffix(".lock"), "a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a backup may note something too (tools/vpdt_cli/backup/places.py)
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        known["exported"] = {**(known.get("exported") or {}), **done}
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        part.touch(mode=0o600)
        part.write_text(json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
        part.replace(path)


def _sheet_of(file):
    try:
        return read_sheet(file.read_text(encoding="utf-8"))
    except (PartsError, UnicodeDecodeError):
        raise PartsError(f"{file} is no sheet of ./vpdt keys export") from None


def put_back(options, files):
    """Put a key where it belongs; one that is there is never replaced."""
    sheets = [_sheet_of(Path(file)) for file in options.files]
    by_name = {}
    for name, mark, words in sheets:
        by_name.setdefault((name, mark), []).append(words)
    for (name, mark), words in by_name.items():
        if name not in files:
            raise PartsError(f"unknown key {name}")
        try:
            key = join(words)
        except PartsError as error:
            told = f"{TITLES.get(name, name)}, dấu {mark}: {len(set(words))} tờ khác nhau chưa cho lại được khóa"
            raise PartsError(f"{told} ({error})") from None
        if mark_of(key) != mark:
            raise PartsError(f"the words do not give the key of the sheet ({mark}): one of them is not as printed")
        file = files[name]
        if file.exists():
            same = read_key(name, file) == key
            print(
                f"{TITLES[name]}: " + ("đã có sẵn, đúng khóa này." if same else f"KHÁC với khóa đang ở {file}. {_HINT}")
            )
            if not same:
                return 1
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            handle.write(key.hex().encode() + b"\n" if name == "backup" else key)
        print(f"{TITLES[name]}: đã đặt lại vào {file}.")
    return 0


def status(_options, files):
    """Say what is here."""
    path = os.environ.get("VPDT_KEYS_STATUS")
    known = json.loads(Path(path).read_text(encoding="utf-8")) if path and Path(path).exists() else {}
    exported = known.get("exported") or {}
    for name, file in files.items():
        if not file.exists():
            print(f"{TITLES[name]}: chưa có.")
            continue
        mark, note = mark_of(read_key(name, file)), exported.get(name) or {}
        told = f"đã xuất ngày {note['day']}, {note['parts']} phần" if note.get("mark") == mark else "CHƯA XUẤT lần nào"
        print(f"{TITLES[name]}: {file}, dấu {mark}, {told}.")
    return 0


ACTIONS = {"export": export, "import": put_back, "status": status}

if __name__ == "__main__":
    sys.exit(main())
