"""An outgoing document from draft to issue: who does what, and that a second press changes nothing."""

import base64
import io
import json
import subprocess
import tempfile
import zipfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.sql_db import db_connect
from odoo.tests import tagged
from pypdf import PdfReader, PdfWriter

from odoo.addons.vpdt_base.signing import verify_isolated

from .common import PASSPHRASE, OfficeCase


@tagged("post_install", "-at_install")
class TestOutgoing(OfficeCase):
    def test_one_person_makes_one_pdf_at_a_time(self):
        """While a draft of his is being converted in another transaction; others do not feel it, nor does a PDF."""
        Outgoing = self.env["vpdt.outgoing"].with_user(self.colleague)
        with closing(db_connect(self.env.cr.dbname).cursor()) as other:
            other.execute(
                "SELECT pg_try_advisory_xact_lock(hashtext('vpdt.outgoing conversion'), %s)", [self.colleague.id]
            )
            self.assertTrue(other.fetchone()[0])
            with self.assertRaisesRegex(UserError, "being made"):
                Outgoing._plain_pdf(b"", "docx")
            self.assertTrue(Outgoing._plain_pdf(self.pdf, "pdf"))
            Outgoing.with_user(self.leader)._check_not_converting_another()
            other.rollback()
            Outgoing._check_not_converting_another()

    def test_draft_from_the_template_has_docx_and_pdf(self):
        document = self.new_draft(body="Đoạn một.\nĐoạn hai.")
        document.action_make_draft()
        self.assertEqual(document.notation, "SNV-VP")
        self.assertEqual(document.reviewer_id, self.unit_head)
        self.assertEqual(set(document.file_ids.mapped("role")), {"main", "original"})
        self.assertEqual(document._file_of_role("main").pages, 1)

    def test_what_lacks_for_a_draft_is_said_in_words(self):
        document = self.new_draft(type_id=self.decision.id, body="QUYẾT ĐỊNH:\nĐiều 1. Ban hành Quy chế.")
        with self.assertRaisesRegex(UserError, "Căn cứ …") as caught:
            document.action_make_draft()
        self.assertNotRegex(str(caught.exception), "bases|quyet_dinh|template")
        self.assertFalse(document.file_ids)
        self.agency.place = False
        document.body = "Căn cứ Luật Cán bộ, công chức;"
        with self.assertRaises(UserError) as caught:
            document.with_context(lang="vi_VN").action_make_draft()
        words = str(caught.exception)
        self.assertIn("địa danh", words)
        self.assertIn("nội dung văn bản", words.lower())
        document.body = "Căn cứ Luật Cán bộ, công chức;\nQUYẾT ĐỊNH:\nĐiều 1. Ban hành Quy chế."
        self.agency.place = "Pleiku"
        document.action_make_draft()
        self.assertEqual(set(document.file_ids.mapped("role")), {"main", "original"})

    def test_nhu_tren_is_written_once(self):
        document = self.new_draft()
        document.action_make_draft()
        self.assertEqual(text_of(document._file_of_role("main")._content()).count("Như trên"), 1)

    def test_the_whole_way(self):
        document = self.issued()
        self.assertEqual(document.state, "issued")
        self.assertEqual(document.code, "01/SNV-VP")
        self.assertTrue(document.issued_at)
        kinds = document.review_ids.mapped("kind")
        self.assertEqual(kinds, ["submission", "initials", "signature"])

    def test_our_checker_and_pdfsig_agree_on_both_signatures(self):
        pdf = self.issued()._file_of_role("main")._content()
        result = verify_isolated(pdf, trust_roots=self.env["vpdt.trust.anchor"]._pem_list())
        self.assertEqual(result.verdict, "valid")
        self.assertEqual([s.kind for s in result.signatures], ["person", "agency"])
        self.assertEqual(pdfsig(pdf), ["Signature is Valid."] * 2)

    def test_number_and_date_are_in_the_pdf(self):
        with freeze_time(datetime(2026, 11, 23, 3, 0)):
            document = self.issued()
        text = text_of(document._file_of_role("main")._content())
        self.assertIn("01 /SNV-VP", " ".join(text.split()))
        self.assertIn("ngày 23 tháng 11 năm", " ".join(text.split()))

    def test_second_press_changes_nothing(self):
        document = self.issued()
        before = (document.number, document.issued_at, document.file_ids.ids)
        self.assertFalse(document.take_number())
        self.assertFalse(document.seal(self.agency_key.id, PASSPHRASE))
        self.assertFalse(document.with_env(self.as_user(self.leader)).sign(self.leader_key.id, PASSPHRASE))
        self.assertEqual((document.number, document.issued_at, document.file_ids.ids), before)

    def test_each_version_of_the_file_is_kept(self):
        document = self.issued()
        versions = self.env["vpdt.file"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id), ("role", "=", "main")]
        )
        self.assertEqual(len(versions), 3)
        self.assertEqual(len(set(versions.mapped("sha256"))), 3)
        self.assertEqual(versions.filtered("current"), document._file_of_role("main"))

    def test_each_move_is_in_the_journal(self):
        document = self.issued()
        entries = (
            self.env["vpdt.journal.entry"]
            .sudo()
            .search(
                [("res_model", "=", document._name), ("res_id", "=", document.id), ("kind", "=", "move")], order="id"
            )
        )
        targets = [json.loads(entry.detail)["to"] for entry in entries]
        self.assertEqual(targets, ["review", "to_sign", "signed", "numbered", "issued"])

    # Who may do what -----------------------------------------------------------------------------------------------

    def test_only_the_head_asked_for_may_initial(self):
        document = self.draft()
        document.action_submit()
        with self.assertRaises(AccessError):
            document.action_initial()

    def test_only_the_signer_may_sign(self):
        document = self.to_sign()
        with self.assertRaises(UserError):
            document.with_env(self.as_user(self.clerk)).sign(self.leader_key.id, PASSPHRASE)
        self.assertEqual(document.state, "to_sign")

    def test_only_the_clerk_takes_a_number(self):
        document = self.signed()
        with self.assertRaises(AccessError):
            document.with_env(self.as_user(self.specialist)).take_number()
        self.assertFalse(document.register_number)

    def test_a_number_is_not_taken_before_the_signature(self):
        document = self.to_sign().with_env(self.as_user(self.clerk))
        with self.assertRaisesRegex(UserError, "không thể chuyển"):
            document.take_number()

    def test_return_wants_an_opinion_and_keeps_it(self):
        document = self.to_sign()
        with self.assertRaisesRegex(UserError, "Ý kiến"):
            document.action_return()
        document.draft_opinion = "Bổ sung căn cứ."
        document.action_return()
        self.assertEqual(document.state, "draft")
        self.assertEqual(document.review_ids[-1:].opinion, "Bổ sung căn cứ.")
        self.assertFalse(document.draft_opinion)

    # What is closed ------------------------------------------------------------------------------------------------

    def test_state_is_not_written_directly(self):
        with self.assertRaises(UserError):
            self.draft().state = "issued"

    def test_nothing_of_a_submitted_document_changes(self):
        document = self.draft()
        document.action_submit()
        for values in ({"subject": "Khác"}, {"signer_id": self.colleague.id}, {"number": "7"}, {"company_id": 1}):
            with self.subTest(values), self.assertRaises(UserError):
                document.write(values)

    def test_recipients_of_a_submitted_document_are_closed(self):
        document = self.draft()
        document.action_submit()
        recipient = document.recipient_ids
        changes = (
            lambda: recipient.write({"organization_id": self.ministry.id}),
            lambda: recipient.unlink(),
            lambda: recipient.create({"outgoing_id": document.id, "organization_id": self.ministry.id}),
        )
        for change in changes:
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()

    def test_a_number_is_not_given_by_hand(self):
        for values in ({"number": "99"}, {"register_number": 99}, {"drafter_id": self.clerk.id}):
            with self.subTest(values), self.assertRaises(UserError):
                self.new_draft(**values)

    def test_stranger_sees_nothing(self):
        document = self.issued()
        stranger = self.as_user(self.stranger)
        self.assertFalse(stranger["vpdt.outgoing"].search([]))
        self.assertFalse(stranger["vpdt.outgoing.recipient"].search([]))
        self.assertFalse(stranger["vpdt.file"].search([("res_model", "=", "vpdt.outgoing")]))
        with self.assertRaises(AccessError):
            document.with_env(stranger).read(["subject"])
        with self.assertRaises(AccessError):
            document._file_of_role("main").with_env(stranger)._content()

    def test_colleague_who_is_no_participant_sees_nothing(self):
        document = self.issued()
        self.assertNotIn(document, self.as_user(self.colleague)["vpdt.outgoing"].search([]))

    # Steps on the screen -------------------------------------------------------------------------------------------

    def test_a_step_not_possible_now_says_why(self):
        document = self.draft()
        document.action_submit()
        steps = document.with_env(self.as_user(self.leader)).next_steps
        sign = next(step for step in steps if step["action"] == "action_sign")
        self.assertFalse(sign["enabled"])
        self.assertEqual(sign["reason"], "Trưởng phòng chưa ký nháy.")

    def test_steps_of_other_roles_are_not_there(self):
        actions = {step["action"] for step in self.draft().next_steps}
        self.assertEqual(actions, {"action_submit"})


@tagged("post_install", "-at_install")
class TestBadInput(OfficeCase):
    """Each a clear message, and the document as it was."""

    def refused(self, document, name, content, words):
        before = document.file_ids.ids
        with self.assertRaisesRegex(UserError, words):
            document._upload(name, content)
        self.assertEqual(document.file_ids.ids, before)
        self.assertEqual(document.state, "draft")

    def test_a_docx_that_is_none(self):
        self.refused(self.draft(), "van-ban.docx", b"this is no docx", "van-ban.docx")

    def test_a_docx_that_libreoffice_cannot_read(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("word/document.xml", "<broken")
        self.refused(self.draft(), "hong.docx", stream.getvalue(), "hong.docx|Word")

    def test_an_encrypted_pdf(self):
        self.refused(self.draft(), "mat.pdf", encrypted(self.pdf), "mật khẩu")

    def test_a_pdf_that_only_a_password_lets_change(self):
        """It comes in from outside, for everybody can read it; nothing of it is signed before it is freed."""
        restricted = encrypted(self.pdf, user="")
        self.refused(self.draft(), "han-che.pdf", restricted, "mật khẩu")
        document = self.arrived(upload=base64.b64encode(restricted), upload_name="den.pdf")
        self.assertEqual(document._file_of_role("main").mimetype, "application/pdf")

    def test_a_wrong_passphrase(self):
        document = self.to_sign()
        before = document.file_ids.ids
        with self.assertRaisesRegex(UserError, "Mật khẩu của khóa không đúng"):
            document.sign(self.leader_key.id, "sai")
        self.assertEqual((document.state, document.file_ids.ids), ("to_sign", before))

    def test_a_wrong_passphrase_of_the_seal_keeps_the_number(self):
        document = self.signed()
        document.take_number()
        with self.assertRaisesRegex(UserError, "Mật khẩu của khóa không đúng"):
            document.seal(self.agency_key.id, "sai")
        self.assertEqual((document.state, document.number), ("numbered", "01"))

    def test_a_recipient_without_identifier(self):
        unknown = self.env["vpdt.organization"].create({"name": "Công ty không mã"})
        document = self.draft(recipient_ids=[(0, 0, {"organization_id": unknown.id, "way": "exchange"})])
        with self.assertRaisesRegex(UserError, "Công ty không mã"):
            document.action_submit()
        self.assertEqual(document.state, "draft")

    def test_no_register(self):
        document = self.signed()
        self.registers[self.agency, "outgoing"].active = False
        with self.assertRaisesRegex(UserError, "sổ"):
            document.take_number()
        self.assertEqual(document.state, "signed")


def text_of(pdf):
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


def pdfsig(pdf):
    """How poppler's own checker judges each signature."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "signed.pdf"
        path.write_bytes(pdf)
        found = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True)
    lines = (line.strip() for line in found.stdout.splitlines())
    return [line.partition(": ")[2] for line in lines if "Signature Validation" in line]


def encrypted(pdf, user="bí mật"):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.encrypt(user, "bí mật")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()
