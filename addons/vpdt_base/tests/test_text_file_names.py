"""File names of the policy (Quy chế Kon Tum, khoản 4 Điều 7)."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

try:
    from .domain_common import MARKED_LETTERS, DomainCase, load
except ImportError:
    from domain_common import MARKED_LETTERS, DomainCase, load

file_names = load("text.file_names")

# The pattern of the specification, written again here on purpose.
POLICY = r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,49}\Z"

names = st.text() | st.text(
    st.sampled_from(MARKED_LETTERS + MARKED_LETTERS.upper() + "abc XYZ 019 ._-/\\:\n"), max_size=80
)
extensions = st.sampled_from([".docx", ".PDF", ".tar.gz", "", ".", ".xlsx"])


class TestSafeName(DomainCase):
    def test_examples(self):
        for name, safe in {
            "Quyết định số 15.docx": "Quyet-dinh-so-15.docx",
            "ĐỀ ÁN đổi mới (bản 2).PDF": "DE-AN-doi-moi-ban-2.PDF",
            "12/UBND-VX.pdf": "12-UBND-VX.pdf",
            "../../etc/passwd": "etc-passwd",
            "C:\\fakepath\\Tờ trình.doc": "C-fakepath-To-trinh.doc",
            "báo.cáo..quý_3 - final.xlsx": "bao.cao.quy_3-final.xlsx",
            "公文.pdf": "tep.pdf",
            ".htaccess": "tep.htaccess",
            "": "tep",
            "???": "tep",
            "con.docx": "tep-con.docx",
            "LPT1": "tep-LPT1",
            "conso.docx": "conso.docx",
            "hoa-don.pdf.exe": "hoa-don.pdf.exe",
            "ok_name-1.2.pdf": "ok_name-1.2.pdf",
        }.items():
            with self.subTest(name=name):
                self.assertEqual(file_names.safe_name(name), safe)

    def test_decomposed_names_of_macos(self):
        decomposed = unicodedata.normalize("NFD", "Đề án.docx")
        self.assertEqual(file_names.safe_name(decomposed), "De-an.docx")

    def test_a_long_name_keeps_its_extension(self):
        safe = file_names.safe_name("Kế hoạch " * 20 + ".docx")
        self.assertLessEqual(len(safe), 50)
        self.assertTrue(safe.endswith(".docx"))

    def test_taken_names_are_counted_without_case(self):
        taken = ["bao-cao.pdf", "BAO-CAO-2.pdf"]
        self.assertEqual(file_names.safe_name("Báo cáo.pdf", taken), "Bao-cao-3.pdf")

    def test_a_long_taken_name_makes_room_for_its_count(self):
        first = file_names.safe_name("a" * 80 + ".pdf")
        second = file_names.safe_name("a" * 80 + ".pdf", [first])
        self.assertEqual((len(first), len(second)), (50, 50))
        self.assertTrue(second.endswith("-2.pdf"))

    @given(names, extensions)
    def test_the_result_is_always_allowed(self, name, extension):
        safe = file_names.safe_name(name + extension)
        self.assertRegex(safe, POLICY)
        self.assertEqual(file_names.check_name(safe), [])

    @given(names, extensions)
    def test_a_second_call_changes_nothing(self, name, extension):
        safe = file_names.safe_name(name + extension)
        self.assertEqual(file_names.safe_name(safe), safe)

    @given(st.lists(names, max_size=12))
    def test_no_two_names_are_the_same(self, many):
        taken = []
        for name in many:
            taken.append(file_names.safe_name(name, taken))
        self.assertEqual(len({name.lower() for name in taken}), len(many))

    @given(names, st.sampled_from([".docx", ".PDF", ".zip"]))
    def test_the_extension_is_kept(self, name, extension):
        self.assertTrue(file_names.safe_name(name + extension).endswith(extension))


class TestCheckName(DomainCase):
    def test_what_is_wrong_is_named(self):
        for name, codes in {
            "bao-cao.pdf": [],
            "": ["name_empty"],
            "   ": ["name_empty"],
            "Báo cáo.pdf": ["name_diacritics", "name_characters"],
            "đ.pdf": ["name_diacritics"],
            "a(1).pdf": ["name_characters"],
            "a" * 51: ["name_too_long"],
            "a" * 47 + ".pdf": ["name_too_long"],
            "a" * 46 + ".pdf": [],
            ".pdf": ["name_start"],
            "nul.pdf": ["name_reserved"],
            "công.pdf\n": ["name_diacritics", "name_characters"],
        }.items():
            with self.subTest(name=name):
                self.assertEqual([problem.code for problem in file_names.check_name(name)], codes)

    def test_the_message_names_the_characters_and_the_rule(self):
        diacritics, characters = file_names.check_name("Báo cáo.pdf")
        self.assertEqual(diacritics.message, "The name has letters with diacritics: á")
        self.assertEqual(characters.message, "The name has characters that are not allowed: U+0020")
        self.assertIn("Quy định của hệ thống", diacritics.rule)

    @given(names)
    def test_it_agrees_with_the_pattern(self, name):
        allowed = bool(file_names.NAME_PATTERN.fullmatch(name)) and not file_names.RESERVED.match(name)
        self.assertEqual(not file_names.check_name(name), allowed)


class TestShownName(DomainCase):
    def test_nothing_turns_a_name_round(self):
        self.assertEqual(file_names.shown_name("\u202efdp.exe.pdf"), "fdp.exe.pdf")
        self.assertEqual(file_names.shown_name("a\u2066b\u200f\x07\n.pdf"), "ab.pdf")

    @given(names)
    def test_what_is_left_is_what_was_there(self, name):
        shown = file_names.shown_name(name)
        self.assertEqual(file_names.shown_name(shown), shown)
        self.assertFalse(any(unicodedata.bidirectional(c) in ("RLO", "LRO", "RLE", "LRE", "RLI", "LRI") for c in shown))

    def test_vietnamese_stays_as_it_is(self):
        self.assertEqual(file_names.shown_name("Quyết định số 15 (bản 2).docx"), "Quyết định số 15 (bản 2).docx")
