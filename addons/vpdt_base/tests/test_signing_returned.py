"""What a program outside sends back: what was handed out, with one signature of the expected person, or nothing."""

import unittest

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

try:
    from . import hostile_pdfs as make
    from . import signing_common as common
    from .vgca_signature import sign_like_vgca
except ImportError:
    import hostile_pdfs as make
    import signing_common as common
    from vgca_signature import sign_like_vgca

returned = common.load("signing.returned")
SigningError = common.SigningError


def person():
    return common.signer_of(common.person())


def _rename_title(writer):
    writer.root[pdf_name("/Lang")] = generic.pdf_string("en")
    writer.update_root()


def _fill_number(writer):
    make.set_text("number", "99")(writer)


#: what came back → code of the refusal
REFUSED = {
    "another file": (lambda served: sign_like_vgca(common.draft(), person()), "returned_changed"),
    "nothing at all": (lambda served: served, "returned_not_signed"),
    "a comment only": (lambda served: served + b"% signed\n", "returned_broken returned_not_signed"),
    "somebody else's signature": (
        lambda served: sign_like_vgca(served, common.signer_of(common.person("Lê Văn Khác"))),
        "certificate_changed",
    ),
    "two signatures": (
        lambda served: sign_like_vgca(sign_like_vgca(served, person()), person()),
        "returned_not_signed",
    ),
    "page content replaced": (
        lambda served: sign_like_vgca(served, person(), change=make.replace_page_content),
        "returned_changed",
    ),
    "annotation added": (lambda served: sign_like_vgca(served, person(), change=make.annotate), "returned_changed"),
    "page added": (lambda served: sign_like_vgca(served, person(), change=make.add_page), "returned_changed"),
    "number filled in": (lambda served: sign_like_vgca(served, person(), change=_fill_number), "returned_changed"),
    "text behind the signature": (lambda served: sign_like_vgca(served, person()) + b"\nmore\n", "returned_broken"),
    "a byte of the signature changed": (
        lambda served: _flipped(sign_like_vgca(served, person())),
        "returned_broken returned_not_signed",
    ),
}


def _flipped(pdf):
    start = pdf.rindex(b"/Contents <") + 11
    at = start + len(pdf[start : pdf.index(b">", start)].rstrip(b"0")) - 20  # in the signature value
    return pdf[:at] + (b"0" if pdf[at : at + 1] != b"0" else b"1") + pdf[at + 1 :]


class Returned(unittest.TestCase):
    def check(self, served, pdf):
        returned.require_returned(served, pdf, common.person().cert, trust_roots=common.roots())

    def test_the_honest_signature_is_taken_first_and_later(self):
        draft = common.prepared()
        first = sign_like_vgca(draft, person())
        self.check(draft, first)
        plain = returned.with_form(common.draft())
        self.check(plain, sign_like_vgca(plain, person()))
        numbered = common.pades.fill_number_and_date(first, number="15", day="22", month="11")
        agency = sign_like_vgca(numbered, common.signer_of(common.agency()), place=(250, 330, 350, 430))
        returned.require_returned(numbered, agency, common.agency().cert, trust_roots=common.roots())
        result = common.verdict(agency)
        self.assertEqual((result.verdict, len(result.signatures)), ("valid", 2), result)

    def test_our_agency_seals_what_was_signed_so(self):
        signed = sign_like_vgca(common.prepared(), person())
        numbered = common.pades.fill_number_and_date(signed, number="15", day="22", month="11")
        sealed = common.pades.sign_agency(numbered, common.signer_of(common.agency()), seal_png=common.seal_png())
        self.assertEqual(common.verdict(sealed).verdict, "valid")

    def test_everything_else_is_refused(self):
        served = common.prepared()
        for name, (come_back, codes) in REFUSED.items():
            with self.subTest(name), self.assertRaises(SigningError) as caught:
                self.check(served, come_back(served))
            self.assertIn(caught.exception.code, codes.split(), caught.exception)


if __name__ == "__main__":
    unittest.main()
