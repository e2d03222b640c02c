"""Stores, shelves and boxes; labels whose QR a decoder reads."""

import io

import pypdfium2
import zxingcpp
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .archive_common import ArchiveCase


def codes_of(pdf):
    """What a decoder reads on the pages of a PDF: list of str, from the top left to the bottom right."""
    document, found = pypdfium2.PdfDocument(io.BytesIO(pdf)), []
    for page in document:
        read = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
        found += [
            code.text for code in sorted(read, key=lambda c: (c.position.top_left.y // 20, c.position.top_left.x))
        ]
    return found


@tagged("post_install", "-at_install")
class TestPlaces(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.box = cls.make_places()
        cls.dossier = cls.make_dossier("kept", notation="01.HOP").with_env(cls.env_of("archivist"))

    def test_codes_name_the_way(self):
        self.assertEqual(self.box.full_code, "K1/G02/H015")
        self.box.parent_id.code = "G03"
        self.assertEqual(self.box.full_code, "K1/G03/H015")
        for values in ({"kind": "box", "code": "H1"}, {"kind": "store", "code": "K2", "parent_id": self.box.id},
                       {"kind": "store", "code": "K/3"}):  # fmt: skip
            with self.subTest(values), self.assertRaises(ValidationError):
                self.box.create(values)

    def test_a_frozen_dossier_is_put_into_a_box(self):
        self.dossier.place_id = self.box
        self.env.flush_all()
        self.assertEqual((self.box.dossier_count, self.box.dossier_ids), (1, self.dossier))
        with self.assertRaises(ValidationError):
            self.dossier.place_id = self.box.parent_id
        with self.assertRaises(AccessError):
            self.dossier.with_env(self.env_of("drafter")).place_id = False
        with self.assertRaises(UserError):
            self.box.unlink()
        self.assertEqual(self.box.search([("search_words", "=", "h015 tang")]), self.box)

    def test_a_decoder_reads_the_labels(self):
        boxes = self.box
        for number in range(16, 31):
            boxes |= self.box.create({"kind": "box", "code": f"H{number:03d}", "parent_id": self.box.parent_id.id})
        report = self.env_of("archivist")["ir.actions.report"]
        content, _type = report._render("vpdt_archive.report_place_labels", boxes.ids)
        self.assertEqual(codes_of(content), boxes.mapped("full_code"), "two pages, in their order")
        content, _type = report._render("vpdt_archive.report_dossier_labels", self.dossier.ids)
        self.assertEqual(codes_of(content), [self.dossier.archive_code])
