"""What leaves this house: exact names, exact order, nothing incomplete."""

import dataclasses
import io
import re
import tempfile
import zipfile
from base64 import b64decode
from datetime import date, datetime, timedelta
from pathlib import Path

try:
    from .edxml_common import DATA, NOW, EdxmlCase, document, edxml, organization, sample, status
except ImportError:
    from edxml_common import DATA, NOW, EdxmlCase, document, edxml, organization, sample, status

ENCODED = re.compile(rb"UEsDB[^<]*")


class TestGolden(EdxmlCase):
    maxDiff = None

    def test_the_samples_come_out_byte_for_byte_but_for_the_zip(self):
        for path in sorted(DATA.glob("0*.edxml")):
            with self.subTest(path.name):
                expected = path.read_bytes()
                written = self.write(self.read(path))
                self.assertEqual(ENCODED.sub(b"", written).decode(), ENCODED.sub(b"", expected).decode())

    def test_literal_names_that_receivers_look_for(self):
        written = self.write(document(attachments=[edxml.Attachment("a.pdf", b"%PDF-")]))
        for literal in (
            b'<?xml version="1.0" encoding="UTF-8"?>',
            b'<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016">',
            b'<edXML:edXMLEnvelope xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016">',
            b'<edXML:edXMLManifest version="1.0">',
            b"<edXML:BussinessDocType>0</edXML:BussinessDocType>",
            b"<edXML:ContentId>cid:id-1</edXML:ContentId>",
            b"<AttachmentEncoded>",
            b"<Attachment>",
            b"<ContentId>cid:id-1</ContentId>",
            b"<ContentType>application/zip</ContentType>",
            b'<edXML:ContentTransferEncoded xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016">',
        ):
            self.assertEqual(written.count(literal), 1, literal)
        self.assertIn(b"<edXML:StatusCode>03</edXML:StatusCode>", self.write(status()))

    def test_order_of_a_full_organization_and_staff(self):
        full = organization(in_charge="b", address="d", email="e", telephone="f", fax="g", website="h")
        person = edxml.Staff("s", "d", "e@x", "09", "d1", "s1")
        business = edxml.Business(staff=person)
        written = self.write(document(sender=full, business=business)).decode()
        block = written[written.index("<edXML:From>") : written.index("</edXML:From>")]
        self.assertEqual(
            re.findall(r"<edXML:(\w+)>", block)[1:],
            [
                "OrganId",
                "OrganizationInCharge",
                "OrganName",
                "OrganAdd",
                "Email",
                "Telephone",
                "Fax",
                "Website",
            ],
        )
        block = written[written.index("<edXML:StaffInfo>") : written.index("</edXML:StaffInfo>")]
        self.assertEqual(
            re.findall(r"<edXML:(\w+)>", block)[1:],
            ["Department", "DepartmentId", "Staff", "StaffId", "Email", "Mobile"],
        )

    def test_attachment_is_one_deflated_entry_without_line_breaks(self):
        content = bytes(range(256)) * 1000
        written = self.write(document(attachments=[edxml.Attachment("công văn.PDF", content)]))
        encoded = re.search(rb'2016">([^<]*)</edXML:ContentTransferEncoded>', written).group(1)
        self.assertRegex(encoded, rb"^[A-Za-z0-9+/]+=*$")
        with zipfile.ZipFile(io.BytesIO(b64decode(encoded, validate=True))) as archive:
            (info,) = archive.infolist()
            self.assertEqual((info.filename, info.compress_type), ("id-2.PDF", zipfile.ZIP_DEFLATED))
            self.assertEqual(archive.read(info), content)

    def test_equal_input_gives_equal_bytes(self):
        def packet():
            return document(attachments=[edxml.Attachment("a.pdf", b"abc")])

        self.assertEqual(self.write(packet()), self.write(packet()))
        one, two = edxml.write(packet(), now=NOW), edxml.write(packet(), now=NOW)
        self.assertNotEqual(one, two, "identifiers must differ when no source is given")

    def test_stream_path_and_file_contents(self):
        content = b"abc" * 100_000
        path = Path(self.enterContext(tempfile.TemporaryDirectory())) / "a.bin"
        path.write_bytes(content)
        out = io.BytesIO()
        for source in (content, path, str(path), io.BytesIO(content)):
            out.seek(0)
            out.truncate()
            packet = document(attachments=[edxml.Attachment("a.bin", source)])
            self.assertIsNone(self.write(packet, stream=out))
            self.assertEqual(self.read(out.getvalue()).attachments[0].read(), content)

    def test_the_packet_is_not_changed(self):
        packet = document(attachments=[edxml.Attachment("a.pdf", b"abc")])
        before = dataclasses.replace(packet, attachments=[dataclasses.replace(packet.attachments[0])])
        self.write(packet)
        self.assertEqual(packet, before)

    def test_recall_names_the_document_it_recalls(self):
        recall = document(business=edxml.Business(edxml.BusinessKind.RECALL, "Gửi nhầm"))
        found = self.read(self.write(recall)).business
        self.assertEqual(found.document_id, recall.document_id)


class TestStrictness(EdxmlCase):
    def test_required_fields(self):
        for field, element in (
            ("number", "CodeNumber"),
            ("notation", "CodeNotation"),
            ("type_name", "TypeName"),
            ("type", "Type"),
            ("subject", "Subject"),
            ("document_id", "DocumentId"),
            ("recipients", "To"),
            ("trace", "TraceHeader"),
            ("promulgation_date", "PromulgationDate"),
        ):
            for empty in (None, " ") if field in ("subject", "number") else (None,):
                packet = document()
                blank = {"recipients": [], "trace": [], "promulgation_date": None}
                setattr(packet, field, blank.get(field, empty or ""))
                with self.subTest(field):
                    self.assert_not_written(packet, "missing_element", f"element {element} ", relay=True)

    def test_names_of_organizations_and_attachments(self):
        self.assert_not_written(document(sender=organization(name=" ")), "missing_element", "OrganName")
        nobody = document(recipients=[organization("", "Sở B")])
        self.assert_not_written(nobody, "missing_element", "OrganId")
        unnamed = document(attachments=[edxml.Attachment("", b"a")])
        self.assert_not_written(unnamed, "missing_element", "AttachmentName")

    def test_each_length_is_a_limit_that_still_fits(self):
        def build(element, text):
            holder = {
                "OrganizationInCharge": "in_charge",
                "OrganName": "name",
                "OrganAdd": "address",
                "Email": "email",
                "Telephone": "telephone",
                "Fax": "fax",
            }
            fields = {
                "PromulgationInfo/Place": "place",
                "TypeName": "type_name",
                "Subject": "subject",
                "Content": "content",
                "SphereOfPromulgation": "sphere",
                "TyperNotation": "typer_notation",
                "CodeNumber": "number",
                "CodeNotation": "notation",
            }
            if element in holder:
                return document(sender=organization(**{holder[element]: text}))
            if element == "OrganId":
                return document(sender=organization(organ_id=text))
            if element == "ToPlaces/Place":
                return document(to_places=["Như trên", text])
            return document(**{fields[element]: text})

        for element, limit in edxml.LENGTHS.items():
            with self.subTest(element):
                self.read(self.write(build(element, "đ" * limit)))
                error = self.assert_not_written(build(element, "đ" * (limit + 1)), "too_long", f"{limit}")
                self.assertTrue(error.path.endswith(element), error.path)

    def test_characters_that_xml_cannot_carry(self):
        for character in "\x00\x08\x0b\x1f\ufffe\ud800":
            with self.subTest(ascii(character)):
                packet = document(subject=f"a{character}b")
                self.assert_not_written(packet, "bad_character", f"U+{ord(character):04X}")

    def test_values(self):
        for field, bad in (
            ("priority", 5),
            ("priority", -1),
            ("priority", True),
            ("steering_type", 3),
            ("steering_type", None),
            ("page_amount", -1),
            ("promulgation_amount", "2"),
            ("type", "CV"),
            ("type_detail", "²"),
        ):
            with self.subTest(field=field, bad=bad):
                self.assert_not_written(document(**{field: bad}), "bad_value")

    def test_dates(self):
        tomorrow = NOW.date() + timedelta(days=1)
        self.assert_not_written(document(promulgation_date=tomorrow), "future_date", "23/11/2026")
        self.write(document(promulgation_date=NOW.date()))
        packet = document(trace=[edxml.TraceHeader("H41", datetime(2026, 11, 20, 8))])
        self.assert_not_written(packet, "bad_value", "time zone")

    def test_own_identifiers_are_canonical(self):
        foreign = document(document_id="9fbfbad2-f1f8-4256-a2eb-50fb1061cddb")
        self.assert_not_written(foreign, "bad_document_id", "000.00.05.H41,2026/11/20,123/SVD-VP")
        self.assertEqual(self.read(self.write(foreign, relay=True)), foreign)
        first = "000.00.05.H41,2026/11/18,123/SVD-VP"
        self.assert_not_written(document(document_id=first), "bad_document_id")
        corrected = edxml.Business(edxml.BusinessKind.UPDATE, "Sửa ngày")
        self.write(document(document_id=first, business=corrected))

    def test_business(self):
        replace = edxml.Business(edxml.BusinessKind.REPLACE, "Thay thế")
        self.assert_not_written(document(business=replace), "missing_element", "ReplacementInfoList")
        recall = edxml.Business(edxml.BusinessKind.RECALL)
        self.assert_not_written(document(business=recall), "missing_element", "BussinessDocReason")

    def test_duplicates(self):
        twice = document(recipients=[organization("H1", "A"), organization("H1", "B")])
        self.assert_not_written(twice, "duplicate_recipient", "H1")
        items = [edxml.Attachment(name, b"x", content_id="1") for name in ("a.pdf", "b.pdf")]
        self.assert_not_written(document(attachments=items), "duplicate_attachment", "1")

    def test_sizes(self):
        items = [edxml.Attachment(f"{n}.bin", bytes(1000)) for n in range(2)]
        packet = document(attachments=items)
        for values, code in (
            ({"attachment_bytes": 999}, "too_large"),
            ({"total_attachment_bytes": 1999}, "too_large"),
            ({"attachments": 1}, "too_many"),
        ):
            self.assert_not_written(packet, code, limits=edxml.Limits(**values))

    def test_statuses(self):
        self.assert_not_written(status("02"), "missing_element", "Description")
        self.write(status("02", description="Sai nơi nhận"))
        packet = status()
        packet.response_for.document_id = ""
        self.assert_not_written(packet, "missing_element", "DocumentId")
        packet = status()
        packet.timestamp = None
        self.assert_not_written(packet, "bad_value", "Timestamp")

    def test_nothing_is_written_when_refused(self):
        out = io.BytesIO()
        self.assert_not_written(document(subject=""), "missing_element", stream=out)
        self.assertEqual(out.getvalue(), b"")


class TestTrace(EdxmlCase):
    def test_each_hop_is_appended_in_vietnamese_time(self):
        packet = self.read(sample("01_new.edxml"))
        at = datetime.fromisoformat("2026-11-20T18:30:00+00:00")
        edxml.add_trace(packet, "000.00.00.G22", at)
        found = self.read(self.write(packet, relay=True))
        self.assertEqual([hop.organ_id for hop in found.trace], ["000.00.05.H41", "000.00.00.G22"])
        self.assertEqual(found.trace[-1].timestamp.date(), date(2026, 11, 21))
        with self.assertRaisesRegex(edxml.PacketError, "time zone"):
            edxml.add_trace(packet, "000.00.00.G22", datetime(2026, 11, 20))
