"""A packet in two parts, packed once for all recipients, is the packet that is written in one piece."""

import io
import itertools
import tempfile
from pathlib import Path

try:
    from .edxml_common import NOW, EdxmlCase, document, edxml, organization
except ImportError:
    from edxml_common import NOW, EdxmlCase, document, edxml, organization


class TestParts(EdxmlCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.packed = Path(folder.name) / "packed"

    def attachments(self):
        return [
            edxml.Attachment(
                "cong-van.pdf", b"%PDF-1.4 " + bytes(range(256)) * 3000, "application/pdf", content_id="a"
            ),
            edxml.Attachment("phu-luc.docx", b"PK", "application/msword", content_id="b"),
        ]

    def pack(self, attachments):
        with self.packed.open("w+b") as stream:
            edxml.write_packed(attachments, stream, new_id=itertools.count().__next__)

    def parts(self, packet):
        return edxml.PacketParts(edxml.write_envelope(packet, now=NOW), self.packed)

    def test_the_same_bytes_as_in_one_piece(self):
        packet = document(attachments=self.attachments())
        self.pack(packet.attachments)
        whole = edxml.write(packet, now=NOW, new_id=itertools.count().__next__)
        parts = self.parts(packet)
        self.assertEqual(b"".join(parts.chunks()), whole)
        self.assertEqual(parts.open().read(), whole)
        self.assertEqual(parts.size, len(whole))
        self.assertEqual(parts.sha256(), edxml.PacketParts(whole).sha256())

    def test_one_pack_for_all_recipients(self):
        attachments = self.attachments()
        self.pack(attachments)
        for code in ("H99.01", "H99.02"):
            packet = document(attachments=attachments, recipients=[organization(code, "Nơi nhận")])
            found = self.read(self.parts(packet).open())
            self.assertEqual(found.recipients[0].organ_id, code)
            self.assertEqual([a.read() for a in found.attachments], [a.read() for a in attachments])

    def test_a_packet_without_attachments(self):
        self.pack([])
        self.assertEqual(self.read(self.parts(document()).open()).attachments, [])

    def test_pieces_are_small(self):
        packet = document(attachments=self.attachments())
        self.pack(packet.attachments)
        self.assertLess(max(map(len, self.parts(packet).chunks())), 300_000)

    def test_a_pack_cut_off_is_no_packet(self):
        packet = document(attachments=self.attachments())
        self.pack(packet.attachments)
        self.packed.write_bytes(self.packed.read_bytes()[:-3])
        with self.assertRaises(ValueError):
            self.parts(packet).open().read()

    def test_limits_hold(self):
        limits = edxml.Limits(attachment_bytes=10)
        with self.assertRaises(edxml.PacketError) as caught:
            edxml.write_packed(self.attachments(), io.BytesIO(), limits=limits)
        self.assertEqual(caught.exception.code, "too_large")
