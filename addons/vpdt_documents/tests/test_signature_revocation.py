"""What the authorities say about the certificates in a file that came in; over real HTTP."""

import functools
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.vpdt_base.signing import ltv, pades, pki
from odoo.addons.vpdt_base.tests import signing_common
from odoo.addons.vpdt_base.tests.fake_revocation import FakeRevocation
from odoo.addons.vpdt_base.tests.signing_orm_common import WithFakeServices

from .signing_documents import SigningCase

WAIT_SECONDS = (120, 900, 7200, 43200)  # of the job function

YESTERDAY = datetime.now(timezone.utc) - timedelta(days=1)


@tagged("post_install", "-at_install")
class TestRevocation(WithFakeServices, SigningCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = FakeRevocation()
        cls.addClassCleanup(cls.service.stop)
        cls.issuer = pki.make_authority("VPDT Test Revocation", crl_url=f"{cls.service.url}/root.crl")
        cls.service.crl = cls.issuer.crl(by_root=True)
        cls.profile = pki.LeafProfile(ocsp_url=f"{cls.service.url}/ocsp")
        cls.seal = cls.issuer.issue_agency("Sở Tư pháp thử", identifier="H99.07", profile=cls.profile)
        root = cls.issuer.root.pem.decode()
        cls.anchor = cls.env["vpdt.trust.anchor"].create({"name": "VPDT Test Revocation", "certificate": root})
        cls.host = cls.env["vpdt.allowed.host"].create({"name": cls.service.host})

    def setUp(self):
        super().setUp()
        self.service.mood, self.service.requests[:] = "", []
        self.service.ocsp_of = lambda _serial: self.issuer.ocsp(self.seal.cert)
        self.jobs = self.env["queue.job"].sudo()

    @functools.cached_property
    def pdf(self):
        person = self.issuer.issue_person(signing_common.NAME, organization="Sở Tư pháp thử", profile=self.profile)
        signer, seal = signing_common.signer_of(person), signing_common.signer_of(self.seal)
        answers = {person.cert.serial_number: person.cert, self.seal.cert.serial_number: self.seal.cert}
        self.service.ocsp_of = lambda serial: self.issuer.ocsp(answers[serial])
        signed = pades.sign_person(signing_common.prepared(), signer, image_png=signing_common.signature_png())
        numbered = pades.fill_number_and_date(signed, number="15", day="23", month="11")
        return pades.sign_agency(numbered, seal, seal_png=signing_common.seal_png())

    def arrived(self, content=None):
        values = {"subject": "Văn bản đến thử", "company_id": self.agency.id}
        document = self.env["vpdt.incoming"].with_user(self.clerk).with_company(self.agency).create(values)
        file = self.env["vpdt.file"].with_user(self.clerk)._store(document, "den.pdf", content or self.pdf, "main")
        file._check_signatures()
        return file

    def waiting(self, file):
        """Attempts of the jobs that will ask about ``file``."""
        prefix = f"vpdt.file-{file.id}-_ask_revocation-"
        jobs = self.jobs.search([("identity_key", "=like", f"{prefix}%")])
        return sorted(int(key.removeprefix(prefix)) for key in jobs.mapped("identity_key"))

    def states(self, file):
        return [file.verdict, *file.signature_ids.mapped("revocation")]

    def revoke(self, when):
        answer = self.service.ocsp_of
        self.service.ocsp_of = lambda serial: (
            self.issuer.ocsp(self.seal.cert, revoked_at=when)
            if serial == self.seal.cert.serial_number
            else answer(serial)
        )

    def test_the_check_itself_asks_nobody(self):
        file = self.arrived()
        self.assertEqual((self.states(file), self.service.requests), (["valid", "asking", "asking"], []))
        self.assertEqual(self.waiting(file), [0])

    def test_the_job_asks_and_the_next_file_needs_no_job(self):
        file = self.arrived()
        file._ask_revocation(0)
        self.assertEqual(self.states(file), ["valid", "good", "good"])
        self.assertEqual(sorted(kind for kind, _what in self.service.requests), ["crl", "ocsp", "ocsp"])
        self.assertIn("in force", file.signature_details()["signatures"][0]["revocation"])
        second = self.arrived()
        self.assertEqual(self.states(second), ["valid", "good", "good"])
        self.assertEqual((self.waiting(second), len(self.service.requests)), ([], 3))

    def test_revoked_before_it_signed(self):
        file = self.arrived()
        self.revoke(YESTERDAY)
        file._ask_revocation(0)
        self.assertEqual(file.verdict, "invalid")
        self.assertIn("certificate_revoked", file.signature_ids.filtered(lambda s: s.kind == "agency").problems)
        document = self.env["vpdt.incoming"].browse(file.res_id)
        activity = document.sudo().activity_ids.filtered(lambda item: item.user_id == self.clerk)
        self.assertIn("den.pdf", activity.summary)
        self.assertIn("revoked", activity.note)
        entry = self.env["vpdt.journal.entry"].sudo().search([("res_model", "=", "vpdt.file")], limit=1)
        self.assertIn("invalid", entry.detail)

    def test_an_issuing_authority_that_was_revoked(self):
        file = self.arrived()
        listing = self.issuer.crl([(self.issuer.issuing.cert, YESTERDAY)], by_root=True)
        with patch.object(self.service, "crl", listing):
            file._ask_revocation(0)
        self.assertEqual(file.verdict, "invalid")

    def test_who_cannot_be_reached_is_asked_again_some_times(self):
        file = self.arrived()
        self.service.mood = "down"
        for attempt in range(len(WAIT_SECONDS) + 1):
            self.assertEqual(self.states(file), ["valid", "asking", "asking"])
            file._ask_revocation(attempt)
        self.assertEqual(self.waiting(file), list(range(len(WAIT_SECONDS) + 1)))
        self.assertEqual(self.states(file), ["valid", "unknown", "unknown"])
        self.assertIn("could not", file.signature_details()["signatures"][0]["revocation"])

    def test_hosts_that_are_not_allowed_are_not_called(self):
        file = self.arrived()
        self.host.active = False
        file._ask_revocation(0)
        self.assertEqual(self.service.requests, [])
        self.assertNotIn("good", self.states(file))

    def test_authorities_that_are_not_trusted_are_not_asked(self):
        self.anchor.active = False
        file = self.arrived()
        self.assertEqual(self.states(file), ["valid_unknown_trust", "not_asked", "not_asked"])
        self.assertEqual(self.waiting(file), [])
        file._ask_revocation(0)
        self.assertEqual(self.service.requests, [])

    def test_a_file_that_was_replaced_is_left(self):
        file = self.arrived()
        document = self.env["vpdt.incoming"].browse(file.res_id)
        self.env["vpdt.file"]._store(document, "den-2.pdf", self.pdf, "main", file)
        self.assertEqual(file._ask_revocation(0), "replaced")
        self.assertEqual(self.service.requests, [])

    def test_evidence_in_the_file_does_not_spare_the_question(self):
        lists = [self.issuer.crl(), self.issuer.crl(by_root=True)]
        options = {"trust_roots": [self.issuer.root.cert], "crls": lists}
        stamper = signing_common.timestamper(self.issuer.issue_tsa())
        file = self.arrived(ltv.upgrade(self.pdf, "B-LT", timestamper=stamper, **options))
        self.assertEqual((self.states(file), self.waiting(file)), (["valid", "good", "good"], [0]))
        self.revoke(YESTERDAY)
        file._ask_revocation(0)
        self.assertEqual(file.verdict, "invalid")

    def test_revoked_after_it_arrived(self):
        """What was in force when it came stays an original, without a time stamp too: the arrival is the proof."""
        file = self.arrived()
        self.revoke(datetime.now(timezone.utc) + timedelta(days=1))
        file._ask_revocation(0)
        self.assertEqual(file.verdict, "valid")

    def test_a_new_version_is_as_old_as_what_it_continues(self):
        signed = signing_common.signed_by_person()
        first = self.arrived(signed)
        owner = self.env["vpdt.incoming"].browse(first.res_id)
        other = self.env["vpdt.file"]._store(owner, "khac.pdf", signing_common.annex(), "main", first)
        last = self.env["vpdt.file"]._store(owner, "sau.pdf", signing_common.issued(), "main", other)
        moment = first.create_date.replace(tzinfo=timezone.utc)
        proof = last._proof_of_existence(signing_common.issued())
        self.assertEqual(proof, {"proven_at": moment, "earlier": [(len(signed), moment)]})
