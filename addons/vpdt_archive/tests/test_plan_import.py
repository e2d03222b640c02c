"""A file plan goes out to Excel and comes back; what is wrong is named, and nothing is taken over by halves."""

import base64
import io

import openpyxl
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .archive_common import ArchiveCase

HEAD = ("Số và ký hiệu hồ sơ", "Tên đề mục và tiêu đề hồ sơ", "Thời hạn bảo quản", "Người lập hồ sơ", "Ghi chú")


def workbook(*rows):
    """A workbook of these rows below the headings: bytes."""
    book = openpyxl.Workbook()
    book.active.append(["DANH MỤC HỒ SƠ"])
    book.active.append(HEAD)
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestPlanImport(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.make_plan()
        cls.draft = cls.env_of("archivist")["vpdt.file.plan"].create({"year": 2027})

    def dialog(self, content, plan=None, role="archivist", **values):
        plan = (plan or self.draft).with_env(self.env_of(role))
        values |= {"plan_id": plan.id, "content": base64.b64encode(content)}
        return plan.env["vpdt.plan.import"].create(values)

    def test_what_goes_out_comes_back(self):
        report = self.env_of("archivist")["ir.actions.report"]
        content, _type = report._render("vpdt_archive.report_file_plan_xlsx", self.plan.ids)
        dialog = self.dialog(content)
        dialog.invalidate_recordset()
        self.assertTrue(dialog.with_context(bin_size=True).ready, dialog.preview)  # as its form asks
        dialog.action_import()
        fields = ("kind", "name", "code", "retention_id", "user_id")
        for before, after in zip(self.plan.line_ids, self.draft.line_ids, strict=True):
            self.assertEqual([before[name] for name in fields], [after[name] for name in fields])

    def test_each_wrong_row_is_named(self):
        content = workbook(
            ("I", "Tổ chức cán bộ"), ("01.TCCB", "Hồ sơ tuyển dụng", "lâu", "", ""), ("02.TCCB", "", "10 năm", "", "x")
        )
        dialog = self.dialog(content)
        self.assertFalse(dialog.ready)
        self.assertIn("4", dialog.preview)
        self.assertIn("5", dialog.preview)
        with self.assertRaises(UserError):
            dialog.action_import()
        self.assertFalse(self.draft.line_ids)

    def test_people_units_and_namesakes(self):
        name = self.cast["drafter"].name
        twin, unit = self.cast["lead"], self.department.name
        self.env["hr.department"].create({"name": twin.name, "company_id": self.agency.id})
        dialog = self.dialog(workbook(
            ("I", "Hành chính", "", "", ""), ("01.HC", "Một", "Vĩnh viễn", name.upper(), "ghi"),
            ("02.HC", "Hai", "10 năm", unit, ""), ("03.HC", "Ba", "10", twin.name, ""),
            ("04.HC", "Bốn", "5 năm", "Ai", ""),
        ))  # fmt: skip
        self.assertIn("Ai", dialog.preview)
        dialog.action_import()
        lines = self.draft.line_ids.filtered(lambda line: line.kind == "dossier")
        self.assertEqual(lines.mapped("code"), ["01.HC", "02.HC", "03.HC", "04.HC"])
        self.assertEqual(lines[0].user_id, self.cast["drafter"])
        self.assertEqual((lines[1].user_id.id, lines[1].department_id), (False, self.department))
        self.assertFalse(lines[2].user_id, "two of that name")
        self.assertEqual([line.retention_id.years for line in lines[1:]], [10, 10, 5])
        self.assertEqual(lines[0].retention_id.term, "permanent")

    def test_lines_are_added_or_replaced(self):
        rows = workbook(("I", "Hành chính"), ("01.HC", "Một", "10 năm"))
        self.dialog(rows).action_import()
        self.dialog(rows).action_import()
        self.assertEqual(len(self.draft.line_ids), 4)
        self.dialog(rows, replace=True).action_import()
        self.assertEqual(len(self.draft.line_ids), 2)

    def test_what_is_no_plan_is_refused_in_words(self):
        other = openpyxl.Workbook()
        other.active.append(["Tên", "Tuổi"])
        stream = io.BytesIO()
        other.save(stream)
        for content in (b"PK\x03\x04 broken", b"", b"%PDF-1.7", stream.getvalue()):
            dialog = self.dialog(content)
            with self.subTest(content[:10]), self.assertRaises(UserError):
                dialog.action_import()
            self.assertFalse(dialog.ready)

    def test_only_the_archivist_and_a_draft(self):
        rows = workbook(("01.HC", "Một", "10 năm"))
        with self.assertRaises(AccessError):
            self.dialog(rows, role="drafter")
        with self.assertRaises(UserError):
            self.dialog(rows, plan=self.plan).action_import()
