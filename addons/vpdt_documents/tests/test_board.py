"""Theo dõi: units by how their work stands; each cell opens what it counts; printed as it is seen."""

import io
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.common import today

from .common import OfficeCase


@tagged("post_install", "-at_install")
class TestBoard(OfficeCase):
    def board(self, user=None):
        return self.as_user(user or self.leader)["vpdt.board"]

    def part(self, deadline=None, done=None):
        document = self.directed(number=str(self.env["vpdt.incoming"].search_count([]) + 100)).sudo()
        part = document.assignment_ids.filtered(lambda a: a.part == "lead")
        part.deadline = deadline
        if done:
            document.draft_answer = "Xong"
            document.action_finish()
            part.done_at = done
        return part

    def some_work(self):
        now, moment = today(), fields.Datetime.now()
        self.part(now + timedelta(days=5))
        self.part(now - timedelta(days=3))
        self.part(now + timedelta(days=1), moment)
        self.part(now - timedelta(days=1), moment)
        task = self.as_user(self.leader)["vpdt.task"].create({"subject": "Việc"})
        task.direct([{"kind": "user", "id": self.unit_head.id, "part": "lead", "deadline": ""}])

    def test_units_by_state_and_every_cell_opens_what_it_counts(self):
        self.some_work()
        found = self.board().board_rows("month")
        [row] = [row for row in found["rows"] if row["unit"] == self.department.id]
        self.assertEqual(row["counts"], {"open": 2, "open_late": 1, "in_time": 1, "late": 1})
        self.assertEqual((row["total"], row["rate"]), (5, 33))
        self.assertIn("quá hạn", row["worst"])
        self.assertEqual(found["sum"]["total"], sum(each["total"] for each in found["rows"]))
        for bucket, count in row["counts"].items():
            action = self.board().open_cell("month", self.department.id, bucket)
            self.assertEqual(self.as_user(self.leader)["vpdt.assignment"].search_count(action["domain"]), count)
        whole = self.board().open_cell("month")
        self.assertEqual(self.as_user(self.leader)["vpdt.assignment"].search_count(whole["domain"]), 5)

    def test_what_is_late_by_how_long_and_all_by_where_it_came_from(self):
        self.some_work()
        self.part(today() - timedelta(days=10))
        self.part(today() - timedelta(days=21))
        board, Part = self.board(), self.as_user(self.leader)["vpdt.assignment"]
        found = board.board_rows("month")
        ages = {each["key"]: each["count"] for each in found["ages"]}
        self.assertEqual(ages, {"days": 1, "weeks": 1, "longer": 1})
        sources = {each["key"]: each["count"] for each in found["sources"]}
        self.assertEqual(sources, {"paper": 6, "axis": 0, "email": 0, "task": 1})
        self.assertEqual(sum(sources.values()), found["sum"]["total"])
        for name, counts in (("age", ages), ("source", sources)):
            for key, count in counts.items():
                domain = board.open_cell("month", **{name: key})["domain"]
                self.assertEqual(Part.search_count(domain), count, key)

    def test_hostile_keys_narrow_nothing_and_break_nothing(self):
        self.some_work()
        board, Part = self.board(), self.as_user(self.leader)["vpdt.assignment"]
        for odd in ({"age": ["days"]}, {"age": {}}, {"source": ["task"]}, {"bucket": [1]}, {"source": "' OR 1=1"}):
            self.assertEqual(Part.search_count(board.open_cell("month", **odd)["domain"]), 5, odd)

    def test_what_was_done_before_the_period_does_not_count(self):
        self.part(None, fields.Datetime.now() - timedelta(days=400))
        self.assertEqual(self.board().board_rows("year")["rows"], [])

    def test_who_sees_it_and_what(self):
        self.some_work()
        for user in (self.specialist, self.other_specialist):
            with self.assertRaises(AccessError):
                self.board(user).board_rows("month")
        self.assertEqual(self.board(self.other_leader).board_rows("month")["rows"], [])
        self.assertTrue(self.board(self.unit_head).board_rows("month")["rows"])
        with self.assertRaises(UserError):
            self.board().board_rows("century")

    def test_it_is_printed(self):
        self.some_work()
        action = self.board().print_board("quarter")
        self.assertEqual(action["report_name"], "vpdt_documents.board")
        printed = self.board().browse(action["context"]["active_ids"])
        table = printed._official_table_board({})
        stream = io.BytesIO()
        table.write_pdf(stream)
        self.assertEqual(stream.getvalue()[:5], b"%PDF-")
        self.assertEqual(self.env["vpdt.board"].search([("create_uid", "=", self.leader.id)]), printed.sudo())
