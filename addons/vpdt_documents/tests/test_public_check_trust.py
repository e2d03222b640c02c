"""The public check vouches for what was issued, sealed, and is byte for byte what was sealed: whatever a row says."""

import hashlib

from odoo.tests import tagged

from .signing_documents import SigningCase, letter


@tagged("post_install", "-at_install")
class TestPublicCheckTrust(SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("test_what_was_sealed_is_vouched_for")
        cls.document = case.submit(case.make_document(annexes=[("a.pdf", letter(pages=2))]))
        case.sign(cls.document)
        cls.signed = cls.document.sudo()._file_of_role("main")
        case.issue(cls.document)
        cls.sealed = cls.document.sudo()._file_of_role("main")

    def found(self, file):
        return self.env["vpdt.file"]._find_published(sha256=file.sha256)

    def published(self, file):
        """``file`` as a forger would have it: the row says that it was issued."""
        file.sudo()._work_to("scan_state", "clean", {"published": True, "verdict": "valid"})
        return file

    def test_what_was_sealed_is_vouched_for(self):
        self.assertEqual(self.found(self.sealed)["code"], self.document.code)
        self.assertEqual(self.found(self.document.sudo()._annexes())["role"], "annex")

    def test_a_draft_is_not(self):
        draft = self.make_document(letter(("GIÁM ĐỐC", "Nguyễn Văn An"), pages=3))
        self.assertIsNone(self.found(self.published(draft._file_of_role("main"))))

    def test_a_file_of_an_issued_document_that_was_not_sealed_is_not(self):
        self.assertIsNone(self.found(self.published(self.signed)))
        other = self.env["vpdt.file"]._store(self.document.sudo(), "giả.pdf", letter(pages=4), "annex")
        self.assertIsNone(self.found(self.published(other)))

    def test_the_seal_on_another_document_is_not(self):
        """A sealed PDF of the agency, attached to a draft with a number of somebody's choice."""
        draft = self.make_document()
        draft.sudo().write({"number": "9999"})
        copy = self.env["vpdt.file"]._store(draft.sudo(), "bản khác.pdf", self.sealed._content(), "annex")
        self.published(copy)
        self.assertEqual(self.found(copy)["code"], self.document.code)  # what these bytes are
        self.sealed.published = False
        self.assertIsNone(self.found(copy))

    def test_issued_without_a_seal_is_not(self):
        """What a state says is not enough either."""
        forged = self.make_document(letter(("GIÁM ĐỐC", "Nguyễn Văn An"), pages=5))
        self.env.flush_all()
        self.env.cr.execute("UPDATE vpdt_outgoing SET state = 'issued' WHERE id = %s", [forged.id])
        self.env.invalidate_all()
        self.assertIsNone(self.found(self.published(forged._file_of_role("main"))))

    def test_changed_after_the_seal_is_not(self):
        content = self.sealed._content().replace(b"%%EOF", b"%%EOF\n% ", 1)
        changed = self.env["vpdt.file"]._store(
            self.document.sudo(), "sửa.pdf", content + b"\n1 0 obj<<>>endobj", "annex"
        )
        self.published(changed)
        self.assertEqual(changed.sha256, hashlib.sha256(changed._content()).hexdigest())
        self.assertIsNone(self.found(changed))
