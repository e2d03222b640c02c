"""Pictures of signatures and seals."""

import io

from PIL import Image

try:
    from . import signing_common as common
except ImportError:
    import signing_common as common

check = common.pictures.check_picture


def png(colour, *, size=(400, 200), ground=(0, 0, 0, 0), dpi=300):
    """A filled rectangle in the middle of a ground."""
    picture = Image.new("RGBA", size, ground)
    picture.paste(colour, (size[0] // 4, size[1] // 4, size[0] * 3 // 4, size[1] * 3 // 4))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", **({"dpi": (dpi, dpi)} if dpi else {}))
    return buffer.getvalue()


BLUE, RED, BLACK = (20, 50, 180, 255), (200, 20, 20, 255), (10, 10, 10, 255)


class TestPictures(common.Case):
    def test_size_comes_from_the_resolution(self):
        self.assertEqual(check(png(BLUE), "signature"), (33.87, 16.93))
        self.assertEqual(check(png(RED, size=(425, 425)), "seal"), (35.98, 35.98))

    def test_signature_without_resolution_is_taken_at_300_dpi(self):
        self.assertEqual(check(png(BLUE, dpi=None), "signature"), (33.87, 16.93))

    def test_seal_without_resolution_has_no_real_size(self):
        self.refused("picture_wrong_size", check, png(RED, size=(425, 425), dpi=None), "seal")

    def test_colours_of_the_decree(self):
        self.refused("picture_wrong_colour", check, png(RED), "signature")
        self.refused("picture_wrong_colour", check, png(BLUE, size=(425, 425)), "seal")
        self.refused("picture_wrong_colour", check, png(BLACK), "signature")

    def test_ground_must_be_transparent(self):
        self.refused("picture_not_transparent", check, png(BLUE, ground=(255, 255, 255, 255)), "signature")

    def test_sizes_out_of_reason(self):
        self.refused("picture_wrong_size", check, png(RED, size=(60, 60)), "seal")

    def test_what_is_no_png(self):
        jpeg = io.BytesIO()
        Image.new("RGB", (10, 10)).save(jpeg, "JPEG")
        for data in (b"", b"x" * 100, jpeg.getvalue(), png(BLUE)[:60], png(BLUE, size=(4100, 10))):
            self.refused("picture_invalid", check, data, "signature")

    def test_demonstration_pictures_pass_and_repeat(self):
        self.assertAlmostEqual(check(common.seal_png(), "seal")[0], 36, delta=0.1)
        check(common.signature_png(), "signature")
        self.assertEqual(common.pictures.make_demo_signature(common.NAME), common.signature_png())
        self.assertNotEqual(common.pictures.make_demo_signature("Trần Thị Bình"), common.signature_png())
