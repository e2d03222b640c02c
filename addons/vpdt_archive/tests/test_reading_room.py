"""The reading room: who asks, who approves, pages with a mark, the register of use, loans."""

import io
from datetime import timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from PIL import Image, ImageChops
from pypdf import PdfReader

from odoo.addons.vpdt_base.vietnam import today

from ..watermark import Mark, marked_pdf, marked_picture
from .archive_common import ArchiveCase


@tagged("post_install", "-at_install")
class TestReadingRoom(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept_dossier = cls.make_dossier("kept", notation="01.DOC").sudo().with_env(cls.env)
        cls.file = cls.kept_dossier.item_ids._owner().sudo().file_ids[:1]

    def as_role(self, reading, role):
        return reading.with_env(self.env_of(role))

    def test_the_archive_finds_and_the_head_approves(self):
        reading = self.make_reading("requested")
        archivist = self.as_role(reading, "archivist")
        self.assertTrue(reading.sudo().activity_ids, "the archivist is asked")
        with self.assertRaisesRegex(UserError, "Choose the dossiers|Chọn"):
            archivist.action_lay()
        archivist.dossier_ids = self.kept_dossier
        with self.assertRaisesRegex(UserError, "conditional|điều kiện"):
            archivist.action_grant()
        archivist.action_lay()
        self.assertFalse(archivist.action_lay(), "a second press changes nothing")
        with self.assertRaises(AccessError):
            self.as_role(reading, "specialist").action_grant()
        with self.assertRaises(AccessError):
            archivist.action_grant()
        self.as_role(reading, "leader").action_grant()
        self.assertEqual((reading.state, reading.decided_by_id), ("granted", self.leader))

    def test_what_is_public_needs_no_head(self):
        public = self.make_dossier("kept", notation="02.DOC", access_mode="01").sudo()
        reading = self.make_reading("requested")
        archivist = self.as_role(reading, "archivist")
        archivist.dossier_ids = public
        archivist.action_grant()
        self.assertEqual((reading.state, reading.decided_by_id), ("granted", self.cast["archivist"]))

    def test_what_is_hidden_from_all_is_hidden_here(self):
        reading = self.make_reading("granted", dossiers=self.kept_dossier)
        self.assertTrue([row for row in reading._shelf() if row[2] == self.file])
        document = self.kept_dossier.item_ids._owner()
        document.with_env(self.env_of("clerk")).action_report_secret()
        self.env.invalidate_all()
        self.assertFalse([row for row in reading._shelf() if row[2] == self.file])
        with self.assertRaises(AccessError):
            reading._file(self.file.id)

    def test_requests_are_numbered_through_the_year(self):
        numbers = []
        for _time in range(2):
            reading = self.make_reading("draft")
            reading.action_request()
            numbers.append((reading.number, reading.year))
        self.assertEqual([numbers[0][0] + 1, today().year], list(numbers[1]))

    def test_the_right_opens_pages_and_nothing_else(self):
        reading = self.make_reading("granted")
        self.assertIn(f"/vpdt/reading/{reading.id}/{self.file.id}", reading.shelf)
        self.assertFalse(self.kept_dossier.with_env(self.env_of("specialist")).has_access("read"))
        self.assertFalse(self.file.with_env(self.env_of("specialist")).has_access("read"))
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(reading.dossier_ids, "their titles stay with the archive")
        self.assertIn(f"/vpdt/reading/{reading.id}/{self.file.id}", reading.shelf, "after the field was read as well")
        page = reading._marked_page(self.file.id, 1)
        with Image.open(io.BytesIO(page)) as picture:
            self.assertEqual(picture.format, "JPEG")
        other = self.env["vpdt.file"].search([("id", "!=", self.file.id)], limit=1)
        with self.assertRaises(AccessError):
            reading._marked_page(other.id, 1)
        for role in ("drafter", "archivist", "leader"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.as_role(reading, role)._marked_page(self.file.id, 1)

    def test_the_right_ends_with_its_last_day(self):
        reading = self.make_reading("granted", date_until=today() + timedelta(days=2))
        with freeze_time(today() + timedelta(days=4)):
            reading.invalidate_recordset()
            self.assertFalse(reading.shelf)
            with self.assertRaises(AccessError):
                reading._marked_page(self.file.id, 1)
            self.env["vpdt.reading"]._cron_end()
            self.assertEqual(reading.state, "ended")

    def test_uses_are_registered_and_counted(self):
        reading = self.make_reading("granted", with_copies=True)
        for number in (1, 1):
            reading._marked_page(self.file.id, number)
        self.assertEqual(reading.sudo().use_ids.mapped("kind"), ["viewed"], "turning pages is one use")
        stream = io.BytesIO()
        reading._write_marked_pdf(self.file.id, stream)
        self.assertEqual(len(PdfReader(stream).pages), self.file.pages)
        uses = reading.sudo().use_ids
        self.assertEqual(sorted(uses.mapped("kind")), ["printed", "viewed"])
        self.assertEqual(uses.file_id, self.file)
        self.assertEqual(self.kept_dossier.with_env(self.env_of("archivist")).use_count, 2)
        rows = self.env["vpdt.journal.entry"].search(
            [("res_model", "=", "vpdt.file"), ("res_id", "=", self.file.id), ("kind", "in", ("view", "print"))]
        )
        self.assertEqual(set(rows.mapped("kind")), {"view", "print"})
        report = self.env["ir.actions.report"].with_env(self.env_of("archivist"))
        content, _type = report._render("vpdt_archive.report_reading_register", uses.ids)
        self.assertIn("vpdt_test_specialist", PdfReader(io.BytesIO(content)).pages[0].extract_text())

    def test_prints_are_granted_apart(self):
        reading = self.make_reading("granted")
        with self.assertRaisesRegex(UserError, "Prints|bản in|In"):
            reading._write_marked_pdf(self.file.id, io.BytesIO())

    def test_loans_go_out_and_come_back(self):
        loan = self.make_reading("granted", way="paper")
        archivist = self.as_role(loan, "archivist")
        archivist.action_lend()
        self.assertEqual(self.kept_dossier.with_env(self.env_of("archivist")).lent_to, self.cast["specialist"].name)
        later = {"date_until": today() + timedelta(days=90)}
        second = self.as_role(self.make_reading("granted", way="paper", role="lead", **later), "archivist")
        with self.assertRaisesRegex(UserError, "is lent to vpdt_test_specialist"):
            second.action_lend()
        with freeze_time(loan.date_until + timedelta(days=2)):
            self.env["vpdt.reading"]._cron_end()
            self.assertTrue(archivist.search([("late", "=", True), ("id", "=", loan.id)]))
            asked = loan.sudo().activity_ids.user_id
            self.assertEqual(asked, self.cast["specialist"] | self.cast["archivist"])
            self.env["vpdt.reading"]._cron_end()
            self.assertEqual(len(loan.sudo().activity_ids), len(asked), "not each day anew")
        archivist.condition_back = "Nguyên vẹn"
        archivist.action_end()
        self.assertEqual((loan.state, loan.sudo().use_ids.mapped("kind")), ("ended", ["returned", "lent"]))
        self.assertFalse(loan.sudo().activity_ids)
        second.action_lend()

    def test_nothing_is_lent_that_is_to_be_read_on_screen(self):
        with self.assertRaises(UserError):
            self.as_role(self.make_reading("granted"), "archivist").action_lend()

    def test_people_from_outside_show_a_paper(self):
        values = {"purpose": "Xác nhận", "wanted": "Quyết định 1990", "outsider_name": "Trần Thị Ngoài"}
        with self.assertRaises(UserError):
            self.env_of("specialist")["vpdt.reading"].create({**values, "outsider_paper": "CCCD 1"})
        Reading = self.env_of("archivist")["vpdt.reading"]
        with self.assertRaises(ValidationError):
            Reading.create(values)
        reading = self.make_reading("granted", role="archivist", **values, outsider_paper="CCCD 2")
        self.assertEqual(reading.reader_name, "Trần Thị Ngoài")
        self.assertTrue(reading.shelf, "the archivist reads with him")
        self.assertIn("Trần Thị Ngoài", reading._mark(self.kept_dossier).foot)

    def test_what_was_destroyed_is_not_on_the_shelf(self):
        reading = self.make_reading("granted")
        self.env.cr.execute("UPDATE vpdt_file SET destroyed_at = now() WHERE id = %s", [self.file.id])
        self.env.invalidate_all()
        self.assertNotIn(f"/{self.file.id}", reading.shelf or "")

    def test_the_mark_is_in_the_pixels(self):
        stream = io.BytesIO()
        Image.new("RGB", (600, 800), "white").save(stream, "PNG")
        blank, mark = stream.getvalue(), Mark("Nguyễn Văn Đọc", "Sở Nội vụ · LT9.1 · Nguyễn Văn Đọc")
        with Image.open(io.BytesIO(marked_picture(blank, mark))) as picture:
            difference = ImageChops.difference(picture.convert("RGB"), Image.new("RGB", picture.size, "white"))
            for third in range(3):
                band = difference.crop((0, third * 266, 600, (third + 1) * 266))
                self.assertTrue(band.point(lambda value: value > 40 and 255).getbbox(), f"third {third} is bare")
        stream = io.BytesIO()
        self.assertEqual(marked_pdf([blank, blank], mark, stream), 2)
        self.assertEqual(len(PdfReader(stream).pages), 2)


@tagged("post_install", "-at_install")
class TestReadingDesk(ArchiveCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept_dossier = cls.make_dossier("kept", notation="01.DOC").sudo().with_env(cls.env)
        cls.file = cls.kept_dossier.item_ids._owner().sudo().file_ids[:1]
        cls.reading = cls.make_reading("granted", with_copies=True)
        for role in ("specialist", "lead"):
            cls.cast[role].password = f"{role}-Vpdt@2026"

    def get(self, role, path):
        self.authenticate(self.cast[role].login, f"{role}-Vpdt@2026")
        with mute_logger("odoo.http"):
            return self.url_open(f"/vpdt/reading/{self.reading.id}/{self.file.id}{path}")

    def test_the_desk(self):
        desk = self.get("specialist", "")
        self.assertEqual(desk.status_code, 200)
        self.assertIn(f"/{self.file.id}/page/1", desk.text)
        page = self.get("specialist", "/page/1")
        self.assertEqual((page.status_code, page.headers["Content-Type"]), (200, "image/jpeg"))
        self.assertEqual(self.get("specialist", "/page/999").status_code, 404)
        marked = self.get("specialist", "/print")
        self.assertTrue(marked.content.startswith(b"%PDF"))
        for path in ("", "/page/1", "/print"):
            self.assertEqual(self.get("lead", path).status_code, 404, "not his request")
