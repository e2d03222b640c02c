"""Boxes 1–5, signature, recipients, QR code, and the short report that joins them."""

import datetime
import io

import pypdfium2

try:
    from .official_pdf_common import OfficialPdfCase, load, squeeze
except ImportError:
    from official_pdf_common import OfficialPdfCase, load, squeeze

package = load("official_pdf")
heading = load("official_pdf.heading")
page = load("official_pdf.page")


class TestRules(OfficialPdfCase):
    def test_days_below_ten_and_two_months_take_a_zero(self):
        for date, text in (
            ((2020, 1, 5), "ngày 05 tháng 01 năm 2020"),
            ((2019, 6, 29), "ngày 29 tháng 6 năm 2019"),
            ((2026, 2, 10), "ngày 10 tháng 02 năm 2026"),
            ((2026, 3, 1), "ngày 01 tháng 3 năm 2026"),
            ((2026, 12, 31), "ngày 31 tháng 12 năm 2026"),
        ):
            self.assertEqual(heading.official_date(datetime.date(*date)), text)
        self.assertEqual(
            heading.official_date(datetime.date(2026, 1, 1), "Gia Lai"),
            "Gia Lai, ngày 01 tháng 01 năm 2026",
        )

    def test_blank_date(self):
        self.assertRegex(heading.official_date(None, "Gia Lai"), "^Gia Lai, ngày …+ tháng …+ năm …+$")

    def test_recipients_take_dashes_and_signs(self):
        self.assertEqual(
            heading.recipient_lines(["Như trên", "- UBND tỉnh;", "", "Lưu: VT, VP."]),
            ["- Như trên;", "- UBND tỉnh;", "- Lưu: VT, VP."],
        )

    def test_fixed_phrases_are_kept_together(self):
        self.assertEqual(heading.agency_name("Ủy ban nhân dân tỉnh"), "ỦY\xa0BAN\xa0NHÂN\xa0DÂN TỈNH")


class TestReport(OfficialPdfCase):
    def report(self, **values):
        head = {
            "agency": "Sở Nội vụ",
            "parent": "UBND tỉnh Gia Lai",
            "number": "05/BC-SNV",
            "place": "Gia Lai",
            "date": datetime.date(2026, 2, 3),
            "type_name": "Báo cáo",
            "subject": "Tình hình giải quyết văn bản đến",
            **values.pop("head", {}),
        }
        table = package.TableReport("", [package.Column("Đơn vị", 80)], [("Văn phòng",)])
        return package.OfficialReport(
            package.OfficialHeading(**head),
            ["Sở Nội vụ báo cáo như sau:"],
            table,
            ["Trên đây là báo cáo của Sở Nội vụ./."],
            package.Signature(["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], "Trần Văn Bình"),
            ["UBND tỉnh", "Lưu: VT"],
            **values,
        )

    def test_parts_in_order(self):
        data = self.pdf(self.report().write_pdf)
        text = squeeze(self.pages(data)[0])
        position = -1
        for piece in (
            "UBND TỈNH GIA LAI", "SỞ NỘI VỤ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc", "Số: 05/BC-SNV", "Gia Lai, ngày 03 tháng 02 năm 2026",
            "BÁO CÁO", "Tình hình giải quyết", "như sau:", "Văn phòng", "Trên đây", "Nơi nhận:",
            "- UBND tỉnh;", "- Lưu: VT.", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Trần Văn Bình",
        ):  # fmt: skip
            found = text.find(piece, position + 1)
            self.assertGreater(found, position, piece)
            position = found
        self.assert_fonts_embedded(data)

    def test_boxes_are_on_their_sides(self):
        frame = page.A4_PORTRAIT
        data = self.pdf(self.report().write_pdf)
        middle = frame.left + frame.width * heading.LEFT_SHARE
        left = self.text_in(data, 0, frame.left, frame.top - 80, middle, frame.top)
        right = self.text_in(data, 0, middle, frame.top - 80, frame.right, frame.top)
        self.assertIn("SỞ NỘI VỤ", left)
        self.assertNotIn("CỘNG HÒA", left)
        self.assertIn("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", squeeze(right))

    def test_official_letter_has_its_subject_below_the_number(self):
        data = self.pdf(self.report(head={"type_name": ""}).write_pdf)
        self.assertIn("V/v Tình hình giải quyết", squeeze(self.pages(data)[0]))

    def test_signature_and_recipients_stay_on_one_page(self):
        report = self.report()
        report.paragraphs = ["Một dòng."] * 29
        texts = self.pages(self.pdf(report.write_pdf))
        together = [text for text in texts if "Nơi nhận" in text or "Trần Văn Bình" in text]
        self.assertEqual(len(together), 1)

    def test_long_names_stay_within_the_margins(self):
        head = {"agency": "Trung tâm Lưu trữ " * 8, "parent": "Ủy ban nhân dân " * 6, "subject": "về việc " * 60}
        data = self.pdf(self.report(head=head).write_pdf)
        frame = page.A4_PORTRAIT
        self.assert_within(data, frame.left - 2, frame.bottom, frame.right + 2, frame.top)

    def test_justified_lines_end_at_the_margin(self):
        frame = page.A4_PORTRAIT
        report = self.report()
        report.paragraphs = ["Căn cứ Nghị\xa0định số\xa030/2020 của Chính phủ về công tác văn thư; " * 6]
        data = self.pdf(report.write_pdf)
        document = pypdfium2.PdfDocument(data)
        self.addCleanup(document.close)
        text = document[0].get_textpage()
        ends = [text.get_charbox(i)[2] for i in range(text.count_chars())]
        self.assertAlmostEqual(max(ends), frame.right, delta=1)

    def test_qr_stands_under_the_recipients_and_not_on_a_page_of_its_own(self):
        rows = [(str(number), "x") for number in range(59)]
        table = package.TableReport(
            "x", [package.Column("STT", 20), package.Column("Việc", 100)], rows, landscape=False
        )
        report = package.OfficialReport(
            package.OfficialHeading(agency="Sở Nội vụ", type_name="BÁO CÁO"),
            table=table,
            signature=package.Signature(["GIÁM ĐỐC"], "Người Thử"),
            recipients=["Như trên;", "Lưu: VT."],
            qr="https://vpdt.example/1",
        )
        stream = io.BytesIO()
        report.write_pdf(stream)
        document = pypdfium2.PdfDocument(stream.getvalue())
        self.addCleanup(document.close)
        last = document[len(document) - 1].get_textpage().get_text_range()
        self.assertIn("Người Thử", last)

    def test_qr_code_is_drawn_in_its_square(self):
        stream = io.BytesIO()
        canvas = page.OfficialCanvas(stream, page.A4_PORTRAIT, title="x")
        heading.qr(canvas, "https://vpdt.example/văn-bản/1", 100, 100, 30)
        canvas.showPage()
        canvas.save()
        document = pypdfium2.PdfDocument(stream.getvalue())
        self.addCleanup(document.close)
        picture = document[0].render(scale=1).to_pil().convert("L").point(lambda v: 255 - v)
        left, top, right, bottom = picture.getbbox()
        side = 30 / 25.4 * 72
        height = picture.size[1]
        self.assertTrue(100 <= left < right <= 101 + side)
        self.assertTrue(height - 101 - side <= top < bottom <= height - 99)
