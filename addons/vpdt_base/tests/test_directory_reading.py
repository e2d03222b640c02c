"""Files of organizations, as people and attackers write them; without a database."""

import csv
import io
import json
import tempfile
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

try:
    from . import domain_common as common
except ImportError:
    import domain_common as common

directory = common.load("directory")
HEADINGS = ("Tên cơ quan", "Mã định danh", "Mã định danh cũ", "Mã cấp trên")


class ReadingCase(common.DomainCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def read_list(self, content, **options):
        path = self.folder / "list"
        path.write_bytes(content)
        rows, ignored = directory.read_rows(path, **options)
        return list(rows), ignored

    def refused(self, content, **options):
        """The code of the refusal of a whole file."""
        with self.assertRaises(directory.DirectoryError) as caught:
            self.read_list(content, **options)
        return caught.exception.code

    def csv(self, *rows, headings=HEADINGS, separator=",", encoding="utf-8"):
        text = io.StringIO()
        csv.writer(text, delimiter=separator).writerows([headings, *rows])
        return text.getvalue().encode(encoding)

    def xlsx(self, *rows, headings=HEADINGS):
        book = openpyxl.Workbook()
        for row in [headings, *rows]:
            book.active.append(row)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def codes(self, row):
        return [code for code, _params in row.problems]


class TestKinds(ReadingCase):
    ROW = ("Sở Nội vụ", "H21.02", "000.00.02.H21", "H21")

    def check_row(self, row):
        found = tuple(row.values[name] for name in ("name", "identifier", "identifier_legacy", "parent_code"))
        self.assertEqual(found, self.ROW)
        self.assertEqual(row.problems, [])
        self.assertEqual(row.values["level"], "2")

    def test_csv_with_any_separator_and_encoding(self):
        for separator in ",;\t|":
            for encoding in ("utf-8", "utf-8-sig", "utf-16"):
                with self.subTest(separator=separator, encoding=encoding):
                    rows, _ignored = self.read_list(self.csv(self.ROW, separator=separator, encoding=encoding))
                    self.check_row(rows[0])
                    self.assertEqual(rows[0].number, 2)

    def test_xlsx_below_a_title(self):
        book = openpyxl.Workbook()
        book.active.append(["chỉ là bìa"])
        sheet = book.create_sheet("Danh mục")
        for row in (["DANH MỤC MÃ ĐỊNH DANH"], [], [*HEADINGS, "Cột lạ"], [*self.ROW, "x"]):
            sheet.append(row)
        stream = io.BytesIO()
        book.save(stream)
        rows, ignored = self.read_list(stream.getvalue())
        self.check_row(rows[0])
        self.assertEqual((rows[0].number, ignored), (4, ["Cột lạ"]))

    def test_json_of_the_axis(self):
        entries = [
            {"id": 1, "pid": 0, "code": "H21", "code102": "000.00.00.H21", "name": "UBND", "mail": "a@example.vn"},
            {"id": 2, "pid": 1, "code": "H21.02", "code102": "000.00.02.H21", "name": "Sở Nội vụ"},
            {"id": 3, "pid": 99, "code": "000.00.15.H51", "name": "Q", "deleted": True},
        ]
        for content in (entries, {"data": entries}, {"result": {"agencies": entries}}):
            rows, ignored = self.read_list(json.dumps(content).encode())
            self.check_row(rows[1])
            self.assertEqual(rows[0].values["email"], "a@example.vn")
            self.assertEqual(
                (rows[2].values["identifier"], rows[2].values["identifier_legacy"]), (None, "000.00.15.H51")
            )
            self.assertEqual((rows[2].removed, rows[2].values["parent_code"], ignored), (True, "99", []))

    def test_dates(self):
        headings = ("Tên", "Mã", "Hiệu lực từ", "Hiệu lực đến")
        rows, _ignored = self.read_list(self.csv(("A", "H21", "01/07/2025", "2026-01-31"), headings=headings))
        self.assertEqual(
            (rows[0].values["valid_from"], rows[0].values["valid_to"]), (date(2025, 7, 1), date(2026, 1, 31))
        )
        rows, _ignored = self.read_list(self.csv(("A", "H21", "31/02/2025", ""), headings=headings))
        self.assertEqual(self.codes(rows[0]), ["date_unreadable"])
        self.assertFalse(rows[0].refused)

    def test_decomposed_unicode_is_composed(self):
        rows, _ignored = self.read_list(self.csv(("So\u031b\u0309 Nội vụ", "H21.02", "", "")))
        self.assertEqual(rows[0].values["name"], "Sở Nội vụ")


class TestHostile(ReadingCase):
    def test_wrong_columns(self):
        self.assertEqual(self.refused(self.csv(("a", "b"), headings=("Họ tên", "Ngày sinh"))), "columns_missing")
        self.assertEqual(self.refused(self.csv(headings=("Tên", "Mã", "Code"))), "heading_twice")
        self.assertEqual(self.refused(self.xlsx(headings=("x", "y"))), "columns_missing")

    def test_not_a_list(self):
        for content, code in (
            (b"", "file_empty"),
            (b"   \n", "file_empty"),
            (b"%PDF-1.7\n", "type_unknown"),
            (b"\x00\x01\x02", "type_unknown"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
            (b"PK\x03\x04 not a zip", "damaged"),
            (b"{}", "no_list"),
            (b'[{"a": 1}]', "no_list"),
            (b'[{"code": ', "json_damaged"),
            (b"[" * 200_000, "damaged"),
            (b'[{"code": ' + b"9" * 10_000 + b"}]", "damaged"),
            ('Tên,Mã\n"a'.encode() + b"x" * 200_000, "quote_open"),
            ("Tên,Mã\n".encode() * 999 + b"a\x00b,H21\n", "nul_characters"),
        ):
            with self.subTest(content=content[:30]):
                self.assertEqual(self.refused(content), code)

    def test_giant_files(self):
        limits = directory.Limits(size=1000, unpacked=5000, rows=3)
        self.assertEqual(self.refused(b"x" * 1001, limits=limits), "file_too_large")
        many = self.csv(*[("A", f"H{n}", "", "") for n in range(10, 15)])
        self.assertEqual(self.refused(many, limits=limits), "too_many_rows")
        book = self.xlsx(("A" * 100, "H21", "", ""))
        limits = directory.Limits(size=100_000, unpacked=2000)
        self.assertEqual(self.refused(book, limits=limits), "unpacked_too_large")

    def test_a_bomb_and_entities_in_a_workbook(self):
        for part, code in (
            (b"\x00" * (12 << 20), "unpacked_too_large"),
            (b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "doctype"),
        ):
            stream = io.BytesIO(self.xlsx(("A", "H21", "", "")))
            with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("xl/theme/other.xml", part)
            limits = directory.Limits(unpacked=10 << 20)
            self.assertEqual(self.refused(stream.getvalue(), limits=limits), code)

    def test_formulas_and_numbers(self):
        rows, _ignored = self.read_list(self.xlsx(("=1+1", "H21", "", ""), ("A", 21.1, "", ""), ("B", "H21.3", "", 21)))
        self.assertEqual([self.codes(row) for row in rows], [["formula"], ["number_code"], ["number_code"]])
        self.assertTrue(all(row.refused for row in rows))
        rows, _ignored = self.read_list(self.csv(('=HYPERLINK("http://x")', "H21", "", "")))
        self.assertEqual(self.codes(rows[0]), ["formula"])

    def test_rows_that_cannot_be_imported(self):
        rows, _ignored = self.read_list(
            self.csv(("", "H21", "", ""), ("A", "", "", ""), ("A", "H21." + "1" * 40, "", ""), ("A\x07", "H21", "", ""))
        )
        self.assertEqual(
            [self.codes(row)[0] for row in rows],
            ["name_missing", "code_missing", "code_too_long", "control_characters"],
        )

    def test_an_odd_code_is_a_remark_only(self):
        rows, _ignored = self.read_list(self.csv(("A", "vxp.saas.03", "", "")))
        self.assertEqual(self.codes(rows[0]), ["identifier_form"])
        self.assertEqual(rows[0].values["identifier"], "vxp.saas.03")
        self.assertFalse(rows[0].refused)

    @given(st.binary(max_size=400))
    def test_any_bytes_are_read_or_refused(self, content):
        for body in (content, self.csv(("A", "H21", "", "")) + content, b'[{"code":"H21","name":"' + content):
            try:
                self.read_list(body)
            except directory.DirectoryError as error:
                self.assertTrue(str(error))


class TestLegacyText(ReadingCase):
    def test_tcvn3_is_converted_or_refused(self):
        content = self.csv(
            ("Së Néi vô", "H21.02", "", ""),
            ("Uû ban nh©n d©n tØnh", "H21", "", ""),
            headings=("Ten", "Ma", "Ma cu", "Ma cap tren"),
            encoding="latin-1",
        )
        rows, _ignored = self.read_list(content)
        self.assertEqual([row.values["name"] for row in rows], ["Sở Nội vụ", "Uỷ ban nhân dân tỉnh"])
        self.assertEqual(self.codes(rows[0]), ["converted"])
        rows, _ignored = self.read_list(content, convert_legacy=False)
        self.assertEqual(self.codes(rows[0]), ["legacy_text"])
        self.assertEqual(rows[0].problems[0][1]["converted"], "Sở Nội vụ")
        self.assertTrue(rows[0].refused)

    def test_a_foreign_name_in_a_unicode_list_stays(self):
        listed = self.csv(("Sở Nội vụ", "H21.02", "", ""), ("Société Générale", "H29.1", "", ""))
        rows, _ignored = self.read_list(listed)
        self.assertEqual([row.values["name"] for row in rows], ["Sở Nội vụ", "Société Générale"])
        self.assertFalse(any(row.problems for row in rows))
