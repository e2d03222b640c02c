"""Hostile and broken packets: each is refused by name, and none costs memory or a crash."""

import base64
import dataclasses
import gzip
import io
import os
import re
import tempfile
import time
import tracemalloc
import unittest
import zipfile
from pathlib import Path
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

try:
    from .edxml_common import DATA, NOW, EdxmlCase, document, edxml, module, sample, shared_samples
except ImportError:
    from edxml_common import DATA, NOW, EdxmlCase, document, edxml, module, sample, shared_samples

MALFORMED = {
    "attachments_inside_envelope": ("wrong_layout", "AttachmentEncoded", 88),
    "bad_base64": ("bad_base64", "cong-van-123.pdf is not base64", 95),
    "billion_laughs": ("doctype_forbidden", "DOCTYPE", 2),
    "duplicate_recipient": ("duplicate_recipient", "000.00.00.H14", 16),
    "future_date": ("future_date", "PromulgationDate 20/11/2126", 28),
    "junk_before_declaration": ("junk_before_declaration", "'1212'", 1),
    "missing_organ_id": ("missing_element", "OrganId", 6),
    "not_utf8": ("wrong_encoding", "OrganName", 9),
    "truncated": ("truncated", "SignerInfo", 38),
    "wrong_namespace": ("wrong_namespace", "http://www.go.vn/eDoc", 2),
    "zip_with_two_files": ("zip_entries", "holds 2", 95),
}
VENDORS = {
    "duplicate_open_tag": ("not_well_formed", "<From>"),
    "junk_before_declaration": ("junk_before_declaration", "1212"),
    "unbound_xlink_prefix": ("unbound_prefix", "prefix"),
}
ENCODED = re.compile(rb"(?<=2016\">)UEsDB[^<]*")


def new_with(old, new):
    """Return the plain new packet with one piece of text exchanged everywhere."""
    source = sample("01_new.edxml")
    changed = source.replace(old.encode(), new.encode())
    assert changed != source, old
    return changed


def with_content(data, encode=base64.b64encode, name=None, declared=None):
    """Return the plain new packet with other attachment bytes."""
    source = ENCODED.sub(lambda _match: encode(data), sample("01_new.edxml"))
    if name:
        source = source.replace(b"cong-van-123.pdf", name.encode())
    if declared:
        source = source.replace(b"application/zip", declared.encode())
    return source


def zipped(*entries, compression=zipfile.ZIP_DEFLATED):
    """Return a zip of ``(name, bytes)`` entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, compression)
    return buffer.getvalue()


def limits(**values):
    return dataclasses.replace(edxml.DEFAULT_LIMITS, **values)


class TestMalformedFiles(EdxmlCase):
    def test_every_malformed_file_is_refused_with_its_fault_and_line(self):
        files = {path.stem: path for path in (DATA / "malformed").glob("*.edxml")}
        self.assertEqual(set(files), set(MALFORMED))
        for name, (code, words, line) in MALFORMED.items():
            with self.subTest(name):
                error = self.assert_refused(files[name], code, words, line)
                self.assertIn(f"dòng {line}", error.in_vietnamese())

    def test_vendor_files_are_refused_with_their_fault(self):
        files = {path.stem: path for path in shared_samples("malformed")}
        if not files:
            raise unittest.SkipTest("the vendors' packets are not on this machine")
        for name, (code, words) in VENDORS.items():
            with self.subTest(name):
                self.assert_refused(files[name], code, words)

    def test_every_message_exists_in_both_languages_with_the_same_values(self):
        for code, (english, vietnamese) in edxml.MESSAGES.items():
            with self.subTest(code):
                fields = re.compile(r"{\w+}")
                self.assertEqual(set(fields.findall(english)), set(fields.findall(vietnamese)))


class TestHostileXml(EdxmlCase):
    def test_external_dtd_is_refused_before_anything_is_fetched(self):
        doctype = '?>\n<!DOCTYPE edXML SYSTEM "file:///etc/passwd">'
        self.assert_refused(new_with("?>", doctype), "doctype_forbidden", line=2)

    def test_undeclared_entity(self):
        self.assert_refused(new_with("Sở Ví dụ A", "&passwd;"), "entity_forbidden", line=9)

    def test_wrong_root(self):
        soap = b'<E:Envelope xmlns:E="http://schemas.xmlsoap.org/soap/envelope/"/>'
        self.assert_refused(soap, "wrong_root", "Envelope", 1)
        self.assert_refused(b"<html><body>502 Bad Gateway</body></html>", "wrong_root", "html")

    def test_no_namespace(self):
        self.assert_refused(b"<edXML/>", "wrong_namespace", line=1)

    def test_empty_and_not_xml(self):
        self.assert_refused(b"", "empty")
        self.assert_refused(b"%PDF-1.4 not a packet", "junk_before_declaration", "%PDF")
        self.assert_refused(b"\x00\x01\x02\x03", "wrong_encoding")

    def test_other_encodings(self):
        source = sample("01_new.edxml").decode()
        self.assert_refused(source.encode("utf-16"), "wrong_encoding", "UTF-16")
        # What a declaration says is no matter where the bytes are UTF-8; where they are not, the first of them tells.
        found = self.read(new_with("UTF-8", "windows-1258"))
        self.assertEqual((found.sender.name, [p.code for p in found.problems]), ("Sở Ví dụ A", ["wrong_encoding"]))
        lying = new_with("UTF-8", "windows-1258").replace("Sở".encode(), "Sô".encode("windows-1258"))
        self.assert_refused(lying, "wrong_encoding", "OrganName")

    def test_compressed(self):
        self.assert_refused(gzip.compress(sample("01_new.edxml")), "compressed", "gzip")
        self.assert_refused(b"PK\x03\x04" + sample("01_new.edxml"), "compressed", "zip")

    def test_second_declaration_and_second_root(self):
        source = sample("01_new.edxml")
        self.assert_refused(b"\n" + source, "junk_before_declaration", line=2)
        self.assert_refused(source + source[source.index(b"<edXML") :], "not_well_formed", "junk")

    def test_every_truncation_is_refused(self):
        source = sample("01_new.edxml").rstrip()
        for length in range(0, len(source), 97):
            with self.subTest(length), self.assertRaises(edxml.PacketError):
                edxml.read(source[:length], now=NOW)

    def test_depth(self):
        deep = new_with("<edXML:Subject>", "<edXML:X>" * 5000 + "<edXML:Subject>")
        self.assert_refused(deep, "too_deep", "32")
        inside = "<Signature>" + "<S>" * 5000
        self.assert_refused(new_with("<edXML:TraceHeaderList>", inside), "too_deep")

    def test_number_of_elements(self):
        many = new_with("<edXML:Subject>", "<edXML:X/>" * 200 + "<edXML:Subject>")
        self.assert_refused(many, "too_many", "200", limits=limits(elements=200))

    def test_long_text_and_many_texts(self):
        long = new_with("Sở Ví dụ A", "A" * 70_000)
        self.assert_refused(long, "too_large", "OrganName")
        self.assert_refused(sample("01_new.edxml"), "too_large", limits=limits(total_text_characters=99))

    def test_size_of_the_packet(self):
        self.assert_refused(sample("01_new.edxml"), "too_large", limits=limits(packet_bytes=1000))

    def test_one_huge_tag_or_comment_is_refused_without_buffering_it(self):
        for begin in (b"<!--", b'<edXML a="', b"<?x "):
            with self.subTest(begin):
                endless = _Endless(begin)
                self.assert_refused(endless, "too_large", "tag or comment")
                self.assertLess(endless.given, 4 << 20)

    def test_element_inside_the_content(self):
        evil = new_with("UEsDB", "UEsDB<edXML:X/>")
        self.assert_refused(evil, "bad_base64", "<X>", 95)

    def test_repeated_single_element(self):
        twice = "<edXML:Subject>A</edXML:Subject><edXML:Subject>"
        self.assert_refused(new_with("<edXML:Subject>", twice), "repeated_element", "Subject", 35)

    @settings(max_examples=300)
    @given(st.data())
    def test_random_damage_never_gives_anything_but_a_packet_or_a_packet_error(self, data):
        name = data.draw(st.sampled_from(["01_new", "03_update", "05_status_03_receiver_to_sender"]))
        source = bytearray(sample(f"{name}.edxml"))
        for _cut in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(source)))
            length = data.draw(st.integers(0, 40))
            source[at : at + length] = data.draw(st.binary(max_size=20))
        try:
            self.read(bytes(source))
        except edxml.PacketError as error:
            self.assertTrue(str(error) and error.in_vietnamese())

    @settings(max_examples=200)
    @given(st.data())
    def test_two_packets_cut_and_joined_and_bits_that_flip(self, data):
        names = sorted(path.name for path in DATA.glob("*.edxml"))
        first, second = (sample(data.draw(st.sampled_from(names))) for _part in range(2))
        head = first[: data.draw(st.integers(0, len(first)))]
        source = bytearray(head + second[data.draw(st.integers(0, len(second))) :])
        for _flip in range(data.draw(st.integers(0, 3)) if source else 0):
            source[data.draw(st.integers(0, len(source) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        began = time.monotonic()
        try:
            self.read(bytes(source))
        except edxml.PacketError as error:
            self.assertTrue(str(error) and error.in_vietnamese())
        self.assertLess(time.monotonic() - began, 20)


class _Endless:
    """A file that never ends."""

    def __init__(self, beginning):
        self._next = beginning
        self.given = 0

    def read(self, size):  # pylint: disable=method-required-super  # no model: a stream  # pylint: disable=method-required-super
        piece, self._next = self._next or b"a" * size, b""
        self.given += len(piece)
        return piece


class TestHostileAttachments(EdxmlCase):
    def attachment(self, source, **options):
        return self.read(source, **options).attachments[0]

    def test_garbage_in_base64(self):
        for bad in ("-", "----", "é", "&#0256;", "=", "AB=C", "\u00a0"):
            with self.subTest(bad):
                self.assert_refused(new_with("UEsDB", f"UEsDB{bad}"), "bad_base64", line=95)

    def test_text_after_the_padding_is_refused_as_it_comes(self):
        attachments = module("attachments")
        decoder = attachments.Base64Decoder(attachments.Spool(1000), 1000)
        decoder.feed("QQ==")
        with self.assertRaises(ValueError):
            decoder.feed("Q")

    def test_base64_that_stops_in_the_middle(self):
        cut = sample("01_new.edxml")
        for length in (1, 2, 3):
            source = cut.replace(b"AAAAAA</edXML:Content", b"A" * (6 - length) + b"</edXML:Content")
            with self.subTest(length):
                self.assert_refused(source, "bad_base64", "middle")

    def test_white_space_in_base64_is_tolerated(self):
        wrapped = with_content(zipped(("x.pdf", b"%PDF-1.4 abc" * 99)), encode=base64.encodebytes)
        self.assertIn(b"\n", ENCODED.search(wrapped).group())
        wrapped = wrapped.replace(b"UEs", b" U\tE\r\ns ")
        self.assertEqual(self.attachment(wrapped).read(), b"%PDF-1.4 abc" * 99)

    def test_a_single_empty_line_in_the_middle_of_a_group_of_four(self):
        plain = with_content(b"abcdef", lambda data: b"YW\nJj ZGV\tm", declared="application/pdf")
        self.assertEqual(self.attachment(plain).read(), b"abcdef")

    def test_zip_bomb_is_refused_by_its_declared_size(self):
        bomb = with_content(zipped(("x.pdf", bytes(40 << 20))))
        with mock.patch.object(zipfile.ZipFile, "open", side_effect=AssertionError("unpacked")):
            self.assert_refused(bomb, "zip_bomb", "250 times", 95)

    def test_zip_that_lies_about_its_size(self):
        packed = zipped(("x.pdf", bytes(5 << 20)))
        at = packed.rindex(b"PK\x01\x02")
        for declared in (10, 4 << 10):
            lie = packed[: at + 24] + declared.to_bytes(4, "little") + packed[at + 28 :]
            with self.subTest(declared):
                self.assert_refused(with_content(lie), "bad_zip")

    def test_large_attachment(self):
        packed = with_content(zipped(("x.pdf", os.urandom(3000))))
        self.assert_refused(packed, "too_large", "2,999 bytes", limits=limits(attachment_bytes=2999))
        self.assertEqual(self.attachment(packed, limits=limits(attachment_bytes=3000)).size, 3000)

    def test_large_base64_is_refused_while_it_arrives(self):
        small = limits(attachment_bytes=100_000)
        source = with_content(os.urandom(3 << 20), declared="application/pdf")
        with mock.patch.object(module("attachments"), "unpack", side_effect=AssertionError):
            self.assert_refused(source, "too_large", "cong-van-123.pdf", limits=small)

    def test_sum_of_the_attachments(self):
        items = [edxml.Attachment(f"{n}.bin", bytes(1000)) for n in range(3)]
        source = self.write(document(attachments=items))
        self.assert_refused(source, "too_large", "sum", limits=limits(total_attachment_bytes=2500))
        arriving = mock.patch.object(module("attachments"), "unpack", side_effect=AssertionError)
        raw = [edxml.Attachment(f"{n}.bin", os.urandom(1000)) for n in range(3)]
        with arriving:
            incompressible = self.write(document(attachments=raw))
            self.assert_refused(incompressible, "too_large", "2.bin", limits=limits(total_attachment_bytes=2500))
        self.assert_refused(source, "too_many", "2 of attachments", limits=limits(attachments=2))

    def test_zip_with_a_password(self):
        packed = bytearray(zipped(("x.pdf", b"abc")))
        for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            packed[packed.index(signature) + offset] |= 1
        self.assert_refused(with_content(bytes(packed)), "zip_encrypted", "password")

    def test_zip_with_a_folder_or_odd_compression(self):
        self.assert_refused(with_content(zipped(("x/", b""))), "zip_entries")
        self.assert_refused(with_content(zipped(("x.pdf", b"a" * 99), compression=zipfile.ZIP_LZMA)), "bad_zip")

    def test_declared_zip_that_is_none_and_broken_zip(self):
        self.assert_refused(with_content(b"%PDF-1.4"), "bad_zip", "does not begin like a zip")
        good = zipped(("x.pdf", b"a" * 99))
        self.assert_refused(with_content(good[:-30]), "bad_zip")
        self.assert_refused(with_content(good[:40] + b"\xff\xff" + good[42:]), "bad_zip")

    def test_directory_that_fills_the_zip_is_refused_before_it_is_read(self):
        packed = zipped(*((f"{n}.pdf", b"") for n in range(2000)))
        lie = packed[:-14] + (1).to_bytes(2, "little") * 2 + packed[-10:]
        self.assert_refused(with_content(lie), "zip_entries", "2000")
        long = zipped(*((f"{n:0200}.pdf", b"") for n in range(2000)))
        lie = long[:-14] + (1).to_bytes(2, "little") * 2 + long[-10:]
        with mock.patch.object(zipfile, "ZipFile", side_effect=AssertionError("read")):
            self.assert_refused(with_content(lie), "bad_zip", "directory")

    def test_the_path_in_a_zip_is_never_used(self):
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "evil"
            found = self.attachment(with_content(zipped((f"../../..{target}", b"%PDF-"))))
            self.assertEqual((found.name, found.read()), ("cong-van-123.pdf", b"%PDF-"))
            self.assertFalse(target.exists())

    @settings(max_examples=300)
    @given(st.data())
    def test_random_damage_to_a_zip_is_a_packet_error_or_harmless(self, data):
        packed = bytearray(zipped(("x.pdf", b"%PDF-1.4 content")))
        for _change in range(data.draw(st.integers(1, 3))):
            packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
        on_disk = limits(memory_bytes=data.draw(st.sampled_from([0, 1 << 20])))
        try:
            self.read(with_content(bytes(packed)), limits=on_disk)
        except edxml.PacketError as error:
            self.assertTrue(str(error))

    def test_missing_content_and_missing_attachment(self):
        source = sample("01_new.edxml")
        self.assert_refused(ENCODED.sub(b"", source), "attachment_missing", "cong-van-123.pdf", 90)
        gone = re.sub(rb"<AttachmentEncoded>.*</AttachmentEncoded>", b"", source, flags=re.DOTALL)
        self.assert_refused(gone, "attachment_missing", "cong-van-123.pdf", 80)

    def test_the_same_identifier_twice(self):
        source = self.write(
            document(
                attachments=[
                    edxml.Attachment("a.pdf", b"a", content_id="one"),
                    edxml.Attachment("b.pdf", b"b", content_id="two"),
                ]
            )
        )
        self.assert_refused(source.replace(b"cid:two", b"cid:one"), "duplicate_attachment", "one")

    def test_memory_stays_small_and_temporary_files_go(self):
        content = os.urandom(12 << 20)
        source = self.write(document(attachments=[edxml.Attachment("a.bin", content)]))
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        with edxml.read(source, now=NOW) as packet:
            self.assertLess(tracemalloc.get_traced_memory()[1], 6 << 20)
            stream = packet.attachments[0].content
            self.assertTrue(os.fstat(stream.fileno()).st_size == len(content))
            self.assertEqual(os.fstat(stream.fileno()).st_nlink, 0)
        self.assertTrue(stream.closed)
