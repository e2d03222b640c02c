"""What stands in the register changes with a reason only; what it was stays in the journal."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import OfficeCase


@tagged("post_install", "-at_install")
class TestIncomingCorrection(OfficeCase):
    def rows(self, document, *kinds):
        entries = self.env["vpdt.journal.entry"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id), ("kind", "in", kinds)], order="id"
        )
        return [json.loads(entry.detail) for entry in entries]

    def registered(self, **values):
        document = self.arrived(**values)
        document.action_register()
        return document

    def dialog(self, document):
        action = document.action_correct()
        return document.env[action["res_model"]].browse(action["res_id"])

    def test_what_is_entered_is_kept(self):
        document = self.arrived(note="Bản giấy")
        document.write({"subject": "Về việc báo cáo quý", "number": "16"})
        document.write({"subject": "Về việc báo cáo quý"})  # nothing changes: no row
        first, second = self.rows(document, "entry")
        self.assertEqual(first["entered"]["number"], "15")
        self.assertEqual(first["entered"]["author_name"], "Bộ Thử nghiệm")
        self.assertEqual(first["entered"]["type_id"], "Công văn")
        self.assertEqual(
            second["changed"], {"subject": ["Về việc báo cáo", "Về việc báo cáo quý"], "number": ["15", "16"]}
        )

    def test_drafts_as_well(self):
        document = self.new_draft()
        document.subject = "Về việc khác"
        document.recipient_ids = [(0, 0, {"organization_id": self.ministry.id})]
        line = document.recipient_ids[0]
        line.kind = "information"
        line.unlink()
        rows = self.rows(document, "entry")
        entered = next(row["entered"] for row in rows if "entered" in row)
        self.assertEqual(entered["subject"], "Về việc thử nghiệm")
        first, second = self.other_agency.organization_id.name, self.ministry.name
        self.assertEqual(
            [
                row["changed"]
                for row in rows
                if not {"entered", "notation", "reviewer_id"} & {*row, *row.get("changed", {})}
            ],
            [
                {"recipient_ids": [None, first]},
                {"subject": ["Về việc thử nghiệm", "Về việc khác"]},
                {"recipient_ids": [first, f"{first}, {second}"]},
                {"recipient_ids": [f"{first}, {second}", f"{first} (Nơi nhận), {second}"]},
                {"recipient_ids": [f"{first} (Nơi nhận), {second}", second]},
            ],
        )

    def test_registered_is_closed_to_writing(self):
        document = self.registered()
        for values in (
            {"author_name": "Bộ khác"},
            {"author_id": self.other_agency.organization_id.id},
            {"number": "99"},
            {"notation": "X"},
            {"date": "2020-01-01"},
            {"subject": "Khác"},
            {"type_id": self.decision.id},
            {"source": "email"},
            {"signer_name": "Ai đó"},
            {"signer_title": "Vụ trưởng"},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                document.write(values)
        document.write({"leader_id": self.leader.id, "due_date": "2030-01-01"})  # what comes next is not of the book

    def test_a_correction_keeps_old_new_and_reason(self):
        document = self.registered()
        dialog = self.dialog(document)
        self.assertEqual((dialog.number, dialog.author_id, dialog.subject), ("15", self.ministry, "Về việc báo cáo"))
        dialog.write({"number": "51", "author_id": self.other_agency.organization_id.id, "reason": "Đọc nhầm số"})
        dialog.action_correct()
        self.assertEqual((document.number, document.code), ("51", "51/BTN-VP"))
        self.assertEqual(document.author_name, self.other_agency.organization_id.name)
        (row,) = self.rows(document, "correction")
        self.assertEqual(row["reason"], "Đọc nhầm số")
        self.assertEqual(row["changed"]["number"], ["15", "51"])
        self.assertEqual(row["changed"]["author_name"], ["Bộ Thử nghiệm", self.other_agency.organization_id.name])
        what = next(line["what"] for line in document.history() if line["kind"] == "correction")
        self.assertIn("15 → 51", what)
        self.assertIn("Đọc nhầm số", what)
        self.assertIn(document, self.as_user(self.clerk)["vpdt.incoming"].search([("search_words", "ilike", "51")]))

    def test_a_second_press_changes_nothing(self):
        document = self.registered()
        dialog = self.dialog(document)
        dialog.write({"number": "51", "reason": "Đọc nhầm số"})
        dialog.action_correct()
        dialog.action_correct()
        self.assertEqual(len(self.rows(document, "correction")), 1)

    def test_two_clerks_at_once_correct_what_each_has_changed(self):
        document = self.registered(date="2026-11-02")
        first, second = self.dialog(document), self.dialog(document)
        first.write({"number": "51", "reason": "Đọc nhầm số"})
        first.action_correct()
        second.write({"date": "2026-11-03", "reason": "Đọc nhầm ngày"})
        second.action_correct()
        self.assertEqual((document.number, str(document.date)), ("51", "2026-11-03"))
        self.assertEqual(self.rows(document, "correction")[1]["changed"], {"date": ["2026-11-02", "2026-11-03"]})

    def test_no_reason_no_correction(self):
        document = self.registered()
        dialog = self.dialog(document)
        dialog.write({"number": "51", "reason": "  "})
        with self.assertRaisesRegex(UserError, "vì sao"):
            dialog.action_correct()
        dialog.write({"number": "15", "subject": False, "reason": "x"})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            dialog.action_correct()

    def test_only_the_clerk_and_only_what_is_registered(self):
        document = self.directed()
        for user in (self.leader, self.unit_head, self.specialist, self.stranger):
            with self.subTest(user.login), self.assertRaises(AccessError):
                document.with_env(self.as_user(user)).action_correct()
        with self.assertRaises(UserError):
            self.arrived().action_correct()
        dialog = self.dialog(document.with_env(self.as_user(self.clerk)))
        with self.assertRaises(AccessError):
            dialog.with_env(self.as_user(self.other_specialist)).read(["subject"])

    def test_a_context_does_not_pass_for_a_correction(self):
        document = self.registered()
        with self.assertRaises(AccessError):
            document.with_context(vpdt_correction="lý do", vpdt_move=True).write({"number": "51"})

    def test_what_the_packet_said_stays_in_the_journal(self):
        document = self.arrived().sudo().copy({"source": "axis", "number": "7"})
        mine = document.with_env(self.as_user(self.clerk))
        with self.assertRaises(AccessError):
            mine.source = "paper"
        mine.action_register()
        dialog = self.dialog(mine)
        dialog.write({"number": "8", "reason": "Số trong gói tin sai"})
        dialog.action_correct()
        self.assertEqual(self.rows(document, "entry")[0]["entered"]["source"], "axis")
        self.assertEqual(self.rows(document, "correction")[0]["changed"], {"number": ["7", "8"]})
        dialog.write({"source": "paper"})
        with self.assertRaises(UserError):
            dialog.action_correct()
        with self.assertRaises(AccessError):
            self.arrived(source="axis")

    def test_names_of_an_issued_document_stay(self):
        document = self.issued()
        recipient = document.recipient_ids
        before = list(document._register_rows())
        for values in ({"issued_name": "Giả"}, {"kind": "information"}, {"sequence": 3}):
            for user in (self.clerk, self.specialist, self.unit_admin):
                with self.subTest(values, user=user.login), self.assertRaises(UserError):
                    recipient.with_env(self.as_user(user)).write(values)
        draft = self.new_draft()
        forged = {"outgoing_id": draft.id, "organization_id": self.ministry.id}
        Recipient = self.as_user(self.specialist)["vpdt.outgoing.recipient"].with_context(default_issued_name="Giả")
        self.assertFalse(Recipient.create(forged).issued_name)
        recipient.sudo().organization_id.name = "Tên mới"
        self.department.name = "Phòng mới"
        self.assertEqual(list(document._register_rows()), before)
