"""Pictures of signatures and seals (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.7-8): checking and, for the demonstration,
drawing.

The person's signature is blue, the seal red and in its real size, both ``.png`` on a transparent ground.
"""

import hashlib
import io
import math
import random
import struct
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from .errors import SigningError

MM_PER_INCH = 25.4
MAX_BYTES, MAX_SIDE = 4_000_000, 4000
SEAL, SIGNATURE = "seal", "signature"


@dataclass(frozen=True)
class PictureRule:
    """What a kind of picture must be: index of the strongest colour channel (0 red, 2 blue), sides in mm."""

    channel: int
    min_side: float
    max_side: float
    default_dpi: float | None


#: A seal without a resolution has no real size and is refused; a signature without one is taken at 300 dpi.
RULES = {SEAL: PictureRule(0, 20, 60, None), SIGNATURE: PictureRule(2, 5, 120, 300.0)}


def load_png(data):
    """Read a PNG as RGBA.

    :raises SigningError: ``picture_invalid``
    """
    try:
        if len(data) > MAX_BYTES:
            raise ValueError("the file is too large")
        picture = Image.open(io.BytesIO(data), formats=["PNG"])
        if max(picture.size) > MAX_SIDE:
            raise ValueError("the picture has too many pixels")
        dpi = picture.info.get("dpi")
        rgba = picture.convert("RGBA")
    except Exception as error:  # Pillow raises many kinds on hostile data
        raise SigningError("picture_invalid", str(error)) from error
    if dpi:
        rgba.info["dpi"] = dpi
    return rgba


def check_picture(png, kind):
    """Check a picture against the decree and give its size on paper.

    :param bytes png:
    :param str kind: ``'signature'`` (blue) or ``'seal'`` (red, real size: the file must state its resolution)
    :return: (width, height) in mm
    :raises SigningError: ``picture_invalid``, ``picture_not_transparent``, ``picture_wrong_colour``,
        ``picture_wrong_size``
    """
    rule, picture = RULES[kind], load_png(png)
    if not _is_transparent(picture):
        raise SigningError("picture_not_transparent")
    if _dominant_channel(picture) != rule.channel:
        raise SigningError("picture_wrong_colour", expected="red" if rule.channel == 0 else "blue")
    size = _size_mm(picture, rule.default_dpi)
    if size is None or not all(rule.min_side <= side <= rule.max_side for side in size):
        raise SigningError("picture_wrong_size", size=size, minimum=rule.min_side, maximum=rule.max_side)
    return size


def _is_transparent(picture):
    """At least a tenth of the ground lets the paper through, and something is drawn at all."""
    histogram = picture.getchannel("A").histogram()
    total = sum(histogram)
    return sum(histogram[:16]) >= total / 10 and sum(histogram[128:]) > 0


def _dominant_channel(picture):
    """Index of the channel that is strongest over the opaque pixels, or None when they are grey."""
    mask = picture.getchannel("A").point(lambda alpha: 255 if alpha >= 128 else 0)
    sums = [
        sum(value * count for value, count in enumerate(picture.getchannel(name).histogram(mask))) for name in "RGB"
    ]
    strongest = max(range(3), key=sums.__getitem__)
    others = [value for index, value in enumerate(sums) if index != strongest]
    return strongest if sums[strongest] > 1.25 * max(others) else None


def _size_mm(picture, default_dpi):
    dpi = picture.info.get("dpi") or (default_dpi and (default_dpi, default_dpi))
    if not dpi or min(dpi) < 30:
        return None
    return tuple(
        round(pixels / resolution * MM_PER_INCH, 2) for pixels, resolution in zip(picture.size, dpi, strict=True)
    )


def picture_size(png):
    """Give width and height in pixels of a PNG from its header, without decoding it.

    :raises SigningError: ``picture_invalid``
    """
    if png[:8] != b"\x89PNG\r\n\x1a\n" or len(png) < 24:
        raise SigningError("picture_invalid")
    width, height = struct.unpack(">II", png[16:24])
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise SigningError("picture_invalid")
    return width, height


# --- drawing for the demonstration ------------------------------

BLUE, RED = (20, 50, 180, 255), (208, 20, 24, 255)
SMOOTH = 3  # drawn that many times larger, then reduced


def _png(picture, dpi):
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", dpi=(dpi, dpi), optimize=True)
    return buffer.getvalue()


def make_demo_signature(name, *, width_mm=50, height_mm=22, dpi=200):
    """Draw something like a signature, the same for the same name, blue on transparent ground.

    :param str name: of the person or role
    :return: PNG bytes, resolution stated
    """
    dice = random.Random(hashlib.sha256(name.encode()).digest())
    width, height = (round(side / MM_PER_INCH * dpi) * SMOOTH for side in (width_mm, height_mm))
    picture = Image.new("RGBA", (width, height), (*BLUE[:3], 0))
    draw = ImageDraw.Draw(picture)
    loops, phase = dice.randint(5, 8), dice.random() * math.tau
    slant, swing = dice.uniform(0.15, 0.4), dice.uniform(0.55, 0.9)
    points = []
    for step in range(900):
        t = step / 899
        envelope = height * (0.36 * (1 - t) ** 0.7 + 0.07) * (1 + 0.35 * math.sin(3.1 * t * math.tau + phase))
        angle = t * loops * math.tau + phase
        x = width * (0.1 + 0.74 * t) + envelope * swing * math.cos(angle)
        y = height * (0.5 + 0.1 * (0.5 - t)) + envelope * math.sin(angle) - slant * envelope * math.cos(angle)
        points.append((x, y))
    _stroke(draw, points, height / 42)
    underline = [
        (width * (0.12 + 0.8 * t / 99), height * (0.86 - 0.16 * (t / 99) ** 2 + 0.02 * math.sin(t / 9)))
        for t in range(100)
    ]
    _stroke(draw, underline, height / 60)
    box = picture.getbbox()
    picture = picture.crop(box) if box else picture
    reduced = picture.resize(tuple(side // SMOOTH for side in picture.size), Image.Resampling.LANCZOS)
    return _png(reduced, dpi)


def _stroke(draw, points, width):
    """Draw a line whose width swells and thins as a pen's."""
    for index, (first, second) in enumerate(zip(points, points[1:], strict=False)):
        swell = width * (0.75 + 0.5 * math.sin(index / 17) ** 2)
        draw.line([first, second], fill=BLUE, width=max(1, round(swell)))
        radius = swell / 2
        draw.ellipse([second[0] - radius, second[1] - radius, second[0] + radius, second[1] + radius], fill=BLUE)


def make_demo_seal(text_top, text_bottom, *, diameter_mm=36, dpi=300):
    """Draw a round red seal: two rings, a star, text around; transparent ground, real size stated in the file.

    :param str text_top: along the upper half of the ring
    :param str text_bottom: along the lower half
    :return: PNG bytes
    """
    side = round(diameter_mm / MM_PER_INCH * dpi)
    big = side * SMOOTH
    picture = Image.new("RGBA", (big, big), (*RED[:3], 0))
    draw = ImageDraw.Draw(picture)
    unit = big / 100
    draw.ellipse([unit * 0.8] * 2 + [big - unit * 0.8] * 2, outline=RED, width=round(unit * 1.6))
    draw.ellipse([unit * 3.4] * 2 + [big - unit * 3.4] * 2, outline=RED, width=round(unit * 0.5))
    draw.ellipse([unit * 22] * 2 + [big - unit * 22] * 2, outline=RED, width=round(unit * 0.7))
    _ring_text(picture, text_top, upper=True)
    _ring_text(picture, text_bottom, upper=False)
    draw.polygon(_star(big / 2, big / 2, unit * 18), fill=RED)
    return _png(picture.resize((side, side), Image.Resampling.LANCZOS), dpi)


def _star(x, y, radius):
    corners = []
    for index in range(10):
        length = radius if index % 2 == 0 else radius * 0.382
        angle = math.radians(36 * index - 90)
        corners.append((x + length * math.cos(angle), y + length * math.sin(angle)))
    return corners


def _ring_text(picture, text, *, upper):
    """Write text along the ring, letter by letter, readable from outside above and from inside below."""
    big = picture.size[0]
    font = ImageFont.truetype(str(font_path("bold")), round(big * 0.115))
    radius, middle = big * 0.372, big / 2
    widths = [font.getlength(letter) + big * 0.008 for letter in text]
    span = min(sum(widths) / radius, math.radians(190))
    stretch = span / (sum(widths) / radius) if widths else 1
    angle = -span / 2
    for letter, width in zip(text, widths, strict=True):
        step = width / radius * stretch
        at = angle + step / 2
        angle += step
        tile = Image.new("RGBA", (round(big * 0.2),) * 2, (*RED[:3], 0))
        ImageDraw.Draw(tile).text((tile.width / 2, tile.height / 2), letter, font=font, fill=RED, anchor="mm")
        turn = -math.degrees(at) if upper else math.degrees(at)
        tile = tile.rotate(turn, Image.Resampling.BICUBIC)
        x = middle + radius * math.sin(at)
        y = middle - radius * math.cos(at) if upper else middle + radius * math.cos(at)
        picture.alpha_composite(tile, (round(x - tile.width / 2), round(y - tile.height / 2)))


# --- fonts ------------------------------

FONT_FOLDERS = (
    Path("/usr/share/fonts/truetype/croscore"),
    Path("/usr/share/fonts/truetype/liberation2"),
    Path("/usr/share/fonts/truetype/liberation"),
)
FONT_FILES = {
    "regular": ("Tinos-Regular.ttf", "LiberationSerif-Regular.ttf"),
    "italic": ("Tinos-Italic.ttf", "LiberationSerif-Italic.ttf"),
    "bold": ("Tinos-Bold.ttf", "LiberationSerif-Bold.ttf"),
}


def font_path(style="regular"):
    """Give the file of a font with the metrics of Times New Roman and all Vietnamese letters.

    Debian's old ``fonts-liberation`` (1.07) has not: it is last, and :mod:`.textfont` refuses what it cannot write.

    :raises FileNotFoundError: if no such font is installed
    """
    for folder in FONT_FOLDERS:
        for name in FONT_FILES[style]:
            if (folder / name).is_file():
                return folder / name
    raise FileNotFoundError(f"no Times-metric font ({style}) in {', '.join(map(str, FONT_FOLDERS))}")
