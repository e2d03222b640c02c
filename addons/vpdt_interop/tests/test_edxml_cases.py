"""Odd packets: what came is read or noted, never passed over; the packets of others when they are at hand."""

import base64
import unittest

try:
    from .edxml_common import SHARED, EdxmlCase, document, edxml, module
except ImportError:
    from edxml_common import SHARED, EdxmlCase, document, edxml, module

CASES = SHARED.parent / "cases"
MARK = b"</edXML:edXMLEnvelope>"


def with_other_attachments(*items, holder="edXMLAttachments", place=MARK):
    """A packet whose attachments stand in the envelope, as another dialect has them."""
    inner = b"".join(
        b"<edXML:Attachment><edXML:AttachmentName>%s</edXML:AttachmentName>%s</edXML:Attachment>"
        % (name.encode(), b"<edXML:AttachmentData>%s</edXML:AttachmentData>" % base64.b64encode(data) if data else b"")
        for name, data in items
    )
    source = edxml.write(document())
    return source.replace(place, b"<edXML:%s>%s</edXML:%s>%s" % (holder.encode(), inner, holder.encode(), place))


class TestAttachmentsElsewhere(EdxmlCase):
    def test_they_are_read_and_noted(self):
        large = bytes(range(256)) * 8000
        packet = self.read(with_other_attachments(("a.txt", b"ABC"), ("b.bin", large)))
        self.assertEqual([(a.name, a.read()) for a in packet.attachments], [("a.txt", b"ABC"), ("b.bin", large)])
        codes = [p.code for p in packet.problems if p.code == "attachment_misplaced"]
        self.assertEqual(len(codes), 2)

    def test_in_the_body_as_well(self):
        packet = self.read(with_other_attachments(("a.txt", b"ABC"), place=b"</edXML:edXMLBody>"))
        self.assertEqual([a.read() for a in packet.attachments], [b"ABC"])

    def test_one_without_content_is_noted(self):
        packet = self.read(with_other_attachments(("a.txt", b"")))
        self.assertIn("unread_element", [p.code for p in packet.problems])

    def test_an_unknown_part_is_noted(self):
        packet = self.read(with_other_attachments(("a.txt", b""), holder="Files"))
        [problem] = [p for p in packet.problems if p.code == "unread_element"]
        self.assertIn("Files", problem.message)

    def test_limits_hold_there(self):
        limits = edxml.Limits(attachment_bytes=10)
        self.assert_refused(with_other_attachments(("a.txt", bytes(200_000))), "too_large", limits=limits)


class TestNames(EdxmlCase):
    def test_folders_of_the_senders_machine_are_left_out(self):
        without_path = module("names").without_path
        for name, expected in {
            "C:\\Users\\An\\Công văn.PDF": "Công văn.PDF",
            "\\\\may1\\chung\\a.pdf": "a.pdf",
            "C:/Users/An/a.pdf": "a.pdf",
            "/home/an/a.pdf": "a.pdf",
            "../../a.pdf": "a.pdf",
            "12/UBND-VX.pdf": "12/UBND-VX.pdf",
            "a.pdf": "a.pdf",
        }.items():
            with self.subTest(name):
                self.assertEqual(without_path(name), expected)

    def test_a_name_that_the_list_of_contents_has_otherwise(self):
        attachment = edxml.Attachment("thu.txt", b"A", content_id="1")
        source = edxml.write(document(attachments=[attachment]))
        source = source.replace(b"<edXML:AttachmentName>thu.txt", b"<edXML:AttachmentName>khac.txt")
        packet = self.read(source)
        self.assertEqual(packet.attachments[0].name, "thu.txt")
        self.assertIn("name_differs", [p.code for p in packet.problems])


class TestFingerprint(EdxmlCase):
    def test_the_same_document_written_anew(self):
        first = document(attachments=[edxml.Attachment("a.txt", b"A")])
        again = document(attachments=[edxml.Attachment("a.txt", b"A", content_id="other")])
        edxml.add_trace(again, "H99", first.trace[0].timestamp)
        self.assertEqual(first.fingerprint(), again.fingerprint())

    def test_another_document(self):
        first = document(attachments=[edxml.Attachment("a.txt", b"A")])
        for other in (
            document(attachments=[edxml.Attachment("a.txt", b"B")]),
            document(attachments=[edxml.Attachment("a.txt", b"A")], subject="V/v khác"),
            document(attachments=first.attachments, business=edxml.Business(edxml.BusinessKind.RECALL, "Sai")),
        ):
            self.assertNotEqual(first.fingerprint(), other.fingerprint())


@unittest.skipUnless(SHARED.exists(), "the packets of others are not here")
class TestPacketsOfOthers(EdxmlCase):
    def codes(self, path):
        packet = self.read(path)
        return packet, [problem.code for problem in packet.problems]

    def test_odd(self):
        for name, code in {
            "16_wrong_encoding_declared": "wrong_encoding",
            "20_utf16_declared_utf8_bytes": "wrong_encoding",
            "60_name_differs": "name_differs",
            "61_attachments_in_envelope": "attachment_misplaced",
        }.items():
            with self.subTest(name):
                packet, codes = self.codes(SHARED / "odd" / f"{name}.edxml")
                self.assertIn(code, codes)
                self.assertEqual(len(packet.attachments), 1)
                self.assertEqual(packet.sender.name, "Cơ quan thử")
        self.assert_refused(SHARED / "odd" / "71_gzip_of_packet.edxml", "compressed", "gzip")

    def test_impossible_date_and_damaged_attachment_are_named(self):
        self.assert_refused(CASES / "b22_edxml_impossible_date.edxml", "bad_date", "2026/02/30")
        self.assert_refused(CASES / "b22_edxml_one_attachment_damaged.edxml", "bad_zip", "phu-luc.docx")

    def test_names_with_folders(self):
        packet, codes = self.codes(CASES / "b23_edxml_windows_path_names.edxml")
        self.assertEqual(packet.attachments[0].name, "Công văn số 12 (bản cuối).PDF")
        self.assertIn("path_in_name", codes)
        self.assertEqual(len(packet.recipients), 2)

    def test_two_documents_with_one_identifier(self):
        first, _codes = self.codes(CASES / "b21_edxml_same_id_first.edxml")
        second, _codes = self.codes(CASES / "b21_edxml_same_id_second.edxml")
        self.assertEqual(first.document_id, second.document_id)
        self.assertNotEqual(first.fingerprint(), second.fingerprint())
