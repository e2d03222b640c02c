"""Which fonts an office file asks for and this machine does not have.

Twins of the fonts that offices use are said in `fonts.conf`; any other font that is missing is replaced by one of
another width, so that lines and pages break elsewhere.
"""

import io
import re
import shutil
import subprocess
import zipfile
from functools import cache
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

CONFIGURATION = Path(__file__).with_name("fonts.conf")
MAX_PART = 20_000_000  # bytes of a part of the file that is read
MAX_NAMES = 10
# Signs and dingbats, which LibreOffice draws with a font of its own
_SIGNS = re.compile(r"symbol|wingdings|webdings|mt extra|marlett|zapf", re.IGNORECASE)
# Which parts name fonts, and how
_NAMED = (
    (r"xl/styles\.xml", rb'<(?:\w+:)?name val="([^"]{1,80})"'),
    (r"ppt/(slides|slideMasters|theme)/[^/]+\.xml", rb'<a:latin typeface="([^"+][^"]{0,79})"'),
    (r"(content|styles)\.xml", rb'(?:fo:font-family|svg:font-family|style:font-name)="([^"]{1,80})"'),
)
_WORD_BODY = r"word/(document|header\d*|footer\d*|footnotes)\.xml"
_WORD_FONT = re.compile(rb'w:(?:ascii|hAnsi)="([^"]{1,80})"')
_WORD_STYLE_USED = re.compile(rb'w:(?:p|r|tbl)Style w:val="([^"]+)"')
_WORD_STYLE = re.compile(rb'<w:style\b(?![^>]*w:default="1")[^>]*w:styleId="([^"]*)".*?</w:style>', re.DOTALL)
_WORD_NORMAL = re.compile(rb'<w:style\b(?=[^>]*w:type="paragraph")(?=[^>]*w:default="1").*?</w:style>', re.DOTALL)
_WORD_DEFAULTS = re.compile(rb"<w:docDefaults>.*?</w:docDefaults>", re.DOTALL)
_WORD_THEME_USED = re.compile(rb'w:(?:ascii|hAnsi)Theme="(major|minor)')
_WORD_THEME = rb'<a:%sFont>\s*<a:latin typeface="([^"+][^"]{0,79})"'


def missing_fonts(content):
    """Names of the fonts that a .docx, .xlsx, .pptx or OpenDocument file asks for, which have no twin here.

    :param content: bytes of the file; of other files nothing is said
    :return: sorted list of str, at most MAX_NAMES
    """
    try:
        known = _known()
    except subprocess.TimeoutExpired:  # a machine that is busy reading its fonts for the first time
        return []
    names = {name.strip().strip("'") for name in _wanted(content)} if known else set()
    return sorted(name for name in names if name and name.lower() not in known and not _SIGNS.search(name))[:MAX_NAMES]


def _wanted(content):
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [info for info in archive.infolist() if info.file_size <= MAX_PART][:500]

            def read(pattern):
                return b"".join(archive.read(part) for part in parts if re.fullmatch(pattern, part.filename))

            found = set(_of_word(read))
            for name, pattern in _NAMED:
                found.update(re.findall(pattern, read(name)))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return set()
    return {unescape(name.decode("utf-8", "replace")) for name in found}


def _of_word(read):
    """Fonts of the text and of the styles that it uses; a template brings dozens of styles that nobody uses."""
    body = read(_WORD_BODY)
    used = set(_WORD_STYLE_USED.findall(body))
    styles = _WORD_STYLE.sub(lambda style: style[0] if style[1] in used else b"", read(r"word/styles\.xml"))
    if (normal := _WORD_NORMAL.search(styles)) and _WORD_FONT.search(normal[0]):
        styles = _WORD_DEFAULTS.sub(b"", styles)  # the paragraphs have a font of their own
    yield from _WORD_FONT.findall(body + styles)
    for kind in set(_WORD_THEME_USED.findall(body + styles)):
        yield from re.findall(_WORD_THEME % kind, read(r"word/theme/theme1\.xml"))


@cache
def _known():
    """Names in small letters of the fonts that are installed, or have a twin that is; asked once a process."""
    if not shutil.which("fc-list"):
        return frozenset()
    command = ["fc-list", "--format", "%{family}\n"]
    environment = {"FONTCONFIG_FILE": str(CONFIGURATION), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment).stdout
    installed = {name.strip().lower() for line in said.splitlines() for name in line.split(",")}
    return frozenset(installed | {font for font, twins in twins_of().items() if installed.intersection(twins)})


def twins_of():
    """Font → its twins of the same widths in the order of preference, all in small letters, as fonts.conf says."""
    found = {}
    for alias in ElementTree.parse(CONFIGURATION).getroot().iterfind("alias[@binding='same']"):
        font, *twins = [family.text.lower() for family in alias.iter("family")]
        found[font] = twins
    return found
