"""Places set by hand: scans, turned pages, what a browser may send."""

import io
import unittest

import pikepdf
import pypdfium2

try:
    from .signing_common import (
        NAME,
        POSITION,
        Case,
        agency,
        annex,
        draft,
        issued,
        load,
        pades,
        person,
        prepared,
        roots,
        seal_png,
        signature_png,
        signer_of,
        validation,
    )
except ImportError:
    from signing_common import (
        NAME,
        POSITION,
        Case,
        agency,
        annex,
        draft,
        issued,
        load,
        pades,
        person,
        prepared,
        roots,
        seal_png,
        signature_png,
        signer_of,
        validation,
    )

placing = load("signing.placing")
copies = load("signing.copies")
levels = load("signing.levels")

A4 = (595.2756, 841.8898)


def spot(key, x=100, y=100, width=150, height=60, page=0):
    return {"key": key, "page": page, "x": x, "y": y, "width": width, "height": height}


def good_spots():
    return [
        spot("number", 80, 90, 45, 16),
        spot("day", 400, 90, 24, 16),
        spot("month", 470, 90, 24, 16),
        spot("person_1", 350, 650, 150, 60),
        spot("agency", 290, 630, 102, 102),
    ]


def scan(turn=0, origin=0):
    """A page without text, as a scanner gives it."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(annex())) as document:
        page = document.pages[0]
        if origin:
            page.obj.MediaBox = pikepdf.Array([origin, origin, origin + A4[0], origin + A4[1]])
        page.obj.Rotate = turn
        document.save(buffer)
    return buffer.getvalue()


class TestSuggest(Case):
    def test_a_text_gives_all_places(self):
        spots = placing.suggest(draft(), [(POSITION, NAME)], picture_size=(50, 22))
        self.assertEqual([item["key"] for item in spots], ["number", "day", "month", "person_1", "agency"])
        self.assertTrue(all(item["found"] for item in spots))

    def test_the_suggestion_is_what_find_places_finds(self):
        spots = placing.suggest(draft(), [(POSITION, NAME)])
        settled = placing.to_places(spots, placing.page_sizes(draft()), 1)
        pdf = pades.prepare(draft(), settled)
        for name, (_ref, expected) in pades.form_fields(pades.open_reader(prepared())).items():
            actual = pades.form_fields(pades.open_reader(pdf))[name][1]
            for ours, theirs in zip(actual["/Rect"], expected["/Rect"], strict=True):
                self.assertAlmostEqual(float(ours), float(theirs), delta=0.02, msg=name)
            self.assertEqual(actual.get("/DA"), expected.get("/DA"))

    def test_a_scan_gets_usual_places_that_are_valid(self):
        spots = placing.suggest(scan(), [(POSITION, NAME), ("GIÁM ĐỐC", "Trần Thị Bình"), ("A", "B")])
        self.assertFalse(any(item["found"] for item in spots))
        settled = placing.to_places(spots, placing.page_sizes(scan()), 3)
        self.assertEqual(len(settled.persons), 3)


class TestToPlaces(Case):
    def settle(self, spots, persons=1):
        return placing.to_places(spots, [A4, A4], persons)

    def test_the_page_is_measured_from_below(self):
        box = self.settle(good_spots()).persons[0]
        self.assertAlmostEqual(box.y0, A4[1] - 710, places=3)
        self.assertAlmostEqual(box.y1, A4[1] - 650, places=3)

    def test_what_a_browser_may_send(self):
        broken = {
            "no list": None,
            "no dictionary": [1, 2],
            "missing": good_spots()[:-1],
            "twice": [*good_spots(), spot("number")],
            "unknown": [*good_spots(), spot("script")],
            "off the page": [*good_spots()[:-1], spot("agency", 590, 100)],
            "negative size": [*good_spots()[:-1], spot("agency", 590, 100, -50, 60)],
            "not a number": [*good_spots()[:-1], spot("agency", x=float("nan"))],
            "infinite": [*good_spots()[:-1], spot("agency", width=float("inf"))],
            "text": [*good_spots()[:-1], spot("agency", x="1; DROP TABLE")],
            "truth": [*good_spots()[:-1], spot("agency", x=True)],
            "page that is not there": [*good_spots()[:-1], spot("agency", page=2)],
            "page before the first": [*good_spots()[:-1], spot("agency", page=-1)],
            "too small": [*good_spots()[:-1], spot("agency", width=5, height=5)],
            "too many": [spot(f"person_{index}") for index in range(100)],
        }
        for what, spots in broken.items():
            with self.subTest(what):
                self.refused("place_invalid", self.settle, spots)

    def test_places_over_each_other(self):
        spots = good_spots()
        spots[1]["x"], spots[1]["y"] = spots[0]["x"] + 5, spots[0]["y"]
        self.refused("places_overlap", self.settle, spots)

    def test_the_seal_may_lie_over_the_signature(self):
        self.assertIsNotNone(self.settle(good_spots()).agency)


class TestUpright(Case):
    def test_an_upright_file_stays_byte_for_byte(self):
        self.assertIs(placing.upright(draft()), draft())

    def test_each_turn_looks_the_same(self):
        for turn in (90, 180, 270):
            with self.subTest(turn):
                before, after = scan(turn), placing.upright(scan(turn))
                self.assertEqual(look(before), look(after))
                with pikepdf.open(io.BytesIO(after)) as document:
                    self.assertEqual(document.pages[0].rotation, 0)

    def test_a_page_that_begins_elsewhere(self):
        after = placing.upright(scan(origin=50))
        self.assertEqual(look(scan(origin=50)), look(after))

    def test_a_signed_file_is_not_touched(self):
        turned = pades.sign_plain(scan(90), signer_of(person()))
        self.refused("already_signed", placing.upright, turned)

    def test_a_turned_scan_is_signed_to_the_end(self):
        pdf = placing.upright(scan(90))
        sizes = placing.page_sizes(pdf)
        pdf = pades.prepare(pdf, placing.to_places(placing.suggest(pdf, [(POSITION, NAME)]), sizes, 1))
        pdf = pades.sign_person(pdf, signer_of(person()), image_png=signature_png())
        pdf = pades.fill_number_and_date(pdf, number="15", day="23", month="11")
        pdf = pades.sign_agency(pdf, signer_of(agency()), seal_png=seal_png())
        self.assertEqual(validation.verify(pdf, trust_roots=roots()).verdict, "valid")


class TestCopies(Case):
    def test_a_copy_is_a_file_of_its_own_with_one_signature(self):
        copy = copies.electronic_copy(issued(), signer_of(agency()), "SAO Y", "UBND tỉnh Gia Lai")
        result = validation.verify(copy, trust_roots=roots())
        self.assertEqual((result.verdict, len(result.signatures)), ("valid", 1))
        self.assertTrue(result.has_agency_signature)

    def test_a_copy_looks_like_the_original_below_its_line(self):
        flat = copies.flatten(issued())
        self.assertEqual(validation.verify(flat, trust_roots=roots()).verdict, "not_signed")
        different = sum(one != other for one, other in zip(look(issued())[1], look(flat)[1], strict=True))
        self.assertLess(different, 400, "more than the edges of letters differ")
        self.assertIn("SAO Y; UBND", text_of(copies.electronic_copy(issued(), signer_of(agency()), "SAO Y", "UBND")))

    def test_a_copy_carries_no_script(self):
        buffer = io.BytesIO()
        with pikepdf.open(io.BytesIO(draft())) as document:
            document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
            document.save(buffer)
        self.assertNotIn(b"JavaScript", copies.flatten(buffer.getvalue()))

    def test_rubbish_is_refused(self):
        self.refused("not_a_pdf", copies.flatten, b"rubbish")


class TestLevels(unittest.TestCase):
    def test_levels_of_files_without_time_stamp(self):
        self.assertEqual(levels.level_of(draft()), "")
        self.assertEqual(levels.level_of(issued()), "B-B")


def look(pdf, scale=0.5):
    """Pixels of the first page."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    picture = document[0].render(scale=scale, may_draw_forms=True).to_pil().convert("L")
    return picture.size, bytes(picture.point(lambda value: 0 if value < 250 else 255).tobytes())


def text_of(pdf):
    page = pypdfium2.PdfDocument(copies.flatten(pdf))[0]
    return page.get_textpage().get_text_range()


if __name__ == "__main__":
    unittest.main()
