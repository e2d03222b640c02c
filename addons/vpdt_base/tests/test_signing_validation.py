"""What the check says about good documents, and how it is reported. The bad ones are in test_signing_hostile."""

import datetime
import hashlib

try:
    from . import hostile_later as later
    from . import signing_common as common
except ImportError:
    import hostile_later as later
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

    def test_expired_since(self):
        """Only its arrival, or a time stamp, proves that a signature is older than the end of the certificate."""
        years, arrival = common.trust.now() + 6 * 365 * common.DAY, common.trust.now() + common.DAY
        result = common.verdict(common.issued(), at=years)
        self.assertEqual(result.verdict, "valid_unknown_trust")
        self.assertEqual([problem.code for problem in result.signatures[0].problems], ["age_unproven"])
        self.assertEqual(common.verdict(common.issued(), at=years, proven_at=arrival).verdict, "valid")
        stamped = common.ltv.upgrade(common.issued(), "B-T", timestamper=common.timestamper())
        self.assertEqual(common.verdict(stamped, at=years).verdict, "valid")
        # later the certificate of the service has run out, too, and nothing renews its stamp
        later = common.trust.now() + 11 * 365 * common.DAY
        self.assertEqual(common.verdict(stamped, at=later, proven_at=arrival).verdict, "valid")
        result = common.verdict(stamped, at=later)
        self.assertEqual(result.verdict, "valid_unknown_trust")
        self.assertIn("timestamp_expired", [note.code for note in (*result.notes, *result.signatures[0].notes)])

    def test_revoked_after_signing(self):
        revoked_on = common.trust.now() + common.DAY
        for reason in ("superseded", "key_compromise"):
            crl = common.authority().crl(
                [(common.agency().cert, revoked_on)], this_update=revoked_on + common.DAY, reason=reason
            )
            options = {"crls": [crl], "at": revoked_on + 3 * common.DAY}
            self.assertEqual(common.verdict(common.issued(), **options).verdict, "invalid")
            arrival = {"proven_at": revoked_on - common.DAY / 2}
            self.assertEqual(common.verdict(common.issued(), **options, **arrival).verdict, "valid")

    def test_an_answer_of_a_later_revocation(self):
        """Where certificates name a responder, pyHanko looks for its word; one of a later time is no doubt."""
        issuer, revoked_on = common.pki.make_authority("VPDT Test OCSP"), common.trust.now() + common.DAY
        profile = common.pki.LeafProfile(ocsp_url="http://127.0.0.1/ocsp")
        cert = issuer.issue_person(common.NAME, organization="UBND", profile=profile).cert
        answers = [issuer.ocsp(cert, revoked_at=revoked_on), issuer.ocsp(issuer.issuing.cert)]
        follow, options = common.trust.follow, {"other_certs": [issuer.issuing.cert], "ocsps": answers}
        for moment, state in ((common.trust.now(), "trusted"), (revoked_on + common.DAY, "refused")):
            self.assertEqual(follow(cert, [issuer.root.cert], at=moment, **options)[0], state)

    def test_the_key_of_a_time_stamping_service_is_stolen(self):
        stamped = common.ltv.upgrade(common.issued(), "B-T", timestamper=common.timestamper())
        stolen_on = common.trust.now() + common.DAY
        arrival = {"proven_at": stolen_on - common.DAY / 2}
        for reason, more, verdict in (
            ("key_compromise", {}, "invalid"),
            ("key_compromise", arrival, "valid"),
            ("superseded", {}, "valid"),
        ):
            crl = common.authority().crl([(common.tsa().cert, stolen_on)], this_update=stolen_on, reason=reason)
            result = common.verdict(stamped, crls=[crl], at=stolen_on + common.DAY, **more)
            self.assertEqual(result.verdict, verdict, reason)

    def test_a_version_proves_what_it_holds(self):
        """A file that was continued after the end of a certificate: the earlier version is the proof."""
        crl = common.authority().crl([(common.person().cert, common.trust.now() + common.DAY)], reason="superseded")
        options = {"crls": [crl], "at": common.trust.now() + 2 * common.DAY}
        first = (len(common.signed_by_person()), common.trust.now())
        self.assertEqual(common.verdict(common.issued(), **options).signatures[0].verdict, "invalid")
        self.assertEqual(common.verdict(common.issued(), **options, earlier=[first]).verdict, "valid")
        shorter = (first[0] - 1, first[1])
        self.assertEqual(common.verdict(common.issued(), **options, earlier=[shorter]).verdict, "invalid")

    def test_cover_by_old_evidence(self):
        """A list of the time that the signer claims says nothing of the time at which the file came."""
        issuer, day, now = common.long_authority(), common.DAY, common.trust.now()
        times = {"this_update": now - 40 * day, "next_update": now - 10 * day}
        old = [issuer.crl(**times), issuer.crl(**times, by_root=True)]
        signed = common.verdict(later.backdated(), crls=old).signatures[0]
        self.assertEqual((signed.verdict, signed.in_force), ("valid", False))
        fresh = [issuer.crl(), issuer.crl(by_root=True)]
        self.assertTrue(common.verdict(later.backdated(), crls=fresh).signatures[0].in_force)

    def test_an_answer_without_an_end_counts_for_a_day(self):
        revocation, now = common.load("signing.revocation"), common.trust.now()
        for age, end, counts in ((0.5, None, True), (1.5, None, False), (1.5, 2, True), (1.5, -1, False)):
            start, until = now - age * common.DAY, end and now + end * common.DAY
            self.assertEqual(revocation.counts_at(start, until, now), counts)

    def test_another_agency_adds_its_stamp(self):
        """The other side of the hostile table: a seal on white paper, and one across the signer's own name."""
        for box in (later.CORNER, (380, 320, 482, 422)):
            result = common.verdict(later.countersigned(box=box))
            self.assertEqual((result.verdict, result.has_agency_signature), ("valid", True), result)
        drawn = common.load("signing.drawn")
        self.assertFalse(drawn.hides_content(common.numbered(), common.issued(), {0: []}), "our own seal")
        annex = common.verdict(later.sealed_annex())
        self.assertEqual([check.verdict for check in annex.signatures], ["valid", "valid"])


class TestIsolated(common.Case):
    def test_same_result_as_in_this_process(self):
        at = common.trust.now()
        crls = [common.authority().crl()]
        options = {"trust_roots": common.roots(), "crls": crls, "at": at, "proven_at": at, "earlier": [(9, at)]}
        self.assertEqual(
            isolation.verify_isolated(common.issued(), **options), validation.verify(common.issued(), **options)
        )

    def test_time_is_capped(self):
        result = isolation.verify_isolated(common.issued(), trust_roots=[], timeout=0.05)
        self.assertEqual((result.verdict, result.problems[0].code), ("unreadable", "time_exceeded"))

    def test_memory_is_capped(self):
        result = isolation.verify_isolated(common.issued(), trust_roots=[], memory=1024**2)
        self.assertEqual(result.verdict, "unreadable")
        self.assertIn(result.problems[0].code, ("memory_exceeded", "checker_ended"))


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
