"""Numbers given in error, and what came late: no number is given twice, the true day of arrival stays (Điều 22)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base import vietnam

from .common import OfficeCase


@tagged("post_install", "-at_install")
class TestSubNumber(OfficeCase):
    def earlier(self, days, **values):
        moment = fields.Datetime.now() - timedelta(days=days)
        return self.arrived(arrived_at=moment, number=str(days), **values)

    def in_book(self, days_ago):
        """A document that was registered so many days ago."""
        document = self.arrived(number=f"9{days_ago}")
        document.action_register()
        day = vietnam.today() - timedelta(days=days_ago)
        document.sudo().write({"arrival_day": day, "registered_day": day, "register_year": self.year})
        return document

    def setUp(self):
        super().setUp()
        # the year of what came ten days ago, also in the first days of a year
        self.year = (vietnam.today() - timedelta(days=10)).year

    def test_letters_behind_the_number_of_the_true_day(self):
        first, last = self.in_book(20 if self.year == (vietnam.today() - timedelta(days=20)).year else 11), None
        last = self.in_book(2)
        codes = []
        for _time in range(2):
            document = self.earlier(10, subject=f"Về việc {_time}", notation=f"K{_time}")
            self.assertIn("action_open_sub_number", {step["action"] for step in document.next_steps})
            dialog = document.action_open_sub_number()
            self.assertEqual(dialog["res_model"], "vpdt.handling.dialog")
            document._register_sub("Bưu điện trả chậm")
            codes.append(document.arrival_code)
        number = first.arrival_number
        self.assertEqual(codes, [f"{number}a", f"{number}b"])
        self.assertEqual(document.arrival_day, vietnam.today() - timedelta(days=10))
        self.assertEqual(document.arrival_reason, "Bưu điện trả chậm")
        self.assertFalse(document._register_sub("lần nữa"))
        nearer = self.earlier(1, notation="K9")
        if vietnam.today().year == self.year == (vietnam.today() - timedelta(days=1)).year:
            nearer._register_sub("Quên")
            self.assertEqual(nearer.arrival_code, f"{last.arrival_number}a")
        # the next whole number is the one after the last, whatever letters there are
        plain = self.arrived(number="77")
        plain.action_register()
        self.assertFalse(plain.arrival_suffix)
        self.assertGreater(plain.arrival_number, number)

    def test_only_with_an_earlier_day_a_reason_and_a_number_before(self):
        document = self.arrived()
        with self.assertRaises(UserError):
            document._register_sub("Lý do")
        late = self.earlier(10)
        with self.assertRaises(UserError):
            late._register_sub("  ")
        with self.assertRaises(UserError):  # nothing in the book yet
            late._register_sub("Lý do")
        with self.assertRaises(AccessError):
            late.with_env(self.as_user(self.leader))._register_sub("Lý do")
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            late.arrival_suffix = "z"
        self.assertEqual((late.state, late.arrival_number), ("arrived", 0))

    def test_a_bound_volume_takes_no_letter(self):
        self.in_book(11)
        late = self.earlier(10)
        volume = self.env["vpdt.register.volume"].create({"register_id": self.registers[self.agency, "incoming"].id})
        with patch.object(type(late), "_closed_volume", lambda _self: volume), self.assertRaises(UserError):
            late._register_sub("Bưu điện trả chậm")
        self.assertEqual(late.state, "arrived")

    def test_rows_and_stamp_bear_the_letter_and_people_find_it(self):
        self.in_book(11)
        document = self.earlier(10)
        document._register_sub("Bưu điện trả chậm")
        [row] = document._register_rows()
        self.assertEqual(row[1], document.arrival_code)
        Incoming = self.as_user(self.clerk)["vpdt.incoming"]
        self.assertIn(document, Incoming.search([("arrival_code", "ilike", document.arrival_code.upper())]))
        self.assertFalse(Incoming.search([("arrival_code", "=", "x")]))
        found = self.as_user(self.clerk)["vpdt.incoming"].search([("search_words", "ilike", document.arrival_code)])
        self.assertIn(document, found)

    def test_a_void_number_is_never_given_again(self):
        first = self.arrived()
        first.action_register()
        with self.assertRaises(UserError):
            first._void(" ")
        first._void("Vào nhầm sổ")
        self.assertEqual((first.state, first.refusal_reason), ("void", "Vào nhầm sổ"))
        second = self.arrived(number="16")
        second.action_register()
        self.assertEqual(second.arrival_number, first.arrival_number + 1)
        self.assertIn("Vào nhầm sổ", first._book_note())
