"""The types of Điều 7 and their abbreviations, as Phụ lục III of Nghị định 30/2020 has them."""

from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.common import VpdtCase

#: In the order of the decree; Công văn and Thư công are no rows of Phụ lục III.
TYPES = """
Nghị quyết NQ|Quyết định QĐ|Chỉ thị CT|Quy chế QC|Quy định QyĐ|Thông cáo TC|Thông báo TB|Hướng dẫn HD
Chương trình CTr|Kế hoạch KH|Phương án PA|Đề án ĐA|Dự án DA|Báo cáo BC|Biên bản BB|Tờ trình TTr|Hợp đồng HĐ|Công văn -
Công điện CĐ|Bản ghi nhớ BGN|Bản thỏa thuận BTT|Giấy uỷ quyền GUQ|Giấy mời GM|Giấy giới thiệu GGT|Giấy nghỉ phép GNP
Phiếu gửi PG|Phiếu chuyển PC|Phiếu báo PB|Thư công -
"""
COPIES = {"Bản sao y": "SY", "Bản trích sao": "TrS", "Bản sao lục": "SL"}


@tagged("post_install", "-at_install")
class TestDocumentTypes(VpdtCase):
    def of_the_decree(self, article):
        basis = [("legal_basis", "=like", f"{article}%Nghị định số 30/2020/NĐ-CP%")]
        return self.env["vpdt.document.type"].search(basis, order="sequence, id")

    def test_the_types_in_the_order_of_the_decree(self):
        pairs = [pair.rpartition(" ")[::2] for pair in TYPES.strip().replace("\n", "|").split("|")]
        found = [(kind.name, kind.abbreviation or "-") for kind in self.of_the_decree("Điều 7")]
        self.assertEqual(found, pairs)
        self.assertEqual(len(found), 29)

    def test_the_three_copies(self):
        found = {kind.name: kind.abbreviation for kind in self.of_the_decree("Điều 25")}
        self.assertEqual(found, COPIES)

    def test_a_notation_without_and_with_a_title(self):
        for name, unit, notation in (
            ("Quyết định", "VP", "QĐ-SNV"),
            ("Công văn", "VP", "SNV-VP"),
        ):
            kind = self.env["vpdt.document.type"].search([("name", "=", name)])
            self.assertEqual(kind._notation("SNV", unit), notation)
