"""The signing forms of Nghị định 30/2020, Điều 13, of three lines: printed, and the signature placed below them."""

import pypdfium2
from odoo.tests import tagged

from odoo.addons.vpdt_base.signing.pades import form_fields, open_reader

from .signing_documents import LEADER, SigningCase


@tagged("post_install", "-at_install")
class TestSigningForms(SigningCase):
    def test_three_lines_and_the_place_below_them(self):
        employee = self.leader._vpdt_employee()
        employee.write(
            {
                "competence": "TL.",
                "competence_title": "Chủ tịch",
                "deputy_of": "Chánh Văn phòng",
                "signing_title": "Phó Chánh Văn phòng",
            }
        )
        document = self.make_draft(body="Nội dung thử nghiệm")
        document.action_make_draft()
        self.assertFalse(document.places_missing)
        pdf = self.main_pdf(document)
        left, bottom, right, top = (float(v) for v in form_fields(open_reader(pdf))["person_1"][1]["/Rect"])
        texts = self._lines_of(pdf)
        lines = ["TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG", LEADER]
        self.assertEqual([text for text, _box in texts if text in lines], lines)
        places = dict(texts)
        self.assertLess(top, places["PHÓ CHÁNH VĂN PHÒNG"][1])
        self.assertGreater(bottom, places[LEADER][3])
        centre = (places[LEADER][0] + places[LEADER][2]) / 2
        self.assertAlmostEqual((left + right) / 2, centre, delta=10)
        self.submit(document)
        self.sign(document)
        self.assertEqual(document.signer_title, "TL. CHỦ TỊCH KT. CHÁNH VĂN PHÒNG PHÓ CHÁNH VĂN PHÒNG")
        self.assertEqual(document.state, "signed")

    def _lines_of(self, pdf):
        """(text, (left, bottom, right, top)) of each piece of text of the last page, top to bottom, in points."""
        document = pypdfium2.PdfDocument(pdf)
        self.addCleanup(document.close)
        page = document[len(document) - 1].get_textpage()
        boxes = [page.get_rect(index) for index in range(page.count_rects())]
        pieces = [(page.get_text_bounded(*box).strip(), box) for box in boxes]
        return sorted(pieces, key=lambda piece: -piece[1][3])
