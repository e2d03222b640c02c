"""A whole dossier in one PDF, in the order of time with bookmarks, and as XML (Phụ lục VI, P6-4)."""

import io

import pikepdf
from lxml import etree
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..export.metadata import NAMESPACE
from .archive_common import ArchiveCase


@tagged("post_install", "-at_install")
class TestDossierExport(ArchiveCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        later, earlier = cls.make_issued("sau"), cls.make_issued("trước")
        incoming = cls.make_incoming("finished", number="7", notation="BTN", date="2026-03-01")
        incoming._add_participants(cls.cast["drafter"], "Test")
        env = cls.env_of("drafter")
        for document, day in ((later, "2026-05-01"), (earlier, "2026-01-20")):
            cls.env.cr.execute("UPDATE vpdt_outgoing SET date = %s WHERE id = %s", [day, document.id])
        cls.env.invalidate_all()
        documents = [record.with_env(env) for record in (later, earlier, incoming)]
        cls.dossier = cls.make_dossier("open", documents=documents, notation="01.XUAT", description="a \x0b & <b>")
        cls.cast["drafter"].password = "drafter-Vpdt@2026"
        cls.cast["specialist"].password = "specialist-Vpdt@2026"

    def test_pdf_in_the_order_of_time(self):
        with self.dossier._bound() as stream, pikepdf.open(stream) as bound:
            with bound.open_outline() as outline:
                titles = [str(mark.title) for mark in outline.root]
                marks = [mark.destination[0].objgen for mark in outline.root]
            pages = [page.obj.objgen for page in bound.pages]
            self.assertNotIn("/AcroForm", bound.Root, "number and date are drawn, not left in fields")
        self.assertEqual(titles[0], "Mục lục văn bản, tài liệu")
        self.assertEqual(
            [next(word for word in ("trước", "thử", "sau") if word in title) for title in titles[1:]],
            ["trước", "thử", "sau"],
        )
        places = [pages.index(mark) for mark in marks]
        self.assertEqual((places[0], places), (0, sorted(places)))
        self.assertGreaterEqual(len(pages), sum(self.dossier.item_ids.mapped("pages")) + 1)

    def test_xml_by_the_names_of_the_decree(self):
        stream = io.BytesIO()
        self.dossier._write_xml(stream)
        root = etree.fromstring(stream.getvalue())
        name = {"f": NAMESPACE}
        code = root.find("f:FileCode", namespaces=name)
        self.assertEqual([part.text for part in code], ["H99.01", "2026", "01.XUAT"])
        self.assertEqual(root.findtext("f:DocTotal", namespaces=name), "3")
        documents = root.findall("f:Documents/f:Document", namespaces=name)
        self.assertEqual([document.get("kind") for document in documents], ["outgoing", "incoming", "outgoing"])
        self.assertEqual([d.findtext("f:DocOrdinal", namespaces=name) for d in documents], ["1", "2", "3"])
        self.assertEqual(documents[0].findtext("f:IssuedDate", namespaces=name), "2026-01-20")
        self.assertEqual(documents[0].findtext("f:To/f:OrganName", namespaces=name), "Bộ Thử nghiệm")
        self.assertTrue(documents[1].findtext("f:ArrivalDate", namespaces=name))
        self.assertIn("vpdt_test_lead", documents[1].findtext("f:TraceHeaderList", namespaces=name))
        hashes = documents[0].xpath("f:Attachment/f:Sha256/text()", namespaces=name)
        self.assertEqual(set(hashes), set(self.dossier.sudo().item_ids[1]._owner().file_ids.mapped("sha256")))

    def test_a_part_is_no_whole_dossier(self):
        mine = self.dossier.sudo()
        mine.editor_ids = self.cast["specialist"]
        with self.assertRaisesRegex(UserError, "3"):
            self.dossier.with_env(self.env_of("specialist")).action_export_xml()

    def get(self, role, kind):
        self.authenticate(self.cast[role].login, f"{role}-Vpdt@2026")
        with mute_logger("odoo.http"):
            return self.url_open(f"/vpdt/dossier/{self.dossier.id}/{kind}")

    def test_the_door(self):
        pdf, xml = self.get("drafter", "pdf"), self.get("drafter", "xml")
        self.assertTrue(pdf.content.startswith(b"%PDF"))
        self.assertEqual(xml.headers["Content-Type"], "application/xml")
        self.assertIn("H99-01-2026-01-XUAT", xml.headers["Content-Disposition"])
        rows = self.env["vpdt.journal.entry"].search(
            [("res_model", "=", "vpdt.dossier"), ("res_id", "=", self.dossier.id), ("kind", "=", "download")]
        )
        self.assertEqual(len(rows), 2)
        for kind in ("pdf", "xml"):
            self.assertEqual(self.get("specialist", kind).status_code, 404)
