"""Registers: their counters, and the printed forms I and VI of Phụ lục IV (Nghị định 30/2020)."""

import io
import re
import subprocess
from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation
from pypdf import PdfReader

from .common import OfficeCase


@tagged("post_install", "-at_install")
class TestRegister(OfficeCase):
    def volume(self, agency, direction, year):
        return self.env["vpdt.register.volume"].create(
            {
                "register_id": self.registers[agency, direction].id,
                "year": year,
                "date_from": f"{year}-01-01",
                "date_to": f"{year}-12-31",
            }
        )

    def printed(self, direction, year):
        """Pages of the printed register as text, as the clerk gets them."""
        volume = self.volume(self.agency, direction, year).with_env(self.as_user(self.clerk))
        Report = self.env["ir.actions.report"].with_env(volume.env)
        pdf, _kind = Report._render_official_pdf("vpdt_documents.report_register", volume.ids)
        self.sizes = {tuple(map(round, page.mediabox[2:])) for page in PdfReader(io.BytesIO(pdf)).pages}
        found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
        return [re.sub(r"\s+", " ", page) for page in found.stdout.decode().split("\f") if page.strip()]

    def test_a_workbook_names_any_direction_by_its_word(self):
        Register = type(self.env["vpdt.register"])
        known = Register._get_directions
        with patch.object(Register, "_get_directions", lambda s: [*known(s), ("internal", "Văn bản nội bộ")]):
            words = self.env["vpdt.agency.opening"]._workbook_directions()
        expected = {"Văn bản đến": "incoming", "Văn bản đi": "outgoing", "Văn bản nội bộ": "internal"}
        self.assertEqual(words, expected, "that of copies comes by itself")

    def test_year_begins_anew_at_midnight_in_viet_nam(self):
        with freeze_time(datetime(2027, 12, 31, 16, 59)):  # 23:59 in Viet Nam
            last = self.arrived()
            last.action_register()
        with freeze_time(datetime(2027, 12, 31, 17, 1)):  # 00:01 of the new year
            first = self.arrived()
            first.action_register()
        self.assertEqual((last.register_year, last.arrival_number), (2027, 1))
        self.assertEqual((first.register_year, first.arrival_number), (2028, 1))

    def test_a_closed_register_gives_no_number(self):
        register = self.registers[self.agency, "incoming"]
        register.active = False
        with self.assertRaises(UserError):
            register._take_number(2026)

    def test_a_number_is_never_given_twice_by_sql(self):
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            documents = self.arrived() + self.arrived()
            for document in documents:
                document.sudo().write({"register_id": self.registers[self.agency, "incoming"].id,
                                       "register_year": 2026, "arrival_number": 5})  # fmt: skip
            self.env.flush_all()

    def test_counter_cannot_be_written(self):
        register = self.registers[self.agency, "incoming"]
        register._take_number(2026)
        counters = self.as_user(self.clerk)["vpdt.register.counter"].search([("register_id", "=", register.id)])
        with self.assertRaises(AccessError):
            counters.write({"last_number": 100})

    def test_outgoing_register_is_form_one(self):
        with freeze_time(datetime(2026, 11, 23, 3, 0)):
            self.issued(subject="Về việc tổng kết công tác văn thư")
        cover, leaf, page = self.printed("outgoing", 2026)
        self.assertEqual(leaf.strip(), f"2 {cover.strip()}", "the first leaf says what the cover says")
        self.assertIn("SỔ ĐĂNG KÝ VĂN BẢN ĐI", cover)
        self.assertIn("Năm: 2026", cover)
        for heading in ("Số, ký hiệu văn bản", "Ngày tháng văn bản", "Tên loại và trích yếu nội dung văn bản",
                        "Người ký", "Nơi nhận văn bản", "Số lượng bản", "Ngày chuyển", "Ghi chú"):  # fmt: skip
            self.assertTrue(set(heading.split()) <= set(page.split()), heading)
        self.assertIn("01/SNV-VP", page)
        self.assertIn("Công văn", page, "column (3) is type and subject, for an official letter as well")
        self.assertIn("23/11/2026", page)
        self.assertEqual(self.sizes, {(842, 595)})  # A4 landscape, points

    def test_incoming_register_is_form_six(self):
        with freeze_time(datetime(2026, 11, 23, 3, 0)):
            self.directed(subject="Về việc báo cáo công tác lưu trữ")
        cover, _leaf, page = self.printed("incoming", 2026)
        self.assertIn("SỔ ĐĂNG KÝ VĂN BẢN ĐẾN", cover)
        for heading in ("Ngày đến", "Số đến", "Tác giả", "Số, ký hiệu", "Ghi chú"):
            self.assertTrue(set(heading.split()) <= set(page.split()), heading)
        self.assertIn("Bộ Thử nghiệm", page)
        self.assertIn("15/BTN-VP", page)
        self.assertIn("Công văn", page)

    def test_an_empty_register_prints_too(self):
        pages = self.printed("outgoing", 2031)
        self.assertIn("SỔ ĐĂNG KÝ VĂN BẢN ĐI", pages[0])

    def test_stranger_prints_nothing(self):
        volume = self.volume(self.agency, "outgoing", 2026)
        with self.assertRaises(AccessError):
            volume.with_env(self.as_user(self.stranger)).read(["year"])
