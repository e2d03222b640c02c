"""Signing with VGCA Sign Service: the program fetches and posts by itself, and what it posts is trusted in nothing."""

import base64
import urllib.parse
from datetime import timedelta

from cryptography.hazmat.primitives.serialization import Encoding
from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from odoo.addons.vpdt_base.tests import signing_common
from odoo.addons.vpdt_base.tests.vgca_signature import sign_like_vgca

from .test_outgoing_signing import WithVerdict, encoded

SEAL_PLACE = (250, 330, 350, 430)


def path_of(address):
    parts = urllib.parse.urlsplit(address)
    return f"{parts.path}?{parts.query}"


class VgcaCase(WithVerdict):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.holder = cls._person()
        intermediate = cls.holder.chain[0].public_bytes(Encoding.PEM).decode()
        cls.env["vpdt.trust.anchor"].create({"name": "Sub", "use": "intermediate", "certificate": intermediate})
        cls.key = cls._outside_key(cls.leader, cls.holder, name="USB")
        cls.document = cls._submitted(annexes=["phu-luc.pdf"])

    @classmethod
    def _outside_key(cls, user, identity, **values):
        key = cls._make_key(user, **{"kind": "vgca", **values})
        key.load_vgca(encoded(identity.der))  # the program names no more than this one
        return key


@tagged("post_install", "-at_install")
class TestVgca(HttpCase, VgcaCase):
    def fetch(self, call):
        return self.url_open(path_of(call["values"]["FileName"]))

    def post(self, call, pdf):
        files = {"uploadfile": ("C:\\Tệp\\văn bản.pdf", pdf, "application/pdf")}
        answer = self.url_open(path_of(call["values"]["FileUploadHandler"]), files=files)
        self.assertEqual(answer.status_code, 200)
        return answer.json()

    def signed(self, call, identity=None, **options):
        answer = self.fetch(call)
        self.assertEqual((answer.status_code, answer.headers["Content-Type"]), (200, "application/pdf"))
        return sign_like_vgca(answer.content, signing_common.signer_of(identity or self.holder), **options)

    def test_leader_signs_outside(self):
        job = self.document.begin_signature("sign", self.key.id)
        (call,) = job["calls"]
        self.assertEqual((job["kind"], call["function"]), ("vgca", "SignApproved"))
        with self.assertRaisesRegex(UserError, "has not sent"):
            self.document.finish_outside(job["session"])
        answer = self.post(call, self.signed(call))
        self.assertIs(answer["Status"], True, answer)
        self.assertTrue(answer["FileServer"])
        self.assertTrue(answer["FileName"].endswith("văn bản.pdf"))
        self.assertEqual(self.document.returned_parts(job["session"]), [call["part"]])
        self.unchanged(self.document)
        self.assertTrue(self.document.finish_outside(job["session"]))
        self.assertEqual((self.document.state, self.verdict(self.document).verdict), ("signed", "valid"))
        self.assertIs(self.document.finish_outside(job["session"]), False)

    def test_what_is_refused_is_kept_nowhere(self):
        job = self.document.begin_signature("sign", self.key.id)
        (call,) = job["calls"]
        served = self.fetch(call).content
        other = self.authority.issue_person("Lê Văn Khác", organization="Sở Nội vụ")
        for words, pdf in (
            ("chứng thư", self.signed(call, other)),
            ("chưa có", served),
            ("không phải là văn bản đã giao", served.replace(b"%PDF-1.", b"%PDF-2.", 1)),
            ("không phải PDF", b"<html>"),
        ):
            with self.subTest(words):
                answer = self.post(call, pdf)
                self.assertIs(answer["Status"], False)
                self.assertFalse(answer["FileServer"])
                self.assertTrue(answer["Message"])
        self.assertFalse(self.document.returned_parts(job["session"]))
        self.assertTrue(self.post(call, self.signed(call))["Status"])  # the right one still counts

    def test_the_word_in_the_address(self):
        job = self.document.begin_signature("sign", self.key.id)
        (call,) = job["calls"]
        pdf = self.signed(call)
        wrong = {"values": {name: value.replace("?t=", "?t=x") for name, value in call["values"].items()}}
        self.assertEqual(self.fetch(wrong).status_code, 404)
        self.assertIs(self.post(wrong, pdf)["Status"], False)
        self.assertTrue(self.post(call, pdf)["Status"])
        self.assertIs(self.post(call, pdf)["Status"], False)  # spent
        self.assertEqual(self.fetch(call).status_code, 404)

    def test_time_runs_out(self):
        job = self.document.begin_signature("sign", self.key.id)
        (call,) = job["calls"]
        pdf = self.signed(call)
        session = self.env["vpdt.signing.session"].sudo().browse(job["session"])
        session.expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self.env.flush_all()
        self.assertEqual(self.fetch(call).status_code, 404)
        self.assertIn("hết", self.post(call, pdf)["Message"])

    def test_a_word_is_in_no_column(self):
        job = self.document.begin_signature("sign", self.key.id)
        word = job["calls"][0]["values"]["FileName"].rpartition("=")[2]
        session = self.env["vpdt.signing.session"].sudo().browse(job["session"])
        self.assertGreater(len(base64.urlsafe_b64decode(word + "==")), 24)
        self.assertNotIn(word, str(session.read()))


@tagged("post_install", "-at_install")
class TestVgcaOfAgency(VgcaCase):
    """Without the way over HTTP: a number comes over a connection of its own."""

    def answer(self, job, identity, place):
        sessions = self.env["vpdt.signing.session"]
        for call in job["calls"]:
            word = call["values"]["FileName"].rpartition("=")[2]
            served = sessions._of_word(word)._served(call["part"])
            pdf = sign_like_vgca(served, signing_common.signer_of(identity), place=place)
            self.assertEqual(sessions._of_word(word)._take_returned(pdf).id, call["part"])

    def test_the_agency_seals_document_and_annex(self):
        job = self.document.begin_signature("sign", self.key.id)
        self.answer(job, self.holder, (330, 330, 480, 390))
        self.document.finish_outside(job["session"])
        document = self.document.with_user(self.clerk)
        document.take_number()
        stamp = self.authority.issue_agency("Sở Nội vụ", identifier="H99.01")
        permission = {"clerk_ids": self.clerk.ids, "permission_note": "12/QĐ-SNV ngày 05/01/2026"}
        key = self._outside_key(self.unit_admin, stamp, name="Dấu", holder="agency", user_id=False, **permission)
        job = document.begin_signature("seal", key.id)
        self.assertEqual([call["function"] for call in job["calls"]], ["SignIssued", "SignAppendix"])
        self.assertEqual(job["calls"][0]["values"]["DocNumber"], document.code)
        self.assertIn("+07:00", job["calls"][0]["values"]["IssuedDate"])
        self.answer(job, stamp, SEAL_PLACE)
        self.assertTrue(document.finish_outside(job["session"]))
        result = self.verdict(document)
        self.assertEqual((document.state, result.verdict), ("issued", "valid"), result)
        self.assertEqual([check.kind for check in result.signatures], ["person", "agency"])
