import io
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.vpdt_base.official_pdf import fonts

#: Dots an inch of the pictures that `draw_page` makes.
DPI = 110
_POINTS = 72
_GREY = (110, 110, 110, 90)
_FOOT = (70, 70, 70, 255)


@dataclass(frozen=True)
class Mark:
    """What stands on each page.

    :param across: one short line, repeated aslant over the page
    :param foot: the whole of it, at the foot of the page
    """

    across: str
    foot: str


def marked_picture(picture, mark, quality=82):
    """A page with its mark burnt in.

    :param picture: bytes of a PNG (or any picture that Pillow reads)
    :param mark: `Mark`
    :param quality: of the JPEG, 1–95
    :return: bytes of a JPEG, as large as the picture
    """
    with Image.open(io.BytesIO(picture)) as opened:
        page = opened.convert("RGB")
    layer = Image.new("RGBA", page.size, (255, 255, 255, 0))
    _draw_across(layer, mark.across)
    _draw_foot(layer, mark.foot)
    page.paste(layer, (0, 0), layer)
    stream = io.BytesIO()
    page.save(stream, "JPEG", quality=quality)
    return stream.getvalue()


def _font(size):
    return ImageFont.truetype(str(fonts.find_files()[0]), size)


def _draw_across(layer, text):
    """Aslant over the page, every third of its height: no part that says anything is without it."""
    width, height = layer.size
    font = _font(max(14, width // 26))
    box = font.getbbox(text)
    strip = Image.new("RGBA", (box[2] + 8, box[3] + 8), (255, 255, 255, 0))
    ImageDraw.Draw(strip).text((4, 4), text, font=font, fill=_GREY)
    strip = strip.rotate(30, expand=True)
    step = max(height // 3, 1)
    for top in range(-strip.height // 2, height, step):
        for left in (width // 2 - strip.width // 2,) if strip.width > width * 0.6 else range(0, width, width // 2):
            layer.alpha_composite(strip.crop(_inside(strip, left, top, layer)), (max(left, 0), max(top, 0)))


def _inside(strip, left, top, layer):
    """The part of a strip at (left, top) that lies on the page."""
    right, bottom = min(strip.width, layer.width - left), min(strip.height, layer.height - top)
    return max(0, -left), max(0, -top), right, bottom


def _draw_foot(layer, text):
    width, height = layer.size
    size = max(10, width // 70)
    font = _font(size)
    while font.getlength(text) > width - 20 and size > 7:
        size -= 1
        font = _font(size)
    room = size + 10
    draw = ImageDraw.Draw(layer)
    draw.rectangle((0, height - room, width, height), fill=(255, 255, 255, 215))
    draw.text((10, height - room + 4), text, font=font, fill=_FOOT)


def marked_pdf(pictures, mark, stream, title=""):
    """Write a PDF of marked pages, one after the other; memory holds one page at a time.

    :param pictures: iterable of bytes (PNG), a page each
    :param mark: `Mark`
    :param stream: binary, written to
    :return: how many pages there are (int)
    """
    canvas, count = Canvas(stream, pageCompression=1), 0
    canvas.setTitle(title)
    for picture in pictures:
        image = ImageReader(io.BytesIO(marked_picture(picture, mark)))
        width, height = (side * _POINTS / DPI for side in image.getSize())
        canvas.setPageSize((width, height))
        canvas.drawImage(image, 0, 0, width, height)
        canvas.showPage()
        count += 1
    canvas.save()
    return count
