"""Which files may come in: type by content, and the hostile ones by their names."""

import io
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

try:
    from . import hostile_files as make
    from .domain_common import ADDON, DomainCase, load
except ImportError:
    import hostile_files as make
    from domain_common import ADDON, DomainCase, load

file_types = load("text.file_types")
signatures = load("text.signatures")
archives = load("text.archives")
problems = load("text.problems")

Policy = file_types.Policy


def codes(name, data, policy=file_types.DEFAULT_POLICY):
    """Return the codes of the problems of a file, each once."""
    return list(dict.fromkeys(problem.code for problem in file_types.check_file(name, data, policy)))


class TestSniff(DomainCase):
    def test_the_content_decides(self):
        for data, mimetype in (
            (make.make_pdf(), signatures.PDF),
            (b"\r\n\n%PDF-1.4\n", signatures.PDF),
            (make.make_ooxml("docx"), signatures.DOCX),
            (make.make_ooxml("xlsx"), signatures.XLSX),
            (make.make_ooxml("pptx"), signatures.PPTX),
            (make.make_ooxml("docx", {"word/vbaProject.bin": b""}), signatures.DOCM),
            (make.make_odf("text"), signatures.ODT),
            (make.make_odf("spreadsheet"), signatures.ODS),
            (make.make_zip({"a.txt": b"x"}), signatures.ZIP),
            (make.make_zip({}), signatures.ZIP),
            (make.make_zip({"META-INF/MANIFEST.MF": b"x"}), signatures.JAR),
            (make.make_ole(["WordDocument"]), signatures.DOC),
            (make.make_ole(["Workbook"]), signatures.XLS),
            (make.make_ole(["Book"]), signatures.XLS),
            (make.make_ole(["PowerPoint Document"]), signatures.PPT),
            (make.make_ole(["EncryptedPackage"]), signatures.OLE_ENCRYPTED),
            (make.make_ole(["Other"]), "application/x-ole-storage"),
            (make.make_rar4(["a"]), signatures.RAR),
            (make.make_rar5(["a"]), signatures.RAR),
            (b"7z\xbc\xaf\x27\x1c" + bytes(30), signatures.SEVEN_ZIP),
            (make.PNG, signatures.PNG),
            (make.JPEG, signatures.JPEG),
            (b"II*\0" + bytes(30), signatures.TIFF),
            (make.EDXML, signatures.EDXML),
            (b'<?xml version="1.0"?><a/>', signatures.XML),
            (b"  <!DOCTYPE html><html></html>", "text/html"),
            (b'<?xml version="1.0"?><svg onload="x()"/>', "image/svg+xml"),
            (make.PROGRAM, signatures.EXE),
            (b"\x7fELF" + bytes(30), "application/x-elf"),
            (b"#!/bin/sh\n", "text/x-shellscript"),
            ("Xin chào các bạn".encode(), "text/plain"),
        ):
            with self.subTest(mimetype=mimetype):
                self.assertEqual(file_types.sniff(data), mimetype)

    def test_a_path_gives_the_same_as_the_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "van-ban"
            for data in (make.make_pdf(), make.make_ooxml("xlsx"), make.make_ole(["Workbook"])):
                path.write_bytes(data)
                self.assertEqual(file_types.sniff(path), file_types.sniff(data))
                self.assertEqual(file_types.sniff(str(path)), file_types.sniff(data))

    def test_documents_of_the_real_libraries(self):
        import docx
        import openpyxl

        for document, mimetype in ((docx.Document(), signatures.DOCX), (openpyxl.Workbook(), signatures.XLSX)):
            file = io.BytesIO()
            document.save(file)
            with self.subTest(mimetype=mimetype):
                self.assertEqual(file_types.sniff(file.getvalue()), mimetype)
                extension = signatures.TYPES[mimetype][1][0]
                self.assertEqual(codes(f"a{extension}", file.getvalue()), [])


class TestHonestFiles(DomainCase):
    def test_they_come_in(self):
        for name, data in (
            ("a.pdf", make.make_pdf(3)),
            ("A.PDF", make.make_pdf(attachments={"so-lieu.xlsx": make.make_ooxml("xlsx")})),
            ("a.docx", make.make_ooxml("docx", {"word/media/image1.svg": b"<svg/>"})),
            ("a.xlsx", make.make_ooxml("xlsx")),
            ("a.docx", make.make_ooxml("docx", {"word/embeddings/b.xlsx": make.make_ooxml("xlsx")})),
            ("a.doc", make.make_ole(["WordDocument"], b"\xec\xa5\xc1\x00" + bytes(60))),
            ("a.xls", make.make_ole(["Workbook"], struct.pack("<HH", 0x0809, 4) + bytes(60))),
            ("a.odt", make.make_odf()),
            ("a.zip", make.make_zip({"b.docx": make.make_ooxml(), "c/d.pdf": make.make_pdf()})),
            ("a.zip", make.make_zip({"inner.zip": make.make_zip({"b.pdf": make.make_pdf()})})),
            ("a.rar", make.make_rar5(["Báo cáo.docx", "số liệu.xlsx"])),
            ("a.rar", make.make_rar4(["bao-cao.docx"])),
            ("a.png", make.PNG),
            ("a.jpeg", make.JPEG),
            ("a.edxml", make.EDXML),
        ):
            with self.subTest(name=name):
                self.assertEqual(file_types.check_file(name, data), [])


class TestSizeAndType(DomainCase):
    def test_empty(self):
        self.assertEqual(codes("a.pdf", b""), ["file_empty"])

    def test_fifty_megabytes_and_one_byte(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"%PDF-1.4")
            file.truncate(50 * 1024 * 1024 + 1)
            file.flush()
            (problem,) = file_types.check_file("a.pdf", file.name)
        self.assertEqual(problem.code, "file_too_large")
        self.assertEqual(problem.message, "The file has 50.1 MB; at most 50 MB are allowed.")
        self.assertIn("Quy định của hệ thống", problem.rule)

    def test_a_huge_file_is_not_read(self):
        with tempfile.NamedTemporaryFile() as file:
            file.truncate(1 << 40)  # sparse; reading it would take an hour
            self.assertEqual(codes("a.pdf", file.name), ["file_too_large"])

    def test_exactly_the_limit(self):
        data = make.make_pdf()
        self.assertEqual(codes("a.pdf", data, Policy(max_bytes=len(data))), [])
        self.assertEqual(codes("a.pdf", data, Policy(max_bytes=len(data) - 1)), ["file_too_large"])

    def test_types_outside_the_rule(self):
        for name, data in (("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(30)), ("a.txt", b"plain"), ("a.gif", b"GIF89a")):
            with self.subTest(name=name):
                (problem,) = file_types.check_file(name, data)
                self.assertEqual(problem.code, "type_not_allowed")
                self.assertEqual(problem.file, name)
                self.assertIn("Quy định của hệ thống về loại tệp", problem.rule)

    def test_an_agency_sets_its_own_types(self):
        only_pdf = Policy(allowed=frozenset({signatures.PDF}))
        self.assertEqual(codes("a.docx", make.make_ooxml(), only_pdf), ["type_not_allowed"])
        self.assertEqual(codes("a.pdf", make.make_pdf(), only_pdf), [])

    def test_a_name_that_lies(self):
        for name, data in (
            ("a.doc", make.make_ooxml("docx")),
            ("a.pdf", make.make_ooxml("docx")),
            ("a.docx", make.make_pdf()),
            ("a", make.make_pdf()),
            ("a.pdf.exe", make.make_pdf()),
        ):
            with self.subTest(name=name):
                self.assertEqual(codes(name, data), ["extension_mismatch"])


class TestHostileFiles(DomainCase):
    def test_a_program_called_pdf(self):
        for data in (make.PROGRAM, b"\x7fELF" + bytes(90), b"#!/bin/sh\nrm -rf x", b"<script>x()</script>"):
            self.assertEqual(codes("hoa-don.pdf", data), ["executable"])

    def test_a_program_that_carries_a_pdf(self):
        self.assertEqual(codes("a.pdf", make.PROGRAM + make.make_pdf()), ["executable"])

    def test_macros_under_any_name(self):
        macro_type = b'<Override ContentType="application/vnd.ms-office.vbaProject"/>'
        for name, data in (
            ("a.docm", make.make_ooxml("docx", {"word/vbaProject.bin": b""})),
            ("a.docx", make.make_ooxml("docx", {"word/vbaProject.bin": b""})),
            ("a.docx", make.make_ooxml("docx", {"word/anything.dat": b""}, macro_type)),
            ("a.xlsx", make.make_ooxml("xlsx", {"xl/macrosheets/sheet1.xml": b""})),
            ("a.odt", make.make_odf(more={"Basic/Standard/Module1.xml": b"x"})),
            ("a.doc", make.make_ole(["WordDocument", "Macros", "VBA", "_VBA_PROJECT"])),
            ("a.xls", make.make_ole(["Workbook", "_VBA_PROJECT_CUR"])),
            ("a.zip", make.make_zip({"b.docx": make.make_ooxml("docx", {"word/vbaProject.bin": b""})})),
            ("a.zip", make.make_zip({"b.xls": make.make_ole(["Workbook", "_VBA_PROJECT_CUR"])})),
        ):
            with self.subTest(name=name):
                self.assertIn("macro", codes(name, data))
                allowed = Policy(allow_macros=True, allowed=file_types.ALLOWED | {signatures.DOCM})
                self.assertNotIn("macro", codes(name, data, allowed))

    def test_programs_in_archives(self):
        inner = make.make_zip({"cai-dat.exe": b"x"})
        for data in (
            make.make_zip({"cai-dat.exe": b"not even a program"}),
            make.make_zip({"hinh-anh.jpg": make.PROGRAM}),
            make.make_zip({"a.pdf.JS. ": b"x"}),
            make.make_zip({"muc/run.bat": b"x"}),
            make.make_zip({"inner.zip": inner}),
            make.make_zip({"bao-cao.pdf": inner}),
            make.make_zip({"b.docx": make.make_ooxml("docx", {"word/embeddings/x.bin": make.PROGRAM})}),
        ):
            self.assertEqual(codes("a.zip", data), ["archive_executable"])
        self.assertEqual(codes("a.rar", make.make_rar5(["a.docx", "b.scr"])), ["archive_executable"])
        self.assertEqual(codes("a.rar", make.make_rar4(["thư mục\\b.vbs"])), ["archive_executable"])
        self.assertEqual(codes("a.zip", make.make_zip({"x.rar": make.make_rar5(["b.exe"])})), ["archive_executable"])

    def test_the_refusal_names_the_member(self):
        data = make.make_zip({"muc/inner.zip": make.make_zip({"cai-dat.exe": make.PROGRAM})})
        (problem,) = file_types.check_file("a.zip", data)
        self.assertTrue(problem.message.endswith(": a.zip/muc/inner.zip/cai-dat.exe"))
        self.assertEqual(problem.file, "a.zip")

    def test_programs_in_a_pdf(self):
        for attachments in ({"b.exe": b"x"}, {"b.dat": make.PROGRAM}):
            self.assertEqual(codes("a.pdf", make.make_pdf(attachments=attachments)), ["archive_executable"])

    def test_archives_in_archives_in_archives(self):
        data = make.make_pdf()
        for _ in range(3):
            data = make.make_zip({"inner.zip": data, "b.pdf": data})
        self.assertEqual(codes("a.zip", data), ["archive_too_deep"])
        self.assertEqual(codes("a.zip", data, Policy(archives=archives.ArchiveLimits(max_depth=2))), [])

    def test_archives_nobody_can_look_into(self):
        for head in (b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"\xfd7zXZ\0"):
            self.assertEqual(codes("a.zip", make.make_zip({"x": head + bytes(30)})), ["archive_opaque"])

    def test_names_that_lead_out_of_the_folder(self):
        for name in ("../../etc/passwd", "/etc/passwd", "..\\x.pdf", "C:\\x.pdf", "a/../../b.pdf"):
            with self.subTest(name=name):
                self.assertEqual(codes("a.zip", make.make_zip({name: b"x"})), ["archive_unsafe_path"])
                self.assertEqual(codes("a.rar", make.make_rar5([name])), ["archive_unsafe_path"])

    def test_encrypted_files(self):
        for name, data in (
            ("a.pdf", make.make_pdf(user="secret", owner="secret")),
            ("a.zip", make.mark_encrypted(make.make_zip({"b.pdf": b"x"}))),
            ("a.rar", make.make_rar5(["b.pdf"], encrypted=True)),
            ("a.rar", make.make_rar5([], locked_list=True)),
            ("a.rar", make.make_rar4(["b.pdf"], encrypted=True)),
            ("a.rar", make.make_rar4([], locked_list=True)),
            ("a.docx", make.make_ole(["EncryptedPackage"])),
            ("a.doc", make.make_ole(["WordDocument"], b"\xec\xa5" + bytes(8) + b"\x00\x01")),
            ("a.xls", make.make_ole(["Workbook"], struct.pack("<HHIHH", 0x0809, 4, 0, 0x002F, 6))),
            ("a.odt", make.make_odf(more={"META-INF/manifest.xml": b"<manifest:encryption-data/>"})),
        ):
            with self.subTest(name=name):
                self.assertEqual(codes(name, data), ["encrypted"])
                self.assertEqual(codes(name, data, Policy(allow_encrypted=True)), [])

    def test_a_pdf_that_only_a_password_lets_change_comes_in(self):
        pdf = make.make_pdf(user="", owner="secret")
        self.assertEqual(codes("a.pdf", pdf), [])
        self.assertEqual(file_types.pdf_info(pdf), (1, True))

    def test_damaged_files(self):
        pdf, archive = make.make_pdf(), make.make_zip({"b.pdf": b"x" * 100})
        for name, data in (
            ("a.pdf", b"%PDF-1.7 and nothing more"),
            ("a.zip", archive[: len(archive) // 2]),
            ("a.rar", make.make_rar5(["b.pdf"])[:24]),
            ("a.rar", b"Rar!\x1a\x07\x01\x00" + b"\xff" * 40),
            ("a.pdf", pdf[:20]),
        ):
            with self.subTest(name=name):
                self.assertEqual(codes(name, data), ["broken"])


class TestBombs(DomainCase):
    limits = archives.ArchiveLimits(max_entries=20, max_unpacked=40 << 20)
    policy = Policy(archives=limits)

    def test_much_from_little(self):
        data = make.make_zip({"zeros.txt": bytes(30 << 20)})
        self.assertLess(len(data), 100_000)
        self.assertEqual(codes("a.zip", data, self.policy), ["archive_ratio"])

    def test_a_document_can_be_a_bomb(self):
        data = make.make_ooxml("xlsx", {"xl/worksheets/sheet1.xml": bytes(30 << 20)})
        self.assertEqual(codes("a.xlsx", data, self.policy), ["archive_ratio"])

    def test_all_inner_archives_together(self):
        inner = make.make_zip({"zeros.txt": bytes(15 << 20)})
        data = make.make_zip({f"{i}.zip": inner for i in range(5)}, zipfile.ZIP_STORED)
        self.assertEqual(codes("a.zip", data, self.policy), ["archive_bomb"])

    def test_too_many_files(self):
        for count, expected in ((20, []), (21, ["archive_too_many"])):
            names = [str(i) for i in range(count)]
            self.assertEqual(codes("a.zip", make.make_zip(dict.fromkeys(names, b"")), self.policy), expected)
            self.assertEqual(codes("a.rar", make.make_rar5(names), self.policy), expected)

    def test_a_rar_that_says_how_much_it_holds(self):
        self.assertEqual(codes("a.rar", make.make_rar5(["a", "b"], size=30 << 20), self.policy), ["archive_bomb"])

    def test_a_list_of_files_that_fills_the_memory(self):
        data = make.make_zip({"a": b""})
        end = data.rfind(b"PK\x05\x06")
        data = data[: end + 8] + struct.pack("<HHI", 0xFFFF, 0xFFFF, 0x7FFFFFFF) + data[end + 16 :]
        self.assertEqual(codes("a.zip", data), ["archive_too_many"])

    def test_members_that_overlap(self):
        data = make.make_zip({"a.txt": b"x" * 5000}, zipfile.ZIP_STORED)
        start, end = data.find(b"PK\x01\x02"), data.rfind(b"PK\x05\x06")
        entry = data[start:end]  # listed ten times, stored once
        counts = struct.pack("<HHI", 10, 10, 10 * len(entry))
        data = data[:start] + entry * 10 + data[end : end + 8] + counts + data[end + 16 :]
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.assertEqual(len(archive.infolist()), 10)
        self.assertEqual(codes("a.zip", data), ["broken"])

    def test_a_pdf_that_unpacks_to_gigabytes_while_it_is_opened(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bomb.pdf"
            path.write_bytes(make.make_pdf_bomb(700))
            script = (
                "import sys; sys.path.insert(0, sys.argv[1]); "
                "from text.file_types import check_file; "
                "print([p.code for p in check_file('a.pdf', sys.argv[2])]); "
                # not ru_maxrss: it starts from the size of the process that started this one
                "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
            )
            command = [sys.executable, "-c", script, str(ADDON), str(path)]
            found, kilobytes = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        self.assertEqual(found, "['broken']")
        self.assertLess(int(kilobytes), 600 << 10)


class TestPdfInfo(DomainCase):
    def test_pages_and_encryption(self):
        self.assertEqual(file_types.pdf_info(make.make_pdf(3)), (3, False))
        self.assertEqual(file_types.pdf_info(make.make_pdf(2, user="", owner="x")), (2, True))
        self.assertEqual(file_types.pdf_info(make.make_pdf(2, user="x", owner="x")), (None, True))

    def test_what_is_no_pdf_is_refused(self):
        for data in (b"", b"%PDF-1.4", make.make_ooxml()):
            with self.subTest(data=data[:8]), self.assertRaises(ValueError):
                file_types.pdf_info(data)


SAMPLES = [
    ("a.docx", make.make_ooxml("docx", {"word/embeddings/b.xlsx": make.make_ooxml("xlsx")})),
    (
        "a.zip",
        make.make_zip({"b.zip": make.make_zip({"c.pdf": b"%PDF-1.4"}), "d.doc": make.make_ole(["WordDocument"])}),
    ),
    ("a.doc", make.make_ole(["WordDocument", "Macros", "VBA", "x", "y"])),
    ("a.rar", make.make_rar5(["b.pdf", "c.exe"], encrypted=True)),
    ("a.rar", make.make_rar4(["b.pdf", "c.exe"])),
    ("a.pdf", make.make_pdf(2, attachments={"b.dat": b"x"})),
    ("a.edxml", make.EDXML),
]


class TestDamage(DomainCase):
    """Whatever comes in, the answer is a list of problems, never an exception."""

    @given(st.sampled_from(SAMPLES), st.data())
    def test_changed_bytes(self, sample, data):
        name, content = sample
        content = bytearray(content)
        for _ in range(data.draw(st.integers(1, 12))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        self.assertTrue(all(problem.message for problem in file_types.check_file(name, bytes(content))))

    @given(st.sampled_from(SAMPLES), st.data())
    def test_cut_off(self, sample, data):
        name, content = sample
        content = content[: data.draw(st.integers(0, len(content)))]
        self.assertTrue(all(problem.message for problem in file_types.check_file(name, content)))

    @given(st.binary(max_size=200), st.sampled_from(sorted({s[0] for s in signatures._SIGNATURES})))
    def test_noise_after_a_signature(self, noise, signature):
        self.assertTrue(all(problem.rule for problem in file_types.check_file("a.pdf", signature + noise)))

    def test_a_member_without_a_name(self):
        data = make.make_zip({"a": b"x"}).replace(b"a", b"\0")
        self.assertEqual(codes("a.zip", data), [])


class TestMessages(DomainCase):
    def test_every_problem_has_words_and_a_rule(self):
        for code, template in problems.MESSAGES.items():
            with self.subTest(code=code):
                self.assertTrue(template.strip())
                self.assertNotIn("%%", template)
