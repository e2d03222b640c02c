"""Reports as XLSX: the same headings, text that stays text, nothing lost."""

import datetime
import io
from unittest import mock

import openpyxl

try:
    from .official_pdf_common import EVERY_LETTER, OfficialPdfCase, load
except ImportError:
    from official_pdf_common import EVERY_LETTER, OfficialPdfCase, load

package = load("official_pdf")
spreadsheets = load("official_pdf.spreadsheets")
forms = load("official_pdf.forms")


class TestSpreadsheets(OfficialPdfCase):
    def sheets(self, report):
        stream = io.BytesIO()
        report.write_xlsx(stream)
        return openpyxl.load_workbook(stream).worksheets

    def values(self, report):
        return [list(row) for row in self.sheets(report)[0].iter_rows(values_only=True)]

    def table(self, rows, **values):
        columns = [package.Column("Nội dung", 60), package.Column("Số tiền", 30, number=True)]
        return package.TableReport("Sổ thử", columns, rows, **values)

    def test_register_with_cover_and_headings(self):
        cover = forms.INCOMING_REGISTER.make_cover("Sở Nội vụ", parent="UBND tỉnh", year=2026)
        values = self.values(forms.INCOMING_REGISTER.report([("a",)], cover=cover))
        first = [row[0] for row in values]
        self.assertEqual(first[:4], ["UBND TỈNH", "SỞ NỘI VỤ", "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN", "Năm: 2026"])
        head = first.index("Ngày đến")
        self.assertEqual(values[head], [column.title for column in forms.INCOMING_REGISTER.columns])
        self.assertEqual(values[head + 1], [f"({n})" for n in range(1, 11)])
        self.assertEqual(values[head + 2][0], "a")

    def test_it_prints_like_the_register(self):
        sheet = self.sheets(self.table([("a", 1)]))[0]
        margins = sheet.page_margins
        in_mm = [round(side * 25.4) for side in (margins.left, margins.right, margins.top, margins.bottom)]
        self.assertEqual(in_mm, [30, 15, 20, 20])
        self.assertEqual((sheet.title, sheet.oddFooter.center.text), ("Sổ thử", "&P"))
        self.assertEqual(sheet.print_title_rows.count("$"), 2)

    def test_the_name_of_a_sheet_is_one_that_excel_takes(self):
        for title, name in (("Sổ: a/b [1]*?'", "Sổ  a b  1"), ("x" * 80, "x" * 25), ("", "Sheet1")):
            report = self.table([])
            report.title = title
            self.assertEqual(self.sheets(report)[0].title, name)

    def test_cells_that_look_like_formulas_are_text(self):
        dangerous = ["=1+1", "+cmd|'/c calc'!A1", "-2+3", "@SUM(A1)", "{=1}", "http://a.b", "0123"]
        sheet = self.sheets(self.table([(text, text) for text in dangerous]))[0]
        found = {cell.value: cell.data_type for row in sheet.iter_rows(min_row=5) for cell in row}
        for text in dangerous:
            self.assertIn(text, found)
            self.assertEqual(found[text], "s", text)

    def test_numbers_only_in_number_columns(self):
        rows = [(12, 12), (1.5, 1.5), (True, True), ("x", 10**20), ("y", float("nan"))]
        values = self.values(self.table(rows))[4:]
        self.assertEqual(values[0], ["12", 12])
        self.assertEqual(values[1], ["1,5", 1.5])
        self.assertEqual(values[2], ["x", "x"])
        self.assertEqual(values[3][1], str(10**20))
        self.assertEqual(values[4][1], "nan")

    def test_dates_are_shown_as_in_the_register(self):
        self.assertEqual(self.values(self.table([(datetime.date(2026, 1, 5),)]))[4][0], "05/01/2026")

    def test_letters_controls_and_newlines(self):
        rows = [(EVERY_LETTER,), ("a\x00\x0b\x1bb\ud800\r\nc",), (None, None)]
        values = self.values(self.table(rows, footer=["hết"]))
        self.assertEqual(values[4][0], EVERY_LETTER)
        self.assertEqual(values[5][0].replace("\n", ""), "abc")
        self.assertEqual(values[6], [None, None])
        self.assertEqual(values[7][0], "hết")

    def test_text_longer_than_a_cell_goes_on_below(self):
        text = "x" * (2 * spreadsheets.CELL_LIMIT + 5)
        values = self.values(self.table([(text, 1), ("sau", 2)]))[4:]
        self.assertEqual("".join(row[0] for row in values[:3]), text)
        self.assertEqual([row[1] for row in values], [1, None, None, 2])

    def test_more_rows_than_a_sheet_holds_go_on_to_another(self):
        with mock.patch.object(spreadsheets, "ROW_LIMIT", 10):
            sheets = self.sheets(self.table([(str(n),) for n in range(20)]))
        found = [row[0] for sheet in sheets for row in sheet.iter_rows(values_only=True)]
        self.assertEqual([value for value in found if value and value.isdigit()], [str(n) for n in range(20)])
        self.assertGreater(len(sheets), 2)

    def test_a_row_is_as_high_as_its_text(self):
        long = "Về việc triển khai thực hiện nhiệm vụ công tác văn thư, lưu trữ năm 2026 trên địa bàn tỉnh"
        sheet = self.sheets(self.table([("ngắn", 1), (long, 2), ("dòng một\ndòng hai", 3), ("x" * 40_000, 4)]))[0]
        heights = [sheet.row_dimensions[row].height for row in range(5, 9)]
        self.assertIsNone(heights[0])
        self.assertEqual(heights[1:3], [42.75, 28.5])
        self.assertEqual(heights[3], 408)

    def test_empty(self):
        self.assertEqual(self.values(self.table([], empty_text="Chưa có gì."))[-1][0], "Chưa có gì.")

    def test_section_rows(self):
        rows = [package.SectionRow("I. A", column=0), ("a", 1)]
        sheet = self.sheets(self.table(rows))[0]
        self.assertTrue(sheet.cell(5, 1).font.bold)
        self.assertFalse(sheet.cell(6, 1).font.bold)
