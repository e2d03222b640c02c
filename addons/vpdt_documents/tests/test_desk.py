"""The first page: what waits for whom, counted by kind of work, with the oldest deadline in words."""

from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.common import today

from .common import OfficeCase


@tagged("post_install", "-at_install")
class TestDesk(OfficeCase):
    def desk(self, user):
        return {card["key"]: card for card in self.as_user(user)["vpdt.desk"].cards()}

    def counts(self, user):
        return {key: card["count"] for key, card in self.desk(user).items() if card["count"]}

    def listed(self, user, key):
        card = self.desk(user)[key]
        return self.as_user(user)[card["model"]].search(card["domain"])

    def test_each_role_has_its_own_cards(self):
        clerk, leader, specialist = (set(self.desk(user)) for user in (self.clerk, self.leader, self.specialist))
        self.assertLessEqual({"arrived", "to_register", "to_submit", "submitted", "refused", "to_number"}, clerk)
        self.assertLessEqual({"to_direct", "to_sign", "late", "followed"}, leader)
        self.assertLessEqual({"lead", "collaborator", "information", "my_late"}, specialist)
        self.assertFalse({"arrived", "to_direct"} & specialist)

    def test_an_arrival_goes_from_card_to_card(self):
        before = self.counts(self.clerk).get("arrived", 0)
        document = self.arrived()
        self.assertEqual(self.counts(self.clerk)["arrived"], before + 1)
        self.assertTrue(document.mark_read())
        self.assertFalse(document.mark_read())
        self.assertEqual(self.counts(self.clerk).get("arrived", 0), before)
        self.assertIn(document, self.listed(self.clerk, "to_register"))
        document.action_register()
        self.assertIn(document, self.listed(self.clerk, "to_submit"))
        document.action_submit()
        self.assertIn(document, self.listed(self.clerk, "submitted"))
        self.assertIn(document, self.listed(self.leader, "to_direct"))

    def test_parts_are_counted_and_their_documents_listed(self):
        document = self.directed()
        for user, key in ((self.unit_head, "lead"), (self.specialist, "collaborator"), (self.clerk, "information")):
            self.assertEqual(self.counts(user)[key], 1, key)
            self.assertEqual(self.listed(user, key), document)
        self.assertNotIn("lead", self.counts(self.specialist))

    def test_what_waits_for_signature_stands_where_it_waits(self):
        document = self.draft()
        self.assertIn(document, self.listed(self.specialist, "drafts"))
        document.action_submit()
        self.assertIn(document, self.listed(self.unit_head, "to_initial"))
        document.with_env(self.as_user(self.unit_head)).action_initial()
        self.assertIn(document, self.listed(self.leader, "to_sign"))
        self.assertNotIn("to_sign", self.counts(self.unit_head))

    def test_the_oldest_deadline_is_said(self):
        for days in (-30, 40):
            document = self.directed().sudo()
            document.due_date = today() + timedelta(days=days)
            document.assignment_ids.write({"deadline": document.due_date})
        card = self.desk(self.unit_head)["lead"]
        self.assertEqual((card["level"], card["count"]), ("late", 2))
        self.assertIn("quá hạn", card["words"].lower())
        self.assertEqual(self.counts(self.unit_head)["my_late"], 1)
        self.assertEqual(self.counts(self.leader)["late"], 1)

    def test_nobody_sees_the_work_of_another_agency(self):
        self.directed()
        self.assertEqual(self.counts(self.stranger), {})

    def test_star_and_note_are_ones_own(self):
        document = self.directed()
        document.set_star(True)
        document.set_private_note("  Hỏi lại chị Hoa ")
        other = document.with_env(self.as_user(self.leader))
        self.assertEqual((document.starred, document.private_note), (True, "Hỏi lại chị Hoa"))
        self.assertEqual((other.starred, other.private_note), (False, False))
        self.assertIn(document, document.search([("starred", "=", True)]))
        self.assertFalse(self.as_user(self.leader)["vpdt.mark"].search([("user_id", "!=", self.leader.id)]))

    def test_a_muted_document_sends_no_reminders(self):
        document = self.directed()
        part = document.assignment_ids.filtered(lambda a: a.user_id == self.specialist)
        mine = document.with_env(self.as_user(self.specialist))
        mine.activity_ids.sudo().unlink()
        mine.set_mute(True)
        self.assertTrue(mine.own_marks()["muted"])

        def notices():
            return document.sudo().activity_ids.filtered(lambda a: a.user_id == self.specialist)

        document._remind_people(self.specialist, "Nhắc")
        self.assertFalse(notices())
        document._ask(self.specialist, "Bước phải làm")
        self.assertEqual(len(notices()), 1)
        document.with_env(self.as_user(self.leader))._chase("remind", "Khẩn trương", part.user_id)
        self.assertEqual(len(notices()), 2)
        mine.set_mute(False)
        document._remind_people(self.specialist, "Nhắc")
        self.assertEqual(len(notices()), 3)
        with self.assertRaises(AccessError):
            document.with_env(self.as_user(self.stranger)).set_mute(True)

    def test_the_digest_says_how_many_and_never_what(self):
        self.directed(subject="Điều không ai được đọc trong thư")
        users = self.unit_head | self.specialist
        users.write({"email": "a@b.vn", "lang": "vi_VN"})
        self.as_user(self.unit_head)["res.users"].browse(self.unit_head.id).vpdt_digest = "daily"
        Mail = self.env["mail.mail"]

        def sent(day):
            before = Mail.search([])
            with freeze_time(f"{day} 01:00:00"):
                self.env["res.users"]._cron_vpdt_digest()
            return Mail.search([]) - before

        mail = sent("2026-07-07")  # a Tuesday
        self.assertEqual((len(mail), mail.email_to), (1, "a@b.vn"))
        self.assertIn("Chủ trì: <b>1</b>", mail.body_html)
        self.assertNotIn("không ai được đọc", mail.body_html)
        self.assertFalse(sent("2026-07-05"))  # a Sunday
        self.unit_head.vpdt_digest = "weekly"
        self.assertFalse(sent("2026-07-07"))
        self.assertTrue(sent("2026-07-06"))
        with self.assertRaises(AccessError):
            self.as_user(self.specialist)["res.users"].browse(self.unit_head.id).vpdt_digest = "none"

    def test_who_has_read_it(self):
        document = self.directed()
        document.mark_read()
        self.assertEqual([reader["who"] for reader in document.readers()], [self.unit_head.name])

    def test_the_number_as_people_say_it(self):
        document = self.arrived(number="31", notation="SNV-VP")
        for words in ("31/SNV-VP", "31/snv", " 31/SNV-VP ", "31/snv bao cao"):
            self.assertIn(
                document, self.as_user(self.clerk)["vpdt.incoming"].search([("search_words", "ilike", words)])
            )
        issued = self.issued()
        found = self.as_user(self.clerk)["vpdt.outgoing"].search([("search_words", "ilike", issued.code)])
        self.assertIn(issued, found)


@tagged("post_install", "-at_install")
class TestDeadlineInWords(OfficeCase):
    def test_in_working_days(self):
        cases = (  # a plain week of July: Monday is the 6th
            ("2026-07-06", "2026-07-06", "hạn hôm nay", "today"),
            ("2026-07-06", "2026-07-08", "còn 2 ngày làm việc", "soon"),
            ("2026-07-06", "2026-07-13", "còn 5 ngày làm việc", "ahead"),
            ("2026-07-06", "2026-07-03", "quá hạn 1 ngày", "late"),
            ("2026-07-13", "2026-07-06", "quá hạn 5 ngày làm việc", "late"),
            ("2026-07-10", "2026-07-11", "còn chưa đến 1 ngày làm việc", "soon"),
        )
        Calendar = self.as_user(self.clerk)["vpdt.day.exception"]
        for now, due, words, level in cases:
            with self.subTest(now=now, due=due), freeze_time(f"{now} 03:00:00"):
                self.assertEqual(Calendar._say_deadline(fields.Date.to_date(due), self.agency), (words, level))

    def test_a_day_off_of_the_agency_counts(self):
        self.env["vpdt.day.exception"].create(
            {"name": "Nghỉ bù", "date": "2026-07-07", "kind": "off", "company_id": self.agency.id}
        )
        with freeze_time("2026-07-06 03:00:00"):
            Calendar = self.as_user(self.clerk)["vpdt.day.exception"]
            words, _level = Calendar._say_deadline(fields.Date.to_date("2026-07-08"), self.agency)
        self.assertEqual(words, "còn 1 ngày làm việc")
