"""Dossiers that a unit keeps back with consent, and those of people who leave."""

from datetime import date, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .archive_common import ArchiveCase


@tagged("post_install", "-at_install")
class TestKeeping(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dossier = cls.make_dossier("closed", notation="01.GIU")
        cls.due = cls.dossier.transfer_due

    def make_keeping(self, until=None, role="drafter", dossier=None):
        return self.env_of(role)["vpdt.keeping"].create(
            {
                "reason": "Đang giải quyết khiếu nại",
                "date_until": until or self.due + timedelta(days=300),
                "line_ids": [(0, 0, {"dossier_id": (dossier or self.dossier).id})],
            }
        )

    def due_now(self):
        self.env.invalidate_all()
        return self.env["vpdt.dossier"].search([("due_now", "=", True), ("company_id", "=", self.agency.id)])

    def test_the_head_agrees_and_the_dossier_is_not_due(self):
        with freeze_time(self.due + timedelta(days=1)):
            self.assertIn(self.dossier.id, self.due_now().ids)
            keeping = self.make_keeping()
            keeping.action_ask()
            self.assertFalse(keeping.action_ask(), "a second press changes nothing")
            with self.assertRaises(AccessError):
                keeping.action_agree()
            keeping.with_env(self.env_of("leader")).action_agree()
            self.assertEqual(self.dossier.kept_back_until, keeping.date_until)
            self.assertNotIn(self.dossier.id, self.due_now().ids)
            self.assertTrue(keeping.with_env(self.env_of("archivist")).has_access("read"))
        with freeze_time(self.due + timedelta(days=302)):
            self.assertIn(self.dossier.id, self.due_now().ids, "due again")

    def test_nobody_asks_in_the_name_of_a_colleague(self):
        keeping = self.make_keeping()
        with self.assertRaises(AccessError):
            keeping.user_id = self.cast["lead"]
        values = {"reason": "x", "date_until": self.due, "user_id": self.cast["drafter"].id}
        with self.assertRaises(AccessError):
            self.env_of("specialist")["vpdt.keeping"].create(values)
        self.assertTrue(self.env_of("archivist")["vpdt.keeping"].create(values))

    def test_two_years_at_most(self):
        last = date(self.due.year + 2, self.due.month, self.due.day)
        for until, allowed in ((last, True), (last + timedelta(days=1), False), (self.due - timedelta(days=1), False)):
            with self.subTest(until):
                keeping = self.make_keeping(until)
                if allowed:
                    self.assertTrue(keeping.action_ask())
                else:
                    with self.assertRaises(UserError):
                        keeping.action_ask()

    def test_nothing_is_kept_back_that_is_not_due(self):
        open_one = self.make_dossier("open", notation="02.GIU")
        with self.assertRaises(UserError):
            self.make_keeping(dossier=open_one).action_ask()

    def test_a_refusal_says_why(self):
        keeping = self.make_keeping()
        keeping.action_ask()
        leader = keeping.with_env(self.env_of("leader"))
        with self.assertRaises(UserError):
            leader.action_refuse()
        leader.answer = "Nộp đúng hạn"
        leader.action_refuse()
        self.assertEqual((keeping.state, self.dossier.kept_back_until), ("refused", False))
        self.assertTrue(keeping.sudo().activity_ids)

    def test_the_list_on_paper(self):
        report = self.env_of("drafter")["ir.actions.report"]
        content, _type = report._render("vpdt_archive.report_keeping_list", self.make_keeping().ids)
        self.assertTrue(content.startswith(b"%PDF"))


@tagged("post_install", "-at_install")
class TestHandingOver(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.open = cls.make_dossier("open", notation="01.NGHI")
        cls.offered = cls.make_dossier("offered", notation="02.NGHI")
        cls.kept = cls.make_dossier("kept", notation="03.NGHI")

    def dialog(self, role, receiver="lead"):
        return self.env_of(role)["vpdt.handing.over"].create(
            {"user_id": self.cast["drafter"].id, "receiver_id": self.cast[receiver].id, "reason": "Nghỉ hưu"}
        )

    def test_all_that_a_person_keeps_goes_to_his_successor(self):
        dialog = self.dialog("drafter")
        self.assertEqual(dialog.dossier_count, 2, "what the archive has is nobody's")
        content, _type = self.env_of("drafter")["ir.actions.report"]._render(
            "vpdt_archive.report_handing_over", dialog.ids
        )
        self.assertTrue(content.startswith(b"%PDF"))
        dialog.action_hand_over()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((self.open | self.offered).sudo().holder_id, self.cast["lead"])
        self.assertEqual(self.kept.sudo().holder_id, self.cast["drafter"])
        document = self.open.sudo().item_ids._owner().with_env(self.env_of("lead"))
        self.assertTrue(document.has_access("read"), "he sees what is in them")
        line = self.env["vpdt.transfer.line"].search([("dossier_id", "=", self.offered.id)])
        self.assertEqual(line.transfer_id.giver_id, self.cast["lead"])
        with self.assertRaises(UserError):
            dialog.action_hand_over()

    def test_not_for_everybody(self):
        dialog = self.dialog("lead")
        self.assertEqual((dialog.dossier_count, dialog.dossiers), (0, False))
        for step in (dialog.action_hand_over, lambda: dialog._official_pdf_handing_over({})):
            with self.assertRaises(AccessError):
                step()
        self.dialog("archivist").action_hand_over()
        self.assertEqual(self.open.sudo().holder_id, self.cast["lead"])

    def test_nobody_opens_to_himself_what_another_keeps(self):
        document = self.open.sudo().item_ids._owner().with_env(self.env_of("archivist"))
        self.assertFalse(document.has_access("read"))
        for role in ("archivist", "specialist"):
            self.department.manager_id = self.employees["specialist"]  # the head of the unit
            with self.assertRaises(AccessError):
                self.dialog(role, role).action_hand_over()
        self.assertEqual(self.open.sudo().holder_id, self.cast["drafter"])
        self.assertFalse(document.has_access("read"))

    def test_no_more_is_opened_than_the_keeper_saw(self):
        closed = self.make_outgoing("draft", subject="Về việc kín")
        closed.sudo().drafter_id = self.cast["specialist"]
        closed.sudo()._participants_of_all().unlink()
        named = {"dossier_id": self.open.id, "res_model": closed._name, "res_id": closed.id}
        self.env["vpdt.dossier.item"].create(named)
        self.dialog("drafter").action_hand_over()
        self.env.invalidate_all()
        documents = [item._owner().with_env(self.env_of("lead")) for item in self.open.sudo().item_ids]
        self.assertEqual([document.has_access("read") for document in documents], [True, False])

    def test_what_a_person_saw_who_has_left(self):
        self.cast["drafter"].sudo().write({"active": False, "group_ids": [(5,)]})
        self.dialog("archivist").action_hand_over()
        document = self.open.sudo().item_ids._owner().with_env(self.env_of("lead"))
        self.assertTrue(document.has_access("read"))

    def test_to_a_colleague(self):
        with self.assertRaises(UserError):
            self.dialog("drafter", "drafter").action_hand_over()
        with self.assertRaises(UserError):
            self.dialog("drafter", "stranger").action_hand_over()

    def test_those_of_people_who_have_left_are_asked_for(self):
        self.department.manager_id = self.employees["lead"]
        self.open.sudo().department_id = self.department
        self.cast["drafter"].sudo().active = False
        Dossier = self.env["vpdt.dossier"]
        self.assertEqual(
            Dossier.search([("holder_left", "=", True), ("company_id", "=", self.agency.id)]),
            (self.open | self.offered).sudo().with_env(self.env).sorted("id", reverse=True),
        )
        Dossier._cron_leavers()
        Dossier._cron_leavers()
        asked = (self.open | self.offered).sudo().activity_ids.filtered(lambda found: "has left" in found.summary)
        self.assertEqual(asked.user_id, self.cast["lead"])
        self.assertEqual(len(asked), 1, "once, not each night")
