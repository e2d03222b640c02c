"""Recipients of every kind, each with its way; a document without any that goes by exchange is issued as well."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from ..paper import pdf_text
from .common import PASSPHRASE, OfficeCase


@tagged("post_install", "-at_install")
class TestRecipients(OfficeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.organization = cls.other_agency.organization_id
        cls.unknown = cls.env["vpdt.organization"].create({"name": "Công ty không mã"})

    def draft_to(self, *lines, **values):
        return self.draft(recipient_ids=[(5, 0, 0), *((0, 0, line) for line in lines)], **values)

    def test_each_kind_has_its_usual_way(self):
        document = self.draft_to(
            {"organization_id": self.organization.id},
            {"organization_id": self.unknown.id},
            {"department_id": self.department.id},
            {"name": "Ông Nguyễn Văn A"},
            {"name": "Công ty B", "email": "b@example.vn"},
        )
        self.assertEqual(document.recipient_ids.mapped("way"), ["exchange", "post", "internal", "post", "email"])

    def test_a_line_names_one_recipient(self):
        for line in ({}, {"name": "A", "department_id": self.department.id}):
            with (
                self.subTest(line=line),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.draft_to(line)

    def test_a_document_without_exchange_is_issued_and_ticked_off(self):
        document = self.draft_to({"name": "Ông Nguyễn Văn A", "purpose": "act"}, {"department_id": self.department.id})
        document.action_submit()
        document.with_user(self.unit_head).action_initial()
        document.with_user(self.leader).sign(self.leader_key.id, PASSPHRASE)
        issued = document.with_user(self.clerk)
        issued.take_number()
        issued.seal(self.agency_key.id, PASSPHRASE)
        self.assertEqual(issued.state, "issued")
        line = issued.recipient_ids[0]
        pdf = issued._official_pdf_envelopes({})
        self.assertIn("Kính gửi: Ông Nguyễn Văn A", pdf_text(pdf))
        self.assertEqual(line._line_on_paper(), "Ông Nguyễn Văn A (để th/h)")
        self.assertTrue(line.action_sent())
        self.assertTrue(line.sent_at)
        self.assertEqual(line.sent_by_id, self.clerk)
        volume = self.env["vpdt.register.volume"].create({"register_id": issued.register_id.id})
        (row,) = volume.with_env(issued.env)._postal_rows(issued)
        self.assertEqual(row[1:4], (issued.code, "Ông Nguyễn Văn A", 1))
        with self.assertRaises(AccessError):
            issued.recipient_ids[1].with_user(self.specialist).action_sent()

    def test_a_list_is_one_line_on_the_paper_and_one_document_each(self):
        lists = self.as_user(self.clerk)["vpdt.recipient.list"]
        made = lists.create({"name": "Các sở, ban, ngành tỉnh", "organization_ids": [(6, 0, self.organization.ids)]})
        document = self.draft_to({"list_id": made.id})
        self.assertEqual(document._template_context()["recipients_main"], ["Các sở, ban, ngành tỉnh"])
        document.sudo().recipient_ids._spread_lists()
        document.sudo().recipient_ids._spread_lists()
        self.assertEqual(document.recipient_ids.organization_id, self.organization)
        self.assertEqual(document.recipient_ids._printed().mapped("display_name"), ["Các sở, ban, ngành tỉnh"])

    def test_who_cannot_be_reached_by_exchange_is_refused_at_submission(self):
        document = self.draft_to({"organization_id": self.unknown.id, "way": "exchange"})
        with self.assertRaisesRegex(UserError, "Công ty không mã"):
            document.action_submit()

    def test_recipients_of_a_decision_stand_in_the_list_of_places(self):
        decision = self.draft_to({"organization_id": self.organization.id}, type_id=self.type_of("quyet_dinh").id)
        decision.body = "Căn cứ Luật;\nQUYẾT ĐỊNH:\nĐiều 1. Bổ nhiệm.\nĐiều 2. Thi hành."
        context = decision._template_context()
        self.assertEqual(context["recipients_main"], [])
        self.assertEqual((context["as_above"], context["recipients"]), ("Như Điều 2", [self.organization.name]))

    def test_a_report_speaks_to_a_superior_only(self):
        report = self.draft_to({"organization_id": self.organization.id}, type_id=self.type_of("bao_cao").id)
        self.assertEqual(report._template_context()["recipients_main"], [])
        self.agency.organization_id.parent_id = self.organization
        self.assertEqual(report._template_context()["recipients_main"], [self.organization.name])

    def test_no_basis_is_invented(self):
        for kind in ("quyet_dinh", "bao_cao", "thong_bao", "giay_moi"):
            document = self.draft_to({"name": "Bà B"}, type_id=self.type_of(kind).id, body="Một đoạn.")
            self.assertNotIn("30/2020", str(document._template_context()))

    def type_of(self, name):
        return self.env.ref(f"vpdt_documents.type_{name}")
