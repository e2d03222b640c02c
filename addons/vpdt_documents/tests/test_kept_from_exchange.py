"""A secret, a complaint or a denunciation does not leave by the exchange or by e-mail (Gia Lai 443/2016, khoản 5
Điều 3, Điều 6), unless somebody says that it is none."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PASSPHRASE, OfficeCase
from .pdf_common import text_pdf

COMPLAINT = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐƠN KHIẾU NẠI\nKính gửi: Ủy ban nhân dân tỉnh"


@tagged("post_install", "-at_install")
class TestKeptFromExchange(OfficeCase):
    def with_annex(self, text, way="exchange"):
        document = self.draft()
        document.recipient_ids.way = way
        document._upload_annex("kem-theo.pdf", text_pdf(text, "Trang sau: MẬT"))
        document._annexes()._prepare_reading()
        return document

    def test_a_complaint_is_not_submitted_to_go_electronically(self):
        for way in ("exchange", "email"):
            document = self.with_annex(COMPLAINT, way)
            self.assertIn("khiếu nại", document.kept_from_exchange)
            with self.subTest(way=way), self.assertRaisesRegex(UserError, "Trao tay"):
                document.action_submit()
            self.assertEqual(document.state, "draft")

    def test_a_stamp_of_secrecy_is_told_by_the_name_of_the_file(self):
        document = self.with_annex("BỘ A\nMẬT\nSố: 1/BC")
        self.assertRegex(document.kept_from_exchange, "kem-theo.*dấu chỉ mức độ mật")

    def test_on_paper_it_goes(self):
        document = self.with_annex(COMPLAINT, "post")
        self.assertFalse(document.kept_from_exchange)
        document.action_submit()
        self.assertEqual(document.state, "review")

    def test_other_files_say_nothing(self):
        self.assertFalse(self.with_annex("BÁO CÁO\nvề đơn khiếu nại năm 2026").kept_from_exchange)

    def test_with_the_word_of_who_submits_it_goes_and_the_word_is_kept(self):
        document = self.with_annex(COMPLAINT)
        document.exchange_note = " "
        with self.assertRaises(UserError):
            document.action_submit()
        document.exchange_note = "Mẫu đơn đính kèm hướng dẫn, không có tên ai"
        document.action_submit()
        self.assertEqual(document.state, "review")
        entry = self.env["vpdt.journal.entry"].search(
            [("res_model", "=", "vpdt.outgoing"), ("res_id", "=", document.id)]
        )
        self.assertTrue([row for row in entry.sudo() if "không có tên ai" in (row.detail or "")])
        with self.assertRaises(AccessError):
            document.with_user(self.specialist).exchange_note = "khác"

    def test_a_way_that_is_changed_after_signing_is_checked_at_the_number_and_at_the_seal(self):
        document = self.with_annex(COMPLAINT, "post")
        document.action_submit()
        document.with_env(self.as_user(self.unit_head)).action_initial()
        document.with_env(self.as_user(self.leader)).sign(self.leader_key.id, PASSPHRASE)
        clerk = document.with_env(self.as_user(self.clerk))
        clerk.recipient_ids.way = "exchange"
        with self.assertRaisesRegex(UserError, "Trao tay"):
            clerk.take_number()
        self.assertFalse(clerk.number)
        clerk.recipient_ids.way = "post"
        clerk.take_number()
        clerk.recipient_ids.way = "exchange"
        with self.assertRaisesRegex(UserError, "Trao tay"):
            clerk.seal(self.agency_key.id, PASSPHRASE)
        self.assertEqual(clerk.state, "numbered")
        clerk.exchange_note = "Mẫu đơn để trống"
        clerk.seal(self.agency_key.id, PASSPHRASE)
        self.assertEqual(clerk.state, "issued")
        self.assertFalse(clerk.kept_from_exchange)
