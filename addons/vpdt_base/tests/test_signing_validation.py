"""What the check says about good documents, and how it is reported. The bad ones are in test_signing_hostile."""

import datetime
import hashlib

try:
    from . import signing_common as common
except ImportError:
    import signing_common as common

validation = common.validation
isolation = common.isolation


class TestVerification(common.Case):
    def test_details_of_an_issued_document(self):
        result = common.verdict(common.issued())
        person, agency = result.signatures
        self.assertEqual(result.sha256, hashlib.sha256(common.issued()).hexdigest())
        self.assertEqual((person.field, person.signer, person.kind), ("person_1", common.NAME, "person"))
        self.assertEqual((agency.field, agency.kind), ("agency", "agency"))
        self.assertEqual(person.serial, common.pki.serial_hex(common.person().cert))
        self.assertEqual(bytes.fromhex(person.certificate), common.person().der)
        self.assertEqual(person.issuer, "VPDT Test Issuing CA")
        self.assertEqual(person.signed_at.utcoffset(), datetime.timedelta(hours=7))
        self.assertLess(abs(person.signed_at - common.trust.now()), datetime.timedelta(minutes=10))
        self.assertEqual((person.modification, agency.modification), ("form_filling", "none"))
        self.assertEqual((person.problems, result.problems, result.unsigned_fields), ([], [], []))

    def test_without_roots_the_trust_is_unknown(self):
        result = validation.verify(common.issued(), trust_roots=[])
        self.assertEqual(result.verdict, "valid_unknown_trust")
        self.assertTrue(result.has_agency_signature)
        self.assertEqual([problem.code for problem in result.signatures[0].problems], ["untrusted"])

    def test_empty_fields_are_told(self):
        result = common.verdict(common.signed_by_person())
        self.assertEqual((result.unsigned_fields, result.has_agency_signature), (["agency"], False))

    def test_worst_verdict_wins(self):
        self.assertEqual(validation.worst([]), "valid")
        self.assertEqual(validation.worst(["valid", "modified", "valid_unknown_trust"]), "modified")
        self.assertEqual(validation.worst(["invalid", "modified"]), "invalid")

    def test_goes_through_json(self):
        for pdf in (common.issued(), common.draft(), b""):
            result = common.verdict(pdf)
            self.assertEqual(validation.Verification.from_dict(result.as_dict()), result)

    def test_fetching_is_not_done_here(self):
        with self.assertRaises(NotImplementedError):
            common.verdict(common.issued(), allow_fetching=True)

    def test_expired_since_but_valid_at_signing(self):
        later = common.trust.now() + 6 * 365 * common.DAY
        self.assertEqual(common.verdict(common.issued(), at=later).verdict, "valid")

    def test_revoked_after_signing(self):
        revoked_on = common.trust.now() + common.DAY
        crl = common.authority().crl(
            [(common.agency().cert, revoked_on)], this_update=revoked_on + common.DAY, reason="superseded"
        )
        later = revoked_on + 3 * common.DAY
        self.assertEqual(common.verdict(common.issued(), crls=[crl], at=later).verdict, "valid")


class TestIsolated(common.Case):
    def test_same_result_as_in_this_process(self):
        at = common.trust.now()
        crls = [common.authority().crl()]
        options = {"trust_roots": common.roots(), "crls": crls, "at": at}
        self.assertEqual(
            isolation.verify_isolated(common.issued(), **options), validation.verify(common.issued(), **options)
        )

    def test_time_is_capped(self):
        result = isolation.verify_isolated(common.issued(), trust_roots=[], timeout=0.05)
        self.assertEqual((result.verdict, result.problems[0].code), ("unreadable", "time_exceeded"))

    def test_memory_is_capped(self):
        result = isolation.verify_isolated(common.issued(), trust_roots=[], memory=50 * 1024**2)
        self.assertEqual(result.verdict, "unreadable")
        self.assertIn(result.problems[0].code, ("memory_exceeded", "check_failed"))


class TestKinds(common.Case):
    def test_person_and_agency(self):
        kind = common.pki.certificate_kind
        self.assertEqual(kind(common.person().cert), "person")
        self.assertEqual(kind(common.agency().asn1), "agency")
        self.assertEqual(kind(common.tsa().cert), "unknown")

    def test_rules_are_data(self):
        rules = (common.pki.KindRule("agency", "2.5.4.3", ("UBND",)),)
        self.assertEqual(common.pki.certificate_kind(common.agency().cert, rules), "agency")
        self.assertEqual(common.pki.certificate_kind(common.person().cert, rules), "unknown")

    def test_every_code_is_known_and_survives_a_process_border(self):
        import pickle

        error = common.SigningError("place_not_found", which="number")
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((again.code, again.details), ("place_not_found", {"which": "number"}))
        with self.assertRaises(ValueError):
            common.SigningError("no such code")
