"""Finding the places for number, date, signature and seal in the text of a PDF."""

import io
import unittest

import pikepdf

try:
    from . import signing_common as common
except ImportError:
    import signing_common as common

MM = common.places.MM


class TestPlaces(common.Case):
    def setUp(self):
        super().setUp()
        self.places = common.found_places(common.draft())

    def test_number_lies_between_colon_and_slash(self):
        number = self.places.number
        self.assertEqual((number.box.page, number.baseline, number.font_size), (0, 745, 13))
        self.assertGreater(number.box.width, 30)
        self.assertLess(number.box.x1, 230)

    def test_day_comes_before_month_on_the_line_of_the_date(self):
        day, month = self.places.day, self.places.month
        self.assertEqual((day.baseline, month.baseline), (745, 745))
        self.assertLess(day.box.x1, month.box.x0)
        self.assertGreater(day.box.x0, 300)

    def test_signature_lies_between_position_and_name_and_centred(self):
        (person,) = self.places.persons
        self.assertLess(person.y1, 404)
        self.assertGreater(person.y0, 330)
        self.assertAlmostEqual((person.x0 + person.x1) / 2, 430, delta=3)

    def test_seal_has_its_real_size_and_covers_the_left_third(self):
        (person,), seal = self.places.persons, self.places.agency
        picture = person.fit(common.places.PICTURE_WIDTH_MM, common.places.PICTURE_HEIGHT_MM)
        self.assertAlmostEqual(seal.width / MM, 36, places=3)
        self.assertAlmostEqual(seal.height / MM, 36, places=3)
        self.assertAlmostEqual(seal.x1, picture.x0 + picture.width / 3, places=3)
        self.assertAlmostEqual((seal.y0 + seal.y1) / 2, (picture.y0 + picture.y1) / 2, places=3)

    def test_case_diacritics_and_white_space_do_not_matter(self):
        again = common.places.find_places(common.draft(), position="kt. chu tich  pho chu tich", name="nguyen  van an")
        self.assertEqual(again, self.places)

    def test_name_in_the_body_is_not_taken_for_the_signature(self):
        # the body says "Phó Chủ tịch Nguyễn Văn An" on one line at 660
        self.assertLess(self.places.persons[0].y1, 500)

    def test_missing_places_are_named(self):
        for position, name, which in (
            (common.POSITION, "Trần Thị Bình", "person_1"),
            ("GIÁM ĐỐC SỞ", common.NAME, "person_1"),
        ):
            error = self.refused(
                "place_not_found", common.places.find_places, common.draft(), position=position, name=name
            )
            self.assertEqual(error.details["which"], which)

    def test_document_without_blanks(self):
        pdf = common.numbered_draft()
        error = self.refused("place_not_found", common.found_places, pdf)
        self.assertEqual(error.details["which"], "number")
        found = common.found_places(pdf, numbered=False)
        self.assertIsNone(found.number)
        self.assertIsNone(found.day)
        self.assertEqual(len(found.persons), 1)

    def test_no_room_between_position_and_name(self):
        error = self.refused("place_not_found", common.found_places, common.draft(gap=18))
        self.assertEqual(error.details["which"], "person_1")

    def test_joint_document_has_a_place_for_each_person(self):
        found = common.places.find_places(
            common.joint_draft(),
            position="CHỦ TỊCH",
            name="Nguyễn Văn An",
            more_signers=[("GIÁM ĐỐC", "Trần Thị Bình")],
        )
        first, second = found.persons
        self.assertGreater(abs(first.x0 - second.x0), 150)
        self.assertAlmostEqual(first.y1, second.y1, delta=1)

    def test_files_that_cannot_be_read(self):
        self.refused("not_a_pdf", common.found_places, b"not a PDF")
        self.refused("encrypted_pdf", common.found_places, common.encrypted())

    def test_rewritten_pdf_gives_the_same_places(self):
        buffer = io.BytesIO()
        with pikepdf.open(io.BytesIO(common.draft())) as document:
            document.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        self.assertEqual(common.found_places(buffer.getvalue()), self.places)


@unittest.skipUnless(common.have("soffice"), "LibreOffice is not installed")
class TestPlacesFromLibreOffice(common.Case):
    def test_places_of_a_converted_docx(self):
        found = common.found_places(common.docx_draft())
        self.assertEqual((found.number.font_size, found.day.font_size), (13, 13))
        self.assertGreater(found.number.box.width, 20)
        self.assertGreater(found.persons[0].height, 50)


class TestBox(common.Case):
    def test_fit_keeps_proportion_and_centre(self):
        box = common.places.Box(0, 10, 20, 110, 60).fit(1, 1)
        self.assertEqual(box.rect, (40, 20, 80, 60))
