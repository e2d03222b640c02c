"""What later revisions draw: whether number and date show what they say, and whether a signature hides something.

The rest of the check compares the structure of a file. This module looks at the pages as a person does, drawn by
pdfium; it is called for few files only. Pixels are compared with Pillow.
"""

import io
import re
import shutil
import subprocess
import tempfile
import zlib
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

from . import places, textfont
from .appearance import BASELINE_EM, FIELD_HEIGHT_EM
from .errors import SigningError
from .pictures import font_path
from .reading import value

FONT_BY_ALIAS = {"/TiRo": "regular", "/TiIt": "italic"}

# --- number and date ------------------------------

#: The whole of the appearance of a filled-in field as :func:`signing.appearance.text_stream` writes it.
_CONTENT = re.compile(
    rb"/Tx BMC q BT /F ([\d.]+) Tf 0 g (-?[\d.]+) (-?[\d.]+) Td <(?:[0-9A-F]{4})+> Tj ET Q EMC", re.ASCII
)
_SCALE = 6  # pixels a point: a digit of 13 points is some 50 pixels high
_BLUR = 5  # pixels that edges of two drawings of the same letter may be apart (odd)
_STRAY = 0.02  # share of ink that may lie elsewhere
_ALLOWED_KEYS = {"/Type", "/Subtype", "/BBox", "/Resources", "/Length", "/Filter", "/FormType"}


def shows_value(field):
    """Tell whether a filled-in text field of ours shows its own value, in our font, and nothing else.

    The content of the appearance must be what :mod:`.appearance` writes for that value; the shapes of the letters
    come with the file, so they are drawn and compared with those of the font.

    :param field: dictionary of the form field
    """
    try:
        return _shows_value(field)
    except (KeyError, ValueError, TypeError, AttributeError, SigningError):
        return False  # not made by us


def _shows_value(field):
    text, style, wanted = str(field["/V"]), *_style(field)
    x0, y0, x1, y1 = (float(value) for value in field["/Rect"])
    stream, (width, height) = field["/AP"]["/N"], (x1 - x0, y1 - y0)
    box = [float(value) for value in stream["/BBox"]]
    if set(field["/AP"]) != {"/N"} or set(stream) - _ALLOWED_KEYS or not _brings_one_font(stream["/Resources"]):
        return False
    if not _close(box, (0, 0, width, height)):
        return False
    told = _CONTENT.fullmatch(stream.data)
    natural = textfont.text_width(text, style, wanted)
    size = wanted * min(1, width / natural)
    start = (width - min(natural, width)) / 2
    line = BASELINE_EM * height / FIELD_HEIGHT_EM
    if not told or not _close([float(value) for value in told.groups()], (size, start, line)):
        return False
    return _same_ink(_drawn(stream, width, height), _expected(text, style, (size, start, line), width, height))


def _brings_one_font(resources):
    fonts = resources["/Font"]
    return set(resources) == {"/Font"} and set(fonts) == {"/F"} and fonts["/F"]["/Subtype"] == "/Type0"


def _style(field):
    alias, size = re.match(r"(/\w+) ([\d.]+) Tf", str(field["/DA"])).groups()
    return FONT_BY_ALIAS[alias], float(size)


def _close(values, wanted):
    return all(abs(value - other) < 0.02 for value, other in zip(values, wanted, strict=True))


def _drawn(stream, width, height):
    """Draw an appearance stream alone on a page of its size; what it is made of is copied, the rest is not there."""
    writer = PdfFileWriter(stream_xrefs=False)
    resources = generic.DictionaryObject(
        {pdf_name("/XObject"): generic.DictionaryObject({pdf_name("/X"): _copied(writer, stream)})}
    )
    content = writer.add_object(generic.StreamObject(stream_data=b"/X Do"))
    box = generic.ArrayObject(generic.FloatObject(value) for value in (0, 0, width, height))
    writer.insert_page(PageObject(contents=content, media_box=box, resources=resources))
    buffer = io.BytesIO()
    writer.write(buffer)
    return _page_picture(buffer.getvalue(), 0, _SCALE)


def _copied(writer, stream):
    return writer.add_object(writer.import_object(stream))


def _expected(text, style, place, width, height):
    """Draw the same text with the font itself."""
    size, start, line = place
    picture = Image.new("L", (round(width * _SCALE), round(height * _SCALE)), 255)
    font = ImageFont.truetype(str(font_path(style)), size * _SCALE)
    for index, letter in enumerate(text):  # one by one: ours stand beside each other without kerning
        x = start + textfont.text_width(text[:index], style, size)
        ImageDraw.Draw(picture).text((x * _SCALE, (height - line) * _SCALE), letter, font=font, fill=0, anchor="ls")
    return picture


def _same_ink(drawn, expected):
    drawn = drawn.resize(expected.size) if drawn.size != expected.size else drawn
    ours, theirs = (picture.point(lambda value: 255 * (value < 128), "L") for picture in (expected, drawn))
    return _covered(ours, theirs) and _covered(theirs, ours)


def _covered(ink, other):
    """Nearly all of the ink has other ink beside it."""
    stray = ImageChops.subtract(ink, other.filter(ImageFilter.MaxFilter(_BLUR)))
    return _count(ink) > 0 and _count(stray) <= _STRAY * _count(ink)


def _count(mask):
    return mask.histogram()[255]


# --- what a later signature paints over ------------------------------

_PIXELS = 1700  # of the longer side of a page: 144 a point-inch for A4
_PAPER = 200  # grey from which a pixel is as good as white
_ERASED, _DROWNED = 8, 200  # pixels: a full stop; half a letter (a line of a seal that crosses a word)
_SHARE = 0.25  # of the page that a visible signature may take


#: Bytes of drawing orders on one page, unpacked, above which it is not drawn: some seconds of work (2 million strokes
#: took 15 s and 1 GB).
MAX_ORDERS = 6 << 20


class TooHeavy(Exception):
    """A page takes too long to draw."""


def require_light(pages):
    """Look at how much there is to draw, before it is drawn.

    :param pages: dictionaries of pages
    :raises TooHeavy: the drawing orders of one page, with its pictures' and fields' own, take too much room
    """
    for page in pages:
        room, seen = MAX_ORDERS, set()
        pending = [value(page, key) for key in ("/Contents", "/Resources", "/Annots")]
        while pending:
            item = pending.pop()
            if isinstance(item, generic.IndirectObject):
                if item.reference in seen:
                    continue
                seen.add(item.reference)
                item = item.get_object()
            if isinstance(item, generic.StreamObject) and value(item, "/Subtype") != "/Image":
                room -= _unpacked_size(item, room)
            if isinstance(item, generic.ArrayObject):
                pending += [item.raw_get(index) for index in range(len(item))]
            elif isinstance(item, generic.DictionaryObject):
                pending += [item.raw_get(key) for key in item if key in _DRAWS or not key.startswith("/P")]
            if room < 0:
                raise TooHeavy


#: Keys that lead from a page to what is drawn on it; "/P", "/Parent", "/Popup" lead back to pages.
_DRAWS = {"/Pattern", "/Properties"}


def _unpacked_size(stream, limit):
    if value(stream, "/Filter") == "/FlateDecode":
        unpacker = zlib.decompressobj()
        try:
            return len(unpacker.decompress(stream.encoded_data, limit + 1))
        except zlib.error:
            return len(stream.encoded_data)
    return len(stream.data)


class Sheets:
    """Pages of several states of a file, drawn. The last few are kept: what one signature is compared with, the next
    one is compared with again."""

    _KEPT = 4

    def __init__(self):
        self._sheets = {}  # (bytes of the state, page from 0) → (size in points, picture), the oldest first

    def get(self, pdf, document, page):
        """
        :param bytes pdf: a state of the file; those of one file differ in size
        :param document: pdfium's, of the same state
        :return: (size in points, grey picture)
        """
        key = (len(pdf), page)
        if key not in self._sheets:
            size = document[page].get_size()
            picture = document[page].render(scale=_PIXELS / max(size), grayscale=True).to_pil()
            self._sheets[key] = size, picture
            while len(self._sheets) > self._KEPT:
                self._sheets.pop(next(iter(self._sheets)))
        return self._sheets[key]


def hides_content(before, after, boxes, sheets=None):
    """Tell whether something printed on some pages can no longer be read in a later state of the file, or what came
    later takes more of a page than any stamp does.

    Ink that has become paper is erased; ink in the middle of a plain patch of any colour is drowned. The lines of a
    seal over a text do neither: the text can be read through it.

    :param bytes before: the file as it was signed
    :param bytes after: the file as it is
    :param dict boxes: {page number from 0: rectangles, in points, of what came later}
    :param sheets: :class:`Sheets` of this file; default: none was drawn before
    """
    sheets = sheets or Sheets()
    with places.pdfium_lock:
        old, new = pypdfium2.PdfDocument(before), pypdfium2.PdfDocument(after)
        try:
            old.init_forms()  # else fields are not drawn
            new.init_forms()
            return len(old) != len(new) or any(
                _too_large(boxes[page], old[page].get_size())
                or _page_lost(sheets.get(before, old, page), sheets.get(after, new, page))
                for page in boxes
            )
        finally:
            old.close()
            new.close()


def _page_lost(old, new):
    (size, before), (new_size, after) = old, new
    if size != new_size or before.size != after.size:
        return True
    changed = ImageChops.difference(before, after).getbbox()
    return changed is not None and _ink_lost(*(picture.crop(_wider(changed)) for picture in (before, after)))


def _wider(box):
    return box[0] - 4, box[1] - 4, box[2] + 4, box[3] + 4


def _ink_lost(before, after):
    ink = before.point(lambda value: 255 * (value < _PAPER), "L")
    paler = ImageChops.subtract(after, before).point(lambda value: 255 * (value >= 40), "L")
    white = after.point(lambda value: 255 * (value >= _PAPER), "L")
    if _count(ImageChops.multiply(ink, ImageChops.multiply(paler, white))) >= _ERASED:
        return True
    plain = ImageChops.multiply(_is_plain(after), ImageChops.invert(_is_plain(before)))
    return _count(ImageChops.multiply(ink, plain)) >= _DROWNED


def _is_plain(picture):
    """Mark the pixels whose neighbourhood has one shade."""
    most = least = picture
    for _step in range(3):  # three times three pixels are seven, in a fraction of the time
        most, least = most.filter(ImageFilter.MaxFilter(3)), least.filter(ImageFilter.MinFilter(3))
    span = ImageChops.subtract(most, least)
    return span.point(lambda value: 255 * (value < 24), "L")


def _too_large(boxes, page_size):
    width, height = page_size
    return any(abs((box[2] - box[0]) * (box[3] - box[1])) > _SHARE * width * height for box in boxes)


# --- two programs look at two states of the file ------------------------------

_LOOK = 60  # dots an inch: enough to see a word
_MARGIN = 3  # points around a box: anti-aliasing, and lines that are drawn on an edge
_SEEN = 40  # difference of grey that a person sees
_SPECKS = 12  # pixels that may differ all the same
MAX_PAGES = 64
_PATIENCE = 20  # seconds for poppler


def differs_outside(before, after, boxes, pages=range(MAX_PAGES)):
    """Draw two states of a file with two programs, pdfium and poppler, and look for what differs outside some boxes.

    The structure may say that nothing else was changed and one of the programs show otherwise: then the file is made to
    be read in two ways.

    :param bytes before: the file as it was signed first
    :param bytes after: the file as it is
    :param dict boxes: {page number from 0: rectangles, in points, of what may differ}
    :param range pages: which pages are drawn
    :return: name of the program that shows a difference, or ''
    """
    for name, draw in (("pdfium", _by_pdfium), ("poppler", _by_poppler)):
        old, new = draw(before, pages), draw(after, pages)
        if len(old) != len(new):
            return name
        for number, earlier, later in zip(pages, old, new, strict=False):
            if _differs(earlier, later, boxes.get(number, ())):
                return name
    return ""


def _differs(earlier, later, boxes):
    if earlier.size != later.size:
        return True
    seen = ImageChops.difference(earlier, later).point(lambda value: 255 * (value >= _SEEN), "L")
    painter, scale, height = ImageDraw.Draw(seen), _LOOK / 72, seen.size[1]
    for x0, y0, x1, y1 in boxes:
        left, right = min(x0, x1) - _MARGIN, max(x0, x1) + _MARGIN
        bottom, top = min(y0, y1) - _MARGIN, max(y0, y1) + _MARGIN
        painter.rectangle([left * scale, height - top * scale, right * scale, height - bottom * scale], fill=0)
    return _count(seen) > _SPECKS


def _by_pdfium(pdf, pages):
    with places.pdfium_lock:
        document = pypdfium2.PdfDocument(pdf)
        try:
            document.init_forms()
            there = [page for page in pages if page < len(document)]
            return [document[page].render(scale=_LOOK / 72, grayscale=True).to_pil() for page in there]
        finally:
            document.close()


def _by_poppler(pdf, pages):
    """Without poppler, or where it gives up, there is nothing to compare: both states then have no page."""
    if not shutil.which("pdftoppm"):
        return []
    with tempfile.TemporaryDirectory(prefix="vpdt-drawn-") as folder:
        source = Path(folder) / "file.pdf"
        source.write_bytes(pdf)
        some = ["-f", str(pages.start + 1), "-l", str(pages.stop)]
        command = ["pdftoppm", "-gray", "-r", str(_LOOK), *some, str(source), f"{folder}/page"]
        try:
            subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return []
        found = []
        for path in sorted(Path(folder).glob("page-*.pgm")):
            with Image.open(path) as picture:
                found.append(picture.copy())
        return found


def _page_picture(pdf, page, scale):
    with places.pdfium_lock:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return document[page].render(scale=scale, grayscale=True).to_pil()
        finally:
            document.close()
