"""Files that would end the process of the server, or hold it up, are refused before it opens them."""

import functools
import resource
import tempfile
import unittest
from unittest import mock

try:
    from . import signing_common as common
    from .hostile_traps import TRAPS
except ImportError:
    import signing_common as common
    from hostile_traps import TRAPS

isolation, pades, places = common.isolation, common.pades, common.places
SigningError = common.SigningError
copies, placing = common.load("signing.copies"), common.load("signing.placing")

BOX = places.Places(None, None, None, (places.Box(0, 100, 100, 200, 150),), None)
#: Everything that opens a file in the process of the server.
DOORS = {
    "prepare": lambda pdf: pades.prepare(pdf, BOX),
    "sign": lambda pdf: pades.sign_plain(pdf, common.signer_of(common.person())),
    "annex": lambda pdf: pades.add_annex_line(pdf, common.signer_of(common.agency()), "15/QĐ-UBND"),
    "upright": placing.upright,
    "page sizes": placing.page_sizes,
    "read pages": places.read_pages,
    "copy": copies.flatten,
    "open": pades.open_reader,
}


@functools.cache
def trap(name):
    return TRAPS[name]()


class Trial(unittest.TestCase):
    """What a child does not survive, or does not finish, the server does not open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # less room and time than in an office, so that the tests do not wait
        for name, value in (("TRIAL_TIMEOUT", 3), ("TRIAL_MEMORY", 200 << 20)):
            patched = mock.patch.object(isolation, name, value)
            patched.start()
            cls.addClassCleanup(patched.stop)

    def test_each_trap_is_refused_in_words(self):
        for name in TRAPS:
            with self.subTest(name), self.assertRaises(SigningError) as caught:
                isolation.require_readable(trap(name))
            self.assertEqual(caught.exception.code, "too_heavy")
            self.assertTrue(caught.exception.details["reason"])

    def test_every_door_asks(self):
        for name, door in DOORS.items():
            with self.subTest(name), self.assertRaises(SigningError) as caught:
                door(trap("drawing that shows itself"))
            self.assertEqual(caught.exception.code, "too_heavy")

    def test_a_refusal_is_remembered(self):
        pdf = trap("page of 700 metres")
        with self.assertRaises(SigningError):
            isolation.require_readable(pdf)
        with mock.patch.object(isolation, "_try_out") as again, self.assertRaises(SigningError):
            isolation.require_readable(pdf)
        again.assert_not_called()

    def test_what_is_made_here_is_tried_out_once(self):
        pdf = common.draft(extra_pages=2)
        with mock.patch.object(isolation, "_try_out", wraps=isolation._try_out) as trials:
            prepared = pades.prepare(pdf, BOX)
            signed = pades.sign_person(prepared, common.signer_of(common.person()))
            copies.flatten(signed)
        self.assertEqual(trials.call_count, 1)

    def test_a_checker_that_does_not_start_refuses_and_forgets(self):
        pdf = common.draft() + b"\n"
        with mock.patch.object(isolation, "_checker", side_effect=OSError), self.assertRaises(SigningError) as caught:
            isolation.require_readable(pdf)
        self.assertEqual(caught.exception.details["reason"], "trial_failed")
        isolation.require_readable(pdf)

    def test_an_upload_is_looked_into_elsewhere(self):
        pdf = common.draft(extra_pages=2)
        self.assertEqual(tuple(isolation.look_into_pdf(pdf, "a.pdf")), ([], 3, False))
        with tempfile.NamedTemporaryFile() as file:
            file.write(common.encrypted())
            file.flush()
            seen = isolation.look_into_pdf(file.name, "a.pdf")
        self.assertEqual([code for code, _params in seen.problems], ["encrypted"])
        with mock.patch.object(isolation, "TRIAL_MEMORY", 1 << 20):
            seen = isolation.look_into_pdf(trap("20,000 pages"), "a.pdf")
        self.assertIn([code for code, _params in seen.problems], [["too_heavy"], ["broken"]])  # qpdf may say so itself

    def test_the_process_lives(self):
        self.assertTrue(isolation._checker().alive())
        self.assertLess(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 1_000_000)  # KB


if __name__ == "__main__":
    unittest.main()
