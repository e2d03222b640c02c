"""Run as a program by `reading`: PDF → JSON with the text of each page. Imports nothing of ours."""

import contextlib
import json
import sys
from pathlib import Path

import pypdfium2

_PICTURE = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
# A stamp or a page number over a scan is no text of the document.
_FEW_CHARACTERS = 20


def read(source, max_characters):
    """``{"pages": [str], "scanned": bool, "resolution": int}`` of the PDF at path ``source``."""
    pages, left, resolutions = [], max_characters, []
    document = pypdfium2.PdfDocument(source)
    for page in document:
        text = page.get_textpage().get_text_bounded()[:left].replace("\0", "")
        left -= len(text)
        pages.append(text)
        if len(text.strip()) < _FEW_CHARACTERS:
            resolutions += _largest_picture(page)
        page.close()
    return {"pages": pages, "scanned": bool(resolutions), "resolution": min(resolutions, default=0)}


def _largest_picture(page):
    """[dots per inch of the picture that takes most of the page], [] of a page without one."""
    sizes = []
    for picture in page.get_objects(filter=(_PICTURE,), max_depth=3):
        with contextlib.suppress(pypdfium2.PdfiumError, ArithmeticError, ValueError):  # placed nowhere: nobody sees it
            left, bottom, right, top = picture.get_bounds()
            shown = max(right - left, top - bottom, 1)  # points; a picture may stand turned
            sizes.append((shown, round(max(picture.get_px_size()) / shown * 72)))
    return [max(sizes)[1]] if sizes else []


if __name__ == "__main__":
    _program, source_path, result_path, limit = sys.argv
    Path(result_path).write_text(json.dumps(read(source_path, int(limit))), encoding="utf-8")
