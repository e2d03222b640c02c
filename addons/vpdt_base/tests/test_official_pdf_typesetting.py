"""Text of values, and wrapping: nothing is lost, nothing is wider than its column."""

import datetime
import unicodedata
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

try:
    from .official_pdf_common import EVERY_LETTER, OfficialPdfCase, bare, load
except ImportError:
    from official_pdf_common import EVERY_LETTER, OfficialPdfCase, bare, load

typesetting = load("official_pdf.typesetting")
fonts = load("official_pdf.fonts")

words = st.text(st.sampled_from(EVERY_LETTER + "abcxyzWM0189/-_.,;:()\\&<>=+@"), min_size=1, max_size=40)
texts = st.lists(words, max_size=30).map(" ".join)


class TestValues(OfficialPdfCase):
    def test_values_as_a_register_shows_them(self):
        for value, text in (
            (None, ""),
            (False, ""),
            (True, "x"),
            (0, "0"),
            (1234, "1234"),
            (1.5, "1,5"),
            (Decimal("12.30"), "12,30"),
            (datetime.date(2026, 1, 5), "05/01/2026"),
            (datetime.datetime(2026, 1, 5, 7, 3), "05/01/2026 07:03"),
            (["a", None, 2], "a\n\n2"),
            ("a\u0302\u0323", "ậ"),
        ):
            with self.subTest(value=value):
                self.assertEqual(typesetting.as_text(value), text)

    def test_amounts(self):
        self.assertEqual(typesetting.format_number(1234567.5), "1.234.567,5")
        self.assertEqual(typesetting.format_number(-1000), "-1.000")

    def test_what_is_a_number(self):
        for value in (1, 1.0, Decimal(1)):
            self.assertTrue(typesetting.is_number(value))
        for value in (True, None, "1", float("nan"), float("inf"), Decimal("NaN")):
            self.assertFalse(typesetting.is_number(value))


class TestWrapping(OfficialPdfCase):
    def setUp(self):
        super().setUp()
        self.measurer = typesetting.Measurer(fonts.REGULAR)

    def lines(self, text, limit=5000):
        return [" ".join(tokens) for _width, tokens in self.measurer.wrap(text, limit)]

    @given(texts, st.integers(1000, 20000))
    def test_no_letter_is_lost_and_no_line_too_wide(self, text, limit):
        lines = self.lines(text, limit)
        self.assertEqual(bare("".join(lines)), bare(unicodedata.normalize("NFC", text)))
        for line in lines:
            self.assertLessEqual(self.measurer.width(line), limit, line)

    @given(texts, st.integers(1000, 20000))
    def test_balanced_lines_are_as_many_and_keep_the_words(self, text, limit):
        plain = self.measurer.wrap(text, limit)
        even = self.measurer.wrap_balanced(text, limit)
        self.assertEqual(len(even), len(plain))
        self.assertEqual(
            [token for _width, tokens in even for token in tokens],
            [token for _width, tokens in plain for token in tokens],
        )
        self.assertTrue(all(width <= limit for width, _tokens in even))

    @given(texts, st.integers(0, 900))
    def test_first_line_is_indented(self, text, indent):
        lines = self.measurer.wrap(text, 9000, indent)
        for position, (width, tokens) in enumerate(lines):
            start = 0 if position else indent
            self.assertEqual(width, start + self.measurer.width(" ".join(tokens)))
            self.assertLessEqual(width, 9000)

    def test_notation_is_broken_after_a_stroke(self):
        width = self.measurer.width("1234/QĐ-UBND")
        self.assertEqual(self.lines("1234/QĐ-UBND", width - 1), ["1234/QĐ-", "UBND"])

    def test_newlines_are_kept_except_at_the_end(self):
        self.assertEqual(self.lines("a\r\n\r\nb\u2028c\n\n"), ["a", "", "b", "c"])

    def test_no_break_space_keeps_words_together(self):
        text = "ab cd\xa0ef"
        self.assertEqual(self.lines(text, self.measurer.width("ab cd")), ["ab", "cd\xa0ef"])

    def test_control_and_direction_characters_are_never_drawn(self):
        self.assertEqual(self.lines("12\x00\x07\u202e34\u200b5\ufeff \x07"), ["12345"])

    def test_unknown_letters_become_visible(self):
        self.assertEqual(self.lines("漢a\ud800"), ["□a□"])

    def test_caches_do_not_grow_for_ever(self):
        for number in range(typesetting._CACHE_SIZE * 2):
            self.measurer.measure(str(number))
        self.assertLessEqual(len(self.measurer._words), typesetting._CACHE_SIZE)
