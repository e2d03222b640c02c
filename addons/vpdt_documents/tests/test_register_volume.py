"""Volumes: opened, checked, closed, locked, printed again with the same bytes (Nghị định 30/2020, Điều 16)."""

import io
import re
import subprocess
from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger
from psycopg2.errors import RaiseException
from pypdf import PdfReader

from odoo.addons.vpdt_base.tests.common import today

from .common import OfficeCase


class VolumeCase(OfficeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.register = cls.registers[cls.agency, "outgoing"]
        cls.volume = cls.open_volume(cls.register)

    @classmethod
    def open_volume(cls, register, **values):
        return cls.as_user(cls.clerk)["vpdt.register.volume"].create({"register_id": register.id, **values})

    def pages(self, volume, user=None):
        """(bytes, text of each page) of the printed volume."""
        env = self.as_user(user or self.clerk)
        pdf, _kind = env["ir.actions.report"]._render("vpdt_documents.report_register", volume.ids)
        found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
        return pdf, [re.sub(r"\s+", " ", page) for page in found.stdout.decode().split("\f") if page.strip()]

    def keep_number(self, **values):
        return self.as_user(self.clerk)["vpdt.register.number"].create(
            {"register_id": self.register.id, "user_id": self.specialist.id, **values}
        )

    def refused_by_the_database(self, query, *values):
        with self.assertRaises(RaiseException), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute(SQL(query, *values))


@tagged("post_install", "-at_install")
class TestClosing(VolumeCase):
    def test_closed_printed_locked(self):
        first, second = self.issued(), self.issued(subject="Về việc thứ hai")
        self.assertTrue(self.volume.action_close())
        self.assertEqual((self.volume.state, self.volume.number_from, self.volume.number_to), ("closed", 1, 2))
        self.assertFalse(self.volume.action_close(), "the second press changes nothing")
        pdf, pages = self.pages(self.volume)
        again, _pages = self.pages(self.volume)
        self.assertEqual(pdf, again, "a reprint has the same bytes")
        self.assertEqual(len(PdfReader(io.BytesIO(pdf)).pages), self.volume.pages)
        self.assertEqual(pages[1].strip(), f"2 {pages[0].strip()}", "the first leaf says what the cover says")
        self.assertIn("Từ số 01 đến số 02", pages[0])
        self.assertIn(f"có {self.volume.pages} trang", pages[-1])
        self.assertIn("từ số 01 đến số 02", pages[-1])
        self.assertIn("NGƯỜI LẬP SỔ", pages[-1])
        printed = self.volume.print_ids
        self.assertEqual((printed.mapped("user_id"), len(printed)), (self.clerk, 2))
        self.assertEqual(set(printed.mapped("sha256")), {self.volume.sha256})
        for values in ({"note": "khác"}, {"copies": 9}):
            with self.subTest(values), self.assertRaisesRegex(UserError, "đã khóa"):
                first.write(values)
        with self.assertRaises(UserError):
            first.sudo().write({"issued_title": "khác"})
        self.refused_by_the_database("UPDATE vpdt_outgoing SET note = 'x' WHERE id = %s", second.id)
        self.refused_by_the_database("UPDATE vpdt_outgoing SET register_number = 9 WHERE id = %s", second.id)
        with self.assertRaises(UserError):
            self.volume.sudo().write({"number_to": 5})
        self.refused_by_the_database("UPDATE vpdt_register_volume SET number_to = 5 WHERE id = %s", self.volume.id)
        self.refused_by_the_database("DELETE FROM vpdt_register_volume WHERE id = %s", self.volume.id)
        second.recall_draft = "Sai nội dung"
        second.action_take_out_of_force()  # a recall is no change of what the book says
        self.assertEqual(second.state, "recalled")

    def test_the_next_number_stands_in_the_next_volume(self):
        self.issued()
        self.volume.action_close()
        action = self.volume.action_open_next()
        following = self.volume.browse(action["res_id"])
        self.assertEqual((following.number, following.date_from), (2, self.volume.date_to))
        self.assertEqual(self.volume.action_open_next()["res_id"], following.id)
        second = self.issued(subject="Về việc thứ hai")
        self.assertEqual(second.register_number, 2)
        self.assertEqual(following._documents(), second)
        self.assertNotIn(second, self.volume._documents())

    def test_what_hinders(self):
        document = self.signed()
        document.take_number()
        with self.assertRaisesRegex(UserError, "01/SNV-VP"):
            self.volume.action_close()
        document.seal(self.agency_key.id, "mật khẩu 1")
        kept = self.keep_number(note="Họp báo")
        self.issued(subject="Về việc thứ ba")
        with self.assertRaisesRegex(UserError, "02"):
            self.volume.action_close()
        kept.reason_draft = "Không dùng nữa"
        kept.action_make_void()
        self.volume.action_close()
        _pdf, pages = self.pages(self.volume)
        self.assertIn("Không dùng nữa", " ".join(pages))

    def test_a_gap_needs_a_reason(self):
        self.issued()
        self.register._take_number(today().year)  # a number that got lost
        self.issued(subject="Về việc thứ ba")
        with self.assertRaisesRegex(UserError, "02"):
            self.volume.action_close()
        with self.assertRaises(UserError):
            self.volume.action_void_gaps()
        self.volume.gap_reason = "Hệ thống khôi phục từ bản sao lưu"
        self.assertTrue(self.volume.action_void_gaps())
        self.assertFalse(self.volume.action_void_gaps())
        self.volume.action_close()
        _pdf, pages = self.pages(self.volume)
        self.assertIn("khôi phục", " ".join(pages))

    def test_who_closes_and_who_prints(self):
        self.issued()
        for user in (self.leader, self.specialist, self.stranger):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.volume.with_env(self.as_user(user)).action_close()
        self.volume.action_close()
        archivist = self._make_user("archivist", self.agency, "group_archivist")
        with self.assertRaises(AccessError):
            self.pages(self.volume, archivist)
        with self.assertRaises(AccessError):
            self.volume.with_env(self.as_user(self.clerk)).read(["printed_pdf"])
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "vpdt.register.volume"), ("res_id", "=", self.volume.id), ("res_field", "!=", False)]
        )
        self.assertTrue(attachment)
        with self.assertRaises(AccessError):
            attachment.with_env(self.as_user(archivist)).read(["datas"])

    def test_a_kept_file_that_was_changed_is_not_given_out(self):
        self.issued()
        self.volume.action_close()
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "vpdt.register.volume"), ("res_id", "=", self.volume.id), ("res_field", "!=", False)]
        )
        attachment.write({"raw": b"%PDF-1.4 other"})
        self.volume.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "khôi phục"):
            self.pages(self.volume)

    def test_a_volume_with_a_secret_found_later_is_not_given_out(self):
        document = self.issued()
        self.volume.action_close()
        document.sudo().spilled = True
        with self.assertRaisesRegex(UserError, "bí mật nhà nước"):
            self.pages(self.volume)


@tagged("post_install", "-at_install")
class TestBooks(VolumeCase):
    def test_incoming_is_locked_and_the_follow_up_waits(self):
        register = self.registers[self.agency, "incoming"]
        document = self.arrived()
        document.action_register()
        book, follow_up = self.open_volume(register), self.open_volume(register, form="follow_up")
        with self.assertRaisesRegex(UserError, "01"):
            follow_up.action_close()
        book.action_close()
        self.assertEqual((book.number_from, book.number_to), (1, 1))
        with self.assertRaises(UserError):
            document.sudo().author_name = "Bộ khác"
        self.refused_by_the_database("UPDATE vpdt_incoming SET author_name = 'x' WHERE id = %s", document.id)
        document.action_submit()  # the handling goes on

    def test_the_register_of_kept_copies(self):
        document = self.issued()
        Use = self.as_user(self.clerk)["vpdt.kept.copy.use"]
        draft = self.draft()
        values = {"person": "Nguyễn Văn Đọc", "permitted_by_id": self.leader.id, "date": f"{today().year - 1}-03-05"}
        with self.assertRaises(ValidationError):
            Use.create({**values, "outgoing_id": draft.id})
        use = Use.create({**values, "outgoing_id": document.id})
        year = today().year - 1
        volume = self.open_volume(
            self.register, form="kept", year=year, date_from=f"{year}-01-01", date_to=f"{year}-12-31"
        )
        with self.assertRaisesRegex(UserError, "Nguyễn Văn Đọc"):
            volume.action_close()
        use.action_returned()
        volume.action_close()
        _pdf, pages = self.pages(volume)
        self.assertIn("SỔ SỬ DỤNG BẢN LƯU", pages[0])
        self.assertIn("Nguyễn Văn Đọc", " ".join(pages))
        with self.assertRaises(UserError):
            use.note = "khác"
        self.refused_by_the_database("UPDATE vpdt_kept_copy_use SET person = 'x' WHERE id = %s", use.id)
        with self.assertRaises(UserError):
            Use.create({**values, "outgoing_id": document.id})

    def test_the_postal_register_is_closed_by_days(self):
        with freeze_time(f"{today().year}-06-15 03:00:00"):
            volume = self.open_volume(self.register, form="postal", date_from=f"{today().year}-01-01")
            document = self.issued(recipient_ids=[(0, 0, {"name": "Công ty Thử", "way": "post", "address": "Pleiku"})])
            document.recipient_ids.action_sent()
            self.assertIn("Công ty Thử", " ".join(self.pages(volume)[1]))
            volume.action_close()
            self.assertLess(volume.date_to, today(), "what is sent later today goes into the next volume")
            self.assertNotIn("Công ty Thử", " ".join(self.pages(volume)[1]))
            following = volume.browse(volume.action_open_next()["res_id"])
            self.assertIn("Công ty Thử", " ".join(self.pages(following)[1]))

    def test_a_volume_by_days_is_not_closed_on_its_first_day(self):
        volume = self.open_volume(self.register, form="postal", date_from=today())
        with self.assertRaisesRegex(UserError, "bắt đầu từ hôm nay"):
            volume.action_close()
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self.assertTrue(volume.action_close())
        self.assertEqual(volume.date_to, volume.date_from)

    def test_copies(self):
        register = self.env["vpdt.register"].create(
            {"name": "Sổ bản sao", "direction": "copy", "company_id": self.agency.id}
        )
        volume = self.open_volume(register)
        self.assertTrue(volume.action_close(), "an empty volume may be closed")
        self.assertIn("Không có bản sao", " ".join(self.pages(volume)[1]))

    def test_a_book_belongs_to_its_register(self):
        with self.assertRaises(ValidationError):
            self.open_volume(self.register, form="follow_up")

    def test_the_volumes_of_the_year_are_opened(self):
        Volume = self.env["vpdt.register.volume"]
        Volume._cron_open()
        opened = Volume.search([("register_id", "=", self.register.id), ("year", "=", today().year)])
        self.assertEqual(sorted(opened.mapped("form")), ["kept", "postal", "register"])
        Volume._cron_open()
        self.assertEqual(len(opened), len(Volume.search([("register_id", "=", self.register.id)])))


@tagged("post_install", "-at_install")
class TestKeptNumbers(VolumeCase):
    def test_kept_and_used(self):
        kept = self.keep_number(note="Quyết định của Giám đốc")
        self.assertEqual((kept.number, kept.state, kept.number_text), (1, "held", "01"))
        other = self.issued()
        self.assertEqual(other.register_number, 2, "the kept number is not given to another document")
        document = self.signed()
        document.kept_number_id = kept
        self.assertEqual(document.action_issue()["params"]["next_number"], "01/SNV-VP")
        document.take_number()
        self.assertEqual((document.number, document.register_number, kept.state), ("01", 1, "used"))
        self.assertEqual(document.date, today())
        late = self.signed(subject="Về việc khác")
        with self.assertRaises(UserError):
            late.kept_number_id = kept
            late.take_number()

    def test_kept_for_somebody_else(self):
        kept = self.keep_number(user_id=self.colleague.id)
        document = self.signed()
        document.kept_number_id = kept
        with self.assertRaisesRegex(UserError, re.escape(self.colleague.name)):
            document.take_number()
        with self.assertRaises(UserError):
            kept.action_give_back()
        kept.reason_draft = "Văn bản hoãn"
        self.assertTrue(kept.action_give_back())
        self.assertFalse(kept.action_give_back())
        document.take_number()
        self.assertEqual((document.number, kept.state), ("01", "used"))

    def test_sub_numbers(self):
        first = self.issued()
        with self.assertRaises(UserError):
            self.keep_number(beside=7)
        kept = self.keep_number(beside=1) | self.keep_number(beside=1)
        self.assertEqual(kept.mapped("number_text"), ["01a", "01b"])
        document = self.signed(subject="Về việc quên")
        document.kept_number_id = kept[0]
        document.take_number()
        document.seal(self.agency_key.id, "mật khẩu 1")
        self.assertEqual((document.code, document.register_suffix), ("01a/SNV-VP", "a"))
        self.assertEqual(self.issued(subject="Sau").register_number, 2)
        kept[1].reason_draft = "Thừa"
        kept[1].action_make_void()
        rows = [row[0] for row in self.volume._official_table_register({}).rows()]
        self.assertEqual(rows, [first.code, "01a/SNV-VP", "01b", "02/SNV-VP"])

    def test_a_void_number_is_never_given_again(self):
        document = self.signed()
        document.take_number()
        with self.assertRaises(UserError):
            document.action_void_number()
        document.void_draft = "Nhầm loại văn bản"
        document.action_void_number()
        self.assertEqual((document.state, document.number, document.register_number), ("draft", False, 0))
        void = self.env["vpdt.register.number"].search([("register_id", "=", self.register.id)])
        self.assertEqual((void.state, void.number, void.reason), ("void", 1, "Nhầm loại văn bản"))
        self.assertIn("Về việc thử nghiệm", void.of_document)
        other = self.issued()
        self.assertEqual(other.register_number, 2)
        self.refused_by_the_database("UPDATE vpdt_outgoing SET register_number = 1 WHERE id = %s", other.id)
        self.refused_by_the_database("UPDATE vpdt_register_number SET state = 'returned' WHERE id = %s", void.id)
        self.refused_by_the_database("DELETE FROM vpdt_register_number WHERE id = %s", void.id)
        rows = list(self.volume._official_table_register({}).rows())
        self.assertEqual(rows[0][0], "01")
        self.assertIn("Nhầm loại văn bản", rows[0][2])
        with self.assertRaises(UserError):
            other.action_void_number()

    def test_who_keeps_and_who_sees(self):
        kept = self.keep_number()
        for user in (self.specialist, self.leader, self.stranger):
            with self.subTest(user.login), self.assertRaises(AccessError):
                kept.with_env(self.as_user(user)).create({"register_id": self.register.id, "user_id": user.id})
        self.assertEqual(self.as_user(self.specialist)["vpdt.register.number"].search([]), kept)
        self.assertFalse(self.as_user(self.colleague)["vpdt.register.number"].search([]))
        self.assertFalse(self.as_user(self.stranger)["vpdt.register.number"].search([]))
