"""Copies of documents (Nghị định 30/2020, Điều 25-27): numbers, pages, signature, public check, register."""

import base64
import hashlib
import io
from datetime import datetime

import openpyxl
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.vpdt_base.signing import pki, verify_isolated
from odoo.addons.vpdt_base.tests.common import today

from .copies_common import LEADER, PASSPHRASE, CopyCase, numbered_pages, printed
from .signing_documents import authority
from .test_signing_scenario import flat_text, pdfsig


def encoded(data):
    return base64.b64encode(data).decode()


@tagged("post_install", "-at_install")
class TestCopy(CopyCase):
    # Numbers ---------------------------------------------------------------------------------------------------------

    def test_one_series_for_all_forms_of_copy(self):
        copies = [
            self.paper(form="full"),
            self.paper(form="extract", extract_text="Điều 2. Thi hành."),
            self.paper(form="recopy", of_certified_copy=True),
            self.electronic(),
        ]
        self.assertEqual([copy.code for copy in copies], ["01/SY-SNV", "02/TrS-SNV", "03/SL-SNV", "04/SY-SNV"])

    def test_the_series_begins_anew_at_midnight_in_viet_nam(self):
        with freeze_time(datetime(2027, 12, 31, 16, 59)):  # 23:59 in Viet Nam
            last = self.paper()
        with freeze_time(datetime(2027, 12, 31, 17, 1)):  # 00:01 of the new year
            first = self.paper()
        self.assertEqual((last.register_year, last.number, str(last.date)), (2027, "01", "2027-12-31"))
        self.assertEqual((first.register_year, first.number, str(first.date)), (2028, "01", "2028-01-01"))

    def test_a_void_copy_keeps_its_number_which_nobody_gets_again(self):
        copy = self.paper()
        with self.assertRaisesRegex(UserError, "Reason to void it|Lý do hủy"):
            copy.action_void()
        copy.void_draft = "In nhầm trang"
        copy.action_void()
        self.assertEqual((copy.state, copy.code, copy.void_reason), ("void", "01/SY-SNV", "In nhầm trang"))
        self.assertEqual((copy.voided_by_id, bool(copy.voided_at)), (self.clerk, True))
        self.assertFalse(copy.action_void())
        self.assertEqual(self.paper().number, "02")

    def test_second_press_changes_nothing(self):
        copy = self.new_copy()
        self.assertTrue(copy.take_number())
        before = copy.file_ids
        self.assertFalse(copy.take_number())
        self.assertEqual((copy.number, copy.file_ids), ("01", before))
        self.assertTrue(copy.seal(self.agency_key.id, PASSPHRASE))
        signed = copy.file_ids
        self.assertFalse(copy.seal(self.agency_key.id, PASSPHRASE))
        self.assertFalse(copy.action_issue())
        self.assertEqual(copy.file_ids, signed)

    def test_an_agency_has_one_register_of_copies(self):
        self.env["vpdt.register"].create({"name": "x", "direction": "outgoing", "company_id": self.other_agency.id})
        self.env["res.company"]._open_copy_registers()
        registers = self.env["vpdt.register"].search([("direction", "=", "copy")])
        self.assertEqual(len(registers.filtered(lambda r: r.company_id == self.other_agency)), 1)
        self.assertEqual(registers.filtered(lambda r: r.company_id == self.agency), self.copies)
        self.env["res.company"]._open_copy_registers()
        self.assertEqual(self.env["vpdt.register"].search([("direction", "=", "copy")]), registers)

    # Who signs -------------------------------------------------------------------------------------------------------

    def test_who_signs_copies_is_a_decision_of_the_head(self):
        """Nghị định 30/2020, khoản 1 Điều 27: the head sets who has the authority to sign copies."""
        copy = self.new_copy(medium="paper", signer_id=self.clerk.id)
        self.assertEqual(copy.possible_signer_ids, self.leader)
        with self.assertRaisesRegex(UserError, "khoản 1 Điều 27"):
            copy.take_number()
        self.assertEqual((copy.state, copy.number), ("draft", False))
        Signers = self.env["vpdt.copy.signers"].with_company(self.agency)
        named = {"copy_signer_ids": [(6, 0, self.clerk.ids)]}
        admin = self.clerk.copy({"login": "quan-tri-sao", "name": "Quản trị đơn vị"})
        admin.write({"group_ids": [(6, 0, self.env.ref("vpdt_base.group_unit_admin").ids)]})
        with self.assertRaisesRegex(UserError, "number and date|số và ngày"):
            Signers.with_user(admin).create(named).action_set()
        with self.assertRaises(AccessError):
            Signers.with_user(self.clerk).create(named)
        decided = {**named, "copy_decision": "12/QĐ-SNV", "copy_decided_on": today()}
        Signers.with_user(admin).create(decided).action_set()
        with self.assertRaisesRegex(UserError, "title"):
            copy.take_number()
        self.env["hr.employee"].create(
            {"name": "Lê Văn Thư", "user_id": self.clerk.id, "company_id": self.agency.id, "signing_title": "Văn thư"}
        )
        self.assertTrue(copy.take_number())
        self.assertEqual(copy.signer_name, "Lê Văn Thư")
        told = self.env["vpdt.journal.entry"].search([("res_model", "=", "res.company")], limit=1, order="id DESC")
        self.assertIn("12/QĐ-SNV", told.detail)
        self.assertEqual(self.new_copy().with_user(self.clerk).signer_id, self.leader)
        Signers.with_user(admin).create({}).action_set()  # opens with what holds, and keeps it
        self.assertEqual(self.agency._copy_signers(), self.leader | self.clerk)
        Signers.with_user(admin).create({"copy_signer_ids": [(5, 0, 0)]}).action_set()
        self.assertEqual(self.agency._copy_signers(), self.leader)

    def test_an_electronic_copy_is_not_sealed_for_who_may_not_sign_it_any_more(self):
        copy = self.new_copy()
        copy.take_number()
        self.env["hr.employee"].search([("user_id", "=", self.leader.id)]).signing_title = "Phó Giám đốc"
        with self.assertRaisesRegex(UserError, "khoản 1 Điều 27"):
            copy.seal(self.agency_key.id, PASSPHRASE)
        self.assertEqual(copy.state, "numbered")

    # Electronic copies -----------------------------------------------------------------------------------------------

    def test_electronic_copy_of_a_paper_document_and_its_annex(self):
        copy = self.new_copy()
        self.assertEqual((copy.original_medium, copy.medium), ("paper", "electronic"))
        self.assertEqual(copy.source_ids, self.incoming._files_to_copy())
        self.assertEqual(copy.action_issue()["params"]["next_number"], "01/SY-SNV")
        copy.take_number()
        copy.seal(self.agency_key.id, PASSPHRASE)
        self.assertEqual((copy.state, sorted(copy.file_ids.mapped("role"))), ("issued", ["annex", "main"]))
        for file in copy.file_ids:
            with self.subTest(file.role):
                self._check_signed_copy(file._content(), "SAO Y")
        self.assertEqual(self.incoming.copy_count, 1)
        self.assertEqual(self.incoming.action_copies()["domain"], [("incoming_id", "=", self.incoming.id)])

    def test_only_the_pairs_of_the_decree(self):
        """Nghị định 30/2020, Điều 25: no sao y and no sao lục of an electronic document into an electronic one."""
        issued = self.issued_document()
        copy = self.new_copy(issued)
        self.assertEqual((copy.original_medium, copy.medium), ("electronic", "paper"))
        for form in ("full", "recopy"):
            wrong = self.new_copy(issued, form=form, medium="electronic")
            with self.subTest(form=form), self.assertRaisesRegex(UserError, "Điều 25"):
                wrong.take_number()
        extract = self.electronic(issued, form="extract", medium="electronic", extract_text="Điều 1. Bổ nhiệm.")
        self.assertEqual(extract.state, "issued")

    def test_a_copy_of_a_copy_is_made_of_a_certified_copy_only(self):
        for original, values in ((self.incoming, {}), (self.issued_document(), {"of_certified_copy": True})):
            copy = self.new_copy(original, form="recopy", medium="paper", **values)
            with self.subTest(original=original), self.assertRaisesRegex(UserError, "Điều 3"):
                copy.take_number()

    def test_a_copy_is_whole(self):
        copy = self.new_copy(source_ids=[(6, 0, self.incoming._file_of_role("main").ids)])
        with self.assertRaisesRegex(UserError, "Phụ lục"):
            copy.take_number()

    def test_nothing_is_certified_over_a_broken_signature(self):
        copy = self.new_copy()
        self.incoming._file_of_role("main").sudo().verdict = "modified"
        with self.assertRaisesRegex(UserError, "Điều 32"):
            copy.take_number()
        self.assertEqual(copy.state, "draft")

    def _check_signed_copy(self, pdf, form):
        result = verify_isolated(pdf, trust_roots=self.roots())
        self.assertEqual((result.verdict, [item.kind for item in result.signatures]), ("valid", ["agency"]))
        moment = result.signatures[0].signed_at
        line = f"{form}; {self.agency.name}; {moment.strftime('%d/%m/%Y %H:%M:%S')} +07:00"
        self.assertIn(line, flat_text(pdf))
        self.assertEqual([item["Signature Validation"] for item in pdfsig(pdf)], ["Signature is Valid."])

    def test_an_extract_sets_the_original_anew(self):
        """Nghị định 30/2020, điểm b khoản 3 Điều 25: the full components around the part, and no pages cut out."""
        copy = self.electronic(form="extract", extract_text="Phần cần trích của văn bản.")
        self._check_signed_copy(self.pdf_of(copy), "TRÍCH SAO")
        text = "\n".join(printed(self.pdf_of(copy)))
        for words in ("CỘNG HÒA XÃ HỘI", "BỘ THỬ", "15/BT-VP", "Phần cần trích"):
            self.assertIn(words, text)
        self.assertNotIn("Trang 1", text)

    def test_an_extract_without_its_part_is_refused(self):
        copy = self.new_copy(form="extract")
        with self.assertRaisesRegex(UserError, "trích|part"):
            copy.take_number()

    def test_wrong_passphrase_leaves_the_copy_numbered(self):
        copy = self.new_copy()
        copy.take_number()
        files = copy.file_ids
        with self.assertRaises(UserError), self.env.cr.savepoint():
            copy.seal(self.agency_key.id, "sai")
        self.assertEqual((copy.state, copy.file_ids, files.mapped("published")), ("numbered", files, [False, False]))
        self.assertTrue(copy.seal(self.agency_key.id, PASSPHRASE))

    def test_a_paper_copy_is_not_sealed(self):
        with self.assertRaises(UserError):
            self.paper().seal(self.agency_key.id, PASSPHRASE)
        with self.assertRaises(UserError):
            self.new_copy().seal(self.agency_key.id, PASSPHRASE)  # not numbered

    def test_a_token_at_the_users_machine_signs_all_files_of_a_copy(self):
        identity = authority().issue_agency(self.agency.name, identifier="H99.01")
        Key = self.env["vpdt.signing.key"].with_user(self.unit_admin).with_company(self.agency)
        key = Key.create(
            {"name": "USB", "kind": "token", "holder": "agency", "user_id": False, "company_id": self.agency.id,
             "clerk_ids": self.clerk.ids, "permission_note": "Quyết định thử"}
        )  # fmt: skip
        key.load_token(encoded(identity.der), [encoded(pki.as_asn1(cert).dump()) for cert in identity.chain])
        copy = self.new_copy(source_ids=self.incoming._files_to_copy().ids)
        copy.take_number()
        job = copy.begin_signature("seal", key.id)
        to_sign = [base64.b64decode(item) for item in job["to_sign"]]
        values = [encoded(identity.key.sign(data, padding.PKCS1v15(), hashes.SHA256())) for data in to_sign]
        self.assertTrue(copy.finish_signature(job["session"], values, encoded(identity.der)))
        self.assertEqual((copy.state, len(copy.file_ids)), ("issued", 2))
        for file in copy.file_ids:
            self._check_signed_copy(file._content(), "SAO Y")

    # Paper copies ----------------------------------------------------------------------------------------------------

    def test_paper_copy(self):
        copy = self.new_copy(medium="paper", organization_ids=self.recipient.ids, recipients="Ông A; Bà B")
        copy.source_ids = self.incoming._files_to_copy()
        action = copy.action_issue()
        self.assertEqual((action, copy.state), (True, "numbered"))
        text = printed(self.pdf_of(copy))[-1]
        for part in (
            "SAO Y",
            "Số: 01/SY-SNV",
            "GIÁM ĐỐC",
            LEADER,
            "- Sở Tư pháp thử;",
            "- Bà B;",
            "- Lưu: VT.",
            "Mã tra cứu",
        ):
            self.assertIn(part, text)
        self.assertEqual(len(copy.file_ids), 1)  # one sheaf to print
        self.assertEqual(copy.file_ids.pages, 7)
        copy.action_issue()
        self.assertEqual(copy.state, "issued")
        self.assertEqual(copy.signer_name, LEADER)

    # Refusals --------------------------------------------------------------------------------------------------------

    def test_only_what_is_issued_or_registered_is_copied(self):
        Incoming = self.env["vpdt.incoming"].with_user(self.clerk).with_company(self.agency)
        arrived = Incoming.create({"author_name": "Bộ Thử", "subject": "V/v thử"})
        for document in (arrived, self.make_document().with_user(self.clerk)):
            with self.subTest(document), self.assertRaises(UserError), self.env.cr.savepoint():
                self.new_copy(document)
            with self.subTest(document), self.assertRaises(UserError):
                document.action_make_copy()
        arrived.action_register()
        with self.assertRaises(UserError):
            arrived.action_make_copy()  # no PDF

    def test_a_file_that_is_not_clean_is_not_copied(self):
        copy = self.new_copy()
        main = self.incoming._file_of_role("main")
        for state in ("waiting", "failed", "infected"):
            main.sudo()._work_to("scan_state", state)
            with self.subTest(state):
                for step in (self.incoming.action_make_copy, copy.take_number, copy.action_issue):
                    with self.assertRaises(UserError), self.env.cr.savepoint():
                        step()
        self.assertEqual((copy.state, copy.file_ids.ids), ("draft", []))

    def test_only_files_of_the_document_are_copied(self):
        other = self._registered(numbered_pages(2))
        with self.assertRaises(ValidationError):
            self.new_copy(source_ids=[(6, 0, other._file_of_role("main").ids)])

    def test_the_copy_of_an_ended_agency_has_no_register(self):
        self.copies.active = False
        with self.assertRaises(UserError):
            self.new_copy().take_number()

    # Public check ----------------------------------------------------------------------------------------------------

    def test_public_check(self):
        File = self.env["vpdt.file"]
        copy = self.new_copy()
        copy.take_number()
        code = copy._file_of_role("main").check_code
        self.assertFalse(File._find_published(code=code))  # not issued yet
        copy.seal(self.agency_key.id, PASSPHRASE)
        self.assertEqual(copy._file_of_role("main").check_code, code)
        pdf = self.pdf_of(copy)
        self.assertIn("-".join(code[i : i + 4] for i in range(0, 16, 4)), printed(pdf)[-1])
        found = File._find_published(code=code)
        self.assertEqual(found, File._find_published(sha256=hashlib.sha256(pdf).hexdigest()))
        self.assertEqual(
            found,
            {
                "agency": self.agency.name,
                "code": "01/SY-SNV",
                "type": "Bản sao y",
                "date": copy.date.strftime("%d/%m/%Y"),
                "original_code": "15/BT-VP",
                "original_date": "05/01/2026",
                "void": "",
                "role": "main",
            },
        )
        self.assertIn("Đúng là bản sao", self._answer(found))
        self.assertNotIn("V/v thử", self._answer(found))  # of its content nothing
        copy.void_draft = "Nhầm"
        copy.action_void()
        found = File._find_published(code=code)
        self.assertEqual(found["void"], today().strftime("%d/%m/%Y"))
        self.assertIn("đã bị hủy", self._answer(found))
        self.assertNotIn("Đúng là", self._answer(found))

    def _answer(self, found):
        return str(self.env["ir.qweb"]._render("vpdt_documents.public_check_answer", {"found": found, "asked": "code"}))

    # Register --------------------------------------------------------------------------------------------------------

    def test_register_as_pdf_and_spreadsheet(self):
        self.new_copy()  # a draft is in no register
        self.electronic(organization_ids=self.recipient.ids, quantity=3)
        void = self.paper(form="extract", extract_text="Điều 2.", note="Gấp")
        void.void_draft = "=1+1"
        void.action_void()
        volume = self.env["vpdt.register.volume"].create({"register_id": self.copies.id})
        Report = self.env["ir.actions.report"].with_user(self.clerk).with_company(self.agency)
        pdf, _kind = Report._render("vpdt_documents.report_register", volume.ids)
        cover, _leaf, page = (" ".join(text.split()) for text in printed(pdf))
        self.assertIn("SỔ ĐĂNG KÝ BẢN SAO", cover)
        self.assertIn("Từ số 01 đến số 02", cover)
        self.assertIn("01/SY-SNV", page)
        content, _kind = Report._render("vpdt_documents.report_register_xlsx", volume.ids)
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        first = next(row for row in rows if "01/SY-SNV" in row)
        self.assertEqual(first[2:8], ["Sao y", "15/BT-VP, 05/01/2026", "V/v thử", LEADER, "Sở Tư pháp thử", 3])
        last = next(row for row in rows if "02/TrS-SNV" in row)
        self.assertRegex(last[8], r"^Gấp; .*: =1\+1$")

    # Rights ----------------------------------------------------------------------------------------------------------

    def test_what_the_steps_write_is_not_written_by_a_client(self):
        copy = self.paper()
        for values in ({"number": "99"}, {"state": "issued"}, {"form": "recopy"}, {"company_id": self.other_agency.id},
                       {"recipients": "x"}, {"void_reason": "x"}, {"incoming_id": False}):  # fmt: skip
            with self.subTest(values), self.assertRaises(UserError), self.env.cr.savepoint():
                copy.write(values)
        copy.note = "Ghi chú"
        for values in ({"number": "99"}, {"state": "issued"}, {"company_id": self.agency.id}, {"date": "2026-01-01"}):
            with self.subTest(create=values), self.assertRaises(UserError), self.env.cr.savepoint():
                self.new_copy(**values)

    def test_only_the_clerk_makes_copies(self):
        incoming, copy = self.incoming, self.new_copy()
        for user in (self.leader, self.specialist, self.stranger):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    incoming.with_user(user).action_make_copy()
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self.new_copy(user=user)
                for step in ("action_issue", "take_number", "action_void"):
                    with self.assertRaises(AccessError):
                        getattr(copy.with_user(user), step)()
                with self.assertRaises(AccessError):
                    copy.with_user(user).seal(self.agency_key.id, PASSPHRASE)

    def test_who_sees_the_document_sees_its_copies_and_their_files(self):
        copy = self.electronic()
        theirs = copy.with_user(self.specialist)
        self.assertFalse(theirs.search([("id", "=", copy.id)]))
        with self.assertRaises(AccessError):
            theirs.file_pane()
        self.incoming._add_participants(self.specialist, "Lead")
        self.assertEqual(theirs.search([("id", "=", copy.id)]), theirs)
        self.assertEqual(len(theirs.file_pane()["files"]), 2)
        self.assertEqual(theirs.search([("search_words", "ilike", "15/bt-vp thu")]), theirs)
        strange = copy.with_env(self.env(user=self.stranger, context={}))
        self.assertFalse(strange.search([("id", "=", copy.id)]))

    def test_the_story_is_told_on_the_copy_and_on_its_document(self):
        copy = self.electronic()
        told = [row["kind"] for row in copy.history()]
        self.assertEqual((told.count("move"), "sign" in told), (2, True))
        self.assertTrue([row for row in self.incoming.history() if copy.code in row["about"]])
