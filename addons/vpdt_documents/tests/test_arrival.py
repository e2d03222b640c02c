"""When it came, whether it came before, what cannot be meant: before a number is given."""

import base64
from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.common import today

from .common import OfficeCase


@tagged("post_install", "-at_install")
class TestArrival(OfficeCase):
    def test_the_true_day_of_arrival_is_the_clerks_to_state_with_a_reason(self):
        yesterday = fields.Datetime.now() - timedelta(days=1)
        document = self.arrived(arrived_at=yesterday)
        with self.assertRaisesRegex(UserError, "lý do|vì sao"):
            document.action_register()
        document.arrival_reason = "Hệ thống gặp sự cố"
        document.action_register()
        self.assertEqual(document.registered_day, today())
        self.assertLess(document.arrival_day, today())
        [row] = document._register_rows()
        self.assertEqual(row[0], document.arrival_day)

    def test_it_cannot_have_come_later_than_now(self):
        with self.assertRaisesRegex(UserError, "muộn hơn"):
            self.arrived(arrived_at=fields.Datetime.now() + timedelta(hours=2))

    def test_days_that_cannot_be_meant(self):
        for values in (
            {"date": "2062-01-05"},
            {"date": "1026-01-05"},
            {"due_date": "2020-01-05"},
            {"due_date": "2062-01-05"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.arrived(**values)

    def test_a_number_that_was_pasted(self):
        for typed, meant in (
            ({"number": " 15 ", "notation": " BTN - VP"}, ("15", "BTN-VP")),
            ({"number": "Số: 31/SNV-VP", "notation": False}, ("31", "SNV-VP")),
        ):
            document = self.arrived(**typed)
            self.assertEqual((document.number, document.notation), meant)

    def test_the_same_letter_twice_is_shown_before_it_is_registered(self):
        day = today() - timedelta(days=3)
        first = self.arrived(date=day)
        first.action_register()
        second = self.arrived(date=day)
        self.assertEqual(second.duplicate_id, first)
        self.assertIn(str(first.arrival_number), second.duplicate_words)
        action = second.action_register()
        self.assertEqual((second.state, action["res_model"]), ("arrived", "vpdt.duplicate.dialog"))
        dialog = self.as_user(self.clerk)[action["res_model"]].browse(action["res_id"])
        self.assertEqual((dialog.other_id, dialog.other_arrival_number), (first, first.arrival_number))
        dialog.action_register()
        self.assertEqual((second.state, second.arrival_number), ("registered", first.arrival_number + 1))

    def test_other_author_other_year_other_agency_are_no_duplicates(self):
        day = today() - timedelta(days=3)
        self.arrived(date=day)
        for values in (
            {"author_id": False, "author_name": "Bộ Khác"},
            {"date": day - timedelta(days=400)},
            {"number": "16"},
        ):
            with self.subTest(values=values):
                self.assertFalse(self.arrived(**{"date": day, **values}).duplicate_id)

    def test_a_broken_file_wants_a_word(self):
        document = self.arrived(upload=base64.b64encode(self.pdf), upload_name="den.pdf")
        document._file_of_role("main").sudo().verdict = "modified"
        action = document.action_register()
        self.assertEqual((document.state, action["res_model"]), ("arrived", "vpdt.handling.dialog"))
        dialog = self.as_user(self.clerk)[action["res_model"]].browse(action["res_id"])
        dialog.text = "Nơi gửi xác nhận bằng điện thoại"
        dialog.action_confirm()
        self.assertEqual((document.state, document.verdict_note), ("registered", "Nơi gửi xác nhận bằng điện thoại"))

    def test_what_no_signature_vouches_for_is_for_information_only(self):
        document = self.arrived(upload=base64.b64encode(self.pdf), upload_name="den.pdf")
        file = document._file_of_role("main").sudo()
        for source, verdict, said in (
            ("axis", "not_signed", True),
            ("email", "not_signed", True),
            ("axis", "valid", False),
            ("paper", "not_signed", False),
        ):
            document.sudo().source, file.verdict = source, verdict
            self.env.flush_all()
            self.assertEqual(
                "giá trị tham khảo" in (document.value_note or ""), said, (source, verdict, document.value_note)
            )

    def test_the_stamp_is_on_a_copy(self):
        document = self.arrived(upload=base64.b64encode(self.pdf), upload_name="den.pdf")
        document.action_register()
        document.action_stamp()
        stamped = document._file_of_role("stamped")
        self.assertTrue(stamped)
        self.assertEqual(document._file_of_role("main")._content(), self.pdf)
        self.assertNotEqual(stamped._content(), self.pdf)

    def test_the_usual_time_of_handling_by_urgency(self):
        with freeze_time("2026-07-06 03:00:00"):
            document = self.arrived(priority="2")
            document.action_register()
            self.assertEqual(str(document.due_date), "2026-07-08")
            plain = self.arrived(number="77")
            plain.action_register()
            self.assertFalse(plain.due_date)

    def test_the_clock_of_registration_runs_on_the_agencys_calendar(self):
        self.env["vpdt.day.exception"].create(
            {"name": "Nghỉ bù", "date": "2026-07-07", "kind": "off", "company_id": self.agency.id}
        )
        with freeze_time("2026-07-06 03:00:00"):
            document = self.arrived()
            self.assertEqual(str(document.my_deadline), "2026-07-08")
            self.assertIn("ngày làm việc", document.deadline_words)

    def test_a_reply_knows_its_question(self):
        document = self.directed(answer_by=today() + timedelta(days=9), needs_answer=True)
        action = document.with_env(self.as_user(self.specialist)).action_reply()
        draft = self.env["vpdt.outgoing"].browse(action["res_id"])
        self.assertEqual((draft.answers_id, draft.due_date), (document, document.answer_by))
        self.assertEqual(draft.recipient_ids.organization_id, self.ministry)
        self.assertIn("15/BTN-VP", draft.subject)
        self.assertEqual(document.sudo().reply_ids, draft)
