"""Asking whether a certificate is revoked: OCSP and lists over HTTP, and everything that can go wrong with them."""

import dataclasses
import datetime

from freezegun import freeze_time

try:
    from . import signing_common as common
    from .fake_revocation import FakeRevocation
except ImportError:
    import signing_common as common
    from fake_revocation import FakeRevocation

fetching = common.load("signing.fetching")
hosts = common.load("signing.hosts")
DAY = common.DAY


class FetchingCase(common.Case):
    OCSP = CRL = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = FakeRevocation()
        cls.addClassCleanup(cls.service.stop)
        cls.authority = common.authority()
        cls.issuer = cls.authority.issuing.cert
        profile = common.pki.LeafProfile(
            ocsp_url=f"{cls.service.url}/ocsp" if cls.OCSP else None,
            crl_url=f"{cls.service.url}/list.crl" if cls.CRL else None,
        )
        cls.cert = cls.authority.issue_person(common.NAME, organization="UBND", profile=profile).cert

    def setUp(self):
        super().setUp()
        self.service.mood, self.service.requests[:] = "", []
        self.service.ocsp_of = lambda _serial: self.authority.ocsp(self.cert)
        self.service.crl = self.authority.crl()

    def ask(self, cert=None, cache=None, allowed=None, **options):
        allowed = hosts.parse_allowed(self.service.host if allowed is None else allowed)
        source = fetching.RevocationSource(allowed, cache, timeout=options.pop("timeout", 5), **options)
        return source.evidence(cert or self.cert, self.issuer)

    def kinds(self):
        return [kind for kind, _what in self.service.requests]


class TestOcsp(FetchingCase):
    def test_good(self):
        found = self.ask()
        self.assertEqual((found.status, len(found.ocsps), found.crls), ("good", 1, []))
        self.assertEqual(self.service.requests, [("ocsp", self.cert.serial_number)])

    def test_revoked(self):
        when = common.trust.now().replace(microsecond=0) - DAY
        self.service.ocsp_of = lambda _serial: self.authority.ocsp(self.cert, revoked_at=when)
        found = self.ask()
        self.assertEqual((found.status, found.revoked_at), ("revoked", when))
        with self.assertRaises(common.SigningError) as caught:
            common.trust.check_certificate(
                self.cert, trust_roots=common.roots(), other_certs=[self.issuer], ocsps=found.ocsps
            )
        self.assertEqual(caught.exception.code, "certificate_revoked")

    def test_appointed_responder(self):
        responder = self.authority.issue_ocsp_responder()
        self.service.ocsp_of = lambda _serial: self.authority.ocsp(self.cert, responder=responder)
        self.assertEqual(self.ask().status, "good")

    def test_answers_that_do_not_count_lead_to_the_list(self):
        stranger = common.pki.make_authority("Another")
        other = self.authority.issue_person("Trần Thị Bình", organization="UBND").cert
        now = common.trust.now()
        answers = {
            "signed by another authority": stranger.ocsp(self.cert),
            "signed by a person": self.authority.ocsp(self.cert, responder=common.person()),
            "about another": self.authority.ocsp(other),
            "run out": self.authority.ocsp(self.cert, this_update=now - 3 * DAY, next_update=now - DAY),
            "from the future": self.authority.ocsp(self.cert, this_update=now + DAY),
            "cut": self.authority.ocsp(self.cert)[:-40],
            "empty": b"",
        }
        for name, data in answers.items():
            with self.subTest(name):
                self.service.requests.clear()
                self.service.ocsp_of = lambda _serial, data=data: data
                found = self.ask()
                self.assertEqual((found.status, len(found.crls), found.ocsps), ("good", 1, []))
                self.assertEqual(self.kinds(), ["ocsp", "crl"])
                self.assertEqual(len(found.notes), 1)

    def test_services_that_fail_leave_it_unknown(self):
        for mood in ("down", "redirect", "rubbish"):
            with self.subTest(mood):
                self.service.mood = mood
                found = self.ask()
                self.assertEqual((found.status, len(found.notes)), ("unknown", 2), found)

    def test_slow_service_is_left(self):
        self.service.mood = "slow"
        started = common.trust.now()
        self.assertEqual(self.ask(timeout=0.3).status, "unknown")
        self.assertLess(common.trust.now() - started, datetime.timedelta(seconds=1.4))

    def test_endless_and_large_answers_are_left(self):
        self.service.mood = "trickle"
        found = self.ask(timeout=0.5, max_ocsp=10**9, max_crl=10**9)
        self.assertEqual([note.rpartition(": ")[2] for note in found.notes], ["too slow"] * 2)
        found = self.ask(max_ocsp=50_000, max_crl=50_000)
        self.assertIn("more than 50000 bytes", found.notes[0])

    def test_only_listed_hosts_are_called(self):
        for allowed in ("", "localhost", "127.0.0.1", f"127.0.0.1:{self.service.server_port + 1}"):
            with self.subTest(allowed):
                found = self.ask(allowed=allowed)
                self.assertEqual((found.status, self.service.requests), ("unknown", []))
                self.assertIn("not on the list", found.notes[0])

    def test_certificate_without_addresses(self):
        found = self.ask(cert=common.person().cert)
        self.assertEqual((found.status, found.notes), ("unknown", []))


class TestCache(FetchingCase):
    def test_asked_once_while_fresh(self):
        cache = fetching.MemoryCache()
        for _index in range(3):
            self.assertEqual(self.ask(cache=cache).status, "good")
        self.assertEqual(self.kinds(), ["ocsp"])

    def test_asked_again_when_run_out(self):
        cache = fetching.MemoryCache()
        found = self.ask(cache=cache)
        with freeze_time(found.until + datetime.timedelta(seconds=1)):
            self.service.ocsp_of = lambda _serial: self.authority.ocsp(self.cert, this_update=common.trust.now())
            self.assertEqual(self.ask(cache=cache).status, "good")
        self.assertEqual(self.kinds(), ["ocsp", "ocsp"])

    def test_failed_address_is_left_alone_for_a_moment(self):
        cache = fetching.MemoryCache()
        self.service.mood = "down"
        self.ask(cache=cache)
        self.service.mood = ""
        self.assertEqual(self.ask(cache=cache).status, "unknown")
        self.assertEqual(self.kinds(), ["ocsp", "crl"])
        with freeze_time(common.trust.now() + fetching.RETRY_AFTER + datetime.timedelta(seconds=1)):
            self.assertEqual(self.ask(cache=cache).status, "good")


class TestList(FetchingCase):
    OCSP = False

    def test_good_and_revoked(self):
        self.assertEqual(self.ask().status, "good")
        when = common.trust.now().replace(microsecond=0) - DAY
        self.service.crl = self.authority.crl([(self.cert, when)])
        found = self.ask()
        self.assertEqual((found.status, found.revoked_at), ("revoked", when))

    def test_lists_that_do_not_count(self):
        now = common.trust.now()
        revoked = [(self.cert, now - DAY)]
        for name, data in {
            "of another authority": common.pki.make_authority("Another").crl(revoked),
            "of the root": self.authority.crl(revoked, by_root=True),
            "run out": self.authority.crl(revoked, this_update=now - 9 * DAY, next_update=now - DAY),
        }.items():
            with self.subTest(name):
                self.service.crl = data
                self.assertEqual(self.ask().status, "unknown")


class TestPath(FetchingCase):
    CRL = False

    def test_chain_is_good_when_every_certificate_is(self):
        source = fetching.RevocationSource(hosts.parse_allowed(self.service.host))
        path = [self.authority.root.cert, self.issuer, self.cert]
        self.assertEqual(source.evidence_for_path(path).status, "unknown")  # the issuing authority names no address
        self.assertEqual(source.evidence_for_path(path[1:]).status, "good")

    def test_one_revoked_revokes_the_chain(self):
        good, revoked = fetching.Evidence("good"), fetching.Evidence("revoked", revoked_at=common.trust.now())
        self.assertEqual(fetching.merge([good, revoked, fetching.Evidence()]).status, "revoked")
        self.assertEqual(fetching.merge([good, dataclasses.replace(good)]).status, "good")


class TestHosts(common.Case):
    def test_table(self):
        allowed = hosts.parse_allowed("ocsp.example.vn, CRL.example.vn:8080\n tsa.example.vn")
        for url, expected in {
            "http://ocsp.example.vn/x": True,
            "https://OCSP.example.vn/": True,
            "http://ocsp.example.vn:8080/": False,
            "http://crl.example.vn:8080/a.crl": True,
            "http://crl.example.vn/a.crl": False,
            "http://ocsp.example.vn.evil.vn/": False,
            "http://evil.vn/?ocsp.example.vn": False,
            "http://ocsp.example.vn@evil.vn/": False,
            "http://user:pass@ocsp.example.vn/": False,
            "ftp://ocsp.example.vn/": False,
            "file:///etc/passwd": False,
            "ldap://ocsp.example.vn/": False,
            "http://ocsp.example.vn:99999/": False,
            "ocsp.example.vn": False,
            "": False,
        }.items():
            with self.subTest(url):
                self.assertEqual(hosts.is_allowed(url, allowed), expected)

    def test_empty_list_allows_nothing(self):
        self.assertFalse(hosts.is_allowed("http://ocsp.example.vn/", hosts.parse_allowed(None)))
