"""The pages of copies, without the ORM: which ones, the block of a paper copy, the code in the margin."""

import datetime
import io
import unittest

import pypdfium2
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from .. import copying
from .copies_common import letter, numbered_pages, printed

MM = 72 / 25.4
ADDRESS, CODE = "https://office.example/vpdt/check/0123456789ABCDEF", "0123456789ABCDEF"
BLOCK = copying.CopyBlock(
    form="SAO Y",
    agency="Sở Nội vụ",
    number="01/SY-SNV",
    place="Gia Lai",
    date=datetime.date(2026, 1, 5),
    titles=["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"],
    signer="Nguyễn Văn Bê",
    recipients=["Sở Tài chính", "Lưu: VT"],
)


def page(lowest, size=A4, footer=False):
    """A page with a line of text at ``lowest`` points, drawn as dark boxes so that a pixel is a pixel."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    canvas.rect(100, 700 if size == A4 else 400, 200, 10, fill=1)
    canvas.rect(100, lowest, 200, 10, fill=1)
    if footer:
        canvas.rect(450, 30, 100, 5, fill=1)
    canvas.save()
    return buffer.getvalue()


def rows(pdf, number=-1, scale=3):
    """Grey picture of a page, ``scale`` pixels a point."""
    document = pypdfium2.PdfDocument(pdf)
    return document[len(document) + number if number < 0 else number].render(scale=scale).to_pil().convert("L")


def dark(picture, x0, y0, x1, y1, scale=3):
    """Box of what is printed in an area given in mm from the upper left, in mm, or None."""
    unit = scale * MM
    part = picture.crop(tuple(round(value * unit) for value in (x0, y0, x1, y1)))
    found = part.point(lambda value: 255 if value < 200 else 0).getbbox()
    return found and tuple(value / unit + start for value, start in zip(found, (x0, y0, x0, y0), strict=True))


class TestPages(unittest.TestCase):
    def test_joining(self):
        whole = copying.join([numbered_pages(2), numbered_pages(3)])
        self.assertEqual([text.strip() for text in printed(whole)],
                         ["Trang 1", "Trang 2", "Trang 1", "Trang 2", "Trang 3"])  # fmt: skip
        self.assertEqual(copying.page_count(whole), 5)


class TestExtract(unittest.TestCase):
    def test_the_components_of_the_original_stand_around_the_part(self):
        pdf = copying.make_extract(
            copying.Extract(
                agency="Sở Nội vụ",
                parent="UBND tỉnh Gia Lai",
                number="05/QĐ-SNV",
                place="Gia Lai",
                date=datetime.date(2026, 1, 5),
                type_name="Quyết định",
                subject="Về việc nghỉ hưu",
                text="Điều 2. Chánh Văn phòng chịu trách nhiệm thi hành.",
                titles=["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"],
                signer="Nguyễn Văn Bê",
                recipients=["Như Điều 2", "Lưu: VT"],
            )
        )
        (text,) = printed(pdf)
        for words in ("CỘNG HÒA XÃ HỘI", "SỞ NỘI VỤ", "Số: 05/QĐ-SNV", "ngày 05 tháng 01 năm 2026", "QUYẾT ĐỊNH",
                      "Về việc nghỉ hưu", "Điều 2. Chánh Văn phòng", "PHÓ GIÁM ĐỐC",
                      "Nguyễn Văn Bê", "- Lưu: VT."):  # fmt: skip
            self.assertIn(words, text)

    def test_a_long_part_goes_on_to_further_pages_and_the_signature_is_whole(self):
        extract = copying.Extract(agency="Sở", number="1", text="Một đoạn văn dài. " * 700, signer="Nguyễn Văn Bê")
        pages = printed(copying.make_extract(extract))
        self.assertGreater(len(pages), 1)
        self.assertIn("Nguyễn Văn Bê", pages[-1])


class TestBlock(unittest.TestCase):
    def test_under_the_document_across_the_text_area(self):
        pdf = copying.add_block(copying.plain(page(lowest=500)), BLOCK)
        self.assertEqual(copying.page_count(pdf), 1)
        end = 297 - 500 / MM  # of the document, in mm from above
        left, top, right, bottom = dark(rows(pdf), 0, end + 2, 210, end + 8)  # a strip in which there is the rule alone
        self.assertAlmostEqual(top, end + 6, delta=0.4)  # 6 mm below the last line
        self.assertAlmostEqual(left, 30, delta=0.3)  # left and right margin of the text area
        self.assertAlmostEqual(right, 195, delta=0.3)
        self.assertLess(bottom - top, 0.5)

    def test_the_components_in_two_columns(self):
        picture = copying.add_block(copying.plain(page(lowest=500)), BLOCK)
        text = printed(picture)[0]
        lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
        self.assertEqual(lines[0], "SỞ NỘI VỤ SAO Y")  # boxes 2 and 1
        self.assertEqual(lines[1], "Số: 01/SY-SNV Gia Lai, ngày 05 tháng 01 năm 2026")  # 3 and 4
        self.assertEqual(lines[2], "Nơi nhận: KT. GIÁM ĐỐC")  # 7 and 5a
        self.assertIn("PHÓ GIÁM ĐỐC", text)
        self.assertIn("- Sở Tài chính;", text)
        self.assertIn("- Lưu: VT.", text)
        self.assertEqual(lines[-1], "Nguyễn Văn Bê")
        self.assertGreater(text.index("Nguyễn Văn Bê"), text.index("- Lưu: VT."))

    def test_on_a_page_of_its_own_when_there_is_no_room(self):
        for what, pdf in {
            "text to the end": page(lowest=60),
            "something in the lower margin": page(lowest=500, footer=True),
            "a page that is too low": page(lowest=100, size=landscape(A4)),
        }.items():
            with self.subTest(what):
                done = copying.add_block(copying.plain(pdf), BLOCK)
                first, own = rows(copying.plain(pdf)), rows(done, 0)
                self.assertEqual(first.tobytes(), own.tobytes())  # nothing was put on the document's page
                self.assertEqual(copying.page_count(done), 2)
                left, top, right, _bottom = dark(rows(done), 0, 0, 210, 22)
                self.assertAlmostEqual(top, 20, delta=0.4)
                self.assertAlmostEqual(right - left, 165, delta=0.6)


class TestLookup(unittest.TestCase):
    def test_in_the_margin_only(self):
        before = copying.plain(page(lowest=60))
        pdf, printed_there = copying.add_lookup(before, ADDRESS, CODE)
        self.assertTrue(printed_there)
        left, top, right, bottom = dark(rows(pdf), 115, 200, 210, 297)
        self.assertGreater(top, 297 - 20)  # the lower margin of 20 mm
        self.assertGreater(left, 120)
        self.assertLess(right, 206)
        self.assertLess(bottom, 293)
        self.assertIn("Mã tra cứu: 0123-4567-89AB-CDEF", printed(pdf)[0])
        self.assertIn("https://office.example/vpdt/check\n", printed(pdf)[0] + "\n")
        upper = tuple(round(value * 3 * MM) for value in (0, 0, 210, 277))
        self.assertEqual(rows(before).crop(upper).tobytes(), rows(pdf).crop(upper).tobytes())

    def test_not_over_anything(self):
        before = copying.plain(page(lowest=500, footer=True))
        self.assertEqual(copying.add_lookup(before, ADDRESS, CODE), (before, False))

    def test_a_turned_scan_is_set_upright_first(self):
        import pikepdf

        with pikepdf.open(io.BytesIO(letter(blanks=False))) as document:
            document.pages[0].Rotate = 90
            buffer = io.BytesIO()
            document.save(buffer)
        pdf, printed_there = copying.add_lookup(copying.plain(buffer.getvalue()), ADDRESS, CODE)
        self.assertTrue(printed_there)
        picture = rows(pdf)
        self.assertGreater(picture.width, picture.height)
        self.assertTrue(dark(picture, 270, 190, 297, 210))
