"""The official typeface: metrics of Times New Roman, every Vietnamese letter, four styles.

Nghị định 30/2020, Phụ lục I, Phần I, mục I.4 asks for Times New Roman with Unicode letters
(TCVN 6909:2001). Tinos and Liberation Serif 2 have its metrics and may be redistributed.
Files are named, never families: Debian's Liberation 1.07 carries the same family name as
Liberation 2 and lacks ơ, ư and every letter with two marks.
"""

import os
import threading
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from .errors import FontsMissing

FAMILY = "Official"
REGULAR = "Official"
BOLD = "Official-Bold"
ITALIC = "Official-Italic"
BOLD_ITALIC = "Official-BoldItalic"
STYLES = (REGULAR, BOLD, ITALIC, BOLD_ITALIC)

#: Colon-separated folders that are searched before the standard ones.
FOLDERS_VARIABLE = "VPDT_FONT_FOLDERS"


@dataclass(frozen=True)
class FontFiles:
    """Four files of one typeface, in the order of `STYLES`, and where they usually lie."""

    names: tuple
    folder: str
    package: str


CANDIDATES = (
    FontFiles(
        (
            "Tinos-Regular.ttf",
            "Tinos-Bold.ttf",
            "Tinos-Italic.ttf",
            "Tinos-BoldItalic.ttf",
        ),
        "/usr/share/fonts/truetype/croscore",
        "fonts-croscore",
    ),
    FontFiles(
        (
            "LiberationSerif-Regular.ttf",
            "LiberationSerif-Bold.ttf",
            "LiberationSerif-Italic.ttf",
            "LiberationSerif-BoldItalic.ttf",
        ),
        "/usr/share/fonts/truetype/liberation2",
        "fonts-liberation2",
    ),
)


def _vietnamese_letters():
    vowels = "aăâeêioôơuưy"
    marks = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    small = "đ" + "".join(unicodedata.normalize("NFC", vowel + mark) for vowel in vowels for mark in marks)
    return small + small.upper()


#: The 134 letters of Vietnamese outside plain ASCII consonants (vowels, marks, đ), both cases.
VIETNAMESE_LETTERS = _vietnamese_letters()

_lock = threading.Lock()


def _configured_folders():
    value = os.environ.get(FOLDERS_VARIABLE, "")
    return [folder for folder in value.split(os.pathsep) if folder]


def find_files(folders=None):
    """Paths (list of four `Path`, in the order of `STYLES`) of the first complete typeface.

    ``folders`` are searched first, then those of the environment variable
    ``VPDT_FONT_FOLDERS``, then Debian's. Raises `FontsMissing`, naming the package.
    """
    extra = [*(folders or ()), *_configured_folders()]
    for folder in extra:
        for files in CANDIDATES:
            paths = [Path(folder) / name for name in files.names]
            if all(path.is_file() for path in paths):
                return paths
    for files in CANDIDATES:
        paths = [Path(files.folder) / name for name in files.names]
        if all(path.is_file() for path in paths):
            return paths
    searched = ", ".join([*extra, *(files.folder for files in CANDIDATES)])
    packages = " hoặc ".join(files.package for files in CANDIDATES)
    raise FontsMissing(
        "Không tìm thấy phông chữ của văn bản hành chính (đã tìm trong: "
        f"{searched}). Hãy cài đặt gói {packages}, hoặc đặt biến môi trường "
        f"{FOLDERS_VARIABLE} trỏ đến thư mục chứa đủ bốn tệp của một bộ phông."
    )


def _load(paths):
    loaded = []
    for name, path in zip(STYLES, paths, strict=True):
        try:
            # Shaping is of no use to Vietnamese and slow: TCVN 6909 letters are precomposed.
            font = TTFont(name, str(path), shapable=False)
        except (TTFError, OSError) as error:
            raise FontsMissing(f"Không đọc được tệp phông {path}: {error}") from error
        absent = [x for x in VIETNAMESE_LETTERS if ord(x) not in font.face.charToGlyph]
        if absent:
            raise FontsMissing(
                f"Tệp phông {path} thiếu chữ cái tiếng Việt: {''.join(absent)}. "
                f"Hãy cài đặt gói {CANDIDATES[0].package}."
            )
        loaded.append(font)
    return loaded


def register(folders=None):
    """Register the four styles with ReportLab as the family ``Official``, once a process.

    Returns the family's name (str). Raises `FontsMissing` when no complete typeface is
    found or the one found lacks a Vietnamese letter.
    """
    with _lock:
        if BOLD_ITALIC in pdfmetrics._fonts:
            return FAMILY
        for font in _load(find_files(folders)):
            pdfmetrics.registerFont(font)
        for bold, italic, name in (
            (0, 0, REGULAR),
            (1, 0, BOLD),
            (0, 1, ITALIC),
            (1, 1, BOLD_ITALIC),
        ):
            addMapping(FAMILY, bold, italic, name)
    return FAMILY


def glyph_widths(name):
    """Widths of the glyphs of a style: dict of code point (int) to thousandths of an em."""
    register()
    return pdfmetrics.getFont(name).face.charWidths
