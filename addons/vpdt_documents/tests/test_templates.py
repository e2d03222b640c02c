"""The .docx templates of Nghị định 30/2020, Phụ lục III, and what users type into them."""

import importlib
import io
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import pypdfium2
from docx import Document
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.vpdt_base.official_pdf.fonts import BOLD
from odoo.addons.vpdt_base.official_pdf.typesetting import break_lines, text_width

ADDON = Path(__file__).resolve().parent.parent

if __name__.startswith("odoo.addons."):
    from odoo.tests import BaseCase as PlainCase

    templates = importlib.import_module("odoo.addons.vpdt_documents.templates")
    build_templates = importlib.import_module("odoo.addons.vpdt_documents.templates.build_templates")
else:
    PlainCase = unittest.TestCase
    sys.path.insert(0, str(ADDON))
    templates = importlib.import_module("templates")
    build_templates = importlib.import_module("templates.build_templates")


def context(**changes):
    """Return a full context of a department of a province."""
    return {
        "parent_agency": "Ủy ban nhân dân\ntỉnh Đồng Tháp",
        "agency": "Sở Khoa học và Công nghệ",
        "notation": "SKHCN-VP",
        "subject": "gửi, nhận văn bản điện tử",
        "place": "Đồng Tháp",
        "recipients_main": ["Các sở, ban, ngành tỉnh", "Ủy ban nhân dân các xã, phường"],
        "recipients": ["Chủ tịch UBND tỉnh (b/c)", "Lãnh đạo Sở;"],
        "drafting_unit": "VP",
        "competence_lines": ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"],
        "signer_name": "Nguyễn Thị Minh Ngọc",
        "bases": ["Căn cứ Nghị định số 30/2020/NĐ-CP;", "Theo đề nghị của Chánh Văn phòng Sở"],
        "articles": ["Điều 1. Ban hành Quy chế.", "Có hiệu lực từ ngày ký.\n2. Bãi bỏ Quy chế cũ."],
        "body": ["Đoạn thứ nhất.", "Đoạn thứ hai."],
        "type_name": "Báo cáo",
        **changes,
    }


def paragraphs(docx):
    """Return all paragraphs of a .docx in reading order: tables row by row."""
    document = Document(io.BytesIO(docx))
    found = []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            found += [p for row in block.rows for cell in row.cells for p in cell.paragraphs]
        else:
            found.append(block)
    return found


def texts(docx):
    """Return the texts of the paragraphs that have any."""
    return [p.text for p in paragraphs(docx) if p.text.strip()]


def look(docx, text):
    """Return (size in points, bold, italic) of the paragraph that has `text`."""
    paragraph = next(p for p in paragraphs(docx) if p.text == text)
    run = next(run for run in paragraph.runs if run.text)
    return run.font.size.pt, bool(run.bold), bool(run.italic)


class TestForms(PlainCase):
    def test_official_letter(self):
        self.assertEqual(
            texts(templates.render("cong_van", context(subject="V/v gửi, nhận văn bản điện tử"))),
            [
                "ỦY BAN NHÂN DÂN\nTỈNH ĐỒNG THÁP",
                "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
                "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                "Độc lập - Tự do - Hạnh phúc",
                "Số:" + "\u00a0" * 14 + "/SKHCN-VP",
                "V/v gửi, nhận văn bản điện tử",
                "Đồng Tháp, ngày" + "\u00a0" * 8 + "tháng" + "\u00a0" * 8 + "năm" + "\u00a0" * 12,
                "Kính gửi:",
                "- Các sở, ban, ngành tỉnh;",
                "- Ủy ban nhân dân các xã, phường.",
                "Đoạn thứ nhất.",
                "Đoạn thứ hai./.",
                "Nơi nhận:",
                "- Như trên;",
                "- Chủ tịch UBND tỉnh (b/c);",
                "- Lãnh đạo Sở;",
                "- Lưu: VT, VP.",
                "KT. GIÁM ĐỐC",
                "PHÓ GIÁM ĐỐC",
                "Nguyễn Thị Minh Ngọc",
            ],
        )

    def test_decision(self):
        found = texts(templates.render("quyet_dinh", context(type_name="", recipients_main=[])))
        self.assertEqual(
            found[6:16],
            [
                "QUYẾT ĐỊNH",
                "Về việc gửi, nhận văn bản điện tử",
                "GIÁM ĐỐC SỞ KHOA HỌC VÀ CÔNG NGHỆ",
                "Căn cứ Nghị định số 30/2020/NĐ-CP;",
                "Theo đề nghị của Chánh Văn phòng Sở.",
                "QUYẾT ĐỊNH:",
                "Điều 1. Ban hành Quy chế.",
                "Điều 2. Có hiệu lực từ ngày ký.",
                "2. Bãi bỏ Quy chế cũ./.",
                "Nơi nhận:",
            ],
        )
        self.assertNotIn("- Như trên;", found)

    def test_document_with_a_title(self):
        found = texts(templates.render("van_ban_co_ten_loai", context(recipients_main=["Ủy ban nhân dân tỉnh"])))
        self.assertEqual(found[6:9], ["BÁO CÁO", "Gửi, nhận văn bản điện tử", "Kính gửi: Ủy ban nhân dân tỉnh"])

    def test_a_document_to_nobody_in_particular_has_no_salutation(self):
        found = texts(templates.render("van_ban_co_ten_loai", context(recipients_main=[], bases=[])))
        self.assertFalse([text for text in found if text.startswith("Kính gửi")])

    def test_an_agency_without_a_parent_and_a_draft_without_a_unit(self):
        found = texts(templates.render("cong_van", context(parent_agency="", drafting_unit=False)))
        self.assertEqual(found[0], "SỞ KHOA HỌC VÀ CÔNG NGHỆ")
        self.assertIn("- Lưu: VT.", found)

    def test_who_decides(self):
        for lines, authority in (
            (["GIÁM ĐỐC"], "GIÁM ĐỐC SỞ KHOA HỌC VÀ CÔNG NGHỆ"),
            (["Q. GIÁM ĐỐC"], "GIÁM ĐỐC SỞ KHOA HỌC VÀ CÔNG NGHỆ"),
            (["TUQ. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG"], "GIÁM ĐỐC SỞ KHOA HỌC VÀ CÔNG NGHỆ"),
            (["TM. BAN BIÊN TẬP", "TRƯỞNG BAN"], "SỞ KHOA HỌC VÀ CÔNG NGHỆ"),
            (["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"], "SỞ KHOA HỌC VÀ CÔNG NGHỆ"),
        ):
            with self.subTest(lines=lines):
                self.assertIn(authority, texts(templates.render("quyet_dinh", context(competence_lines=lines))))
        self.assertIn("HỘI ĐỒNG", texts(templates.render("quyet_dinh", context(authority="Hội đồng"))))

    def test_a_text_is_recognised_as_people_write_it(self):
        pasted = """QUYẾT ĐỊNH
            Về việc nghỉ hưu
            GIÁM ĐỐC SỞ NỘI VỤ
            Căn cứ Luật Bảo hiểm xã hội;
            Căn cứ Nghị định số 1
            quy định chi tiết;
            Theo đề nghị của Chánh Văn phòng Sở.
            QUYẾT ĐỊNH:
            Điều 1. Ông A nghỉ hưu từ ngày 01/01/2027.
            1. Khoản thứ nhất.
            Chương II
            ĐIỀU KHOẢN THI HÀNH
            Điều 2. Chánh Văn phòng Sở chịu trách nhiệm thi hành Quyết định này./."""
        found = texts(
            templates.render(
                "quyet_dinh", context(bases=[], articles=[], recipients_main=[], body=[pasted], as_above="Như Điều 2")
            )
        )
        self.assertEqual(
            found[8:20],
            [
                "GIÁM ĐỐC SỞ NỘI VỤ",
                "Căn cứ Luật Bảo hiểm xã hội;",
                "Căn cứ Nghị định số 1 quy định chi tiết;",
                "Theo đề nghị của Chánh Văn phòng Sở.",
                "QUYẾT ĐỊNH:",
                "Điều 1. Ông A nghỉ hưu từ ngày 01/01/2027.",
                "1. Khoản thứ nhất.",
                "Chương II",
                "ĐIỀU KHOẢN THI HÀNH",
                "Điều 2. Chánh Văn phòng Sở chịu trách nhiệm thi hành Quyết định này./.",
                "Nơi nhận:",
                "- Như Điều 2;",
            ],
        )

    def test_every_form_is_filled_in_from_its_outline(self):
        for name, form in templates.FORMS.items():
            values = context(
                bases=[],
                articles=[],
                body=list(form.outline) or ["Một đoạn."],
                attached_to="Quyết định số",
                type_name="X",
            )
            if form.based and not form.outline:
                values["bases"] = ["Căn cứ Luật"]
            with self.subTest(form=name):
                found = "\n".join(texts(templates.render(name, values)))
                for line in form.outline:
                    self.assertIn(line.rstrip(" .;"), found)
                self.assertNotIn("{", found)

    def test_rules_are_a_third_to_a_half_of_the_text_above(self):
        for agency in ("Sở Y tế", "Sở Nội vụ", "Sở Khoa học và Công nghệ", "UBND tỉnh Gia Lai"):
            for subject in ("nghỉ hưu", "bổ nhiệm cán bộ", "phê duyệt " + "đề án chuyển đổi số " * 6):
                docx = templates.render("quyet_dinh", context(agency=agency, subject=subject, parent_agency=""))
                for style, above, rule in self.rules(docx):
                    with self.subTest(agency=agency, subject=subject, style=style):
                        self.assertGreaterEqual(rule / above, 1 / 3)
                        self.assertLessEqual(rule / above, 1 / 2)

    def rules(self, docx):
        """(style, width of the line above, width of the rule) in points; lines measured by the decree's own font."""
        columns, found = templates._COLUMNS, paragraphs(docx)
        for above, rule in zip(found, found[1:], strict=False):
            if rule.style.name in columns:
                form, room = rule.paragraph_format, columns[rule.style.name]
                size = above.runs[0].font.size.pt
                inner = room - sum(
                    (i.pt if i else 0)
                    for i in (above.paragraph_format.left_indent, above.paragraph_format.right_indent)
                )
                last = (break_lines(above.text.split("\n")[-1], BOLD, size, inner) or [""])[-1]
                yield rule.style.name, text_width(last, BOLD, size), room - form.left_indent.pt - form.right_indent.pt

    def test_stamps_marks_and_address(self):
        docx = templates.render(
            "cong_van",
            context(urgency="HOẢ TỐC", circulation="LƯU HÀNH NỘI BỘ", drafter_mark="NVA.(30)", address="1 Trần Phú"),
        )
        document = Document(io.BytesIO(docx))
        boxes = [table for cell in document.tables[0].rows[1].cells for table in cell.tables]
        self.assertEqual([box.rows[0].cells[0].text for box in boxes], ["HOẢ TỐC", "LƯU HÀNH NỘI BỘ"])
        size = (round(boxes[0].columns[0].width.mm), round(boxes[0].rows[0].height.mm))
        self.assertEqual(size, (30, 8))
        self.assertEqual(str(boxes[0].rows[0].cells[0].paragraphs[0].runs[0].font.color.rgb), "FF0000")
        self.assertIn("- Lưu: VT, VP. NVA.(30)", texts(docx))
        self.assertIn("1 Trần Phú", [p.text for p in document.sections[0].first_page_footer.paragraphs])

    def test_v_v_goes_on_in_small_letters_but_for_names(self):
        for subject, printed in (
            ("Tăng cường kỷ luật", "V/v tăng cường kỷ luật"),
            ("V/v Tăng cường kỷ luật", "V/v tăng cường kỷ luật"),
            ("Gia Lai tổ chức ngày hội", "V/v Gia Lai tổ chức ngày hội"),
            ("UBND xã báo cáo", "V/v UBND xã báo cáo"),
        ):
            with self.subTest(subject=subject):
                self.assertIn(printed, texts(templates.render("cong_van", context(subject=subject))))

    def test_sizes_and_styles_of_the_decree(self):
        letter = templates.render("cong_van", context())
        titled = templates.render("van_ban_co_ten_loai", context())
        for docx, text, expected in (
            (letter, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", (12, True, False)),
            (letter, "Độc lập - Tự do - Hạnh phúc", (13, True, False)),
            (letter, "ỦY BAN NHÂN DÂN\nTỈNH ĐỒNG THÁP", (12, False, False)),
            (letter, "SỞ KHOA HỌC VÀ CÔNG NGHỆ", (12, True, False)),
            (letter, "V/v gửi, nhận văn bản điện tử", (12, False, False)),
            (letter, "Nơi nhận:", (12, True, True)),
            (letter, "- Lưu: VT, VP.", (11, False, False)),
            (letter, "Đoạn thứ nhất.", (14, False, False)),
            (letter, "Nguyễn Thị Minh Ngọc", (14, True, False)),
            (titled, "BÁO CÁO", (14, True, False)),
            (titled, "Căn cứ Nghị định số 30/2020/NĐ-CP;", (14, False, True)),
        ):
            with self.subTest(text=text):
                self.assertEqual(look(docx, text), expected)

    def test_page(self):
        for name in templates.TEMPLATES:
            with self.subTest(template=name):
                document = Document(templates.FOLDER / f"{name}.docx")
                section = document.sections[0]
                size = (section.page_width, section.page_height)
                margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
                self.assertEqual([round(length.mm) for length in size + margins], [210, 297, 20, 20, 30, 20])
                self.assertTrue(section.different_first_page_header_footer)
                self.assertIn('w:instr="PAGE"', section.header._element.xml)
                self.assertNotIn("PAGE", section.first_page_header._element.xml)
                self.assertEqual(document.styles["Normal"].font.name, "Times New Roman")

    def test_there_is_room_for_the_signature(self):
        found = paragraphs(templates.render("cong_van", context()))
        last = [p.text for p in found].index("PHÓ GIÁM ĐỐC")
        gap = sum(p.paragraph_format.line_spacing for p in found[last + 1 :] if not p.text)
        self.assertGreaterEqual(gap, Mm(30))

    def test_the_stored_templates_are_what_the_generator_builds(self):
        for name, build in build_templates.BUILDERS.items():
            with self.subTest(template=name):
                built = Document(io.BytesIO(build_templates.to_bytes(build())))
                stored = Document(templates.FOLDER / f"{name}.docx")
                self.assertEqual(built.element.xml, stored.element.xml, "run build_templates.py")


class TestHostileContext(PlainCase):
    def test_markup_and_tags_are_plain_text(self):
        for text in ("{{ 7*7 }}", "{% for x in y %}", "{%p if a %}", "{#", "A & B < C > \"D\" 'E'", "</w:t><w:p/>"):
            with self.subTest(text=text):
                found = texts(templates.render("cong_van", context(body=[text, "Hết."], signer_name=text)))
                self.assertEqual(found.count(text), 2)

    def test_nothing_a_docx_cannot_hold_gets_in(self):
        found = texts(templates.render("cong_van", context(body=["a\x00\x07\x0c\x1b\ud800\uffffb\tc", "Hết"])))
        self.assertIn("ab c", found)

    @given(st.text(min_size=1).filter(str.strip))
    @settings(deadline=None, max_examples=60, database=None, derandomize=True)
    def test_any_text_gives_a_document(self, text):
        try:
            docx = templates.render("cong_van", context(body=[f"x {text}"], signer_name=f"x {text}"))
        except ValueError as error:
            self.fail(f"{text!r}: {error}")
        self.assertTrue(Document(io.BytesIO(docx)).paragraphs)

    def test_what_is_missing_or_wrong_is_named(self):
        for changes, words in (
            ({"agency": ""}, "agency"),
            ({"signer_name": "  "}, "signer_name"),
            ({"body": []}, "blocks"),
            ({"recipients_main": ["  "]}, "recipients_main"),
            ({"body": "one text"}, "body must be a list"),
            ({"recipients": [1]}, "recipients must be a list of texts"),
            ({"subject": 5}, "subject must be text"),
            ({"colour": "red"}, "no 'colour'"),
        ):
            with self.subTest(changes=changes), self.assertRaisesRegex(ValueError, words):
                templates.render("cong_van", context(**changes))
        with self.assertRaisesRegex(ValueError, "cong_van, quyet_dinh"):
            templates.render("../etc/passwd", context())

    def test_an_agencys_own_template_runs_in_the_sandbox(self):
        for text, words in (
            ("{{ ''.__class__.__mro__ }}", "unsafe"),
            ("{{ secret }}", "secret"),
            ("{% for %}", "cannot be filled in"),
            ("{{ agency.no_such.thing }}", "no_such"),
        ):
            own = Document()
            own.add_paragraph(text)
            stored = io.BytesIO()
            own.save(stored)
            with self.subTest(text=text), self.assertRaisesRegex(ValueError, words):
                templates.fill(stored, templates.prepare(context()))
        with self.assertRaisesRegex(ValueError, "not a .docx"):
            templates.fill(io.BytesIO(b"MZ not a document"), templates.prepare(context()))


@unittest.skipUnless(shutil.which("soffice"), "LibreOffice is not installed")
class TestPrinted(PlainCase):
    """What LibreOffice makes of the documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        samples = {name: templates.render(name, context(secretary_name="Trần B")) for name in templates.TEMPLATES}
        samples["long"] = templates.render("cong_van", context(body=["Một đoạn văn dài. " * 40] * 8))
        for name, docx in samples.items():
            (cls.folder / f"{name}.docx").write_bytes(docx)
        profile = f"-env:UserInstallation=file://{cls.folder}/profile"
        files = [str(cls.folder / f"{name}.docx") for name in samples]
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(cls.folder), *files]
        subprocess.run(command, check=True, timeout=120, capture_output=True)

    def pages(self, name):
        pdf = pypdfium2.PdfDocument(self.folder / f"{name}.pdf")
        self.addCleanup(pdf.close)
        return [page.get_textpage().get_text_bounded() for page in pdf]

    def test_a_short_document_is_one_page_without_a_number(self):
        for name in templates.TEMPLATES:
            with self.subTest(template=name):
                (text,) = self.pages(name)
                self.assertTrue(text.lstrip().startswith("ỦY BAN NHÂN DÂN"))

    def test_the_motto_of_the_state_is_on_one_line(self):
        for name in templates.TEMPLATES:
            with self.subTest(template=name):
                self.assertIn("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", self.pages(name)[0].splitlines())

    def test_pages_are_numbered_from_the_second_and_the_signature_is_not_alone(self):
        first, *others = self.pages("long")
        self.assertTrue(others)
        self.assertNotRegex(first.strip(), r"^1\s")
        for number, text in enumerate(others, 2):
            self.assertRegex(text.strip(), rf"^{number}\s")
        self.assertIn("Một đoạn văn dài./.", others[-1].replace("\r\n", " "))
        self.assertIn("Nguyễn Thị Minh Ngọc", others[-1])
