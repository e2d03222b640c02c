"""Electronic only or on paper too: the leader decides; the paper is what he has signed, stamped by hand."""

import io

import pypdfium2
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from pyhanko.pdf_utils.reader import PdfFileReader
from reportlab.pdfgen.canvas import Canvas

from .common import PASSPHRASE, OfficeCase


@tagged("post_install", "-at_install")
class TestPaper(OfficeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agency.keeps_paper = False

    def issued(self, **values):
        document = self.signed(**values)
        document.take_number()
        document.seal(self.agency_key.id, PASSPHRASE)
        return document

    def text(self, pdf):
        with pypdfium2.PdfDocument(pdf) as pages:
            return "\n".join(page.get_textpage().get_text_range() for page in pages)

    def test_the_list_of_the_agency_proposes_and_the_leader_decides(self):
        self.agency.paper_type_ids = self.decision
        self.assertFalse(self.draft().with_paper)
        self.assertTrue(self.new_draft(type_id=self.decision.id).with_paper)
        document = self.draft(with_paper=True)
        document.action_submit()
        head = document.with_env(self.as_user(self.unit_head))
        head.action_initial()
        for user in (self.specialist, self.unit_head, self.clerk):
            with self.assertRaises(UserError):
                document.with_env(self.as_user(user)).with_paper = False
        leader = document.with_env(self.as_user(self.leader))
        self.assertTrue(leader.may_decide_paper)
        leader.with_paper = False
        leader.sign(self.leader_key.id, PASSPHRASE)
        with self.assertRaises(UserError):
            leader.with_paper = True
        entry = self.env["vpdt.journal.entry"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id), ("kind", "=", "entry")], order="id DESC"
        )[:1]
        self.assertIn("with_paper", entry.detail)

    def test_electronic_only_wants_no_paper(self):
        document = self.issued()
        self.assertFalse(document.needs_paper)
        self.assertFalse(document.paper_words)

    def test_what_goes_by_post_or_by_hand_wants_paper(self):
        document = self.issued(recipient_ids=[(0, 0, {"name": "Ông Nguyễn Văn A", "way": "hand"})])
        self.assertTrue(document.needs_paper)

    def test_paper_is_what_the_leader_signed_with_number_and_date_and_no_seal(self):
        waiting = self.signed(with_paper=True)
        with self.assertRaises(UserError):
            waiting.action_print_paper()
        document = self.issued(with_paper=True)
        self.assertIn("khoản 5 Điều 18", document.paper_words)
        pdf = document._official_pdf_paper({})
        text = self.text(pdf)
        self.assertEqual(
            text.split()[-4:], [document.number, *document.date.strftime("%d %m %Y").split()], "written in its fields"
        )
        self.assertFalse(PdfFileReader(io.BytesIO(pdf)).embedded_signatures)
        sealed, paper = (self.ink(content) for content in (document._file_of_role("main")._content(), pdf))
        self.assertTrue(paper["blue"], "the signature of the leader is on the paper")
        self.assertTrue(sealed["red"])
        self.assertFalse(paper["red"], "the seal is stamped by hand")
        self.assertEqual(document.action_print_paper()["report_name"], "vpdt_documents.paper")

    def ink(self, pdf):
        """Whether there is red and blue on the last page."""
        with pypdfium2.PdfDocument(pdf) as pages:
            pages.init_forms()
            colours = pages[len(pages) - 1].render(scale=1).to_pil().convert("RGB").getcolors(1 << 24)
        return {
            "red": any(red > green + 80 and red > blue + 80 for _count, (red, green, blue) in colours),
            "blue": any(blue > green + 60 and blue > red + 60 for _count, (red, green, blue) in colours),
        }

    def test_the_clerk_notes_that_the_original_is_made(self):
        document = self.issued(with_paper=True)
        cards = {card["key"]: card for card in document.env["vpdt.desk"].cards()}
        self.assertEqual(cards["to_print"]["count"], 1)
        with self.assertRaises(AccessError):
            document.with_env(self.as_user(self.specialist)).action_paper_made()
        document.paper_place = "Tập lưu năm 2026"
        self.assertTrue(document.action_paper_made())
        self.assertFalse(document.action_paper_made())
        self.assertFalse(document.paper_words)
        self.assertEqual(document.paper_made_by_id, self.clerk)

    def test_an_agency_that_keeps_paper_wants_an_original_of_each(self):
        self.agency.keeps_paper = True
        self.assertTrue(self.issued().needs_paper)

    def test_an_annex_is_printed_without_its_line(self):
        document = self.draft(with_paper=True)
        document._upload_annex("phu-luc.pdf", self.plain_annex())
        document.action_submit()
        document.with_env(self.as_user(self.unit_head)).action_initial()
        document.with_env(self.as_user(self.leader)).sign(self.leader_key.id, PASSPHRASE)
        clerk = document.with_env(self.as_user(self.clerk))
        clerk.take_number()
        clerk.seal(self.agency_key.id, PASSPHRASE)
        pdf = clerk._official_pdf_paper({})
        with pypdfium2.PdfDocument(pdf) as pages:
            self.assertEqual(len(pages), 2)
        self.assertIn("Phu luc", self.text(pdf))
        self.assertNotIn("+07:00", self.text(pdf))

    def plain_annex(self):
        stream = io.BytesIO()
        page = Canvas(stream)
        page.drawString(100, 700, "Phu luc")
        page.save()
        return stream.getvalue()
