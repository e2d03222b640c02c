"""The workbook of a province, without a database."""

import tempfile
from pathlib import Path

import openpyxl

try:
    from . import domain_common as common
except ImportError:
    import domain_common as common

directory = common.load("directory")


class TestAgencies(common.DomainCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "province.xlsx"
        directory.write_template(self.path)

    def book(self, **sheets):
        """The template, filled in: sheet title with _ for blanks → rows."""
        book = openpyxl.load_workbook(self.path)
        for title, rows in sheets.items():
            for row in rows:
                book[title.replace("_", " ")].append(row)
        book.save(self.path)
        return directory.read_agencies(self.path)

    def test_registers_of_other_addons(self):
        rows = [["H21.02", "Sổ một", "Văn bản nội bộ"], ["H21.02", "Sổ hai", "nội bộ"], ["H21.02", "Sổ ba", "Đến"]]
        book = self.book(Cơ_quan=[self.agency()], Sổ=rows)
        self.assertEqual([problem[3] for problem in book.problems], ["direction_unknown"] * 2)
        book = directory.read_agencies(self.path, directions={"Văn bản nội bộ": "internal"})
        found = [values["direction"] for _row, values in book.agencies["H21.02"]["registers"]]
        self.assertEqual((found, book.problems), (["internal", "internal", "incoming"], []))

    def agency(self, code="H21.02", name="Sở Nội vụ"):
        return [code, None, name, "SNV", "H21", "UBND tỉnh", "Gia Lai"]

    def test_an_empty_template_is_sound(self):
        book = self.book()
        self.assertEqual((book.agencies, book.problems), ({}, []))

    def test_what_it_says(self):
        book = self.book(
            Cơ_quan=[self.agency()],
            Phòng_ban=[["H21.02", "Văn phòng", "VP"]],
            Sổ=[["H21.02", "Sổ đến", "Đến"], ["H21.02", "Sổ đi", "văn bản đi"]],
            Cán_bộ=[
                ["H21.02", "Nguyễn A", "A.Nguyen", "", "văn phòng", "Phó GĐ", "kt", "GIÁM ĐỐC", "", "Lãnh đạo; Văn thư"]
            ],
        )
        self.assertEqual(book.problems, [])
        agency = book.agencies["H21.02"]
        self.assertEqual(agency["values"]["parent_agency_name"], "UBND tỉnh")
        self.assertEqual([values["direction"] for _row, values in agency["registers"]], ["incoming", "outgoing"])
        person = agency["people"][0][1]
        self.assertEqual((person["login"], person["competence"]), ("a.nguyen", "KT."))
        self.assertEqual(person["roles"], ["leader", "clerk"])

    def test_a_cell_merged_over_rows_holds_for_each_of_them(self):
        self.book(
            Cơ_quan=[self.agency()],
            Phòng_ban=[["H21.02", "Văn phòng", "VP"], [None, "Thanh tra", "TTr"], [None, "Tổ chức", "TC"]],
        )
        book = openpyxl.load_workbook(self.path)
        sheet = book["Phòng ban"]
        sheet.merge_cells(start_row=sheet.max_row - 2, end_row=sheet.max_row, start_column=1, end_column=1)
        book.save(self.path)
        found = directory.read_agencies(self.path)
        self.assertEqual(found.problems, [])
        self.assertEqual(len(found.agencies["H21.02"]["departments"]), 3)

    def test_what_is_no_workbook_is_said(self):
        for content, code in (
            (b"<html><table></table></html>", "web_page"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
            ("Tên,Mã\nA,H21\n".encode(), "not_a_workbook"),
        ):
            self.path.write_bytes(content)
            with self.subTest(code), self.assertRaises(directory.DirectoryError) as caught:
                directory.read_agencies(self.path)
            self.assertEqual(caught.exception.code, code)

    def test_a_deputy_below_by_order(self):
        """TL. CHỦ TỊCH / KT. CHÁNH VĂN PHÒNG / PHÓ CHÁNH VĂN PHÒNG (Nghị định 30/2020, khoản 4 Điều 13)."""
        row = ["H21.02", "B", "b.tran", "", "", "Phó Chánh VP", "tl", "Chủ tịch", "Chánh VP", "Lãnh đạo"]
        book = self.book(Cơ_quan=[self.agency()], Cán_bộ=[row])
        self.assertEqual(book.problems, [])
        person = book.agencies["H21.02"]["people"][0][1]
        self.assertEqual((person["competence"], person["deputy_of"]), ("TL.", "Chánh VP"))

    def test_every_mistake_names_its_row(self):
        book = self.book(
            Cơ_quan=[self.agency(), self.agency(), ["H21.03", None, "", "X", "", "", "Y"], self.agency("=A1", "Z")],
            Phòng_ban=[["H21.02", "Văn phòng"], ["H21.02", "van phong"], ["H99", "Văn phòng"]],
            Sổ=[["H21.02", "Sổ", "ngang"]],
            Cán_bộ=[
                ["H21.02", "A", "a", "", "", "", "", "", "", "Chuyên viên"],
                ["H21.02", "B", "bb", "", "Phòng lạ", "", "XY", "", "Chủ tịch", "Vua"],
                ["H21.02", "C", "BB", "", "", "", "", "", "", "Chuyên viên"],
            ],
        )
        found = [(sheet, row, code) for sheet, row, _agency, code, _params in book.problems]
        for expected in (
            ("Cơ quan", 3, "duplicate_identifier"),
            ("Cơ quan", 4, "value_missing"),
            ("Cơ quan", 5, "formula"),
            ("Phòng ban", 3, "said_twice"),
            ("Phòng ban", 4, "agency_unknown"),
            ("Sổ", 2, "direction_unknown"),
            ("Cán bộ", 2, "login_form"),
            ("Cán bộ", 3, "department_unknown"),
            ("Cán bộ", 3, "competence_unknown"),
            ("Cán bộ", 3, "role_unknown"),
            ("Cán bộ", 3, "deputy_without_form"),
            ("Cán bộ", 4, "said_twice"),
        ):
            self.assertIn(expected, found)
        self.assertFalse(book.is_sound("H21.02"))
        for _sheet, _row, _agency, code, params in book.problems:
            self.assertTrue(directory.MESSAGES[code] % params)

    def test_a_sheet_or_column_that_is_missing(self):
        book = openpyxl.load_workbook(self.path)
        book["Cán bộ"]["C1"] = "Sai"
        book.save(self.path)
        self.assertRaisesRegex(directory.DirectoryError, "Tên đăng nhập", directory.read_agencies, self.path)
        del book["Sổ"]
        book.save(self.path)
        self.assertRaisesRegex(directory.DirectoryError, "Sổ", directory.read_agencies, self.path)
        self.path.write_bytes(b"no workbook")
        self.assertRaises(directory.DirectoryError, directory.read_agencies, self.path)
