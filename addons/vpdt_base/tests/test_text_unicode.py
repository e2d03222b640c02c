"""NFC and the folding of search."""

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

try:
    from .domain_common import MARKED_LETTERS, DomainCase, load
except ImportError:
    from domain_common import MARKED_LETTERS, DomainCase, load

unicode = load("text.unicode")

vietnamese = st.text(st.sampled_from(MARKED_LETTERS + MARKED_LETTERS.upper() + "abcĐđ 12/-%_\\\t\u00a0"))
any_text = st.text() | vietnamese


def nfd(text):
    return unicodedata.normalize("NFD", text)


class TestNormalForm(DomainCase):
    def test_decomposed_text_is_composed(self):
        self.assertEqual(unicode.nfc(nfd("Đồng Tháp")), "Đồng Tháp")

    @given(any_text)
    def test_idempotent(self, text):
        self.assertEqual(unicode.nfc(unicode.nfc(text)), unicode.nfc(text))


class TestFold(DomainCase):
    def test_examples(self):
        for text, folded in {
            "Đồng Tháp": "dong thap",
            "  QUYẾT\tĐỊNH\u00a0số\n15/QĐ-UBND ": "quyet dinh so 15/qd-ubnd",
            "Nguyễn Thị Ơn, Ưu": "nguyen thi on, uu",
            "ÐỒNG NAI": "dong nai",  # eth, not D with stroke
            "soft\u00adhyphen\u200b": "softhyphen",
            "ﬁle Ⅳ ²": "file iv 2",
            "Straße İstanbul": "strasse istanbul",
            "": "",
        }.items():
            with self.subTest(text=text):
                self.assertEqual(unicode.fold(text), folded)

    def test_every_vietnamese_letter_becomes_ascii(self):
        for letter in MARKED_LETTERS:
            with self.subTest(letter=letter):
                self.assertRegex(unicode.fold(letter), "^[adeiouy]$")
                self.assertEqual(unicode.fold(letter.upper()), unicode.fold(letter))

    def test_idempotent_on_every_character(self):
        # Folding works character by character, so this is all of Unicode.
        unstable = [
            hex(point)
            for point in range(sys.maxunicode + 1)
            if (once := unicode.fold(chr(point))) != unicode.fold(once)
        ]
        self.assertEqual(unstable, [])

    @given(any_text)
    def test_idempotent(self, text):
        self.assertEqual(unicode.fold(unicode.fold(text)), unicode.fold(text))

    @given(any_text)
    def test_the_normal_form_does_not_matter(self, text):
        self.assertEqual(unicode.fold(nfd(text)), unicode.fold(unicode.nfc(text)))

    @given(vietnamese)
    def test_case_does_not_matter(self, text):
        self.assertEqual(unicode.fold(text.upper()), unicode.fold(text.lower()))

    @given(any_text, any_text)
    def test_texts_put_together_fold_together(self, one, other):
        together = unicode.fold(f"{one} {other}")
        self.assertEqual(together, f"{unicode.fold(one)} {unicode.fold(other)}".strip())

    def test_hostile_text_does_not_fill_the_memory(self):
        unicode.fold("".join(map(chr, range(0x20000, 0x30000))))
        self.assertLess(len(unicode._FOLDED), 0x3000 + 1)


class TestStripMarks(DomainCase):
    def test_case_and_spaces_are_kept(self):
        self.assertEqual(unicode.strip_marks("Ủy ban  Đồng Tháp"), "Uy ban  Dong Thap")
        self.assertEqual(unicode.strip_marks(nfd("Ủy ban")), "Uy ban")

    @given(vietnamese)
    def test_it_agrees_with_fold(self, text):
        self.assertEqual(unicode.fold(unicode.strip_marks(text)), unicode.fold(text))


class TestSearch(DomainCase):
    def found(self, query, text):
        return unicode.matches(unicode.fold_words(query), unicode.fold(text))

    def test_words_in_any_order_with_or_without_marks(self):
        text = "15/QĐ-UBND V/v phê duyệt kế hoạch chuyển đổi số tỉnh Đồng Tháp"
        for query in ("dong thap", "Tháp đồng", "ĐỒNG THÁP, 15/qđ", "chuyen doi so", '"kế hoạch"', ""):
            with self.subTest(query=query):
                self.assertTrue(self.found(query, text))
        for query in ("Đồng Nai", "16/QĐ"):
            with self.subTest(query=query):
                self.assertFalse(self.found(query, text))

    def test_repeated_and_contained_words_are_asked_once(self):
        self.assertEqual(unicode.fold_words("Số số THÁP tháp thá 15/QĐ"), ["so", "thap", "15/qd"])

    def test_punctuation_alone_is_no_word(self):
        self.assertEqual(unicode.fold_words(" ... , \"'"), [])

    @given(any_text, st.randoms(use_true_random=False))
    def test_a_text_is_found_by_its_own_words(self, text, random):
        words = text.split()
        random.shuffle(words)
        self.assertTrue(self.found(" ".join(words), text))

    def test_wildcards_are_plain_characters(self):
        self.assertEqual(unicode.like_pattern("50%"), r"%50\%%")
        self.assertEqual(unicode.like_pattern("a_b\\"), r"%a\_b\\%")
