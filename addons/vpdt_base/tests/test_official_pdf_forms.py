"""The forms of Nghị định 30/2020, Phụ lục IV and V, letter for letter."""

import datetime
import io

import pypdf

try:
    from .official_pdf_common import OfficialPdfCase, column_texts, load, squeeze
except ImportError:
    from official_pdf_common import OfficialPdfCase, column_texts, load, squeeze

forms = load("official_pdf.forms")
page = load("official_pdf.page")
typesetting = load("official_pdf.typesetting")
fonts = load("official_pdf.fonts")
tables = load("official_pdf.tables")

SUBJECT = "Tên loại và trích yếu nội dung văn bản"
HEADINGS = {
    "outgoing_register": [
        "Số, ký hiệu văn bản",
        "Ngày tháng văn bản",
        SUBJECT,
        "Người ký",
        "Nơi nhận văn bản",
        "Đơn vị, người nhận bản lưu",
        "Số lượng bản",
        "Ngày chuyển",
        "Ký nhận",
        "Ghi chú",
    ],
    "postal_register": [
        "Ngày chuyển",
        "Số, ký hiệu văn bản",
        "Nơi nhận văn bản",
        "Số lượng bì",
        "Ký nhận và dấu bưu điện",
        "Ghi chú",
    ],
    "retained_copy_register": [
        "Ngày tháng",
        "Họ tên người sử dụng",
        "Số, ký hiệu ngày tháng văn bản",
        SUBJECT,
        "Số và ký hiệu HS",
        "Ký nhận",
        "Ngày trả",
        "Người cho phép sử dụng",
        "Ghi chú",
    ],
    "incoming_register": [
        "Ngày đến",
        "Số đến",
        "Tác giả",
        "Số, ký hiệu văn bản",
        "Ngày tháng văn bản",
        SUBJECT,
        "Đơn vị hoặc người nhận",
        "Ngày chuyển",
        "Ký nhận",
        "Ghi chú",
    ],
    "follow_up_register": [
        "Số đến",
        "Tên loại, số, ký hiệu, ngày, tháng và tên cơ quan, tổ chức ban hành văn bản",
        "Đơn vị hoặc người nhận",
        "Thời hạn giải quyết",
        "Tiến độ giải quyết",
        "Số, ký hiệu văn bản trả lời",
        "Ghi chú",
    ],
    "file_plan": [
        "Số và ký hiệu hồ sơ",
        "Tên đề mục và tiêu đề hồ sơ",
        "Thời hạn bảo quản",
        "Người lập hồ sơ",
        "Ghi chú",
    ],
    "transfer_list": [
        "Số TT",
        "Số, ký hiệu hồ sơ",
        "Tiêu đề hồ sơ",
        "Thời gian tài liệu",
        "Thời hạn bảo quản",
        "Số tờ/ Số trang",
        "Ghi chú",
    ],
    "transfer_list_permanent": [
        "Số TT",
        "Số, ký hiệu hồ sơ",
        "Tiêu đề hồ sơ",
        "Thời gian tài liệu",
        "Số tờ/ Số trang",
        "Ghi chú",
    ],
    "copy_register": [
        "Số, ký hiệu bản sao",
        "Ngày sao",
        "Hình thức sao",
        "Số, ký hiệu, ngày văn bản được sao",
        "Tên loại và trích yếu",
        "Người ký bản sao",
        "Nơi nhận",
        "Số lượng",
        "Ghi chú",
    ],
    "dossier_contents": [
        "STT",
        "Số, ký hiệu văn bản",
        "Ngày tháng năm văn bản",
        SUBJECT,
        "Tác giả văn bản",
        "Tờ số/ Trang số",
        "Ghi chú",
    ],
}
TITLES = {
    "outgoing_register": "SỔ ĐĂNG KÝ VĂN BẢN ĐI",
    "postal_register": "SỔ GỬI VĂN BẢN ĐI BƯU ĐIỆN",
    "retained_copy_register": "SỔ SỬ DỤNG BẢN LƯU",
    "incoming_register": "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN",
    "copy_register": "SỔ ĐĂNG KÝ BẢN SAO",
    "follow_up_register": "SỔ THEO DÕI GIẢI QUYẾT VĂN BẢN ĐẾN",
    "file_plan": "DANH MỤC HỒ SƠ",
    "transfer_list": "MỤC LỤC HỒ SƠ, TÀI LIỆU NỘP LƯU",
    "transfer_list_permanent": "MỤC LỤC HỒ SƠ, TÀI LIỆU NỘP LƯU",
    "dossier_contents": "MỤC LỤC VĂN BẢN, TÀI LIỆU",
}


class TestRegisters(OfficialPdfCase):
    def printed(self, form, rows=120):
        cover = form.make_cover("Sở Nội vụ", parent="UBND tỉnh", year=2026)
        values = [["x"] * len(form.columns)] * rows
        return self.pdf(form.report(values, cover=cover).write_pdf)

    def test_there_is_a_test_for_every_form(self):
        self.assertEqual(set(forms.FORMS), set(HEADINGS))

    def test_titles_and_sources(self):
        for key, form in forms.FORMS.items():
            self.assertEqual(form.title, TITLES[key])
            self.assertIn("Nghị định 30/2020", form.source)

    def test_headings_as_printed_in_order_on_every_page(self):
        for key, form in forms.FORMS.items():
            data = self.printed(form)
            last = len(pypdf.PdfReader(io.BytesIO(data)).pages) - 1
            for number in (1, last):
                with self.subTest(form=key, page=number):
                    printed = column_texts(self, data, number, page.A4_LANDSCAPE, form.columns)
                    headings = [text.split(f" ({i})")[0] for i, text in enumerate(printed, 1)]
                    self.assertEqual(headings, HEADINGS[key])

    def test_whole_width_of_the_page_is_used(self):
        for form in forms.FORMS.values():
            self.assertEqual(sum(column.width_mm for column in form.columns), 252, form.key)

    def test_no_word_of_a_heading_is_broken(self):
        for form in forms.FORMS.values():
            for column in form.columns:
                room = column.width_mm / 25.4 * 72 - 2 * tables.PADDING_X
                lines = typesetting.break_lines(column.title, fonts.BOLD, tables.HEADER_SIZE, room)
                self.assertEqual(" ".join(lines), column.title, form.key)

    def test_a_date_fits_on_one_line(self):
        for form in forms.FORMS.values():
            for column in form.columns:
                if column.title.startswith("Ngày"):
                    room = column.width_mm / 25.4 * 72 - 2 * tables.PADDING_X
                    text = typesetting.as_text(datetime.date(2026, 12, 31))
                    self.assertEqual(len(typesetting.break_lines(text, fonts.REGULAR, tables.BODY_SIZE, room)), 1)

    def test_only_register_viii_has_a_cover_without_numbers(self):
        for key in ("outgoing_register", "postal_register", "retained_copy_register", "incoming_register"):
            self.assertIn("Từ số", " ".join(forms.FORMS[key].make_cover("a").lines()))
        self.assertNotIn("Từ số", " ".join(forms.FOLLOW_UP_REGISTER.make_cover("a").lines()))

    def test_portrait(self):
        for form in forms.FORMS.values():
            if len(form.columns) < 8:
                self.pdf(form.report([], landscape=False).write_pdf)


class TestDrawings(OfficialPdfCase):
    def test_stamp_has_the_size_and_words_of_form_v(self):
        stamp = forms.ArrivalStamp("Sở Nội vụ", 12, datetime.date(2026, 3, 6), "Phòng Văn thư", "01.TCCB")
        data = self.pdf(forms.arrival_stamp, stamp)
        box = pypdf.PdfReader(io.BytesIO(data)).pages[0].mediabox
        self.assertAlmostEqual(float(box.width) / 72 * 25.4, 50, places=2)
        self.assertAlmostEqual(float(box.height) / 72 * 25.4, 35, places=2)
        text = squeeze(self.pages(data)[0])
        for piece in ("SỞ NỘI VỤ", "ĐẾN", "Số: 12", "Ngày: 06/03/2026", "Chuyển: Phòng Văn thư", "HS: 01.TCCB"):
            self.assertIn(piece, text)
        self.assert_within(data, 0, 0, float(box.width), float(box.height))
        self.assert_fonts_embedded(data)

    def test_blank_stamp_and_very_long_names_stay_inside(self):
        for stamp in (
            forms.ArrivalStamp("UBND " * 30),
            forms.ArrivalStamp("x", "1" * 40, "2" * 40, "Phòng " * 20, "HS " * 30),
        ):
            data = self.pdf(forms.arrival_stamp, stamp)
            box = pypdf.PdfReader(io.BytesIO(data)).pages[0].mediabox
            self.assert_within(data, 0, 0, float(box.width), float(box.height))

    def slip(self, **values):
        return forms.HandlingSlip(agency="Sở Nội vụ", place="Gia Lai", **{"document": "", **values})

    def test_handling_slip_has_the_words_of_form_vii(self):
        text = squeeze(" ".join(self.pages(self.pdf(forms.handling_slip, self.slip()))))
        position = -1
        for piece in (
            "SỞ NỘI VỤ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
            "Gia Lai, ngày", "PHIẾU GIẢI QUYẾT VĂN BẢN ĐẾN",
            "(Tên loại; số và ký hiệu; ngày, tháng, năm; cơ quan ban hành "
            "và trích yếu nội dung văn bản đến)",
            "1. Ý kiến của lãnh đạo cơ quan, tổ chức", "Giao đơn vị, cá nhân chủ trì",
            "Giao các đơn vị, cá nhân tham gia phối hợp giải quyết văn bản đến (nếu có)",
            "Thời hạn giải quyết đối với mỗi đơn vị, cá nhân (nếu có)",
            "2. Ý kiến của lãnh đạo đơn vị", "3. Ý kiến đề xuất của người giải quyết",
        ):  # fmt: skip
            found = text.find(piece)
            self.assertGreater(found, position, piece)
            position = found

    def test_filled_slip(self):
        slip = self.slip(
            document="Công văn số 12/UBND-VX",
            lead="Phòng Văn thư",
            collaborators=["Văn phòng", "Thanh tra"],
            agency_opinion="Khẩn trương tham mưu.",
            qr="https://vpdt.example/12",
        )
        text = squeeze(" ".join(self.pages(self.pdf(forms.handling_slip, slip))))
        for piece in ("12/UBND-VX", "chủ trì: Phòng Văn thư", "Văn phòng; Thanh tra", "Khẩn trương tham mưu."):
            self.assertIn(piece, text)

    def test_long_opinions_go_on_to_further_pages(self):
        opinion = " ".join(f"ý{number}" for number in range(4000))
        data = self.pdf(forms.handling_slip, self.slip(proposal=opinion))
        texts = self.pages(data)
        self.assertGreater(len(texts), 2)
        self.assertIn("ý3999", texts[-1] + texts[-2])
        frame = page.A4_PORTRAIT
        self.assert_within(
            data,
            frame.left - 2,
            frame.bottom,
            frame.right + 2,
            frame.top,
            skip=lambda box, character: box[1] > frame.top and character.isdigit(),
        )

    def test_envelope(self):
        data = self.pdf(
            forms.envelope,
            forms.Envelope("Sở Nội vụ", "UBND phường Hội Phú", number="5/SNV-VP", address="03 Hai Bà Trưng", fax="123"),
        )
        text = squeeze(self.pages(data)[0])
        for piece in (
            "SỞ NỘI VỤ",
            "Địa chỉ: 03 Hai Bà Trưng",
            "Fax: 123",
            "Số: 5/SNV-VP",
            "Kính gửi: UBND phường Hội Phú",
        ):
            self.assertIn(piece, text)
        self.assertNotIn("Website", text)
