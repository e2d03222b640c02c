"""The register engine: pages, headers, streaming, hostile cells."""

import datetime
import io
import itertools
import re
import tracemalloc

import pypdf
from hypothesis import given, settings
from hypothesis import strategies as st

try:
    from .official_pdf_common import EVERY_LETTER, OfficialPdfCase, bare, column_texts, load, squeeze
except ImportError:
    from official_pdf_common import EVERY_LETTER, OfficialPdfCase, bare, column_texts, load, squeeze

package = load("official_pdf")
page = load("official_pdf.page")
tables = load("official_pdf.tables")
Column, Cover, TableReport, SectionRow = (
    package.Column,
    package.Cover,
    package.TableReport,
    package.SectionRow,
)

#: How far a glyph's box may stick out of its advance width, in pt.
OVERHANG = 2
#: pdfium reads a hyphen at the end of a line as a mark of its own: no hyphens here.
words = st.text(st.sampled_from(EVERY_LETTER + "abcxyzWM0189/_.,()\\"), min_size=1, max_size=60)
cells = st.lists(words, max_size=25).map(" ".join)


def report(rows, columns=None, **values):
    columns = columns or [Column("Số", 30), Column("Nội dung", 120), Column("Ghi chú", 40)]
    return TableReport("Sổ thử", columns, rows, **values)


class NullStream:
    """A file that forgets what it is given; counts it."""

    size = 0

    def write(self, data):  # pylint: disable=method-required-super  # no model: a stream
        self.size += len(data)


class TestPages(OfficialPdfCase):
    def setUp(self):
        super().setUp()
        self.rows = [(number, f"Nội dung số {number}", "") for number in range(1, 201)]
        self.data = self.pdf(report(self.rows).write_pdf)
        self.reader = pypdf.PdfReader(io.BytesIO(self.data))

    def test_a4_landscape_and_portrait(self):
        for landscape, size in ((True, (297, 210)), (False, (210, 297))):
            columns = [Column("Số", 30), Column("Nội dung", 100)]
            data = self.pdf(report([], columns, landscape=landscape).write_pdf)
            box = pypdf.PdfReader(io.BytesIO(data)).pages[0].mediabox
            self.assertAlmostEqual(float(box.width) / 72 * 25.4, size[0], places=1)
            self.assertAlmostEqual(float(box.height) / 72 * 25.4, size[1], places=1)

    def test_every_font_is_embedded(self):
        self.assert_fonts_embedded(self.data)

    def test_header_is_repeated_on_every_page(self):
        texts = self.pages(self.data)
        self.assertGreater(len(texts), 5)
        for text in texts:
            self.assertIn("Số Nội dung Ghi chú (1) (2) (3)", squeeze(text))

    def test_page_numbers_from_the_second_page_in_the_top_margin(self):
        frame = page.A4_LANDSCAPE
        for index in range(len(self.reader.pages)):
            text = self.text_in(self.data, index, 0, frame.top, frame.page_width, frame.page_height)
            self.assertEqual(text.strip(), str(index + 1) if index else "")

    def test_page_number_is_in_the_middle(self):
        frame = page.A4_LANDSCAPE
        text = self.text_in(self.data, 1, frame.centre - 10, frame.top, frame.centre + 10, frame.page_height)
        self.assertEqual(text.strip(), "2")

    def test_labels_title_and_language(self):
        self.assertEqual(self.reader.page_labels[:3], ["1", "2", "3"])
        self.assertEqual(self.reader.metadata.title, "Sổ thử")
        self.assertEqual(self.reader.trailer["/Root"]["/Lang"], "vi")

    def test_rows_come_in_order_and_once(self):
        found = re.findall(r"Nội dung số (\d+)", squeeze(" ".join(self.pages(self.data))))
        self.assertEqual([int(number) for number in found], list(range(1, 201)))

    def test_nothing_but_the_page_number_leaves_the_margins(self):
        frame = page.A4_LANDSCAPE
        self.assert_within(
            self.data,
            frame.left,
            frame.bottom,
            frame.right,
            frame.top,
            skip=lambda box, character: box[1] > frame.top and character.isdigit(),
        )

    def test_file_is_sound(self):
        reader = pypdf.PdfReader(io.BytesIO(self.data), strict=True)
        self.assertEqual(len(reader.pages), len(self.pages(self.data)))
        for object_number, offset in reader.xref[0].items():
            self.assertTrue(self.data[offset:].startswith(b"%d 0 obj" % object_number))

    def test_every_vietnamese_letter_comes_back(self):
        data = self.pdf(report([("", EVERY_LETTER, EVERY_LETTER[::-1])]).write_pdf)
        text = bare(self.pages(data)[0])
        self.assertIn(EVERY_LETTER, text)
        self.assertEqual(len(set(EVERY_LETTER)), 134)

    def test_more_letters_than_one_font_subset_holds(self):
        # 256 codes make a subset: Greek, Cyrillic and Vietnamese together need two.
        letters = EVERY_LETTER + "".join(map(chr, [*range(0x3B1, 0x3C9), *range(0x410, 0x460)]))
        pieces = [letters[i : i + 8] for i in range(0, len(letters), 8)]
        columns = [Column("a", 120, "left"), Column("b", 60, "centre"), Column("c", 60, "right")]
        data = self.pdf(report([(" ".join(pieces),) * 3], columns).write_pdf)
        self.assertGreater(len(pypdf.PdfReader(io.BytesIO(data)).pages[0]["/Resources"]["/Font"]), 2)
        for text in column_texts(self, data, 0, page.A4_LANDSCAPE, columns):
            self.assertIn(letters, bare(text))


class TestRows(OfficialPdfCase):
    def test_empty_table_says_so(self):
        data = self.pdf(report([], empty_text="Chưa có gì.").write_pdf)
        self.assertIn("Chưa có gì.", self.pages(data)[0])

    def test_footer_knows_the_number_of_rows(self):
        data = self.pdf(report([(1,), (2,)], footer=lambda n: [f"Gồm {n} dòng."]).write_pdf)
        self.assertIn("Gồm 2 dòng.", self.pages(data)[0])

    def test_footer_that_does_not_fit_goes_to_a_new_page(self):
        footer = [f"Dòng cuối {number}" for number in range(60)]
        texts = self.pages(self.pdf(report([(1,)], footer=footer).write_pdf))
        self.assertGreater(len(texts), 1)
        self.assertEqual(len(re.findall("Dòng cuối", " ".join(texts))), 60)

    def test_short_rows_are_padded_and_long_ones_refused(self):
        self.pdf(report([(), (1,), (1, 2, 3)]).write_pdf)
        with self.assertRaisesRegex(package.LayoutError, "Dòng 2 .*4 ô.*3 cột"):
            self.pdf(report([(1,), (1, 2, 3, 4)]).write_pdf)

    def test_section_row_stands_in_its_column(self):
        rows = [SectionRow("I. TỔ CHỨC"), (1, "a", "")]
        data = self.pdf(report(rows).write_pdf)
        columns = column_texts(self, data, 0, page.A4_LANDSCAPE, report([]).columns)
        self.assertIn("I. TỔ CHỨC", columns[1])

    def test_amounts_only_in_number_columns(self):
        columns = [Column("Số đến", 30), Column("Số tiền", 40, number=True)]
        data = self.pdf(report([(12345, 12345)], columns, column_numbers=False).write_pdf)
        self.assertIn("12345 12.345", squeeze(self.pages(data)[0]))

    def test_row_taller_than_a_page_goes_on(self):
        text = " ".join(f"từ{number}" for number in range(3000))
        data = self.pdf(report([("trước", "", ""), ("1", text, ""), ("sau", "", "")]).write_pdf)
        texts = self.pages(data)
        self.assertGreater(len(texts), 3)
        found = re.findall(r"từ(\d+)", " ".join(texts))
        self.assertEqual([int(number) for number in found], list(range(3000)))
        frame = page.A4_LANDSCAPE
        self.assert_within(
            data,
            frame.left,
            frame.bottom,
            frame.right,
            frame.top,
            skip=lambda box, character: box[1] > frame.top and character.isdigit(),
        )

    def test_row_that_fits_a_page_is_not_split(self):
        tall = "\n".join(f"d{number}" for number in range(20))
        rows = [(number, tall, "") for number in range(6)]
        for text in self.pages(self.pdf(report(rows).write_pdf)):
            found = re.findall(r"d(\d+)", text)
            self.assertEqual(len(found) % 20, 0)

    def test_hostile_cells(self):
        rows = [
            ("x" * 10_000, None, "\x00\x01\x1b[31m\u202e"),
            ("(", ")\\", "%PDF- >> endstream endobj"),
            ("BT ET Tj", "\r\n\t", "\x85\u2028"),
            ("😀", "\ud800", "ﷺ" * 500),
            (object, b"bytes", {"a": 1}),
        ]
        data = self.pdf(report(rows).write_pdf)
        text = bare("".join(self.pages(data)))
        self.assertEqual(text.count("x"), 10_000)
        for piece in (")\\", "%PDF->>", "BTETTj", "□"):
            self.assertIn(piece, text)

    @settings(max_examples=40)
    @given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=8))
    def test_no_text_is_lost_and_nothing_leaves_its_column(self, rows):
        columns = [
            Column("A", 20),
            Column("B", 100, "centre"),
            Column("C", 40, "right"),
        ]
        data = self.pdf(TableReport("X", columns, rows, column_numbers=False).write_pdf)
        frame = page.A4_LANDSCAPE
        read = ["", "", ""]
        for number in range(len(pypdf.PdfReader(io.BytesIO(data)).pages)):
            for index, text in enumerate(column_texts(self, data, number, frame, columns)):
                read[index] += text
        for index in range(3):
            written = bare("".join(row[index] for row in rows))
            # Headings and page numbers have none of the letters that are compared.
            self.assertEqual(_letters(written), _letters(read[index]))

    @settings(max_examples=20)
    @given(st.lists(st.tuples(cells, cells), max_size=6))
    def test_nothing_leaves_the_margins(self, rows):
        columns = [Column("A", 12), Column("B", 240, "right")]
        data = self.pdf(report(rows, columns).write_pdf)
        frame = page.A4_LANDSCAPE
        self.assert_within(
            data,
            frame.left - OVERHANG,
            frame.bottom - OVERHANG,
            frame.right + OVERHANG,
            frame.top + OVERHANG,
            skip=lambda box, character: box[1] > frame.top and character.isdigit(),
        )


class TestStreaming(OfficialPdfCase):
    def test_pages_are_written_while_rows_are_still_read(self):
        stream = NullStream()
        sizes = []

        def rows():
            for number in range(2000):
                sizes.append(stream.size)
                yield (number, "nội dung", "")

        self.assertEqual(report(rows()).write_pdf(stream), 2000)
        self.assertGreater(sizes[1000], sizes[100])
        self.assertGreater(sizes[1999], sizes[1000])

    def test_endless_rows_are_consumed_lazily(self):
        class Enough(Exception):
            pass

        def rows():
            for number in itertools.count():
                if number == 500:
                    raise Enough
                yield (number,)

        with self.assertRaises(Enough):
            report(rows()).write_pdf(NullStream())

    def test_memory_does_not_grow_with_the_rows(self):
        def peak(count):
            tracemalloc.start()
            try:
                rows = ((number % 100, "nội dung của văn bản", "") for number in range(count))
                report(rows).write_pdf(NullStream())
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

        peak(100)  # fonts and caches of the process
        self.assertLess(peak(6000), 1.5 * peak(600))

    def test_rows_from_a_generator_can_be_written_once(self):
        spent = report(row for row in [(1,)])
        self.pdf(spent.write_pdf)
        with self.assertRaises(package.RowsConsumed):
            self.pdf(spent.write_pdf)

    def test_rows_from_a_function_can_be_written_twice(self):
        lasting = report(lambda: ((number,) for number in range(3)))
        self.assertEqual(lasting.write_pdf(io.BytesIO()), 3)
        self.assertEqual(lasting.write_xlsx(io.BytesIO()), 3)


class TestCover(OfficialPdfCase):
    def cover(self, **values):
        return Cover(agency="Sở Nội vụ", parent="UBND tỉnh Gia Lai", title="SỔ THỬ", **values)

    def test_lines_in_the_order_of_the_decree(self):
        cover = self.cover(
            year=2026,
            date_from=datetime.date(2026, 1, 1),
            date_to=datetime.date(2026, 12, 31),
            number_from=1,
            number_to=1250,
            volume="01",
        )
        data = self.pdf(report([(1,)], cover=cover).write_pdf)
        self.assertEqual(
            squeeze(self.pages(data)[0]),
            "UBND TỈNH GIA LAI SỞ NỘI VỤ SỔ THỬ Năm: 2026 "
            "Từ ngày 01/01/2026 đến ngày 31/12/2026 Từ số 1 đến số 1250 Quyển số: 01",
        )

    def test_unknown_values_are_dotted(self):
        text = "\n".join(self.cover().lines())
        self.assertRegex(text, "Năm: …+\nTừ ngày …+ đến ngày …+\nTừ số …+ đến số …+\nQuyển số: …+")

    def test_register_without_numbers(self):
        self.assertNotIn("Từ số", "\n".join(self.cover(with_numbers=False).lines()))

    def test_agency_without_superior(self):
        self.assertEqual(Cover(agency="UBND tỉnh", title="SỔ").lines()[:2], ["UBND TỈNH", "SỔ"])

    def test_cover_and_first_leaf(self):
        texts = self.pages(self.pdf(report([], cover=self.cover(copies=2)).write_pdf))
        self.assertEqual(["SỔ THỬ" in text for text in texts], [True, True, False])

    def test_long_names_stay_within_the_frame(self):
        cover = Cover(agency="Trung tâm " * 30, parent="Ủy ban " * 30, title="SỔ " * 20)
        data = self.pdf(report([], cover=cover).write_pdf)
        frame = page.A4_LANDSCAPE
        self.assert_within(
            data,
            frame.left,
            frame.bottom,
            frame.right,
            frame.top,
            skip=lambda box, character: box[1] > frame.top and character.isdigit(),
        )


class TestRefusals(OfficialPdfCase):
    def test_columns_wider_than_the_page(self):
        with self.assertRaisesRegex(package.LayoutError, "300"):
            self.pdf(report([], [Column("a", 100), Column("b", 200)]).write_pdf)

    def test_column_too_narrow(self):
        with self.assertRaises(package.LayoutError):
            Column("a", 5)

    def test_unknown_alignment(self):
        with self.assertRaises(package.LayoutError):
            Column("a", 20, "middle")

    def test_no_columns(self):
        with self.assertRaises(package.LayoutError):
            self.pdf(TableReport("x", [], []).write_pdf)

    def test_heading_taller_than_the_page(self):
        with self.assertRaises(package.LayoutError):
            self.pdf(report([], [Column("từ " * 300, 10)]).write_pdf)


def _letters(text):
    """The letters of a text that Vietnamese adds to ASCII, in order."""
    return [letter for letter in text if letter in EVERY_LETTER]
