"""Access to a document changes only when the leader of its agency confirms it (Phụ lục VI: P6-3)."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.vpdt_base.tests.common import VpdtCase


class SharingCase(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.specialist = cls._make_user("specialist", cls.agency, "group_specialist")
        cls.colleague = cls._make_user("colleague", cls.agency, "group_specialist")
        cls.strange_leader = cls._make_user("strange_leader", cls.other_agency, "group_leader")
        Incoming = cls.env["vpdt.incoming"].with_user(cls.clerk).with_company(cls.agency)
        cls.document = Incoming.create({"author_name": "Bộ Nội vụ", "subject": "V/v thử"})
        cls.document._add_participants(cls.specialist, "Lead")

    def request(self, user, change="grant", person=None):
        action = self.document.with_user(user).action_share()
        Change = self.env["vpdt.access.change"].with_user(user).with_context(**action["context"])
        form = Form(Change, view=self.env["ir.ui.view"].browse(action["views"][0][0]))
        form.change = change
        form.user_id = person or self.colleague
        form.reason = "Cần phối hợp"
        return form.save()

    def may_see(self, user):
        return bool(self.env["vpdt.incoming"].with_user(user).search([("id", "=", self.document.id)]))


@tagged("post_install", "-at_install")
class TestAccessChange(SharingCase):
    def test_nothing_changes_before_the_leader_confirms(self):
        request = self.request(self.specialist)
        self.assertEqual(request.state, "requested")
        self.assertFalse(self.may_see(self.colleague))
        self.assertIn(self.leader, request.sudo().activity_ids.user_id)

    def test_confirmed_it_takes_effect(self):
        request = self.request(self.specialist)
        self.assertTrue(request.with_user(self.leader).action_confirm())
        self.assertTrue(self.may_see(self.colleague))
        self.assertEqual(request.decided_by_id, self.leader)
        self.assertFalse(request.sudo().activity_ids)

    def test_the_system_says_what_the_document_is_called_and_who_asks(self):
        """The leader decides by what he reads in the request."""
        Change = self.env["vpdt.access.change"].with_user(self.specialist)
        about = {"res_model": "vpdt.incoming", "res_id": self.document.id, "user_id": self.colleague.id, "reason": "x"}
        said = {"record_name": "Giấy mời họp", "requested_by_id": self.clerk.id, "requested_at": "2020-01-01 00:00:00"}
        request = Change.create({**about, **said, "decided_by_id": self.leader.id, "company_id": self.other_agency.id})
        self.assertEqual(request.record_name, self.document.display_name)
        self.assertEqual((request.requested_by_id, request.company_id), (self.specialist, self.agency))
        self.assertGreater(request.requested_at.year, 2020)
        self.assertFalse(request.decided_by_id)

    def test_a_second_press_changes_nothing(self):
        request = self.request(self.specialist).with_user(self.leader)
        self.assertTrue(request.action_confirm())
        self.assertFalse(request.action_confirm())

    def test_access_is_taken_away(self):
        request = self.request(self.clerk, "remove", self.specialist)
        self.assertTrue(self.may_see(self.specialist))
        request.with_user(self.leader).action_confirm()
        self.assertFalse(self.may_see(self.specialist))

    def test_refused_it_needs_a_reason_and_changes_nothing(self):
        request = self.request(self.specialist).with_user(self.leader)
        with self.assertRaises(UserError):
            request.action_refuse()
        request.answer = "Không cần"
        request.action_refuse()
        self.assertFalse(self.may_see(self.colleague))
        with self.assertRaises(UserError):
            request.action_confirm()

    def test_only_the_leader_of_the_agency_decides(self):
        request = self.request(self.specialist)
        for user in (self.specialist, self.clerk, self.auditor, self.strange_leader, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                request.with_user(user).action_confirm()
        self.assertFalse(self.may_see(self.colleague))

    def test_who_may_not_see_the_document_asks_for_nothing(self):
        for user in (self.colleague, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["vpdt.access.change"].with_user(user).create(
                    {
                        "res_model": "vpdt.incoming",
                        "res_id": self.document.id,
                        "user_id": user.id,
                        "reason": "x",
                    }
                )

    def test_requests_are_for_the_agency_and_their_author(self):
        request = self.request(self.specialist)
        Change = self.env["vpdt.access.change"]
        for user, found in (
            (self.specialist, True),
            (self.leader, True),
            (self.auditor, True),
            (self.colleague, False),
            (self.strange_leader, False),
            (self.stranger, False),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(bool(Change.with_user(user).search([("id", "=", request.id)])), found)

    def test_over_rpc_nobody_writes_the_state_or_another_requester(self):
        values = {
            "res_model": "vpdt.incoming",
            "res_id": self.document.id,
            "user_id": self.colleague.id,
            "reason": "x",
            "requested_by_id": self.leader.id,
            "company_id": self.other_agency.id,
        }
        Change = self.env["vpdt.access.change"].with_user(self.specialist)
        with self.assertRaises(UserError):
            Change.create({**values, "state": "confirmed"})
        request = Change.create(dict(values))
        self.assertEqual((request.requested_by_id, request.company_id), (self.specialist, self.agency))
        with self.assertRaises(UserError):
            request.with_user(self.leader).write({"user_id": self.specialist.id})
        with self.assertRaises(UserError):
            request.with_user(self.leader).write({"state": "confirmed"})

    def test_a_request_must_make_sense(self):
        for change, person in (("grant", self.specialist), ("remove", self.colleague), ("grant", self.stranger)):
            with self.subTest(change=change, person=person.login), self.assertRaises(UserError):
                self.request(self.clerk, change, person)

    def test_only_documents_are_shared(self):
        with self.assertRaises(UserError):
            self.env["vpdt.access.change"].with_user(self.clerk).create(
                {"res_model": "res.partner", "res_id": 1, "user_id": self.colleague.id, "reason": "x"}
            )


@tagged("post_install", "-at_install")
class TestHistory(SharingCase):
    def test_the_story_of_a_change_is_on_the_document(self):
        request = self.request(self.specialist)
        request.with_user(self.leader).action_confirm()
        rows = self.env["vpdt.journal.entry"].search(
            [("res_model", "=", "vpdt.incoming"), ("res_id", "=", self.document.id), ("kind", "=", "permission")]
        )
        steps = [json.loads(row.detail).get("step") for row in rows if "step" in row.detail]
        self.assertEqual(steps, ["confirmed", "requested"])
        given = [row for row in rows if json.loads(row.detail).get("added") == [self.colleague.id]]
        self.assertEqual(given[0].user_id, self.leader)

    def test_history_in_words_for_who_may_see_the_document(self):
        self.env["vpdt.register"].create({"name": "Sổ", "direction": "incoming", "company_id": self.agency.id})
        self.document.action_register()
        rows = self.document.with_user(self.specialist).history()
        self.assertEqual(rows[0]["what"], "Step: Arrived → Registered")
        self.assertEqual(rows[0]["who"], self.clerk.name)
        self.assertIn("Entry: ", rows[-1]["what"])  # the story begins with what was typed
        self.assertIn(self.specialist.name, rows[-2]["what"])

    def test_history_is_closed_to_others(self):
        for user in (self.colleague, self.stranger, self.strange_leader):
            document = self.document.with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                document.history()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                document.action_history()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                document.action_share()
