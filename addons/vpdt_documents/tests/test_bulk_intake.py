"""Many documents by a list and their scans: tried first, a result a row, nothing entered twice."""

import io
import tempfile
import zipfile
from datetime import timedelta

import openpyxl
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.builders import tiny_pdf
from odoo.addons.vpdt_base.tests.common import today

from .common import OfficeCase

HEADINGS = ["Tên tệp", "Cơ quan ban hành", "Số", "Ký hiệu", "Ngày văn bản", "Loại văn bản", "Trích yếu", "Ngày đến"]


@tagged("post_install", "-at_install")
class TestBulkIntake(OfficeCase):
    def list_of(self, *rows, headings=None):
        book = openpyxl.Workbook()
        book.active.append(["SỔ ĐĂNG KÝ VĂN BẢN ĐẾN"])
        book.active.append(headings or HEADINGS)
        for row in rows:
            book.active.append(row)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def zip_of(self, *names):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name in names:
                archive.writestr(f"quet/{name}", tiny_pdf(name))
        return stream.getvalue()

    def intake(self, listed, scans=None, **values):
        intake = self.as_user(self.clerk)["vpdt.bulk.intake"].create(
            {"name": "Sổ giấy ngày mất điện", "reason": "Hệ thống gặp sự cố", **values}
        )
        for name, content, role in (("so.xlsx", listed, "main"), ("quet.zip", scans, "annex")):
            if content:
                self.upload(intake, name, content, role)
        return intake

    def upload(self, intake, name, content, role):
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            intake._take_upload(name, file.name, role)

    def row(self, number, days_ago=3, file=None, **other):
        day = today() - timedelta(days=days_ago)
        values = {
            "file": file, "author": "Bộ Thử nghiệm", "number": str(number), "notation": "BTN-VP",
            "date": day - timedelta(days=2), "type": "Công văn", "subject": f"V/v việc {number}",
            "arrived": day, **other,
        }  # fmt: skip
        return list(values.values())

    def results(self, intake):
        return [line.result for line in intake.line_ids.sorted("row")]

    def test_tried_then_entered_in_the_order_of_arrival(self):
        listed = self.list_of(self.row(2, 2, "b.pdf"), self.row(1, 5, "Tệp một.pdf"))
        intake = self.intake(listed, self.zip_of("b.pdf", "Tệp một.pdf"))
        before = self.env["vpdt.incoming"].search_count([])
        intake.action_check()
        self.assertEqual((intake.state, self.results(intake)), ("checked", ["ready", "ready"]))
        self.assertEqual(self.env["vpdt.incoming"].search_count([]), before)
        intake.action_enter()
        intake._enter_batch()
        self.assertEqual((intake.state, self.results(intake)), ("done", ["entered", "entered"]))
        first, second = intake.line_ids.incoming_id.sorted("arrival_number")
        self.assertEqual((first.number, second.number), ("1", "2"))
        self.assertEqual(first.arrival_day, today() - timedelta(days=5))
        self.assertEqual(first.arrival_reason, "Hệ thống gặp sự cố")
        self.assertEqual((first.author_id, first.type_id), (self.ministry, self.letter))
        self.assertEqual(first.main_file_id.original_name, "Tệp một.pdf")
        self.assertEqual(intake._enter_batch(), "not running")

    def test_the_same_list_again_enters_nothing_twice(self):
        listed = self.list_of(self.row(7))
        first = self.intake(listed)
        first.action_check()
        first.action_enter()
        first._enter_batch()
        again = self.intake(listed)
        again.action_check()
        self.assertEqual(self.results(again), ["known"])
        with self.assertRaises(UserError):
            again.action_enter()

    def test_each_row_says_what_is_wrong_with_it(self):
        listed = self.list_of(
            self.row(1),
            self.row(1),
            self.row(2, file="khong-co.pdf"),
            self.row(3, author=""),
            self.row(4, date="ngày mai"),
            self.row(5, days_ago=-3),
            self.row(6, type="Loại lạ"),
            self.row(7, date=today() + timedelta(days=1)),
        )
        intake = self.intake(listed)
        intake.action_check()
        expected = ["warning", "error", "error", "error", "error", "error", "warning", "error"]
        self.assertEqual(self.results(intake), expected)
        self.assertTrue(all(line.words for line in intake.line_ids))
        self.assertIn("khong-co.pdf", intake.line_ids.sorted("row")[2].words)
        late = self.intake(self.list_of(self.row(9)), reason=False)
        late.action_check()
        self.assertEqual(self.results(late), ["error"])

    def test_a_corrected_list_is_tried_again(self):
        intake = self.intake(self.list_of(self.row(1, author="")))
        intake.action_check()
        self.assertEqual(self.results(intake), ["error"])
        self.upload(intake, "so-moi.xlsx", self.list_of(self.row(1)), "main")
        intake.action_check()
        self.assertEqual(self.results(intake), ["warning"])

    def test_one_bad_file_keeps_no_other_back(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("a.pdf", b"not a pdf")
            archive.writestr("b.pdf", tiny_pdf("b"))
        intake = self.intake(self.list_of(self.row(1, file="a.pdf"), self.row(2, file="b.pdf")), stream.getvalue())
        intake.action_check()
        intake.action_enter()
        intake._enter_batch()
        self.assertEqual(self.results(intake), ["failed", "entered"])
        self.assertFalse(self.env["vpdt.incoming"].search([("subject", "=", "V/v việc 1")]))

    def test_what_cannot_be_read_is_said(self):
        intake = self.intake(None)
        with self.assertRaises(UserError):
            intake.action_check()
        for content in (self.list_of(headings=["a", "b"]), self.list_of()):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.intake(content).action_check()

    def test_drafts_only(self):
        intake = self.intake(self.list_of(self.row(1)), register_now=False)
        intake.action_check()
        intake.action_enter()
        intake._enter_batch()
        self.assertEqual(intake.line_ids.incoming_id.state, "arrived")

    def test_given_up_it_can_be_entered_again(self):
        intake = self.intake(self.list_of(self.row(1)))
        intake.action_check()
        intake.action_enter()
        intake._batch_given_up("Error", "broken")
        self.assertEqual(intake.state, "checked")
        intake.action_enter()
        intake._enter_batch()
        self.assertEqual(intake.state, "done")

    def test_by_the_clerk_only(self):
        intake = self.intake(self.list_of(self.row(1)))
        for user in (self.leader, self.specialist, self.stranger):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                intake.with_env(self.as_user(user)).action_check()
