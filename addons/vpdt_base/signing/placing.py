"""Places that a person looks at and moves on the picture of the page: found from the text, or put by hand on a scan.

A *spot* is one such place as the browser handles it: a dictionary with ``key`` (``number``, ``day``, ``month``,
``year``, ``person_1`` …, ``agency``), ``page`` (0-based), ``x``, ``y``, ``width``, ``height`` (points, from the
upper left corner of the page as shown) and ``found`` (whether it comes from the text). Number, date: ô 3, 4; signature,
seal: ô 7c, 8 of Nghị định 30/2020/NĐ-CP, Phụ lục I.
"""

import io
from dataclasses import replace

import pikepdf

from . import places
from .appearance import BASELINE_EM, FIELD_HEIGHT_EM
from .errors import SigningError
from .isolation import accept, require_readable
from .pades import AGENCY, DAY, MONTH, NUMBER, YEAR
from .places import MM, PICTURE_HEIGHT_MM, PICTURE_WIDTH_MM, SEAL_DIAMETER_MM, Blank, Box, Places

TEXT_KEYS = (NUMBER, DAY, MONTH, YEAR)
TEXT_SIZE = 13  # Phụ lục I, II.3-4
MIN_TEXT_SIZE, MAX_TEXT_SIZE = 8, 20
MIN_TEXT_WIDTH, MIN_SIGNATURE_WIDTH = 10.0, 30.0
MAX_SPOTS = 40
_NUMBERS = ("x", "y", "width", "height")


def upright(pdf):
    """Give an unsigned PDF whose pages need no turning and start at (0, 0), as scanners often do not make them.

    Fields written on a turned page would lie on their side. A file that is upright already stays as it is.

    :raises SigningError: ``not_a_pdf``, ``encrypted_pdf``, ``already_signed``, ``too_heavy``
    """
    require_readable(pdf)
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            turned = [page for page in document.pages if _needs_turning(page)]
            if not turned:
                return pdf
            if b"/ByteRange" in pdf:
                raise SigningError("already_signed")
            for page in turned:
                _turn(document, page)
            buffer = io.BytesIO()
            document.save(buffer)
            return accept(buffer.getvalue())
    except pikepdf.PasswordError as error:
        raise SigningError("encrypted_pdf") from error
    except pikepdf.PdfError as error:
        raise SigningError("not_a_pdf", str(error)) from error


def _corners(page):
    left, bottom, right, top = (float(value) for value in page.cropbox)
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _needs_turning(page):
    left, bottom, _right, _top = _corners(page)
    return page.rotation % 360 != 0 or abs(left) > 0.01 or abs(bottom) > 0.01


def _turn(document, page):
    left, bottom, right, top = _corners(page)
    width, height = right - left, top - bottom
    matrix, size = {
        0: ((1, 0, 0, 1, -left, -bottom), (width, height)),
        90: ((0, -1, 1, 0, -bottom, right), (height, width)),
        180: ((-1, 0, 0, -1, right, top), (width, height)),
        270: ((0, 1, -1, 0, top, -left), (height, width)),
    }[page.rotation % 360]
    page.contents_add(b"q %.4f %.4f %.4f %.4f %.4f %.4f cm" % matrix, prepend=True)
    page.contents_add(b"Q")
    for annotation in page.obj.get("/Annots", []):
        if "/Rect" in annotation:
            annotation.Rect = pikepdf.Array(_moved([float(value) for value in annotation.Rect], matrix))
    for name in ("/CropBox", "/TrimBox", "/BleedBox", "/ArtBox", "/Rotate"):
        if name in page.obj:
            del page.obj[name]
    page.obj.MediaBox = pikepdf.Array([0, 0, *size])
    page.obj.Rotate = 0  # an inherited value would turn it again
    page.obj.CropBox = page.obj.MediaBox


def _moved(rect, matrix):
    a, b, c, d, e, f = matrix
    points = [(a * x + c * y + e, b * x + d * y + f) for x in rect[::2] for y in rect[1::2]]
    xs, ys = zip(*points, strict=True)
    return [min(xs), min(ys), max(xs), max(ys)]


def page_sizes(pdf):
    """Give width and height in points of each page of an upright PDF.

    :raises SigningError: ``not_a_pdf``, ``encrypted_pdf``
    """
    with places.opened(pdf) as document:
        return [tuple(document.get_page_size(index)) for index in range(len(document))]


def suggest(pdf, signers, *, picture_size=None, seal_size_mm=(SEAL_DIAMETER_MM, SEAL_DIAMETER_MM), dated=True):
    """Find what the text tells and propose a usual place for the rest; for the year where the text leaves it blank.

    :param bytes pdf: upright
    :param signers: pairs (position, name) as printed, the first one is the person over whose signature the seal goes
    :param picture_size: (width, height) of the first one's signature picture, for the place of the seal
    :param bool dated: whether the form of the document has place and date (Biên bản, Mẫu 1.9, has none)
    :return: list of spots, in the order number, day, month, year, persons, agency
    :raises SigningError: ``not_a_pdf``, ``encrypted_pdf``
    """
    pages, sizes = places.read_pages(pdf), page_sizes(pdf)
    number, (day, month) = places._find_number(pages[0][0]), places._find_date(pages[0][0])
    found = {NUMBER: number, DAY: day, MONTH: month}
    persons = [places._find_person(pages, *signer) for signer in signers]
    year, _printed = places._find_year(pages[0][0])
    found[YEAR] = year
    wanted = [NUMBER, *((DAY, MONTH) if dated else ()), *((YEAR,) if dated and year else ())]
    spots = [_text_spot(key, found[key], sizes) for key in wanted]
    for index, box in enumerate(persons, start=1):
        spots.append(_spot(f"person_{index}", box or _usual_person(index, sizes), sizes, found=box is not None))
    first = persons[0] or _usual_person(1, sizes)
    seal = places.seal_box(first, picture_size=picture_size, seal_size_mm=seal_size_mm)
    spots.append(_spot(AGENCY, _within(seal, sizes), sizes, found=persons[0] is not None))
    return spots


def _text_spot(key, blank, sizes):
    if blank:
        bottom = blank.baseline - BASELINE_EM * blank.font_size
        box = replace(blank.box, y0=bottom, y1=bottom + FIELD_HEIGHT_EM * blank.font_size)
        return _spot(key, box, sizes, found=True)
    width, height = sizes[0]
    left, wide = {NUMBER: (0.17, 45), DAY: (0.68, 24), MONTH: (0.80, 24), YEAR: (0.9, 34)}[key]
    bottom = height - 100
    box = Box(0, left * width, bottom, left * width + wide, bottom + FIELD_HEIGHT_EM * TEXT_SIZE)
    return _spot(key, box, sizes, found=False)


def _usual_person(index, sizes):
    """The lower right of the last page; further signers beside and above it."""
    page = len(sizes) - 1
    width, height = sizes[page]
    side, row = (index - 1) % 2, (index - 1) // 2
    centre = width * (0.72 if side == 0 else 0.3)
    bottom = min(height * 0.12 + row * 30 * MM, height - 30 * MM)
    half = PICTURE_WIDTH_MM * MM / 2
    return _within(Box(page, centre - half, bottom, centre + half, bottom + PICTURE_HEIGHT_MM * MM), sizes)


def _within(box, sizes):
    width, height = sizes[box.page]
    dx = max(0, -box.x0) - max(0, box.x1 - width)
    dy = max(0, -box.y0) - max(0, box.y1 - height)
    return Box(box.page, box.x0 + dx, box.y0 + dy, box.x1 + dx, box.y1 + dy)


def _spot(key, box, sizes, *, found):
    top = sizes[box.page][1] - box.y1
    values = {"x": box.x0, "y": top, "width": box.width, "height": box.height}
    rounded = {name: round(value, 2) for name, value in values.items()}
    return {"key": key, "page": box.page, **rounded, "found": found}


def to_places(spots, sizes, persons, *, dated=True):
    """Turn the spots that a person has settled into places for :func:`signing.pades.prepare`.

    :param spots: list of dictionaries, from a browser: nothing in it is trusted
    :param sizes: from :func:`page_sizes`
    :param int persons: how many persons sign
    :param bool dated: as for :func:`suggest`
    :return: :class:`Places`; the year has a place when one of the spots is for it
    :raises SigningError: ``place_invalid`` with ``which`` = key: missing, twice, outside its page, too small, no
        number; ``places_overlap`` with ``which`` and ``other``
    """
    boxes = _boxes(spots, sizes)
    texts = [NUMBER, *((DAY, MONTH) if dated else ()), *((YEAR,) if dated and YEAR in boxes else ())]
    wanted = [*texts, *(f"person_{index}" for index in range(1, persons + 1)), AGENCY]
    for key in wanted:
        if key not in boxes:
            raise SigningError("place_invalid", f"{key} has no place", which=key)
    for key in boxes:
        if key not in wanted:
            raise SigningError("place_invalid", f"{key} is not wanted", which=key)
    _require_apart([(key, boxes[key]) for key in wanted if key != AGENCY])
    blanks = {key: _blank(key, boxes[key]) if key in texts else None for key in TEXT_KEYS}
    signers = tuple(boxes[key] for key in wanted if key.startswith("person_"))
    return Places(blanks[NUMBER], blanks[DAY], blanks[MONTH], signers, boxes[AGENCY], blanks[YEAR])


def _boxes(spots, sizes):
    if not isinstance(spots, list) or len(spots) > MAX_SPOTS:
        raise SigningError("place_invalid", "no list of places", which="")
    boxes = {}
    for spot in spots:
        key = spot.get("key") if isinstance(spot, dict) else None
        if not isinstance(key, str) or key in boxes:
            raise SigningError("place_invalid", "a place without a name, or twice", which=str(key)[:20])
        boxes[key] = _box(key, spot, sizes)
    return boxes


def _box(key, spot, sizes):
    page = spot.get("page")
    values = [spot.get(name) for name in _NUMBERS]
    plain = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
    if not plain or type(page) is not int or not 0 <= page < len(sizes):
        raise SigningError("place_invalid", "not numbers", which=key)
    x, y, width, height = values
    page_width, page_height = sizes[page]
    inside = x >= -0.5 and y >= -0.5 and x + width <= page_width + 0.5 and y + height <= page_height + 0.5
    text = key in TEXT_KEYS
    low, narrow = (
        (MIN_TEXT_SIZE * FIELD_HEIGHT_EM, MIN_TEXT_WIDTH)
        if text
        else (
            places.MIN_SIGNATURE_HEIGHT,
            MIN_SIGNATURE_WIDTH,
        )
    )
    if not inside or not (height >= low and width >= narrow):  # NaN fails both
        raise SigningError("place_invalid", "outside the page or too small", which=key)
    return Box(page, float(x), page_height - y - height, float(x + width), page_height - y)


def _require_apart(boxes):
    for index, (key, box) in enumerate(boxes):
        for other_key, other in boxes[:index]:
            across = min(box.x1, other.x1) - max(box.x0, other.x0)
            along = min(box.y1, other.y1) - max(box.y0, other.y0)
            if box.page == other.page and across > 1 and along > 1:
                raise SigningError("places_overlap", which=other_key, other=key)


def _blank(key, box):
    size = min(MAX_TEXT_SIZE, round(box.height / FIELD_HEIGHT_EM * 2) / 2)
    return Blank(box, box.y0 + BASELINE_EM * size, size)
