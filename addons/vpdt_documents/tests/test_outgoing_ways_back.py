"""Ways back after a slip: a draft is taken back, the clerk returns what is signed, files are taken out and brought
back; and what keeps a wrong number from being given."""

import re
from unittest.mock import patch

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from odoo.addons.vpdt_base.signing import levels, places
from odoo.addons.vpdt_base.signing.pades import form_fields, open_reader

from .common import PASSPHRASE, OfficeCase
from .pdf_common import text_pdf


@tagged("post_install", "-at_install")
class TestWaysBack(OfficeCase):
    def test_the_author_takes_his_draft_back_until_it_has_been_opened(self):
        document = self.draft()
        document.action_submit()
        with self.assertRaises(AccessError):
            document.with_user(self.unit_head).action_take_back()
        self.assertTrue(document.action_take_back())
        self.assertEqual(document.state, "draft")
        self.assertEqual(document.review_ids[-1:].kind, "taken_back")
        self.assertFalse(document.action_take_back())
        document.action_submit()
        document.with_user(self.unit_head).mark_read()
        with self.assertRaisesRegex(UserError, re.escape(self.unit_head.name)):
            document.action_take_back()

    def test_the_clerk_returns_a_signed_document_and_its_signature_goes(self):
        document = self.signed()
        clerk = document.with_user(self.clerk)
        with self.assertRaises(UserError):
            clerk.action_return()
        clerk.draft_opinion = "Sai thể thức: thiếu số bản"
        clerk.action_return()
        self.assertEqual(document.state, "draft")
        self.assertFalse(levels.level_of(document._file_of_role("main")._content()))
        self.assertEqual(document.review_ids[-1:].opinion, "Sai thể thức: thiếu số bản")
        step = next(
            step for step in self.signed().with_user(self.clerk).next_steps if step["action"] == "action_return"
        )
        self.assertEqual(step["asks"]["field"], "draft_opinion")

    def test_an_annex_is_taken_out_of_a_draft_only(self):
        document = self.draft()
        document._upload_annex("phu-luc.pdf", text_pdf("Phụ lục"))
        annex = document._annexes()
        self.assertTrue(annex.action_remove())
        self.assertFalse(document._annexes())
        with self.assertRaises(UserError):
            document._file_of_role("main").action_remove()
        annex.action_bring_back()
        self.assertEqual(document._annexes().sha256, annex.sha256)
        document.action_submit()
        with self.assertRaises(UserError):
            document._annexes().action_remove()
        with self.assertRaises(AccessError):
            document._annexes().with_user(self.colleague).action_remove()

    def test_the_year_is_a_field_and_follows_the_number(self):
        with freeze_time("2027-12-30 03:00:00"):
            document = self.signed()
        with freeze_time("2028-01-04 03:00:00"):
            clerk = document.with_user(self.clerk)
            clerk.take_number()
            clerk.seal(self.agency_key.id, PASSPHRASE)
        fields = form_fields(open_reader(document._file_of_role("main")._content()))
        self.assertEqual(str(fields["year"][1]["/V"]), "2028")
        self.assertEqual(document.register_year, 2028)

    def test_a_paper_that_prints_another_year_is_not_numbered(self):
        """Phụ lục I, Phần I, II.4: a letter of December that was made elsewhere and is numbered in January."""
        document = self.signed()
        with (
            patch.object(places, "printed_year", return_value=2001),
            patch.object(type(document), "_has_year_field", return_value=False),
            self.assertRaisesRegex(UserError, "2001"),
        ):
            document.take_number()
        self.assertEqual((document.state, document.register_number), ("signed", 0))

    def test_a_number_and_notation_once_a_year_in_the_agency(self):
        first, second = self.signed(), self.signed()
        first.with_user(self.clerk).take_number()
        other = self.env["vpdt.register"].create(
            {"name": "Sổ hai", "direction": "outgoing", "company_id": self.agency.id, "decision": "QĐ 1"}
        )
        values = second._prepare_number_vals(other, first.date)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            second.sudo()._move_to("numbered", values)
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestAfterIssue(OfficeCase):
    def test_a_recalled_document_says_so_and_why(self):
        document = self.issued()
        with self.assertRaises(UserError):
            document.action_recall()
        document.recall_draft = "Sai số liệu"
        self.assertTrue(document.action_recall())
        self.assertFalse(document.action_recall())
        self.assertIn("Sai số liệu", document.no_longer)
        self.assertTrue(document._public_check_vals()["void"])
        self.assertTrue(document._vouches_for(document._file_of_role("main")))
        self.assertEqual(document.register_id._numbered().search_count([("code", "=", document.code)]), 1)
        with self.assertRaises(UserError):
            document.action_replace()

    def test_a_document_is_replaced_when_the_new_one_is_issued(self):
        former = self.issued()
        later = former.browse(former.action_replace()["res_id"])
        self.assertEqual((later.about_id, later.about, later.state), (former, "replaces", "draft"))
        self.assertEqual(later.type_id, former.type_id)
        self.assertEqual(former.state, "issued")
        later._settle_what_it_concerns()
        self.assertEqual(former.state, "replaced")

    def test_a_mistake_of_form_is_corrected_by_a_letter(self):
        decision = self.issued()
        letter = decision.browse(decision.action_correct_by_letter()["res_id"])
        self.assertEqual(letter.type_id, self.env.ref("vpdt_documents.type_cong_van"))
        self.assertIn(decision.code, letter.subject)
        self.assertEqual(decision.state, "issued")

    def test_only_the_clerk_recalls(self):
        document = self.issued().with_env(self.as_user(self.specialist))
        with self.assertRaises(AccessError):
            document.action_recall()


@tagged("post_install", "-at_install")
class TestFormInitialled(OfficeCase):
    def test_nobody_signs_before_the_clerk_has_initialled_the_form_where_the_agency_asks_for_it(self):
        self.agency.asks_form_check = True
        document = self.to_sign()
        with self.assertRaisesRegex(UserError, "thể thức"):
            document.sign(self.leader_key.id, PASSPHRASE)
        with self.assertRaises(AccessError):
            document.action_check_form()
        clerk = document.with_env(self.as_user(self.clerk))
        self.assertTrue(clerk.may_check_form)
        self.assertTrue(clerk.action_check_form())
        self.assertFalse(clerk.action_check_form())
        self.assertEqual((document.form_checked_by_id, document.review_ids[-1:].kind), (self.clerk, "form"))
        document.draft_opinion = "Sửa lại"
        document.action_return()
        self.assertFalse(document.form_checked_by_id)

    def test_what_is_found_is_said_and_stops_nothing(self):
        document = self.new_draft(body="Nội dung công văn thử nghiệm.")
        document.action_make_draft()
        self.assertFalse(document.form_findings)
