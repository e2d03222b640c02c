"""Lists of organizations as odd programs write them: any separator, code page, and form of workbook."""

import csv
import io
import re
import unittest
import zipfile
from datetime import date
from pathlib import Path

import openpyxl

try:
    from . import domain_common as common
    from .test_directory_reading import HEADINGS, ReadingCase
except ImportError:
    import domain_common as common
    from test_directory_reading import HEADINGS, ReadingCase

directory = common.load("directory")
SAMPLES = next(
    (p / "shared/samples/cases" for p in Path(__file__).parents if (p / "shared/samples/cases").is_dir()), None
)
COMBINING = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
ADDRESS = "Số 1, đường A; khóm 2, phường 3, thành phố Mẫu, tỉnh Mẫu"


def windows_1258(text):
    """Text as Windows writes it on this code page: letters with marks, and tones behind them."""
    import unicodedata

    out = []
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        base = unicodedata.normalize("NFC", "".join(p for p in parts if p not in COMBINING))
        tones = "".join(p for p in parts if p in COMBINING)
        out.append(base + tones)
    return "".join(out).encode("cp1258")


def lines(*rows, separator=",", quoting=csv.QUOTE_MINIMAL):
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, quoting=quoting).writerows(rows)
    return stream.getvalue()


class TestSeparators(ReadingCase):
    ROWS = (("Mã định danh", "Tên cơ quan", "Địa chỉ"), ("H98", "UBND tỉnh Mẫu", ADDRESS), ("H98.01", "Sở A", ADDRESS))

    def test_the_separator_is_the_one_that_shows_the_headings(self):
        for separator in ",;\t|":
            # Addresses unquoted as far as that goes: other separators are frequent in them.
            rows = [[cell.replace(separator, " ") for cell in row] for row in self.ROWS]
            for many in {",", ";", "|", "\t"} - {separator}:
                with self.subTest(separator=separator, many=many):
                    table = [rows[0], *([*row[:2], row[2] + many * 9] for row in rows[1:])]
                    text = "\n".join(separator.join(row) for row in table)
                    found, _ignored = self.read_list(text.encode())
                    self.assertEqual([row.values["identifier"] for row in found], ["H98", "H98.01"])
                    self.assertIn("thành phố", found[0].values["address"])

    def test_titles_full_of_other_signs_do_not_mislead(self):
        title = "DANH SÁCH, CẬP NHẬT, NGÀY 1/7, THEO QĐ 1, 2, 3\n,,,,,\n"
        found, _ignored = self.read_list((title + lines(*self.ROWS, separator=";")).encode())
        self.assertEqual((len(found), found[0].number), (2, 4))

    def test_excels_own_word_for_the_separator(self):
        found, _ignored = self.read_list(("sep=;\r\n" + lines(*self.ROWS, separator=";")).encode())
        self.assertEqual(len(found), 2)

    def test_an_open_quotation_mark_is_named_with_its_row(self):
        with self.assertRaises(directory.DirectoryError) as caught:
            self.read_list((lines(*self.ROWS) + '"x' + "y" * 200_000).encode())
        self.assertEqual(caught.exception.code, "quote_open")


class TestCodePages(ReadingCase):
    ROWS = (
        HEADINGS,
        ("Sở Nội vụ tỉnh Mẫu", "H98.01", "", "H98"),
        ("Uỷ ban nhân dân phường Đường Ốc", "H98.02", "", "H98"),
    )

    def check_names(self, content, codes=()):
        rows, _ignored = self.read_list(content)
        self.assertEqual([row.values["name"] for row in rows], [row[0] for row in self.ROWS[1:]])
        self.assertEqual([code for row in rows for code in self.codes(row)], list(codes))

    def test_unicode_with_a_mark_and_without(self):
        text = lines(*self.ROWS)
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
            with self.subTest(encoding):
                self.check_names(text.encode(encoding))

    def test_windows_1258_with_its_combining_tones(self):
        for separator in ",;\t":
            with self.subTest(separator):
                self.check_names(windows_1258(lines(*self.ROWS, separator=separator)))

    def test_windows_1258_with_plain_headings(self):
        table = (("Ten", "Ma", "Ma cu", "Ma cap tren"), *self.ROWS[1:])
        self.check_names(windows_1258(lines(*table)))

    def test_tcvn3_and_vni_headings(self):
        for headings, names in (
            (("Tªn c¬ quan", "M· ®Þnh danh"), ("Së Néi vô tØnh MÉu", "Uû ban nh©n d©n tØnh")),
            (("Teân cô quan", "Maõ ñònh danh"), ("Sôû Noäi vuï tænh Maãu", "Uûy ban nhaân daân tænh")),
        ):
            with self.subTest(headings):
                content = lines(headings, (names[0], "H98.01"), (names[1], "H98")).encode("latin-1")
                rows, _ignored = self.read_list(content)
                self.assertEqual(rows[0].values["name"], "Sở Nội vụ tỉnh Mẫu")
                self.assertEqual(self.codes(rows[0]), ["converted"])

    def test_letters_of_another_language_are_not_taken_for_vietnamese(self):
        content = lines(HEADINGS, ("Société Générale", "H29.1", "", "")).encode("utf-16")
        rows, _ignored = self.read_list(content)
        self.assertEqual(rows[0].values["name"], "Société Générale")

    def test_an_unknown_code_page_is_said_and_never_called_missing_columns(self):
        with self.assertRaises(directory.DirectoryError) as caught:
            self.read_list("Наименование,Код\nА,H21\n".encode("cp1251"))
        self.assertEqual(caught.exception.code, "encoding_unknown")
        self.assertIn("CSV UTF-8", str(caught.exception))


class TestNotATable(ReadingCase):
    def test_a_web_page_and_old_xml_are_named(self):
        page = "<html><table><tr><td>Tên cơ quan</td><td>Mã</td></tr></table></html>"
        single = (
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\nContent-Type: text/html\r\n\r\n"
            + page.encode()
        )
        for content in (page.encode(), page.encode("utf-16"), b"\xef\xbb\xbf" + page.encode(), b"<table><tr>", single):
            with self.subTest(content[:20]):
                self.assertEqual(self.refused(content), "web_page")
        old = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
        self.assertEqual(self.refused(old), "xml_workbook")

    def test_other_documents_in_a_zip_are_named(self):
        for parts in (["word/document.xml"], ["xl/workbook.bin"], ["content.xml"]):
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w") as archive:
                for part in ["[Content_Types].xml", *parts]:
                    archive.writestr(part, "<Types/>")
            with self.subTest(parts):
                self.assertEqual(self.refused(stream.getvalue()), "not_a_workbook")

    def test_no_refusal_speaks_python(self):
        book = self.xlsx(("A", "H21", "", ""))
        for content in (
            b"PK\x03\x04" + b"x" * 100,
            book[:-300],
            b'[{"code": ',
            b"Ten,Ma\n" + b'"' * 3 + b"x" * 200_000,
        ):
            with self.subTest(content[:10]), self.assertRaises(directory.DirectoryError) as caught:
                self.read_list(content)
            self.assertNotRegex(str(caught.exception), r"item named|codec|Error|byte 0x|Expecting|zip file")


class TestWorkbooks(ReadingCase):
    ROW = ("Sở Nội vụ", "H98.01", "", "H98")

    def repacked(self, book, change):
        """The parts of a workbook, each as ``change(name, content)`` gives it."""
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(stream, "w") as target:
            for info in source.infolist():
                name, content = change(info.filename, source.read(info))
                target.writestr(name, content)
        return stream.getvalue()

    def check_row(self, book):
        rows, _ignored = self.read_list(book)
        self.assertEqual([(row.values["name"], row.values["identifier"]) for row in rows], [self.ROW[:2]])

    def test_part_names_with_backslashes(self):
        book = self.xlsx(self.ROW)
        self.check_row(self.repacked(book, lambda name, content: (name.replace("/", "\\"), content)))
        self.check_row(self.repacked(book, lambda name, content: ("/" + name, content)))

        def both(name, content):
            if name.endswith(".rels"):
                content = re.sub(rb'Target="([^"]*)"', lambda m: m[0].replace(b"/", b"\\"), content)
            return name.replace("/", "\\"), content

        self.check_row(self.repacked(book, both))

    def test_part_names_in_another_case(self):
        book = self.xlsx(self.ROW)
        for change in (str.upper, str.lower, str.title):
            with self.subTest(change):
                self.check_row(self.repacked(book, lambda name, content, change=change: (change(name), content)))

    def test_the_same_part_twice_is_refused(self):
        stream = io.BytesIO(self.xlsx(self.ROW))
        with zipfile.ZipFile(stream, "a") as archive:
            archive.writestr("XL\\workbook.xml", b"<workbook/>")
        self.assertEqual(self.refused(stream.getvalue()), "part_twice")

    def test_strict_open_xml(self):
        def strict(name, content):
            for usual, other in (
                (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"spreadsheetml/main"),
                (
                    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                    b"officeDocument/relationships",
                ),
            ):
                content = content.replace(usual, b"http://purl.oclc.org/ooxml/" + other)
            return name, content

        self.check_row(self.repacked(self.xlsx(self.ROW), strict))

    def test_a_date_of_strict_open_xml_and_of_1904(self):
        book = openpyxl.Workbook()
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        book.iso_dates = False
        for row in (("Tên", "Mã", "Hiệu lực từ"), ("A", "H21", date(2025, 7, 1))):
            book.active.append(row)
        stream = io.BytesIO()
        book.save(stream)
        rows, _ignored = self.read_list(stream.getvalue())
        self.assertEqual(rows[0].values["valid_from"], date(2025, 7, 1))

        def iso(name, content):
            cell = rb'<c r="C2"[^>]*>.*?</c>'
            return name, re.sub(cell, b'<c r="C2" t="d"><v>2025-07-01T00:00:00</v></c>', content)

        rows, _ignored = self.read_list(self.repacked(stream.getvalue(), iso))
        self.assertEqual(rows[0].values["valid_from"], date(2025, 7, 1))

    def test_a_parent_merged_over_rows_holds_for_all_of_them(self):
        book = openpyxl.Workbook()
        for row in (HEADINGS, ("UBND", "H98", "", ""), ("A", "H98.1", "", "H98"), ("B", "H98.2"), ("C", "H98.3"), ()):
            book.active.append(row)
        book.active.append(("D", "H98.4"))
        book.active.merge_cells("D3:D6")
        stream = io.BytesIO()
        book.save(stream)
        rows, _ignored = self.read_list(stream.getvalue())
        self.assertEqual([row.values["parent_code"] for row in rows], [None, "H98", "H98", "H98", None])

    def test_a_code_merged_over_rows_names_each_row(self):
        book = openpyxl.Workbook()
        for row in (HEADINGS, ("A", "H98.1", "", ""), ("B",), ("C",)):
            book.active.append(row)
        book.active.merge_cells("B2:B4")
        stream = io.BytesIO()
        book.save(stream)
        rows, _ignored = self.read_list(stream.getvalue())
        self.assertEqual([self.codes(row) for row in rows], [[], ["code_missing"], ["code_missing"]])


@unittest.skipUnless(SAMPLES, "the samples are not on this machine")
class TestSamples(ReadingCase):
    def read_sample(self, name):
        rows, _ignored = directory.read_rows(SAMPLES / name)
        return list(rows)

    def test_three_organizations(self):
        for name in (
            "b13_directory_semicolon_many_commas.csv",
            "b13_directory_tabs_with_semicolons.csv",
            "b14_directory_windows1258.csv",
            "b15_directory_backslash_parts.xlsx",
            "b15_directory_strict_ooxml.xlsx",
            "b15_directory_SharedStrings_capital.xlsx",
        ):
            with self.subTest(name):
                names = [row.values["name"] for row in self.read_sample(name)]
                self.assertEqual(names, ["UBND tỉnh Mẫu", "Sở Nội vụ", "Sở Xây dựng"])

    def test_dates_and_the_merged_parent(self):
        rows = self.read_sample("b15_directory_1904_merged_parent.xlsx")
        self.assertEqual([row.values["parent_code"] for row in rows], [None, "H98", "H98", "H98"])
        self.assertEqual({row.values["valid_from"] for row in rows}, {date(2025, 7, 1)})

    def test_web_pages(self):
        for name in ("b14_directory_html_named_xls.xls", "b14_directory_html_named_xlsx.xlsx"):
            with self.subTest(name), self.assertRaises(directory.DirectoryError) as caught:
                self.read_sample(name)
            self.assertEqual(caught.exception.code, "web_page")
