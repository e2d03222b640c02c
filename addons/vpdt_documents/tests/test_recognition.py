"""Heads of letters as readers of PDF and recognisers of scans give them, and what is found in them; no database."""

import unicodedata
import unittest
from datetime import date

from odoo.addons.vpdt_documents.recognition import recognise
from odoo.addons.vpdt_documents.recognition.first_page import plain

# A reader of PDF: the left column of the head, then the right one.
LETTER = """UBND TỈNH GIA LAI
SỞ NỘI VỤ
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 123/SNV-VP
V/v báo cáo kết quả thực hiện công tác
văn thư, lưu trữ năm 2026
Gia Lai, ngày 05 tháng 11 năm 2026
Kính gửi: Sở Khoa học và Công nghệ
Thực hiện Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư, Sở Nội vụ đề nghị.
Nơi nhận:
- Như trên;
- Lưu: VT, VP.
KT. GIÁM ĐỐC
PHÓ GIÁM ĐỐC
Nguyễn Thị Thanh Hà"""

# tesseract: line by line across both columns, with a few letters misread.
SCANNED = """UBND TỈNH GIA LAI CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
SỞ NỘI VỤ Độc lập - Tự do - Hạnh phúc

Số: 123/SNV-VP Gia Lai, ngày 05 tháng 11 năm 2026

V/v báo cáo kết quả thực hiện công tác
văn thư, lưu trữ năm 2026

Kính gửi: Sở Khoa học và Công nghệ

Thực hiện Nghị định số 30/2020/NĐ-CP ngày 05/3/2020 của Chính phủ về công tác văn thư,
Sở Nội vụ đề nghị quý cơ quan báo cáo trước ngày 20/11/2026./.

Nơi nhận: KT. GIÁM ĐỐC
- Như trên; PHÓ GIÁM ĐỐC
- Lưu: VT, VP.

Nguyễn Thị Thanh Hà"""

MINISTRY = """BỘ KHOA HỌC
VÀ CÔNG NGHỆ
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập – Tự do – Hạnh phúc
Số: 2451 /BKHCN-CĐSQG
V/v đôn đốc kết nối, chia sẻ dữ liệu
KHẨN
Hà Nội, ngày 3 tháng 10 năm 2026
Kính gửi: Ủy ban nhân dân các tỉnh, thành phố trực thuộc Trung ương
TL. BỘ TRƯỞNG
CỤC TRƯỞNG CỤC CHUYỂN ĐỔI SỐ QUỐC GIA
CỤC TRƯỞNG
Trần Văn Minh"""

DECISION = """ỦY BAN NHÂN DÂN
TỈNH GIA LAI
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 15/QĐ-UBND Gia Lai, ngày 12 tháng 01 năm 2026
QUYẾT ĐỊNH
Về việc phê duyệt Kế hoạch chuyển đổi số của tỉnh Gia Lai
giai đoạn 2026 - 2030
CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH
Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;
TM. ỦY BAN NHÂN DÂN
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
ĐỖ QUANG KHẢI"""

LEGAL = """CHÍNH PHỦ CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 30/2020/NĐ-CP Hà Nội, ngày 05 tháng 3 năm 2020
NGHỊ ĐỊNH
Về công tác văn thư
Căn cứ Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015;"""

PARTY = """TỈNH ỦY GIA LAI ĐẢNG CỘNG SẢN VIỆT NAM
*
Số 215-CV/TU Gia Lai, ngày 20 tháng 10 năm 2026
V/v chuẩn bị hội nghị tổng kết năm
Kính gửi: Đảng ủy Ủy ban nhân dân tỉnh"""

INVITATION = """UBND XÃ IA GRAI CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM
VĂN PHÒNG HĐND VÀ UBND Độc lập - Tự do - Hạnh phúc
Số: 07/GM-VP Ia Grai, ngày 9 tháng 2 năm 2026
GIẤY MỜI
Họp triển khai công tác cải cách hành chính
Kính gửi: Các phòng chuyên môn"""


class TestRecognition(unittest.TestCase):
    maxDiff = None

    def found(self, *pages):
        return recognise(list(pages))

    def test_a_letter_read_by_columns_and_by_lines_is_the_same(self):
        for text in (LETTER, SCANNED):
            with self.subTest(text=text[:40]):
                found = self.found(text)
                self.assertEqual((found.number, found.notation), ("123", "SNV-VP"))
                self.assertEqual(found.date, date(2026, 11, 5))
                self.assertEqual((found.author, found.superior), ("Sở Nội vụ", "UBND tỉnh Gia Lai"))
                self.assertEqual(found.type, "Công văn")
                self.assertEqual(found.subject, "V/v báo cáo kết quả thực hiện công tác văn thư, lưu trữ năm 2026")
                self.assertEqual((found.signer_name, found.signer_title), ("Nguyễn Thị Thanh Hà", "Phó Giám đốc"))
                self.assertEqual((found.priority, found.refusal), ("", ""))

    def test_a_name_over_two_lines_a_gap_before_the_stroke_and_urgency(self):
        found = self.found(MINISTRY)
        self.assertEqual((found.number, found.notation), ("2451", "BKHCN-CĐSQG"))
        self.assertEqual((found.author, found.superior), ("Bộ Khoa học và Công nghệ", ""))
        self.assertEqual(found.subject, "V/v đôn đốc kết nối, chia sẻ dữ liệu")
        self.assertEqual((found.date, found.priority), (date(2026, 10, 3), "1"))
        self.assertEqual((found.signer_name, found.signer_title), ("Trần Văn Minh", "Cục trưởng"))

    def test_a_decision_has_its_type_and_the_subject_below_it(self):
        found = self.found(DECISION)
        self.assertEqual((found.type, found.number, found.notation), ("Quyết định", "15", "QĐ-UBND"))
        self.assertEqual(found.author, "Ủy ban nhân dân tỉnh Gia Lai")
        self.assertEqual(
            found.subject, "Về việc phê duyệt Kế hoạch chuyển đổi số của tỉnh Gia Lai giai đoạn 2026 - 2030"
        )
        self.assertEqual((found.signer_name, found.signer_title), ("Đỗ Quang Khải", "Phó Chủ tịch"))

    def test_a_legal_document_keeps_the_year_in_its_notation(self):
        found = self.found(LEGAL)
        self.assertEqual((found.number, found.notation), ("30", "2020/NĐ-CP"))
        self.assertEqual((found.type, found.subject), ("Nghị định", "Về công tác văn thư"))
        self.assertEqual((found.author, found.date), ("Chính phủ", date(2020, 3, 5)))

    def test_a_letter_of_the_party(self):
        found = self.found(PARTY)
        self.assertEqual((found.number, found.notation), ("215-CV", "TU"))
        self.assertEqual((found.author, found.date), ("Tỉnh ủy Gia Lai", date(2026, 10, 20)))
        self.assertEqual(found.subject, "V/v chuẩn bị hội nghị tổng kết năm")

    def test_an_invitation(self):
        found = self.found(INVITATION)
        self.assertEqual((found.type, found.subject), ("Giấy mời", "Họp triển khai công tác cải cách hành chính"))
        self.assertEqual((found.number, found.notation, found.date), ("07", "GM-VP", date(2026, 2, 9)))

    def test_a_number_that_is_cited_is_not_the_number(self):
        text = "SỞ NỘI VỤ\nGia Lai, ngày 01 tháng 02 năm 2026\nKính gửi: Ông A\nSố: 30/2020/NĐ-CP được ban hành"
        self.assertEqual((self.found(text).number, self.found(text).notation), ("", ""))

    def test_a_number_still_to_be_written_by_hand(self):
        text = LETTER.replace("Số: 123/SNV-VP", "Số:        /SNV-VP")
        self.assertEqual((self.found(text).number, self.found(text).notation), ("", "SNV-VP"))

    def test_a_day_that_is_none_is_not_taken(self):
        self.assertIsNone(
            self.found(LETTER.replace("05 tháng 11 năm 2026", "31 tháng 02 năm 2026").split("Thực")[0]).date
        )

    def test_the_signer_stands_on_the_last_page(self):
        first, last = LETTER.split("Nơi nhận:")
        found = self.found(first, "2\nNơi nhận:" + last)
        self.assertEqual(found.signer_name, "Nguyễn Thị Thanh Hà")

    def test_what_is_not_taken_in_is_said(self):
        self.assertEqual(self.found("MẬT\n" + LETTER).refusal, "secret")
        self.assertEqual(self.found(LETTER.replace("báo cáo", "bí mật nhà nước")).refusal, "")
        complaint = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐỘC LẬP - TỰ DO - HẠNH PHÚC\nĐƠN TỐ CÁO\nKính gửi: Sở Nội vụ"
        self.assertEqual(self.found(complaint).refusal, "complaint")

    def test_nothing_is_found_in_nothing(self):
        for pages in ([], [""], ["\n \n"], ["%$#\n123\n" * 200], ["Số: /\nngày tháng năm\nV/v"]):
            found = recognise(pages)
            self.assertEqual((found.number, found.notation, found.date, found.subject), ("", "", None, ""))

    def test_plain_keeps_the_length(self):
        for text in ("ĐỘC LẬP – Tự do", "e\u0301", "ﬁ ß İ 中"):
            self.assertEqual(len(plain(text)), len(unicodedata.normalize("NFC", text)), text)
