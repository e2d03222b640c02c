"""Words of files: what is indexed, asked and shown."""

from hypothesis import given
from hypothesis import strategies as st

try:
    from .domain_common import MARKED_LETTERS, DomainCase, load
except ImportError:
    from domain_common import MARKED_LETTERS, DomainCase, load

content = load("text.content")
unicode = load("text.unicode")

texts = st.text() | st.text(st.sampled_from(MARKED_LETTERS + "abc 12 /-_.,'\"&|!()<>:*\\\n"), max_size=200)


class TestWords(DomainCase):
    def test_notation_is_taken_apart(self):
        self.assertEqual(content.words_of("Số: 15/QĐ-UBND ngày 03.02"), "so 15 qd ubnd ngay 03 02".split())

    def test_marks_and_normal_form_do_not_matter(self):
        self.assertEqual(content.words_of("Đồng  THÁP"), ["dong", "thap"])
        self.assertEqual(content.words_of("Tuyê\u0302n"), content.words_of("Tuyên"))

    def test_what_is_no_word(self):
        self.assertEqual(content.words_of("— … ____ a" + "x" * 500), [])

    def test_index_is_capped(self):
        pages = [" ".join(f"so{n}x{page}" for n in range(20_000)) for page in range(10)]
        indexed = content.indexed_text(pages)
        self.assertLess(len(set(indexed.split())) * 10, content.MAX_DISTINCT_BYTES)
        self.assertTrue(indexed.startswith("so0x0 so1x0"))

    @given(texts)
    def test_index_holds_nothing_but_words(self, text):
        self.assertRegex(content.indexed_text([text]), r"\A([^\W_]+( [^\W_]+)*)?\Z")


class TestQuery(DomainCase):
    def test_examples(self):
        for query, expected in {
            "Đồng Tháp": "(dong) & (thap)",
            '"Đồng Tháp" 2026': "(dong <-> thap) & (2026)",
            "“chuyển đổi số”": "(chuyen <-> doi <-> so)",
            "15/QĐ-UBND": "(15 <-> qd <-> ubnd)",
            "  !:* & |  ": "",
            "": "",
            'a "" b "c': "(a) & (b) & (c)",
        }.items():
            with self.subTest(query):
                self.assertEqual(content.content_query(query), expected)

    @given(texts)
    def test_nothing_else_reaches_the_database(self, text):
        self.assertRegex(content.content_query(text), r"\A(\([^\W_]+( <-> [^\W_]+)*\)( & (?=\()|\Z))*\Z")


class TestSnippets(DomainCase):
    def flat(self, snippet):
        return "".join(f"[{text}]" if hit else text for text, hit in snippet.parts)

    def test_hits_are_marked_in_their_own_letters(self):
        (found,) = content.snippets(["Về việc\nđiều động cán bộ tỉnh Đồng Tháp năm 2026"], "dong thap", around=12)
        self.assertEqual(found.page, 1)
        self.assertEqual(self.flat(found), "…cán bộ tỉnh [Đồng] [Tháp] năm 20…")

    def test_page_with_most_words_first(self):
        found = content.snippets(["tháp", "không có", "đồng tháp", "đồng"], "dong thap", limit=5)
        self.assertEqual([snippet.page for snippet in found], [3, 1, 4])

    def test_nothing_found(self):
        self.assertEqual(content.snippets(["abc"], "xyz"), [])
        self.assertEqual(content.snippets(["abc"], "!!"), [])

    def test_markup_stays_text(self):
        (found,) = content.snippets(["<script>alert('Đồng')</script>"], "dong")
        self.assertEqual(self.flat(found), "<script>alert('[Đồng]')</script>")

    @given(st.lists(texts, max_size=3), texts)
    def test_parts_come_from_the_page(self, pages, query):
        for snippet in content.snippets(pages, query, limit=3):
            squeezed = "".join(pages[snippet.page - 1].split())
            self.assertIn("".join("".join(t.split()) for t, _hit in snippet.parts).strip("…"), squeezed)
            self.assertTrue(any(hit for _text, hit in snippet.parts))
