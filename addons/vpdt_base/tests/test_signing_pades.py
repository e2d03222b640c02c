"""Signing in the order of the law, and how it looks on paper."""

import asyncio
import datetime
import io
import re
import unittest

import pypdfium2
from PIL import ImageChops, ImageStat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

try:
    from . import signing_common as common
except ImportError:
    import signing_common as common

pades = common.pades
MOMENT = datetime.datetime(2026, 11, 22, 3, 15, 30, tzinfo=datetime.timezone.utc)
SCALE = 4  # pixels a point


def render(pdf, page=0):
    """Draw a page as a reader prints it, form fields included; RGB."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    return document[page].render(scale=SCALE, may_draw_forms=True).to_pil().convert("RGB")


def mask_box(mask):
    """Give the box (points, PDF coordinates) of all that is white in a mask."""
    x0, y0, x1, y1 = mask.getbbox()
    top = mask.height / SCALE
    return x0 / SCALE, top - y1 / SCALE, x1 / SCALE, top - y0 / SCALE


def exceeds(first, second, amount):
    """Mask of the pixels where one channel is stronger than another by more than an amount."""
    return ImageChops.subtract(first, second).point(lambda value: 255 if value > amount else 0)


def blue_box(picture):
    red, green, blue = picture.split()
    return mask_box(ImageChops.darker(exceeds(blue, red, 60), exceeds(blue, green, 40)))


def red_box(picture):
    red, green, blue = picture.split()
    return mask_box(ImageChops.darker(exceeds(red, blue, 90), exceeds(red, green, 90)))


def dark_box(picture):
    return mask_box(picture.convert("L").point(lambda value: 255 if value < 110 else 0))


def text_of(pdf, page=0):
    """Text of a page with its form fields drawn into it."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    page = document[page]
    page.flatten()
    return document[0].get_textpage().get_text_range()


def pyhanko_status(pdf, index):
    """What pyHanko with its standard policy says, independent of our own."""
    reader = PdfFileReader(io.BytesIO(pdf))
    context = ValidationContext(trust_roots=[common.authority().root.asn1], other_certs=[])
    return asyncio.run(async_validate_pdf_signature(reader.embedded_signatures[index], context))


class TestOrderOfTheLaw(common.Case):
    def test_both_signatures_are_valid_for_pyhanko(self):
        person, agency = (pyhanko_status(common.issued(), index) for index in (0, 1))
        self.assertTrue(person.bottom_line and agency.bottom_line)
        self.assertEqual(person.modification_level.name, "FORM_FILLING")
        self.assertEqual(agency.modification_level.name, "NONE")
        self.assertTrue(person.docmdp_ok)

    @unittest.skipUnless(common.have("pdfsig"), "poppler-utils is not installed")
    def test_both_signatures_are_valid_for_poppler(self):
        told = common.pdfsig(common.issued())
        self.assertEqual(told.count("Signature is Valid."), 2, told)
        self.assertEqual(told.count("ETSI.CAdES.detached"), 2)
        self.assertEqual(told.count("SHA-256"), 2)

    def test_our_own_verdict_after_each_step(self):
        for pdf, count, has_agency in (
            (common.signed_by_person(), 1, False),
            (common.numbered(), 1, False),
            (common.issued(), 2, True),
        ):
            result = common.verdict(pdf)
            self.assertEqual(result.verdict, "valid", result)
            self.assertEqual((len(result.signatures), result.has_agency_signature), (count, has_agency))

    def test_each_step_keeps_the_bytes_before(self):
        steps = [common.prepared(), common.signed_by_person(), common.numbered(), common.issued()]
        for before, after in zip(steps, steps[1:], strict=False):
            self.assertTrue(after.startswith(before))

    def test_time_is_written_in_vietnamese_time(self):
        signed = pades.sign_person(common.prepared(), common.signer_of(common.long_person()), signing_time=MOMENT)
        self.assertIn(b"/M (D:20261122101530+07'00')", signed)

    def test_agency_does_not_sign_before_the_person(self):
        signer, seal = common.signer_of(common.agency()), common.seal_png()
        filled = pades.fill_number_and_date(common.prepared(), number="15", day="23", month="11")
        self.refused("not_numbered", pades.sign_agency, common.prepared(), signer, seal_png=seal)
        self.refused("person_signature_missing", pades.sign_agency, filled, signer, seal_png=seal)

    def test_agency_does_not_sign_what_was_tampered_with(self):
        tampered = common.numbered().replace(b"/UBND", b"/UBNX", 1)
        tampered = tampered if tampered != common.numbered() else _flip(common.numbered(), 3000)
        signer = common.signer_of(common.agency())
        with self.assertRaises(common.SigningError):
            pades.sign_agency(tampered, signer, seal_png=common.seal_png())

    def test_agency_does_not_sign_over_a_person_without_trust(self):
        stranger = common.pki.make_authority("Stranger").issue_person(common.NAME, organization="?")
        signed = pades.sign_person(common.prepared(), common.signer_of(stranger))
        signed = pades.fill_number_and_date(signed, number="15", day="23", month="11")
        self.refused(
            "person_signature_missing",
            pades.sign_agency,
            signed,
            common.signer_of(common.agency()),
            seal_png=common.seal_png(),
            trust_roots=common.roots(),
        )

    def test_joint_document_needs_all_persons(self):
        found = common.joint_places()
        prepared = pades.prepare(common.joint_draft(), found)
        first = pades.sign_person(prepared, common.signer_of(common.person()), image_png=common.signature_png())
        numbered = pades.fill_number_and_date(first, number="15", day="23", month="11")
        signer, seal = common.signer_of(common.agency()), common.seal_png()
        error = self.refused("person_signature_missing", pades.sign_agency, numbered, signer, seal_png=seal)
        self.assertEqual(error.details["fields"], ["person_2"])
        second = pades.sign_person(
            first, common.signer_of(common.person("Trần Thị Bình")), field="person_2", image_png=common.signature_png()
        )
        issued = pades.sign_agency(
            pades.fill_number_and_date(second, number="15", day="23", month="11"), signer, seal_png=seal
        )
        result = common.verdict(issued)
        self.assertEqual([item.verdict for item in result.signatures], ["valid"] * 3, result)


def _flip(pdf, offset):
    return pdf[:offset] + bytes([pdf[offset] ^ 1]) + pdf[offset + 1 :]


class TestRefusals(common.Case):
    def test_fields(self):
        signer = common.signer_of(common.person())
        self.refused("field_missing", pades.sign_person, common.draft(), signer)
        self.refused("field_missing", pades.sign_person, common.prepared(), signer, field="person_9")
        self.refused("field_missing", pades.sign_person, common.prepared(), signer, field="number")
        self.refused("field_already_signed", pades.sign_person, common.signed_by_person(), signer)
        self.refused("already_signed", pades.prepare, common.signed_by_person(), common.found_places(common.draft()))
        self.refused("field_exists", pades.prepare, common.prepared(), common.found_places(common.draft()))

    def test_number_and_date_are_filled_in_once(self):
        values = {"number": "16", "day": "24", "month": "11"}
        self.refused("already_filled", pades.fill_number_and_date, common.numbered(), **values)
        self.refused("already_filled", pades.fill_number_and_date, common.issued(), **values)
        self.refused("field_missing", pades.fill_number_and_date, common.draft(), **values)

    def test_number_and_date_have_a_form(self):
        for number, day, month in (("", "1", "1"), ("1\n2", "1", "1"), ("15", "32a", "1"), ("15", "1", "")):
            with self.assertRaises(ValueError):
                pades.fill_number_and_date(common.signed_by_person(), number=number, day=day, month=month)

    def test_files(self):
        signer = common.signer_of(common.person())
        for code, pdf in (
            ("not_a_pdf", b""),
            ("not_a_pdf", b"PK\x03\x04 a docx"),
            ("not_a_pdf", b"%PDF-1.7\nbroken"),
            ("encrypted_pdf", common.encrypted()),
        ):
            self.refused(code, pades.sign_person, pdf, signer)
            self.refused(code, pades.fill_number_and_date, pdf, number="1", day="1", month="1")
            self.refused(code, pades.prepare, pdf, common.found_places(common.draft()))

    def test_certificates(self):
        authority, now = common.authority(), common.trust.now()
        profile = common.pki.LeafProfile
        for code, changed in (
            ("certificate_expired", profile(not_before=now - 3 * common.DAY, not_after=now - common.DAY)),
            ("certificate_not_yet_valid", profile(not_before=now + common.DAY)),
            ("usage_forbidden", profile(digital_signature=False, non_repudiation=False)),
            ("usage_forbidden", profile(is_ca=True)),
            ("weak_key", profile(key_size=1024)),
        ):
            identity = authority.issue_person(common.NAME, organization="UBND", profile=changed)
            self.refused(code, pades.sign_person, common.prepared(), common.signer_of(identity))
        self.refused("wrong_kind", pades.sign_person, common.prepared(), common.signer_of(common.agency()))
        self.refused(
            "untrusted", pades.sign_person, common.prepared(), common.signer_of(common.person()), trust_roots=[]
        )
        revoked = authority.crl([(common.person().cert, now - common.DAY / 2)])
        self.refused(
            "certificate_revoked",
            pades.sign_person,
            common.prepared(),
            common.signer_of(common.person()),
            trust_roots=common.roots(),
            crls=[revoked],
        )

    def test_picture(self):
        self.refused(
            "picture_invalid",
            pades.sign_person,
            common.prepared(),
            common.signer_of(common.person()),
            image_png=b"no picture",
        )

    def test_naive_time(self):
        with self.assertRaises(ValueError):
            pades.sign_person(
                common.prepared(), common.signer_of(common.person()), signing_time=datetime.datetime(2026, 1, 1)
            )


class TestLook(common.Case):
    """Nghị định 30/2020/NĐ-CP, Phụ lục I, on rendered pixels and extracted text."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.picture = render(common.issued())
        cls.found = common.found_places(common.draft())

    def test_blue_signature_is_centred_between_position_and_name(self):
        x0, y0, x1, y1 = blue_box(render(common.signed_by_person()))
        (person,) = self.found.persons
        self.assertAlmostEqual((x0 + x1) / 2, (person.x0 + person.x1) / 2, delta=2.5)
        self.assertAlmostEqual((y0 + y1) / 2, (person.y0 + person.y1) / 2, delta=2.5)
        self.assertGreater(min(x0 - person.x0, person.x1 - x1, y0 - person.y0, person.y1 - y1), -0.5)
        pixels = common.pictures.picture_size(common.signature_png())
        self.assertAlmostEqual((x1 - x0) / (y1 - y0), pixels[0] / pixels[1], delta=0.1)

    def test_red_seal_in_real_size_over_the_left_third(self):
        seal = red_box(self.picture)
        blue = blue_box(render(common.signed_by_person()))
        self.assertAlmostEqual((seal[2] - seal[0]) / common.places.MM, 36, delta=0.8)
        self.assertAlmostEqual((seal[3] - seal[1]) / common.places.MM, 36, delta=0.8)
        overlap = (seal[2] - blue[0]) / (blue[2] - blue[0])
        self.assertAlmostEqual(overlap, 1 / 3, delta=0.05)
        self.assertAlmostEqual((seal[1] + seal[3]) / 2, (blue[1] + blue[3]) / 2, delta=2.5)

    def test_number_and_date_read_in_their_place(self):
        text = re.sub(r"\s+", " ", text_of(common.numbered()))
        chars = {char.letter: char for char in _chars(common.numbered(), "15")}
        self.assertEqual({round(char.size, 1) for char in chars.values()}, {13.0})
        self.assertEqual({round(char.baseline, 1) for char in chars.values()}, {745.0})
        self.assertRegex(text, r"15")
        self.assertRegex(text, r"23")

    def test_number_is_upright_and_date_italic_in_embedded_fonts(self):
        reader = PdfFileReader(io.BytesIO(common.numbered()))
        fields = pades.form_fields(reader)
        for name, ending in (("number", "Tinos"), ("day", "Italic"), ("month", "Italic")):
            resources = fields[name][1]["/AP"]["/N"]["/Resources"]
            font = resources["/Font"]["/F"]
            self.assertIn(ending, str(font["/BaseFont"]))
            self.assertIn("/FontFile2", font["/DescendantFonts"][0]["/FontDescriptor"])
            self.assertEqual(fields[name][1]["/Ff"], 1, "read-only")
            self.assertNotIn(".", name)

    def test_long_number_shrinks_instead_of_running_over(self):
        filled = pades.fill_number_and_date(common.signed_by_person(), number="1234567", day="23", month="11")
        (first, *_rest, last) = _chars(filled, "1234567")
        box = self.found.number.box
        self.assertGreaterEqual(first.x0, box.x0 - 0.5)
        self.assertLessEqual(last.x1, box.x1 + 0.5)


def _chars(pdf, text):
    """Find the characters of a text that stands in a form field of page 1."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    document[0].flatten()
    buffer = io.BytesIO()
    document.save(buffer)
    chars, _width = common.places.read_pages(buffer.getvalue())[0]
    joined = "".join(char.letter for char in chars)
    start = joined.rindex(text)
    return chars[start : start + len(text)]


class TestAnnexLine(common.Case):
    def setUp(self):
        super().setUp()
        self.text = pades.annex_text("15/QĐ-UBND", MOMENT)
        self.signer = common.signer_of(common.long_agency())

    def test_texts_of_the_decree(self):
        self.assertEqual(self.text, "15/QĐ-UBND; 22/11/2026 10:15:30 +07:00")
        self.assertEqual(
            pades.copy_text("SAO Y", "UBND tỉnh Gia Lai", MOMENT),
            "SAO Y; UBND tỉnh Gia Lai; 22/11/2026 10:15:30 +07:00",
        )

    def test_one_black_line_of_ten_points_at_the_top_right(self):
        signed = pades.add_annex_line(common.annex(), self.signer, self.text, signing_time=MOMENT)
        self.assertIn(self.text, text_of(signed))
        line = _chars(signed, common.places.fold(self.text))
        self.assertEqual({round(char.size, 1) for char in line}, {10.0})
        self.assertEqual(len({round(char.baseline, 1) for char in line}), 1)
        self.assertAlmostEqual(line[-1].x1, 595.27 - 15 * common.places.MM, delta=1)
        self.assertGreater(line[0].y0, 842 - 20 * common.places.MM)
        picture = render(signed)
        head = picture.crop((0, 0, picture.width, 20 * 3 * SCALE))
        means = ImageStat.Stat(head).mean  # single pixels are coloured by the smoothing for screens
        self.assertLess(max(means) - min(means), 0.5, "black on white only")
        self.assertLess(head.convert("L").getextrema()[0], 60)

    def test_valid_and_closed_for_further_fields(self):
        signed = pades.add_annex_line(common.annex(), self.signer, self.text, signing_time=MOMENT)
        result = common.verdict(signed)
        self.assertEqual((result.verdict, result.has_agency_signature), ("valid", True), result)
        self.refused("certified_no_changes", pades.add_annex_line, signed, self.signer, self.text)

    def test_never_over_a_broken_signature(self):
        """Neither the agency's line nor a plain signature vouches for what was changed after somebody signed it."""
        signed = pades.sign_plain(common.annex(), common.signer_of(common.person()))

        def turn(writer):
            page = writer.root["/Pages"]["/Kids"][0]
            page["/Rotate"] = generic.NumberObject(90)
            writer.update_container(page)

        pades.add_annex_line(signed, self.signer, self.text, signing_time=MOMENT)
        for broken in (common.update(signed, turn), signed[:400] + b"0" + signed[401:]):
            self.refused("earlier_signature_broken", pades.add_annex_line, broken, self.signer, self.text)
            self.refused("earlier_signature_broken", pades.sign_plain, broken, self.signer)

    @unittest.skipUnless(common.have("pdfsig"), "poppler-utils is not installed")
    def test_poppler_agrees(self):
        signed = pades.add_annex_line(common.annex(), self.signer, self.text, signing_time=MOMENT)
        self.assertIn("Signature is Valid.", common.pdfsig(signed))

    def test_turned_pages(self):
        for turn in (90, 180, 270):
            signed = pades.add_annex_line(common.annex(turn), self.signer, self.text, signing_time=MOMENT)
            picture = render(signed)
            dark = dark_box(picture)
            width, height = (side / SCALE for side in picture.size)
            self.assertAlmostEqual(dark[2], width - 15 * common.places.MM, delta=2, msg=turn)
            self.assertGreater(dark[1], height - 20 * common.places.MM, turn)
            self.assertGreater(dark[2] - dark[0], 150, "the line runs from left to right")

    def test_letter_without_glyph(self):
        self.refused("text_not_representable", pades.add_annex_line, common.annex(), self.signer, "文")
        self.refused("text_too_wide", pades.add_annex_line, common.annex(), self.signer, "x" * 300)


class TestPlain(common.Case):
    def test_two_signatures_in_new_fields(self):
        signed = pades.sign_plain(common.draft(), common.signer_of(common.person()))
        signed = pades.sign_plain(signed, common.signer_of(common.agency()))
        result = common.verdict(signed)
        self.assertEqual(result.verdict, "valid", result)
        self.assertEqual([item.field for item in result.signatures], ["signature_1", "signature_2"])

    def test_sloppy_draft_is_rewritten_before_signing(self):
        sloppy = common.draft().replace(b"startxref\n", b"startxref\n9", 1)
        signed = pades.sign_plain(sloppy, common.signer_of(common.person()))
        self.assertEqual(common.verdict(signed).verdict, "valid")
