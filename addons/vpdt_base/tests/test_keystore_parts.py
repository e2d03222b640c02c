"""A key on paper: whole, or in parts of which some are enough."""

import fcntl
import itertools
import json
import os
import tempfile
import threading
import unittest
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

try:
    from .domain_common import load
except ImportError:
    from domain_common import load

keystore = load("keystore")
parts = load("keystore.parts")
command = load("keystore.__main__")
KEY = bytes(range(32))


class TestParts(unittest.TestCase):
    def test_any_two_of_three_are_enough_and_one_is_not(self):
        words = parts.split(KEY, 2, 3)
        for chosen in itertools.combinations(words, 2):
            self.assertEqual(parts.join(chosen), KEY)
        with self.assertRaises(parts.PartsError):
            parts.join(words[:1])

    def test_parts_that_protect_nothing_are_not_made(self):
        for needed, count in ((1, 3), (3, 2), (0, 1), (2, 17)):
            with self.subTest(needed=needed, count=count), self.assertRaises(parts.PartsError):
                parts.split(KEY, needed, count)

    def test_a_sheet_is_read_back(self):
        (words,) = parts.split(KEY)
        text = parts.sheet("master", "khóa chủ", KEY, words, 1, 1, 1, "29/11/2026")
        self.assertEqual(parts.read_sheet(text), ("master", parts.mark_of(KEY), words))
        with self.assertRaises(parts.PartsError):
            parts.read_sheet("một tờ giấy khác")


class TestCommand(unittest.TestCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder, self.out = Path(folder.name) / "data", Path(folder.name) / "out"
        self.folder.mkdir()
        self.status = self.folder / "status.json"
        names = {"VPDT_DATA_DIR": str(self.folder), "VPDT_KEYS_STATUS": str(self.status)}
        patcher = patch.dict(os.environ, names)
        patcher.start()
        self.addCleanup(patcher.stop)
        for name in ("VPDT_MASTER_KEY_FILE", "VPDT_BACKUP_KEY_FILE"):
            os.environ.pop(name, None)
        (self.folder / "vpdt_master.key").write_bytes(KEY)
        (self.folder / "vpdt_backup.key").write_text(KEY[::-1].hex() + "\n")

    def call(self, *words):
        out = StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            code = command.main([str(word) for word in words])
        return code, out.getvalue()

    def test_lost_keys_come_back_from_their_parts(self):
        self.assertIn("CHƯA XUẤT", self.call("status")[1])
        self.assertEqual(self.call("export", "--to", self.out, "--parts", "2/3")[0], 0)
        self.assertNotIn("CHƯA XUẤT", self.call("status")[1])
        self.assertNotIn(KEY.hex(), "".join(file.read_text() for file in (self.out).iterdir()))
        for name in ("vpdt_master.key", "vpdt_backup.key"):
            (self.folder / name).unlink()
        sheets = [self.out / f"vpdt-{name}-{n}-3.txt" for name in ("master", "backup") for n in (1, 3)]
        self.assertEqual(self.call("import", *sheets)[0], 0)
        self.assertEqual((self.folder / "vpdt_master.key").read_bytes(), KEY)
        self.assertEqual(bytes.fromhex((self.folder / "vpdt_backup.key").read_text()), KEY[::-1])
        self.assertEqual((self.folder / "vpdt_master.key").stat().st_mode & 0o077, 0)

    def test_what_is_typed_wrongly_is_told(self):
        for words in ("ba", "2/", "2/3/4"):
            with self.assertRaises(SystemExit):
                self.call("export", "--to", self.out, "--parts", words)
        self.assertFalse((self.out).exists())
        self.call("export", "--to", self.out)
        code, said = self.call("export", "--to", self.out)
        self.assertEqual(code, 1)
        self.assertIn("is there already", said)

    def test_what_is_no_key_and_no_sheet_is_told(self):
        sheet = self.out / "vpdt-backup-1-3.txt"
        self.call("export", "--to", sheet.parent, "--parts", "2/3")
        for name in ("vpdt_master.key", "vpdt_backup.key"):
            for content in (b"", b"\xff khong", b"abc"):
                (self.folder / name).write_bytes(content)
                for words in (("export", "--to", self.out / f"{name}-{len(content)}"), ("status",)):
                    code, said = self.call(*words)
                    self.assertEqual((code, f"{name} holds no key" in said), (1, True), said)
            (self.folder / name).write_bytes(KEY if "master" in name else KEY.hex().encode())
        (self.folder / "vpdt_backup.key").unlink()
        code, said = self.call("import", sheet, sheet)  # twice the same
        self.assertEqual((code, "1 tờ khác nhau chưa cho lại được khóa" in said), (1, True), said)
        (self.folder / "binary").write_bytes(b"\xff\xfe\x00")
        for file in (self.folder / "binary", self.folder / "vpdt_master.key"):
            code, said = self.call("import", file)
            self.assertEqual((code, f"{file} is no sheet" in said), (1, True), said)

    def test_keys_are_not_put_where_the_copies_are(self):
        os.environ["VPDT_BACKUP_PLACE"] = str(self.out)
        for folder in (self.out, self.out / "khoa", self.folder, self.folder / ".." / "data" / "khoa"):
            code, said = self.call("export", "--to", folder)
            self.assertEqual((code, "Name another folder" in said), (1, True), said)
        self.assertFalse(self.out.exists())
        self.assertEqual(self.call("export", "--to", self.out.with_name("usb"))[0], 0)

    def test_an_export_and_a_backup_note_themselves_one_after_the_other(self):
        with open(self.status.with_suffix(".lock"), "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            other = threading.Thread(target=command._note, args=({"master": {"day": "2026-11-30"}},))
            other.start()
            other.join(0.3)
            self.assertTrue(other.is_alive())
            self.status.write_text('{"good": 1}')
        other.join(10)
        self.assertEqual(
            json.loads(self.status.read_text()), {"exported": {"master": {"day": "2026-11-30"}}, "good": 1}
        )

    def test_another_key_is_never_written_over(self):
        self.call("export", "--to", self.out, "--which", "master")
        (self.folder / "vpdt_master.key").write_bytes(KEY[::-1])
        code, said = self.call("import", self.out / "vpdt-master-1-1.txt")
        self.assertEqual((code, "KHÁC" in said), (1, True))
        self.assertEqual((self.folder / "vpdt_master.key").read_bytes(), KEY[::-1])
        self.assertIn("CHƯA XUẤT", self.call("status")[1])

    def test_too_few_parts_and_a_wrong_word_are_told(self):
        self.call("export", "--to", self.out, "--parts", "2/3", "--which", "master")
        (self.folder / "vpdt_master.key").unlink()
        sheet = self.out / "vpdt-master-1-3.txt"
        self.assertEqual(self.call("import", sheet)[0], 1)
        other = self.out / "vpdt-master-2-3.txt"
        words = parts.read_sheet(other.read_text())[2].split()
        other.write_text(
            other.read_text().replace(f" {words[9]} ", " academic " if words[9] != "academic" else " acid ")
        )
        self.assertEqual(self.call("import", sheet, other)[0], 1)
        self.assertFalse((self.folder / "vpdt_master.key").exists())


if __name__ == "__main__":
    unittest.main()
