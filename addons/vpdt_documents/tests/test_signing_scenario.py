"""Leader, number, agency, copy: verified after each step with our checker and with poppler's pdfsig."""

import base64
import ctypes
import io
import re
import subprocess
import tempfile
from pathlib import Path

import pypdfium2
from odoo.tests import tagged

from odoo.addons.vpdt_base.signing import copies, load_pkcs12, pictures, verify_isolated
from odoo.addons.vpdt_base.signing.pades import form_fields, open_reader

from .signing_documents import LEADER, PASSPHRASE, SigningCase, authority, letter

MM = 72 / 25.4


def pdfsig(pdf):
    """What poppler says: one dictionary of its lines for each signature."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "signed.pdf"
        path.write_bytes(pdf)
        done = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, timeout=60, check=False)
    blocks = re.split(r"Signature #\d+:", done.stdout)[1:]
    return [dict(re.findall(r"(?m)^ *- ([^:\n]+): (.*)$", block)) for block in blocks]


def picture(pdf, page=0, scale=2):
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    return document[page].render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")


def coloured_box(image, wanted):
    """Box (left, upper, right, lower) in pixels of the pixels that ``wanted(r, g, b)`` names, or None."""
    mask = image.point(lambda value: value)
    data = mask.load()
    points = [(x, y) for y in range(image.height) for x in range(image.width) if wanted(*data[x, y])]
    if not points:
        return None
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs) + 1, max(ys) + 1


def is_red(red, green, blue):
    # the edges of black letters are coloured a little where the screen's pixels are used for smoothing
    return red > 150 and green < 110 and blue < 110 and abs(green - blue) < 40


def is_blue(red, green, blue):
    return blue > 120 and red < 110 and green < 120


def rect_of(pdf, name):
    return [float(value) for value in form_fields(open_reader(pdf))[name][1]["/Rect"]]


def text_with_places(pdf, page=0):
    """Printed characters with their boxes, fonts and sizes, from a flat picture of the file."""
    document = pypdfium2.PdfDocument(copies.flatten(pdf))
    text_page = document[page].get_textpage()
    return document, text_page


@tagged("post_install", "-at_install")
class TestScenario(SigningCase):
    def check(self, pdf, signatures):
        result = verify_isolated(pdf, trust_roots=self.roots())
        self.assertEqual((result.verdict, len(result.signatures)), ("valid", signatures), result)
        theirs = pdfsig(pdf)
        self.assertEqual(len([item for item in theirs if "Signature Validation" in item]), signatures)
        for item in theirs:
            if "Signature Validation" in item:
                self.assertEqual(item["Signature Validation"], "Signature is Valid.")
        return result

    def test_leader_number_agency_copy(self):
        document = self.submit(self.make_document())
        self.assertEqual(verify_isolated(self.main_pdf(document), trust_roots=[]).verdict, "not_signed")
        self.sign(document)
        self.check(self.main_pdf(document), 1)
        document.with_user(self.clerk).take_number()
        self.check(self.main_pdf(document), 1)
        document.with_user(self.clerk).seal(self.agency_key.id, PASSPHRASE)
        result = self.check(self.main_pdf(document), 2)
        self.assertEqual([item.kind for item in result.signatures], ["person", "agency"])
        self.assertTrue(result.has_agency_signature)
        identity = authority().issue_agency("Sở Tài chính thử", identifier="H99.02")
        signer = load_pkcs12(identity.pkcs12(PASSPHRASE), PASSPHRASE)
        copy = copies.electronic_copy(self.main_pdf(document), signer, "SAO Y", "Sở Tài chính thử")
        self.check(copy, 1)
        self.assertRegex(flat_text(copy), r"SAO Y; Sở Tài chính thử; \d\d/\d\d/\d{4} \d\d:\d\d:\d\d \+07:00")

    def test_second_press_changes_nothing(self):
        document = self.submit(self.make_document())
        self.assertTrue(self.sign(document))
        self.assertFalse(self.sign(document))
        self.assertTrue(self.issue(document))
        before = self.main_pdf(document)
        self.assertFalse(document.with_user(self.clerk).seal(self.agency_key.id, PASSPHRASE))
        self.assertEqual(self.main_pdf(document), before)


@tagged("post_install", "-at_install")
class TestAppearance(SigningCase):
    """Nghị định 30/2020, Phụ lục I, II.7-8, III.1: on rendered pixels and on extracted text."""

    SCALE = 3  # pixels a point

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("test_blue_signature_is_centred")
        document = case.submit(case.make_document())
        case.sign(document)
        cls.signed = case.main_pdf(document)
        document.with_user(cls.clerk).take_number()
        document.with_user(cls.clerk).seal(cls.agency_key.id, PASSPHRASE)
        cls.issued, cls.document = case.main_pdf(document), document

    def test_blue_signature_is_centred(self):
        left, upper, right, lower = coloured_box(picture(self.signed, scale=self.SCALE), is_blue)
        self.assertAlmostEqual((left + right) / 2 / self.SCALE, 430, delta=6)  # the column of position and name
        height = 841.89
        self.assertLess(height - upper / self.SCALE, 420)  # below the position …
        self.assertGreater(height - lower / self.SCALE, 330)  # … and above the name
        self.assertIsNone(coloured_box(picture(self.signed), is_red))

    def test_red_seal_has_its_real_size(self):
        left, upper, right, lower = coloured_box(picture(self.issued, scale=self.SCALE), is_red)
        key = self.agency_key.sudo()
        wanted = pictures.check_picture(_raw(key.picture), pictures.SEAL)
        for pixels, millimetres in ((right - left, wanted[0]), (lower - upper, wanted[1])):
            self.assertAlmostEqual(pixels / self.SCALE / MM, millimetres, delta=1.0)

    def test_red_seal_covers_the_left_third(self):
        seal, person = rect_of(self.issued, "agency"), rect_of(self.issued, "person_1")
        size = pictures.picture_size(_raw(self.leader_key.sudo().picture))
        scale = min((person[2] - person[0]) / size[0], (person[3] - person[1]) / size[1])
        width = size[0] * scale
        left = (person[0] + person[2]) / 2 - width / 2
        self.assertAlmostEqual(seal[2], left + width / 3, delta=0.1)
        self.assertAlmostEqual((seal[1] + seal[3]) / 2, (person[1] + person[3]) / 2, delta=0.1)
        self.assertAlmostEqual((seal[2] - seal[0]) / MM, 36, delta=1)

    def test_number_and_date_are_text(self):
        text = printed_lines(self.issued)
        number, date = self.document.number, self.document.date
        self.assertRegex(text, rf"Số:\s*{number}\s*/SNV-VP")
        self.assertRegex(
            text, rf"ngày\s*{date.day:02d}\s*tháng\s*{date.month if date.month > 2 else f'{date.month:02d}'}"
        )

    def test_annex_in_the_same_file_is_not_signed_apart(self):
        document = self.submit(self.make_document(letter(("GIÁM ĐỐC", LEADER), pages=3)))
        self.sign(document)
        self.issue(document)
        result = verify_isolated(self.main_pdf(document), trust_roots=self.roots())
        self.assertEqual(len(result.signatures), 2)
        for page in (1, 2):
            self.assertIsNone(coloured_box(picture(self.main_pdf(document), page=page), is_red))

    def test_annex_in_its_own_file_has_one_line(self):
        annexes = [("Phụ lục 1.pdf", letter(pages=2, blanks=False)), ("Phụ lục 2.pdf", letter(blanks=False))]
        document = self.submit(self.make_document(annexes=annexes))
        self.sign(document)
        self.issue(document)
        files = document.sudo()._pdf_annexes()
        self.assertEqual(len(files), 2)
        main = verify_isolated(self.main_pdf(document), trust_roots=self.roots())
        for file in files:
            with self.subTest(file.original_name):
                pdf = file._content()
                result = verify_isolated(pdf, trust_roots=self.roots())
                self.assertEqual((result.verdict, [item.kind for item in result.signatures]), ("valid", ["agency"]))
                moment = result.signatures[0].signed_at
                self.assertEqual(moment, main.signatures[1].signed_at)
                line = f"{document.code}; {moment.strftime('%d/%m/%Y %H:%M:%S')} +07:00"
                self.assertIn(line, flat_text(pdf))
                self.assert_line_at_top_right(pdf, line)
                # the coloured edges of black letters on a screen become grey again when the picture is made smaller
                image = picture(pdf, scale=6).reduce(3)
                self.assertIsNone(coloured_box(image, is_red))
                self.assertIsNone(coloured_box(image, is_blue))

    def assert_line_at_top_right(self, pdf, line):
        document, text_page = text_with_places(pdf)
        start = text_page.get_text_range().index(line)
        raw, index = pypdfium2.raw, start + 2
        top = text_page.get_charbox(index, loose=True)[3]
        width, height = document.get_page_size(0)
        self.assertGreater(top, height - 20 * MM)
        self.assertAlmostEqual(raw.FPDFText_GetFontSize(text_page, index), 10, delta=0.01)
        self.assertAlmostEqual(width - rect_of(pdf, "agency")[2], 15 * MM, delta=0.5)
        colours = [ctypes.c_uint() for _channel in range(4)]
        self.assertTrue(raw.FPDFText_GetFillColor(text_page, index, *colours))
        self.assertEqual([colour.value for colour in colours[:3]], [0, 0, 0])
        self.assertRegex(font_name(text_page, index), r"Tinos-Regular|LiberationSerif$|Tinos$")


def font_name(text_page, index):
    buffer, flags = ctypes.create_string_buffer(200), ctypes.c_int()
    pypdfium2.raw.FPDFText_GetFontInfo(text_page, index, buffer, 200, flags)
    return buffer.value.decode()


def flat_text(pdf, page=0):
    return pypdfium2.PdfDocument(io.BytesIO(copies.flatten(pdf)))[page].get_textpage().get_text_range()


def printed_lines(pdf):
    """The text as it stands on the page, by poppler."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, timeout=60, check=True)
    return done.stdout.decode()


def _raw(picture):
    return base64.b64decode(picture)
