"""What a .docx carries besides its text is counted, and a copy without it is the document as it is to be read."""

import io
import unittest
from pathlib import Path

import docx as python_docx

try:
    from . import docx_files as files
    from .docx_files import deleted, docx, field, inserted, members_of, paragraph, run
    from .domain_common import DomainCase, load
except ImportError:
    import docx_files as files
    from docx_files import deleted, docx, field, inserted, members_of, paragraph, run
    from domain_common import DomainCase, load

marks = load("docx_marks")
SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "samples" / "cases"

_MARK = f'<w:%s w:id="9" {files.WHO}/>'
_FALLBACK = (
    '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice Requires="wps"><w:txbxContent>{0}</w:txbxContent></mc:Choice>'
    "<mc:Fallback><w:txbxContent>{0}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
)


def text(content):
    return marks.plain_text(content).split("\n")


class TestFinding(DomainCase):
    def found(self, *body, **parts):
        return marks.find_marks(docx(*body, **parts))

    def test_a_plain_document_has_none(self):
        plain = docx(paragraph(run("Kính gửi: Sở Tài chính"), field("PAGE", run("1"))), header=paragraph(run("Khẩn")))
        self.assertFalse(marks.find_marks(plain))
        self.assertEqual(marks.clean_copy(plain) and members_of(marks.clean_copy(plain)), members_of(plain))

    def test_one_deletion_one_insertion_one_comment(self):
        self.assertEqual(marks.find_marks(files.tracked()), marks.Marks(deletions=1, insertions=1, comments=1))

    def test_a_stretch_in_several_pieces_is_one_place(self):
        found = self.found(paragraph(deleted("một "), deleted("hai"), run(" còn "), deleted("ba")))
        self.assertEqual(found.deletions, 2)

    def test_a_whole_new_paragraph_is_one_place(self):
        found = self.found(paragraph(inserted(run("mới")), mark=_MARK % "ins"))
        self.assertEqual(found, marks.Marks(insertions=1))

    def test_inserted_by_one_and_deleted_by_another(self):
        found = self.found(paragraph(inserted(deleted("7.000.000 đồng"))))
        self.assertEqual(found, marks.Marks(deletions=1, insertions=1))

    def test_moves_and_formats(self):
        old, new = (f'<w:move{way} w:id="3" {files.WHO}>{run("câu")}</w:move{way}>' for way in ("From", "To"))
        bold = f'<w:r><w:rPr><w:b/><w:rPrChange w:id="4" {files.WHO}><w:rPr/></w:rPrChange></w:rPr><w:t>x</w:t></w:r>'
        self.assertEqual(self.found(paragraph(old), paragraph(new, bold)), marks.Marks(moves=1, formats=1))

    def test_rows_of_a_table(self):
        def row(mark):
            return f"<w:tr><w:trPr>{mark}</w:trPr><w:tc>{paragraph(run('ô'))}</w:tc></w:tr>"

        found = self.found(f"<w:tbl>{row('')}{row(_MARK % 'ins')}{row(_MARK % 'del')}</w:tbl>", paragraph())
        self.assertEqual(found, marks.Marks(deletions=1, insertions=1))

    def test_every_part_is_looked_at(self):
        for kind in ("header", "footer", "footnotes", "endnotes"):
            inner = paragraph(deleted("cũ"), field("SAVEDATE", run("1/1/2024")))
            inner = f'<w:{kind[:-1]} w:id="1">{inner}</w:{kind[:-1]}>' if kind.endswith("notes") else inner
            with self.subTest(kind):
                found = self.found(paragraph(run("a")), **{kind: inner})
                self.assertEqual(found, marks.Marks(deletions=1, fields=("SAVEDATE",)))

    def test_a_text_box_counts_once(self):
        box = _FALLBACK.format(paragraph(deleted("cũ"), field("DATE", run("1/1"))))
        self.assertEqual(self.found(paragraph(box)), marks.Marks(deletions=1, fields=("DATE",)))

    def test_fields(self):
        self.assertEqual(marks.find_marks(files.volatile()).fields, ("DATE", "FILENAME"))
        hidden = field('<w:r><w:instrText> IF </w:instrText></w:r>' + field("DATE", run("3/5")) +
                       '<w:r><w:instrText> = 1 "a" "b" </w:instrText></w:r>', run("b"))  # fmt: skip
        self.assertEqual(self.found(paragraph(hidden)).fields, ("IF",))

    def test_a_code_in_pieces(self):
        pieces = "<w:r><w:instrText> SAVE</w:instrText></w:r><w:r><w:instrText>DATE </w:instrText></w:r>"
        self.assertEqual(self.found(paragraph(field(pieces, run("x")))).fields, ("SAVEDATE",))

    def test_what_cannot_be_looked_into(self):
        cases = {
            "not_a_docx": [b"", b"PK\3\4", files.zipped({"a": "b"}), files.zipped({"[Content_Types].xml": "<a/>",
                           "word/document.xml": "<w:document"})],
            "doctype": [docx(paragraph(), doctype='<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>')],
        }  # fmt: skip
        for code, contents in cases.items():
            for content in contents:
                with self.subTest(code), self.assertRaises(marks.DocxError) as caught:
                    marks.find_marks(content)
                self.assertEqual(caught.exception.code, code)

    def test_a_bomb_is_not_unpacked(self):
        bomb = files.zipped({"[Content_Types].xml": "<a/>", "word/document.xml": " " * (40 << 20)})
        with self.assertRaises(marks.DocxError) as caught:
            marks.find_marks(bomb)
        self.assertEqual(caught.exception.code, "too_large")


class TestCleanCopy(DomainCase):
    def cleaned(self, *body, **parts):
        clean = marks.clean_copy(docx(*body, **parts))
        self.assertFalse(marks.find_marks(clean))
        python_docx.Document(io.BytesIO(clean))  # another reader opens it
        return clean

    def test_changes_are_accepted_and_comments_go(self):
        clean = marks.clean_copy(files.tracked())
        self.assertFalse(marks.find_marks(clean))
        self.assertEqual(text(clean), ["Mức hỗ trợ là 5.000.000 đồng mỗi hộ.", "Tổ chức thực hiện."])
        members = members_of(clean)
        self.assertNotIn("word/comments.xml", members)
        self.assertFalse([name for name, data in members.items() if b"comments" in data or b"Xem" in data])

    def test_deleted_inside_inserted_and_moved(self):
        old, new = (
            f'<w:move{way}RangeStart w:id="7" w:name="m" {files.WHO}/>'
            f'<w:move{way} w:id="3" {files.WHO}>{run(word)}</w:move{way}><w:move{way}RangeEnd w:id="7"/>'
            for way, word in (("From", "ngân sách tỉnh"), ("To", "ngân sách xã"))
        )
        clean = self.cleaned(paragraph(run("Mức "), inserted(deleted("7.000.000") + run("8")), run(".")),
                             paragraph(run("Nguồn: "), old, new))  # fmt: skip
        self.assertEqual(text(clean), ["Mức 8.", "Nguồn: ngân sách xã"])

    def test_deleted_paragraph_ends_join(self):
        gone, mark = paragraph(deleted("bỏ"), mark=_MARK % "del"), _MARK % "del"
        clean = self.cleaned(paragraph(run("đầu")), gone, paragraph(run("nửa "), mark=mark),
                             paragraph(run("và "), mark=mark), paragraph(run("nửa")))  # fmt: skip
        self.assertEqual(text(clean), ["đầu", "nửa và nửa"])

    def test_a_row_and_a_table_that_were_deleted(self):
        def row(word, mark=""):
            return f"<w:tr><w:trPr>{mark}</w:trPr><w:tc>{paragraph(run(word))}</w:tc></w:tr>"

        gone = f"<w:tbl>{row('x', _MARK % 'del')}</w:tbl>"
        kept = f"<w:tbl>{row('một')}{row('hai', _MARK % 'del')}{row('ba', _MARK % 'ins')}</w:tbl>"
        clean = self.cleaned(gone, kept, paragraph(run("sau")))
        self.assertEqual(text(clean), ["một", "ba", "sau"])

    def test_volatile_fields_become_the_text_last_shown(self):
        clean = marks.clean_copy(files.volatile())
        self.assertFalse(marks.find_marks(clean))
        self.assertEqual(text(clean), ["Gia Lai, ngày 05/01/2024", "Tệp: Du thao lan 3.docx", "Trang 1"])
        document = members_of(clean)["word/document.xml"]
        self.assertIn(b"PAGE", document)
        self.assertNotIn(b"FILENAME", document)
        self.assertNotIn(b"DATE", document)

    def test_a_field_in_the_code_of_a_field(self):
        hidden = field('<w:r><w:instrText> IF </w:instrText></w:r>' + field("DATE", run("3/5")) +
                       '<w:r><w:instrText> = 1 "a" "b" </w:instrText></w:r>', run("b"))  # fmt: skip
        self.assertEqual(text(self.cleaned(paragraph(run("a "), hidden, run(" c")))), ["a b c"])

    def test_other_parts_and_the_setting(self):
        clean = self.cleaned(
            paragraph(run("a")),
            header=paragraph(deleted("MẬT"), inserted(run("KHẨN"))),
            settings="<w:trackRevisions/><w:zoom w:percent='100'/>",
        )
        self.assertIn("KHẨN", text(clean))
        self.assertNotIn("MẬT", text(clean))
        settings = members_of(clean)["word/settings.xml"]
        self.assertNotIn(b"trackRevisions", settings)
        self.assertIn(b"zoom", settings)

    def test_a_second_cleaning_changes_nothing(self):
        clean = marks.clean_copy(files.tracked())
        self.assertEqual(members_of(marks.clean_copy(clean)), members_of(clean))

    def test_the_text_box_for_old_programs_is_cleaned_too(self):
        clean = self.cleaned(paragraph(_FALLBACK.format(paragraph(deleted("cũ"), inserted(run("mới"))))))
        self.assertNotIn("cũ".encode(), members_of(clean)["word/document.xml"])

    @unittest.skipUnless(SAMPLES.is_dir(), "no samples here")
    def test_samples(self):
        expected = {
            "b09_docx_tracked_changes_and_comment.docx": marks.Marks(1, 1, comments=1),
            "b09_docx_deleted_inside_inserted_and_moved.docx": marks.Marks(1, 1, moves=1),
            "b10_docx_date_and_filename_fields.docx": marks.Marks(fields=("DATE", "FILENAME")),
        }
        for name, found in expected.items():
            with self.subTest(name):
                content = (SAMPLES / name).read_bytes()
                self.assertEqual(marks.find_marks(content), found)
                self.assertFalse(marks.find_marks(marks.clean_copy(content)))
