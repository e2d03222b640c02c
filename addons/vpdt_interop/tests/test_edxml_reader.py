"""Reading what others write: both variants, any order, odd values."""

import base64
import io
import re
import unittest
import zipfile
from datetime import date, datetime
from xml.etree import ElementTree

try:
    from .edxml_common import DATA, EdxmlCase, document, edxml, sample, shared_samples, status
except ImportError:
    from edxml_common import DATA, EdxmlCase, document, edxml, sample, shared_samples, status

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def changed(*pairs, name="01_new.edxml"):
    """Return a sample with pieces of text exchanged; each piece must be there."""
    text = sample(name).decode()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def without(element, name="01_new.edxml"):
    """Return a sample without the first ``element``."""
    pattern = rf"\s*<(edXML:)?{element}>.*?</(edXML:)?{element}>"
    text, count = re.subn(pattern, "", sample(name).decode(), count=1, flags=re.DOTALL)
    assert count, element
    return text.encode()


def zipped(*entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


class TestSamples(EdxmlCase):
    def test_new_document(self):
        packet = self.read(DATA / "01_new.edxml")
        self.assertEqual(packet.document_id, "000.00.05.H41,2026/11/20,123/SVD-VP")
        self.assertEqual((packet.number, packet.notation, packet.code), ("123", "SVD-VP", "123/SVD-VP"))
        self.assertEqual(packet.sender.name, "Sở Ví dụ A")
        self.assertEqual([to.organ_id for to in packet.recipients], ["000.00.00.H14", "000.00.07.H14"])
        self.assertEqual((packet.promulgation_date, packet.due_date), (date(2026, 11, 20), date(2026, 12, 1)))
        self.assertEqual((packet.type, packet.type_detail, packet.type_name), ("2", "0", "Công văn"))
        self.assertEqual(packet.signer_full_name, "Nguyễn Văn Ví Dụ")
        self.assertEqual((packet.priority, packet.steering_type), (edxml.Priority.NORMAL, 0))
        self.assertEqual((packet.page_amount, packet.direction), (1, False))
        self.assertEqual(packet.appendixes, ["Phụ lục 1"])
        self.assertEqual(packet.to_places, ["Như trên", "Lưu: VT"])
        self.assertEqual(
            packet.trace,
            [edxml.TraceHeader("000.00.05.H41", datetime(2026, 11, 20, 8, tzinfo=edxml.TIME_ZONE))],
        )
        self.assertEqual(packet.business.kind, edxml.BusinessKind.NEW)
        self.assertIs(packet.business.paper, False)
        self.assertEqual(packet.business.staff.name, "Trần Thị Ví Dụ")
        (attachment,) = packet.attachments
        self.assertEqual(attachment.name, "cong-van-123.pdf")
        self.assertEqual(attachment.content_type, "application/pdf")
        self.assertEqual(attachment.content_id, "5f0c2a0e-0000-4000-8000-000000000001")
        self.assertTrue(attachment.read().startswith(b"%PDF-1.4"))
        self.assertEqual((packet.problems, packet.signature), ([], edxml.SIGNATURE_ABSENT))

    def test_recall_update_and_replacement(self):
        recall = self.read(DATA / "02_recall.edxml")
        self.assertEqual(recall.business.kind, edxml.BusinessKind.RECALL)
        self.assertEqual(recall.concerned_document_id, recall.document_id)
        update = self.read(DATA / "03_update.edxml").business
        self.assertEqual(
            update.document_change,
            edxml.DocumentChange(
                True,
                True,
                [
                    edxml.ReceiverChange("000.00.00.H14", False),
                    edxml.ReceiverChange("000.00.07.H14", True),
                ],
            ),
        )
        replacement = self.read(DATA / "04_replacement.edxml")
        self.assertEqual(replacement.document_id, "000.00.05.H41,2026/11/21,130/SVD-VP")
        self.assertEqual(
            replacement.business.replacements,
            [edxml.Replacement("000.00.05.H41,2026/11/20,123/SVD-VP", ["000.00.00.H14", "000.00.07.H14"])],
        )

    def test_statuses(self):
        for name, code, to in (
            ("05_status_03_receiver_to_sender", "03", "000.00.05.H41"),
            ("06_status_13_sender_takeback_to_receiver", "13", "000.00.00.H14"),
            ("07_status_15_receiver_agrees", "15", "000.00.05.H41"),
        ):
            packet = self.read(DATA / f"{name}.edxml")
            self.assertEqual(packet.code, edxml.StatusCode(code))
            self.assertEqual(packet.response_for.organ_id, to)
            self.assertEqual(packet.response_for.document_id, "000.00.05.H41,2026/11/20,123/SVD-VP")
            self.assertEqual(packet.timestamp.isoformat(), "2026-11-20T09:15:00+07:00")
            self.assertEqual(packet.staff.mobile, "0900000001")

    def test_source_may_be_bytes_path_text_path_or_file(self):
        path = DATA / "01_new.edxml"
        expected = self.read(path)
        self.assertEqual(self.read(path.read_bytes()), expected)
        self.assertEqual(self.read(str(path)), expected)
        with path.open("rb") as stream:
            self.assertEqual(self.read(stream), expected)

    def test_genuine_packets(self):
        files = {path.stem: self.read(path) for path in shared_samples("genuine")}
        if not files:
            raise unittest.SkipTest("the vendors' packets are not on this machine")
        fetched = files["fetched_from_axis_2019"]
        self.assertEqual(fetched.document_id, "9fbfbad2-f1f8-4256-a2eb-50fb1061cddb")
        self.assertEqual([hop.organ_id for hop in fetched.trace], ["01.02.G22", "001.00.20.TT2"])
        self.assertEqual(fetched.response_for, [])
        self.assertEqual(fetched.signature, edxml.SIGNATURE_NOT_VERIFIABLE)
        self.assertEqual([problem.code for problem in fetched.problems], ["not_a_pdf"])
        update = files["vendor_update"]
        self.assertEqual(update.concerned_document_id, "000.00.00.G22,2014/02/30,7806/VPCP-TTĐT")
        self.assertEqual(len(update.recipients), 3)
        self.assertGreater(update.attachments[0].size, 100_000)
        self.assertEqual(files["status_acceptance_03"].code, edxml.StatusCode.ACCEPTED)
        self.assertEqual(files["status_cancellation_13"].response_for.organ_id, "000.00.00.H41")


class TestVariants(EdxmlCase):
    def test_prefixes_do_not_matter(self):
        expected = self.read(sample("01_new.edxml"))
        source = sample("01_new.edxml").decode()
        for replacement in ("", "x:"):
            text = source.replace("edXML:", replacement)
            text = text.replace("xmlns:edXML=", "xmlns:x=")
            with self.subTest(replacement):
                self.assertEqual(self.read(text.encode()), expected)

    def test_order_of_the_children_does_not_matter(self):
        for path in sorted(DATA.glob("0*.edxml")):
            for backwards in (False, True):
                root = ElementTree.parse(path).getroot()
                for element in root.iter():
                    # Stable: elements of one name, like To, keep their order.
                    element[:] = sorted(element, key=lambda child: child.tag, reverse=backwards)
                with self.subTest(path.name, backwards=backwards):
                    self.assertEqual(self.read(ElementTree.tostring(root)), self.read(path))

    def test_dotnet_variant(self):
        source = changed(
            ('<edXML xmlns="', f'<edXML {XSI} xmlns="'),
            (
                "<edXML:TraceHeaderList>",
                '<edXML:TraceHeaderList id="1" version="1.0" mustUnderstand="1" '
                'actor="http://schemas.xmlsoap.org/soap/actor/next">',
            ),
            ("</edXML:TraceHeaderList>", "</edXML:TraceHeaderList><edXML:DigitalSignature />"),
            (
                "<edXML:Reference>",
                '<edXML:Reference xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="cid:5" '
                'xlink:role="XLinkRole" xlink:type="simple">',
            ),
            ("      <ContentId>cid:", "      <ContentId>"),
        )
        packet = self.read(source)
        self.assertEqual(packet, self.read(sample("01_new.edxml")))
        self.assertEqual(packet.signature, edxml.SIGNATURE_EMPTY)

    def test_signature_is_never_called_valid(self):
        for namespace in ("", ' xmlns="http://www.w3.org/2000/09/xmldsig#"'):
            signature = f"<Signature{namespace}><SignedInfo/></Signature></edXML:edXMLHeader>"
            packet = self.read(changed(("</edXML:edXMLHeader>", signature)))
            self.assertEqual(packet.signature, edxml.SIGNATURE_NOT_VERIFIABLE)

    def test_byte_order_mark_and_comments(self):
        source = changed(("<edXML:Subject>", "<!-- c --><edXML:Subject><!-- d -->"))
        self.assertEqual(self.read(b"\xef\xbb\xbf" + source).subject, "V/v thử nghiệm liên thông")

    def test_character_references_and_cdata(self):
        source = changed(("Sở Ví dụ A", "<![CDATA[Sở <A>]]> &amp; &#272;ội"))
        self.assertEqual(self.read(source).sender.name, "Sở <A> & Đội")


class TestLeniency(EdxmlCase):
    def codes(self, packet):
        return [problem.code for problem in packet.problems]

    def test_packet_without_trace_is_new(self):
        packet = self.read(without("TraceHeaderList"))
        self.assertEqual((packet.trace, packet.business), ([], edxml.Business()))

    def test_empty_response_is_none(self):
        empty = "<edXML:ResponseFor><edXML:OrganId></edXML:OrganId></edXML:ResponseFor>"
        source = changed(("<edXML:SteeringType>", f"<edXML:ResponseFor />{empty}<edXML:SteeringType>"))
        self.assertEqual(self.read(source).response_for, [])

    def test_type_is_kept_verbatim(self):
        for value in ("18", "abc", ""):
            packet = self.read(changed(("<edXML:Type>2<", f"<edXML:Type>{value}<")))
            self.assertEqual(packet.type, value)
            self.assertEqual(self.codes(packet), [] if value == "18" else ["odd_type"])

    def test_steering_type(self):
        for element, value in (("3", 3), ("x", None), ("", None)):
            source = changed(("SteeringType>0<", f"SteeringType>{element}<"))
            packet = self.read(source)
            self.assertEqual(packet.steering_type, value)
            self.assertIn("odd_steering_type", self.codes(packet))
        self.assertIsNone(self.read(without("SteeringType")).steering_type)

    def test_odd_numbers_and_flags(self):
        packet = self.read(
            changed(
                ("Priority>0<", "Priority>9<"),
                ("PageAmount>1<", "PageAmount>-1<"),
                ("Direction>false<", "Direction>maybe<"),
                ("<edXML:DueDate>2026/12/01<", "<edXML:DueDate>soon<"),
            )
        )
        self.assertEqual((packet.priority, packet.page_amount), (0, None))
        self.assertEqual((packet.direction, packet.due_date), (None, None))
        self.assertCountEqual(self.codes(packet), ["odd_priority", "bad_number", "bad_value", "bad_date"])
        problem = next(found for found in packet.problems if found.code == "bad_date")
        self.assertEqual(problem.path, "/edXML/edXMLEnvelope/edXMLHeader/MessageHeader/DueDate")

    def test_vietnamese_dates(self):
        packet = self.read(changed(("<edXML:PromulgationDate>2026/11/20", "<edXML:PromulgationDate>20/11/2026")))
        self.assertEqual(packet.promulgation_date, date(2026, 11, 20))
        self.assertEqual(self.codes(packet), ["odd_date"])
        found = self.read(
            changed(
                ("2026/11/20 09:15", "20/11/2026 09:15"),
                name="05_status_03_receiver_to_sender.edxml",
            )
        )
        self.assertEqual(found.timestamp.isoformat(), "2026-11-20T09:15:00+07:00")

    def test_identifiers_are_opaque(self):
        source = changed(
            ("000.00.05.H41,2026/11/20,123/SVD-VP", "9fbfbad2-f1f8-4256-a2eb-50fb1061cddb"),
            ("000.00.00.H14", "vxp.saas.03"),
        )
        packet = self.read(source)
        self.assertEqual(packet.recipients[0].organ_id, "vxp.saas.03")
        self.assertEqual(packet.problems, [])
        self.assertIsNone(edxml.split_document_id(packet.document_id))

    def test_repeated_replacement_is_taken_once(self):
        text = sample("04_replacement.edxml").decode()
        block = re.search(r"<edXML:ReplacementInfo>.*</edXML:ReplacementInfo>", text, re.DOTALL).group()
        packet = self.read(text.replace(block, block * 2).encode())
        self.assertEqual(len(packet.business.replacements), 1)
        self.assertEqual(self.codes(packet), ["repeated_replacement"])

    def test_replacement_without_a_list_and_unlisted_attachment(self):
        packet = self.read(without("ReplacementInfoList", "04_replacement.edxml"))
        self.assertEqual(self.codes(packet), ["replacement_missing"])
        packet = self.read(without("edXMLBody"))
        self.assertEqual(self.codes(packet), ["not_announced"])
        self.assertEqual(packet.attachments[0].name, "cong-van-123.pdf")

    def test_attachments_of_a_status_are_ignored(self):
        attachment = re.search(rb"<AttachmentEncoded>.*</AttachmentEncoded>", sample("01_new.edxml"), re.DOTALL).group()
        source = sample("05_status_03_receiver_to_sender.edxml")
        packet = self.read(source.replace(b"</edXML>", attachment + b"</edXML>"))
        self.assertEqual(self.codes(packet), ["attachments_ignored"])

    def test_status_with_one_digit(self):
        source = changed(("StatusCode>03<", "StatusCode>3<"), name="05_status_03_receiver_to_sender.edxml")
        packet = self.read(source)
        self.assertEqual((packet.code, self.codes(packet)), (edxml.StatusCode.ACCEPTED, ["odd_status"]))


class TestRequired(EdxmlCase):
    def test_each_required_element_of_a_document(self):
        for element in (
            "edXMLEnvelope",
            "edXMLHeader",
            "MessageHeader",
            "From",
            "OrganId",
            "DocumentId",
            "Code",
            "CodeNumber",
            "CodeNotation",
            "PromulgationInfo",
            "PromulgationDate",
            "DocumentType",
            "TypeName",
            "Subject",
            "BussinessDocType",
        ):
            with self.subTest(element):
                source = sample("01_new.edxml").decode()
                if element in ("edXMLEnvelope", "edXMLHeader", "MessageHeader"):
                    source = re.sub(rf"(</?)edXML:{element}", r"\1edXML:Other", source).encode()
                else:
                    source = without(element)
                self.assert_refused(source, "missing_element", f"element {element} ")
        self.assert_refused(
            re.sub(rb"<edXML:To>.*</edXML:To>", b"", sample("01_new.edxml"), flags=re.DOTALL),
            "missing_element",
            "element To ",
        )

    def test_an_empty_required_element_is_missing(self):
        source = changed(("<edXML:Subject>V/v thử nghiệm liên thông<", "<edXML:Subject> <"))
        self.assert_refused(source, "missing_element", "Subject", 35)

    def test_each_required_element_of_a_status(self):
        name = "05_status_03_receiver_to_sender.edxml"
        for element in ("From", "ResponseFor", "Code", "DocumentId", "Timestamp"):
            with self.subTest(element):
                self.assert_refused(without(element, name), "missing_element", f"element {element} ")
        source = changed(("<edXML:OrganId>000.00.05.H41</edXML:OrganId>", ""), name=name)
        self.assert_refused(source, "missing_element", "OrganId")

    def test_an_identifier_without_a_name_is_a_finding(self):
        for source in (without("OrganName"), without("OrganName", "05_status_03_receiver_to_sender.edxml")):
            packet = self.read(source)
            self.assertEqual(packet.sender.name, "")
            [problem] = [p for p in packet.problems if p.code == "name_missing"]
            self.assertIn(packet.sender.organ_id, problem.message_vi)

    def test_unknown_codes(self):
        name = "05_status_03_receiver_to_sender.edxml"
        for code in ("07", "99", "acceptance", "-3"):
            source = changed(("StatusCode>03<", f"StatusCode>{code}<"), name=name)
            self.assert_refused(source, "unknown_status", code)
        for kind in ("4", "-1", "x", "1.0"):
            source = changed(("BussinessDocType>0<", f"BussinessDocType>{kind}<"))
            self.assert_refused(source, "unknown_business_type", kind)

    def test_bad_dates(self):
        for text in ("2026/02/30", "20-11-2026", "hôm nay", "2026/13/01"):
            source = changed(("PromulgationDate>2026/11/20<", f"PromulgationDate>{text}<"))
            self.assert_refused(source, "bad_date", text, 28)
        source = changed(("2026/11/20 09:15:00", "2026/11/20"), name="05_status_03_receiver_to_sender.edxml")
        self.assert_refused(source, "bad_date", "Timestamp")

    def test_today_in_viet_nam_is_not_the_future(self):
        late_in_london = datetime.fromisoformat("2026-11-19T18:00:00+00:00")
        packet = edxml.read(sample("01_new.edxml"), now=late_in_london)
        self.assertEqual(packet.promulgation_date, date(2026, 11, 20))
        with self.assertRaisesRegex(edxml.PacketError, "20/11/2026 is in the future"):
            edxml.read(sample("01_new.edxml"), now=late_in_london.replace(hour=16))

    def test_a_receiver_change_is_never_guessed(self):
        source = changed(("ReceiverType>0<", "ReceiverType>5<"), name="03_update.edxml")
        self.assert_refused(source, "missing_element", "ReceiverType")


class TestAttachmentForms(EdxmlCase):
    """Which zips are the wrapping and which are the document itself."""

    def content(self, data, name="a.pdf", declared="application/zip"):
        source = self.write(document(attachments=[edxml.Attachment(name, b"x")])).decode()
        encoded = base64.b64encode(data).decode()
        source = re.sub(r'(2016">)[A-Za-z0-9+/=]+(</edXML:ContentT)', rf"\g<1>{encoded}\g<2>", source)
        source = source.replace("application/zip", declared)
        return self.read(source.encode()).attachments[0].read()

    def test_wrapped_and_raw(self):
        wrapped = zipped(("0.pdf", b"%PDF-1.4"))
        self.assertEqual(self.content(wrapped), b"%PDF-1.4")
        self.assertEqual(self.content(wrapped, declared="application/pdf"), b"%PDF-1.4")
        self.assertEqual(self.content(b"%PDF-1.4", declared="application/pdf"), b"%PDF-1.4")

    def test_office_files_are_not_taken_apart(self):
        docx = zipped(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>"))
        odd = zipped(("mimetype", b"application/vnd.oasis.opendocument.text"))
        for declared in ("application/zip", "application/docx"):
            with self.subTest(declared):
                self.assertEqual(self.content(docx, "a.DOCX", declared), docx)
                self.assertEqual(self.content(zipped(("0.docx", docx)), "a.docx", declared), docx)
                self.assertEqual(self.content(odd, "a.odt", declared), odd)

    def test_archives_are_not_taken_apart(self):
        archive = zipped(("letter.pdf", b"%PDF-1.4"))
        self.assertEqual(self.content(archive, "a.zip"), archive)
        self.assertEqual(self.content(zipped(("0.zip", archive)), "a.zip"), archive)
        many = zipped(("a", b"1"), ("b", b"2"))
        self.assertEqual(self.content(many, "a.zip"), many)

    def test_undeclared_zip_of_many_is_kept_with_a_note(self):
        many = zipped(("a", b"1"), ("b", b"2"))
        self.assertEqual(self.content(many, "data.bin", "application/octet-stream"), many)

    def test_damaged_pdf_is_noted(self):
        for data, code in ((b"hello", "not_a_pdf"), (b"%PDF-1.4\xef\xbf\xbd", "corrupt_pdf")):
            packet = document(attachments=[edxml.Attachment("A.PDF", data)])
            found = self.read(self.write(packet))
            self.assertEqual([problem.code for problem in found.problems], [code])


class TestDocumentId(EdxmlCase):
    def test_canonical_form_and_back(self):
        value = edxml.document_id("000.00.00.G22", date(2015, 9, 3), "7816", "VPCP-TTĐT")
        self.assertEqual(value, "000.00.00.G22,2015/09/03,7816/VPCP-TTĐT")
        self.assertEqual(
            edxml.split_document_id(value),
            ("000.00.00.G22", date(2015, 9, 3), "7816", "VPCP-TTĐT"),
        )
        self.assertIsNone(edxml.split_document_id("000.00.00.G22,2014/02/30,1/A"))

    def test_packets_of_both_kinds_say_what_they_are(self):
        self.assertIsInstance(self.read(self.write(document())), edxml.DocumentPacket)
        self.assertIsInstance(self.read(self.write(status())), edxml.StatusPacket)
