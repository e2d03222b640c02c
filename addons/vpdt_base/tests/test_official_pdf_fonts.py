"""The typeface: found by file, complete, and never silently replaced."""

import os
import tempfile
from pathlib import Path
from unittest import mock

try:
    from .official_pdf_common import EVERY_LETTER, OfficialPdfCase, load
except ImportError:
    from official_pdf_common import EVERY_LETTER, OfficialPdfCase, load

fonts = load("official_pdf.fonts")
errors = load("official_pdf.errors")


class TestFonts(OfficialPdfCase):
    def test_all_four_styles_have_every_vietnamese_letter(self):
        fonts.register()
        for style in fonts.STYLES:
            widths = fonts.glyph_widths(style)
            self.assertEqual([x for x in EVERY_LETTER if ord(x) not in widths], [], style)

    def test_own_list_of_letters_is_the_whole_of_vietnamese(self):
        self.assertLessEqual(set(EVERY_LETTER), set(fonts.VIETNAMESE_LETTERS))

    def test_registering_twice_is_harmless(self):
        self.assertEqual(fonts.register(), fonts.register())

    def test_absence_names_the_package(self):
        nowhere = fonts.FontFiles(("A.ttf",) * 4, "/nonexistent", "fonts-croscore")
        with (
            mock.patch.object(fonts, "CANDIDATES", (nowhere,)),
            self.assertRaisesRegex(errors.FontsMissing, "fonts-croscore") as caught,
        ):
            fonts.find_files(["/also/nonexistent"])
        self.assertIn("/also/nonexistent", str(caught.exception))
        self.assertEqual(caught.exception.code, "fonts_missing")

    def test_configured_folder_comes_first(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in fonts.CANDIDATES[1].names:
                Path(folder, name).touch()
            with mock.patch.dict(os.environ, {fonts.FOLDERS_VARIABLE: f"/nonexistent{os.pathsep}{folder}"}):
                self.assertEqual({path.parent for path in fonts.find_files()}, {Path(folder)})

    def test_incomplete_folder_is_passed_over(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, fonts.CANDIDATES[0].names[0]).touch()
            self.assertNotIn(Path(folder), {path.parent for path in fonts.find_files([folder])})

    def test_damaged_file_is_refused_by_name(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "Tinos-Regular.ttf")
            path.write_bytes(b"not a font")
            with self.assertRaisesRegex(errors.FontsMissing, "Tinos-Regular"):
                fonts._load([path] * 4)

    def test_typeface_without_vietnamese_is_refused(self):
        real = fonts.find_files()
        with (
            mock.patch.object(fonts, "VIETNAMESE_LETTERS", "漢"),
            self.assertRaisesRegex(errors.FontsMissing, "漢"),
        ):
            fonts._load(real)
