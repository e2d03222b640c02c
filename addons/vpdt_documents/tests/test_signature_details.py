"""What a clerk is told about signatures; checking again; the report on paper; trusted authorities."""

import base64
import re

import pypdfium2
from cryptography.hazmat.primitives import serialization
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.signing import pki
from odoo.addons.vpdt_base.tests import signing_common

from .signing_documents import SigningCase, authority, letter
from .test_signing_scenario import printed_lines


@tagged("post_install", "-at_install")
class TestDetails(SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("test_what_the_panel_shows")
        cls.document = case.submit(case.make_document())
        case.sign(cls.document)
        case.issue(cls.document)
        cls.pdf = case.main_pdf(cls.document)
        cls.document.sudo()._file_of_role("main")._check_signatures()

    def file(self, user=None):
        self.document.invalidate_recordset()
        return self.document.sudo()._file_of_role("main").with_user(user or self.clerk).sudo(False)

    def incoming(self, content):
        values = {"subject": "Văn bản đến thử", "company_id": self.agency.id}
        document = self.env["vpdt.incoming"].with_user(self.clerk).with_company(self.agency).create(values)
        stored = self.env["vpdt.file"].with_user(self.clerk)._store(document, "den.pdf", content, "main")
        stored._check_signatures()
        return stored

    def test_what_the_panel_shows(self):
        details = self.file().signature_details()
        self.assertEqual(details["verdict"], "valid")
        self.assertEqual([item["kind"] for item in details["signatures"]], ["person", "agency"])
        for item in details["signatures"]:
            self.assertTrue(item["serial"] and item["issuer"] and item["signer"] and item["sentences"])
            self.assertRegex(item["signed_at"], r"^\d\d/\d\d/\d{4} \d\d:\d\d:\d\d$")
        self.assertRegex(details["check_code"], r"^(\w{4}-){3}\w{4}$")
        self.assertEqual(details["sha256"], self.file().sha256)

    def test_what_was_changed_is_said_in_words(self):
        changed = self.pdf.replace(b"/Type /Page\n", b"/Type /Page \n", 1)
        if changed == self.pdf:
            position = self.pdf.index(b"stream") + 20
            changed = self.pdf[:position] + bytes([self.pdf[position] ^ 1]) + self.pdf[position + 1 :]
        details = self.incoming(changed).signature_details()
        self.assertNotIn(details["verdict"], ("valid", "valid_unknown_trust"))
        self.assertTrue(details["sentences"][0])
        for item in details["signatures"]:
            self.assertFalse([text for text in item["sentences"] if re.search(r"[a-z]+_[a-z]+", text)], item)

    def test_every_problem_has_words(self):
        import inspect

        from odoo.addons.vpdt_base.signing import active_content, containers, covering, integrity, validation, words

        Signature = self.env["vpdt.signature"]
        source = "".join(map(inspect.getsource, (active_content, containers, covering, integrity, validation)))
        codes = set(re.findall(r'(?:\.add|Problem|_Unreadable|\[|append\()\(?"([a-z_]+)"[,)]', source))
        codes |= set(re.findall(r'return "([a-z]+_[a-z_]+)" if', source)) | set(
            re.findall(r'note\("([a-z_]+)"', source)
        )
        self.assertLessEqual({"certificate_not_named", "content_hidden", "signature_removed", "clock_ahead"}, codes)
        codes |= set(validation.SEVERITY) | {"active_content", "embedded_files", "timestamp_invalid", "time_exceeded"}
        codes |= {"certificate_expired", "certificate_not_yet_valid", "usage_forbidden", "weak_key", "memory_exceeded"}
        for code in codes:
            self.assertIn(code, words.PROBLEMS.keys() | words.NOTES.keys())
            self.assertNotIn(code, Signature._problem_sentence(code), code)
            self.assertNotEqual(words.sentence(code, "vi"), words.sentence(code, "en"))

    def test_check_again_after_the_anchor_is_gone(self):
        self.env["vpdt.trust.anchor"].search([]).active = False
        details = self.file().recheck_signatures()
        self.assertEqual(details["verdict"], "valid_unknown_trust")
        entry = self.env["vpdt.journal.entry"].sudo().search([("res_model", "=", "vpdt.file")], limit=1)
        self.assertIn("valid_unknown_trust", entry.detail)

    def test_strangers_learn_nothing(self):
        for method in ("signature_details", "recheck_signatures"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(self.file(self.stranger), method)()

    def test_no_agency_signature_is_said(self):
        document = self.submit(self.make_document())
        self.sign(document)
        file = document.sudo()._file_of_role("main")
        file._check_signatures()
        self.assertFalse(file.has_agency_signature)
        self.assertTrue(any("Điều 5" in text for text in file.signature_details()["sentences"]))

    def test_an_incoming_document_without_an_agency_is_marked(self):
        stored = self.incoming(signing_common.signed_by_person())
        owner = self.env["vpdt.incoming"].browse(stored.res_id)
        self.assertEqual(owner.main_signature_warning, "No agency signature")
        self.assertEqual([tab["warning"] for tab in owner.file_tabs()], ["No agency signature"])
        sealed = self.incoming(self.pdf)
        owner = self.env["vpdt.incoming"].browse(sealed.res_id)
        self.assertEqual((owner.main_signature_warning, owner.file_tabs()[0]["warning"]), ("", ""))
        self.assertFalse(self.document.main_signature_warning)

    def test_what_is_not_proven_is_not_called_unknown(self):
        file = self.file()
        file.sudo().write({"verdict": "valid_unknown_trust"})
        file.sudo().signature_ids[0].write({"verdict": "valid_unknown_trust", "problems": "age_unproven: x"})
        sentences = file.signature_details()["sentences"]
        self.assertIn("not proven", sentences[0])
        self.assertFalse([text for text in sentences if "root certificate" in text])
        self.assertIn("time stamp", file.signature_ids[0]._sentences()[0])

    def test_certificate_and_times_are_kept(self):
        for signature in self.file().signature_ids:
            cert = pki.as_asn1(bytes.fromhex(signature.certificate))
            self.assertEqual(pki.serial_hex(cert), signature.serial)
            self.assertTrue(signature.signed_at)

    def test_the_report_on_paper(self):
        report = self.env.ref("vpdt_base.report_signature_check")
        content, kind = (
            self.env["ir.actions.report"].with_user(self.clerk)._render_official_pdf(report, self.file().ids)
        )
        self.assertEqual(kind, "pdf")
        text = printed_lines(content)
        self.assertIn("PHIẾU KIỂM TRA CHỮ KÝ SỐ", text)
        self.assertIn(self.file().sha256, "".join(text.split()))
        self.assertIn("Mã tra cứu", text)
        width, height = pypdfium2.PdfDocument(content).get_page_size(0)
        self.assertEqual((round(width), round(height)), (595, 842))

    def test_the_report_of_an_unsigned_file(self):
        stored = self.incoming(letter())
        self.assertIn("không có chữ ký", printed_lines(stored._official_pdf_signature_check({})))


@tagged("post_install", "-at_install")
class TestTrustAnchors(SigningCase):
    def load(self, data, user=None):
        Anchor = self.env["vpdt.trust.anchor"]
        return (Anchor.with_user(user) if user else Anchor).load_file(base64.b64encode(data).decode())

    def test_a_file_of_several(self):
        other = pki.make_authority("VPDT Other")
        anchors = self.env["vpdt.trust.anchor"].browse(self.load(other.root.pem + other.issuing.pem))
        self.assertEqual(anchors.mapped("self_signed"), [True, False])
        self.assertEqual(anchors.mapped("state"), ["valid", "valid"])
        self.assertIn("RSA 2048", anchors.mapped("key_kind"))
        self.assertEqual(anchors[0].name, "VPDT Other Root CA")

    def test_der_and_twice(self):
        known = self.env["vpdt.trust.anchor"].search([("name", "=", "VPDT Test Documents")])
        der = authority().root.cert.public_bytes(serialization.Encoding.DER)
        self.assertEqual(self.load(der), known.ids)
        known.active = False
        self.load(der)
        self.assertTrue(known.active)

    def test_what_is_refused(self):
        person = authority().issue_person("Ai đó", organization="Nơi khác").pem
        for what, data in {"a person": person, "rubbish": b"x", "nothing": b"", "huge": b"x" * 2_000_000}.items():
            with self.subTest(what), self.assertRaises(UserError):
                self.load(data)

    def test_only_the_system_administrator(self):
        for user in (self.clerk, self.leader, self.unit_admin):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.load(authority().root.pem, user)
