"""What the check of a package must find; each case is a package that was right before."""

import io
import unittest
import zipfile
from unittest.mock import patch

try:
    from .packages_common import PackagesCase, packages
except ImportError:
    from packages_common import PackagesCase, packages

Limits, verify, write_package = packages.Limits, packages.verify, packages.write_package


def _edit(ending, change):
    """Change the member whose name ends so."""
    return lambda members: [(n, change(c) if n.endswith(ending) else c) for n, c in members]


class TestVerifying(PackagesCase):
    def test_right_packages_of_each_kind(self):
        for kind in ("SIP", "AIP", "DIP"):
            with self.subTest(kind=kind):
                report = verify(self.package(kind))
                self.assertEqual([str(problem) for problem in report.problems], [])
                self.assertEqual((report.kind, report.documents), (kind, 3))

    def test_a_flipped_bit(self):
        names = [name for name, _content in self._members()]
        data = next(name for name in names if "/data/" in name)
        flip = _edit(data, lambda content: content[:-1] + bytes([content[-1] ^ 1]))
        self.assertEqual(self.codes(verify(self.tampered(flip))), {"checksum"})

    def test_a_flipped_bit_in_the_stored_bytes(self):
        path = self.package()
        raw = bytearray(path.read_bytes())
        raw[raw.index(b"%PDF-1.4") + 100] ^= 1
        path.write_bytes(raw)
        self.assertEqual(self.codes(verify(path)), {"checksum"})

    def test_a_missing_file(self):
        path = self.tampered(lambda members: [m for m in members if "/data/00002" not in m[0]])
        self.assertIn("missing_file", self.codes(verify(path)))

    def test_an_extra_file(self):
        for name in ("representations/rep1/data/them.pdf", "metadata/descriptive/khac.xml", "them.txt"):
            with self.subTest(name=name):
                path = self.tampered(lambda members, name=name: [*members, (self._root(members) + name, b"x")])
                self.assertIn("extra_file", self.codes(verify(path)))

    def test_a_changed_count(self):
        path = self.folder / "counted.zip"
        dossier = self.dossier()
        dossier.pages = 7
        write_package(path, dossier)
        self.assertEqual(self.codes(verify(path)), {"count"})

    def test_a_changed_count_in_its_metadata(self):
        change = _edit("/EAD.xml", lambda content: content.replace(b"<totalDoc>3<", b"<totalDoc>2<"))
        self.assertEqual(self.codes(verify(self.tampered(change))), {"checksum"})

    def test_a_path_outside(self):
        for name in ("../outside.txt", "/etc/passwd", "a/../../b", "C:\\x", "a\\..\\b"):
            with self.subTest(name=name):
                path = self.tampered(lambda members, name=name: [*members, (name, b"x")])
                self.assertIn("unsafe_path", self.codes(verify(path)))

    def test_a_path_outside_in_the_mets(self):
        change = _edit("rep1/METS.xml", lambda content: content.replace(b'href="data/', b'href="../../../data/'))
        self.assertIn("unsafe_path", self.codes(verify(self.tampered(change))))

    def test_a_bomb(self):
        path = self.package()
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("bomb", bytes(30 << 20))
        report = verify(path)
        self.assertIn("bomb", self.codes(report))
        self.assertEqual(report.files, 0, "nothing of it was read")

    def test_too_many_entries(self):
        self.assertEqual(self.codes(verify(self.package(), Limits(entries=5))), {"too_many_entries"})

    def test_a_name_told_twice(self):
        with patch("warnings.warn"):
            path = self.tampered(lambda members: [*members, members[-1]])
        self.assertIn("duplicate", self.codes(verify(path)))

    def test_a_link(self):
        path = self.package()
        info = zipfile.ZipInfo("uuid/link")
        info.external_attr = 0o120777 << 16
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(info, "/etc/passwd")
        self.assertIn("not_a_file", self.codes(verify(path)))

    def test_entities(self):
        evil = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
        change = _edit("rep1/METS.xml", lambda content: content.replace(b"<mets ", evil + b"<mets ", 1))
        self.assertIn("not_xml", self.codes(verify(self.tampered(change))))

    def test_not_by_the_schema(self):
        change = _edit("rep1/METS.xml", lambda content: content.replace(b"<structMap", b"<nonsense/><structMap", 1))
        self.assertIn("schema", self.codes(verify(self.tampered(change))))

    def test_another_identifier(self):
        change = lambda members: [("uuid-OTHER/" + n.partition("/")[2], c) for n, c in members]  # noqa: E731
        self.assertIn("identifier", self.codes(verify(self.tampered(change))))

    def test_no_mets(self):
        path = self.tampered(lambda members: [m for m in members if m[0].count("/") != 1])
        self.assertIn("no_mets", self.codes(verify(path)))

    def test_what_is_no_zip(self):
        path = self.folder / "x.zip"
        path.write_bytes(b"PK\x03\x04nonsense")
        self.assertEqual(self.codes(verify(path)), {"unreadable"})

    def test_cut_off(self):
        path = self.package()
        path.write_bytes(path.read_bytes()[:-200])
        self.assertEqual(self.codes(verify(path)), {"unreadable"})

    def test_signatures_inside(self):
        said = {}

        def check(stream, name):
            said[name] = stream.read(8)
            return "modified" if "00002" in name else "valid"

        report = verify(self.package(), check_signatures=check)
        self.assertEqual(self.codes(report), {"signature"})
        self.assertEqual(set(said.values()), {b"%PDF-1.4"})

    def _members(self):
        with zipfile.ZipFile(io.BytesIO(self.package().read_bytes())) as archive:
            return [(info.filename, b"") for info in archive.infolist()]

    def _root(self, members):
        return members[0][0].partition("/")[0] + "/"


if __name__ == "__main__":
    unittest.main()
