"""Run as a program by `reading`: PDF → JSON with the text of each page. Imports nothing of ours."""

import json
import sys
from pathlib import Path

import pypdfium2

_PICTURE = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
# A stamp or a page number over a scan is no text of the document.
_FEW_CHARACTERS = 20


def read(source, max_characters):
    """``{"pages": [str], "scanned": bool}`` of the PDF at path ``source``."""
    pages, left, scanned = [], max_characters, False
    document = pypdfium2.PdfDocument(source)
    for page in document:
        text = page.get_textpage().get_text_bounded()[:left].replace("\0", "")
        left -= len(text)
        pages.append(text)
        scanned = scanned or (len(text.strip()) < _FEW_CHARACTERS and _has_picture(page))
        page.close()
    return {"pages": pages, "scanned": scanned}


def _has_picture(page):
    return next(page.get_objects(filter=(_PICTURE,), max_depth=3), None) is not None


if __name__ == "__main__":
    _program, source_path, result_path, limit = sys.argv
    Path(result_path).write_text(json.dumps(read(source_path, int(limit))), encoding="utf-8")
