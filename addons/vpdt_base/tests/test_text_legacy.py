"""TCVN3 and VNI: recognising and converting.

The encoder below is written from the published tables, apart from the tables of the
product, so that an error in those is seen.
"""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

try:
    from .domain_common import MARKED_LETTERS, DomainCase, load
except ImportError:
    from domain_common import MARKED_LETTERS, DomainCase, load

legacy = load("text.legacy")
syllables = load("text.syllables")

# In the order of MARKED_LETTERS.
TCVN3_LETTERS = "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ"
TO_TCVN3 = dict(zip(MARKED_LETTERS, TCVN3_LETTERS, strict=True)) | dict(zip("ĂÂÊÔƠƯĐ", "¡¢£¤¥¦§", strict=True))

VNI_LETTERS = (
    "aø aû aõ aù aï aê aè aú aü aé aë aâ aà aå aã aá aä ñ eø eû eõ eù eï eâ eà eå eã eá eä "
    "ì æ ó í ò oø oû oõ où oï oâ oà oå oã oá oä ô ôø ôû ôõ ôù ôï uø uû uõ uù uï ö öø öû öõ öù öï "
    "yø yû yõ yù î"
).split()
TO_VNI = dict(zip(MARKED_LETTERS, VNI_LETTERS, strict=True))
TO_VNI |= {letter.upper(): vni.upper() for letter, vni in TO_VNI.items()}

SYLLABLES = sorted(set(syllables.all_syllables()))
texts = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=12)
marked = [word for word in SYLLABLES if not word.isascii()]
long_texts = st.lists(st.sampled_from(marked), min_size=4, max_size=20)


def to_tcvn3(text):
    return "".join(TO_TCVN3.get(char, TO_TCVN3.get(char.lower(), char)) for char in text)


def to_vni(text):
    return "".join(TO_VNI.get(char, char) for char in text)


class TestConvert(DomainCase):
    def test_sentences_everybody_knows(self):
        for text, encoding, expected in (
            ("Céng hßa x· héi chñ nghÜa ViÖt Nam", "tcvn3", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
            ("§éc lËp - Tù do - H¹nh phóc", "tcvn3", "Độc lập - Tự do - Hạnh phúc"),
            ("ñy ban nh©n d©n tØnh §ång Th¸p", "tcvn3", "ủy ban nhân dân tỉnh Đồng Tháp"),
            ("B¶o Th¾ng, M\u00adêng Kh\u00ad¬ng, B¸t X¸t", "tcvn3", "Bảo Thắng, Mường Khương, Bát Xát"),
            ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "vni", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
            ("Ñoäc laäp - Töï do - Haïnh phuùc", "vni", "Độc lập - Tự do - Hạnh phúc"),
            ("UÛY BAN NHAÂN DAÂN TÆNH ÑOÀNG THAÙP", "vni", "ỦY BAN NHÂN DÂN TỈNH ĐỒNG THÁP"),
            ("Nguyeãn Thò Yeán, Lyù Vaên Ñöùc, kyø, Myõ", "vni", "Nguyễn Thị Yến, Lý Văn Đức, kỳ, Mỹ"),
        ):
            with self.subTest(text=text):
                self.assertEqual(legacy.convert(text, encoding), expected)

    def test_every_letter_in_both_cases(self):
        for letter in MARKED_LETTERS + MARKED_LETTERS.upper():
            with self.subTest(letter=letter):
                self.assertEqual(legacy.convert(to_vni(letter), "vni"), letter)
                self.assertEqual(legacy.convert(to_tcvn3(letter), "tcvn3", capitals=letter.isupper()), letter)

    def test_every_syllable_there_and_back(self):
        for word in SYLLABLES:
            self.assertEqual(legacy.convert(to_tcvn3(word), "tcvn3"), word)
            self.assertEqual(legacy.convert(to_vni(word), "vni"), word)
            self.assertEqual(legacy.convert(to_vni(word.upper()), "vni"), word.upper())
            self.assertEqual(legacy.convert(to_tcvn3(word.upper()), "tcvn3", capitals=True), word.upper())

    @given(texts)
    def test_sentences_there_and_back(self, words):
        text = " ".join(words).capitalize()
        self.assertEqual(legacy.convert(to_vni(text), "vni"), text)
        lower = text.lower()
        self.assertEqual(legacy.convert(to_tcvn3(lower), "tcvn3"), lower)

    @given(st.text(st.characters(max_codepoint=127)))
    def test_ascii_is_left_alone(self, text):
        for encoding in legacy.ENCODINGS:
            self.assertEqual(legacy.convert(text, encoding), text)

    @given(st.text())
    def test_the_result_is_in_normal_form_c(self, text):
        for encoding in legacy.ENCODINGS:
            self.assertTrue(unicodedata.is_normalized("NFC", legacy.convert(text, encoding)))

    def test_an_unknown_encoding_is_refused(self):
        with self.assertRaisesRegex(ValueError, "tcvn3, vni"):
            legacy.convert("abc", "viscii")


class TestCapitals(DomainCase):
    def test_tones_in_words_of_capitals(self):
        for text, expected in (
            ("QUYÕT §ÞNH", "QUYẾT ĐỊNH"),
            ("BAN HµNH QUY CHÕ V¡N TH¦", "BAN HÀNH QUY CHẾ VĂN THƯ"),
            ("HéI §åNG NH¢N D¢N Hµ NéI", "HỘI ĐỒNG NHÂN DÂN HÀ NỘI"),
            ("ý KIÕN CHØ §¹O", "Ý KIẾN CHỈ ĐẠO"),
            ("TP Hµ Néi", "TP Hà Nội"),
            ("S¥N LA vµ Hµ Néi", "SƠN LA và Hà Nội"),
            ("UBND tØnh Gia Lai", "UBND tỉnh Gia Lai"),
            ("Sè: 12/Q§-UBND", "Số: 12/QĐ-UBND"),
            ("Lª V¨n ý", "Lê Văn ý"),
            ("QUYÕT §ÞNH\nVÒ viÖc giao chØ tiªu", "QUYẾT ĐỊNH\nVề việc giao chỉ tiêu"),
        ):
            with self.subTest(text=text):
                self.assertEqual(legacy.convert(text, "tcvn3"), expected)

    def test_the_capital_font(self):
        self.assertEqual(
            legacy.convert("uû ban nh©n d©n tØnh ®ång th¸p", "tcvn3", capitals=True),
            "UỶ BAN NHÂN DÂN TỈNH ĐỒNG THÁP",
        )

    def test_capitals_written_as_two_letters(self):
        self.assertEqual(legacy.convert("HAµ NOäI, QUY£ÕT §IÞNH", "tcvn3"), "HÀ NỌI, QUYẾT ĐỊNH")

    def test_vni_marks_typed_in_the_other_case(self):
        self.assertEqual(legacy.convert("QUYEát ñÒNH", "vni"), "QUYẾt đỊNH")


class TestDetect(DomainCase):
    def test_legacy_text_is_found(self):
        for text, encoding in (
            ("Céng hßa x· héi chñ nghÜa ViÖt Nam", "tcvn3"),
            ("Hµ Néi, ngµy 05 th¸ng 01 n¨m 2006", "tcvn3"),
            ("V/v ®Ò nghÞ phª duyÖt kÕ ho¹ch n¨m 2007", "tcvn3"),
            ("QUYÕT §ÞNH cña Chñ tÞch UBND tØnh", "tcvn3"),
            ("n\u00adíc", "tcvn3"),
            ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "vni"),
            ("Ñoàng Thaùp, ngaøy 05 thaùng 01 naêm 2006", "vni"),
            ("V/v ñeà nghò pheâ duyeät keá hoaïch", "vni"),
            ("UÛY BAN NHAÂN DAÂN TÆNH", "vni"),
        ):
            with self.subTest(text=text):
                self.assertEqual(legacy.detect(text), encoding)

    def test_everything_else_is_left_in_peace(self):
        for text in (
            "",
            "Cộng hòa xã hội chủ nghĩa Việt Nam",
            "Hà Giang, Cà Mau, Hoà Bình, Toà án, Lê Tôn",
            unicodedata.normalize("NFD", "Độc lập - Tự do - Hạnh phúc"),
            "tàu hoà bình và cây tre già",
            "Plain English, nothing more.",
            "Le café était très près de l'hôtel, où l'été fût gâché à Noël; garçon, naïve, cœur.",
            "Le thé né à Évian",
            "ông Thëm",  # one odd word proves nothing
            "bé thé né hôm thôn Thëm Cëm",  # nor do two among many good ones
            "El niño comió piña en la mañana; ¿qué señor? ¡Olé! 1ª y 2º",
            "Müller fährt über die schöne Straße nach Köln",
            "São Paulo é uma cidade; não há opções, coração",
            "Åse og Søren kjøper rødgrød på øya; blåbærsyltetøy",
            "15/2026, 25 m², 10 µm, 5 N·m, 3 kW·h, £5, ¥100, 20 °C ± 2, ½, § 5, © 2026 ®",
            "torque 5 N·m, gap 10 µm, mass 3 µg",
            "© Sở Y tế",
            "12/UBND-VX",
            "…“quoted” – dash",
        ):
            with self.subTest(text=text):
                self.assertIsNone(legacy.detect(text))

    @given(long_texts)
    def test_proper_vietnamese_is_never_suspected(self, words):
        self.assertIsNone(legacy.detect(" ".join(words)))

    @given(long_texts, st.sampled_from(["tcvn3", "vni"]))
    def test_encoded_vietnamese_is_found_or_passed_over_but_not_mistaken(self, words, encoding):
        encode = to_tcvn3 if encoding == "tcvn3" else to_vni
        self.assertIn(legacy.detect(encode(" ".join(words))), (encoding, None))

    def test_most_real_text_is_found(self):
        sentences = (
            "về việc tăng cường quản lý văn bản điện tử trên địa bàn tỉnh",
            "quyết định ban hành quy chế làm việc của ủy ban nhân dân xã",
            "báo cáo kết quả thực hiện nhiệm vụ sáu tháng đầu năm",
            "đề nghị các sở, ban, ngành khẩn trương triển khai thực hiện",
            "giám đốc sở tài chính chịu trách nhiệm thi hành quyết định này",
        )
        for sentence in sentences:
            with self.subTest(sentence=sentence):
                self.assertEqual(legacy.detect(to_tcvn3(sentence)), "tcvn3")
                self.assertEqual(legacy.detect(to_vni(sentence)), "vni")

    def test_after_conversion_nothing_is_left_to_find(self):
        text = legacy.convert("§éc lËp - Tù do - H¹nh phóc", "tcvn3")
        self.assertIsNone(legacy.detect(text))


class TestSyllables(DomainCase):
    def test_words_of_the_language(self):
        for word in "nghiêng quyết khuỷu giếng gì hòa hoà thúy thuý Đắk Krông xoong quốc ươm yêu ý khuya".split():
            with self.subTest(word=word):
                self.assertTrue(syllables.is_syllable(word))

    def test_what_is_spelt_wrongly(self):
        for word in ("cafộ", "bàc", "aõ", "kWãh", "nạive", "xyz", "đ", "", "hôtel", "ngngh", "tốs"):
            with self.subTest(word=word):
                self.assertFalse(syllables.is_syllable(word))
