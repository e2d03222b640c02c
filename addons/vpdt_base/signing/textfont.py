"""A few words of text in an embedded font, for appearance streams.

Only the glyphs used go into the file, as a Type 0 font with Identity-H and a ToUnicode map, so that the text can be
searched and copied (ISO 32000-1, 9.7).
"""

import functools
import io
import logging

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from .errors import SigningError
from .pictures import font_path

# It tells of each table that it takes out: thirty lines in the server's log for one seal.
logging.getLogger("fontTools").setLevel(logging.WARNING)


@functools.cache
def _metrics(style):
    """Give (character map, advance widths, units per em) of a font file."""
    from fontTools.ttLib import TTFont  # a third of a second, which a check of a file rarely needs

    with TTFont(font_path(style)) as font:
        advances = {name: width for name, (width, _lsb) in font["hmtx"].metrics.items()}
        return font.getBestCmap(), advances, font["head"].unitsPerEm


def text_width(text, style, size):
    """Give the width of a line of text in points.

    :raises SigningError: ``text_not_representable``
    """
    cmap, advances, units = _metrics(style)
    missing = [char for char in text if ord(char) not in cmap]
    if missing:
        raise SigningError("text_not_representable", characters="".join(missing))
    return sum(advances[cmap[ord(char)]] for char in text) * size / units


#: Tables that no appearance stream uses. Taken out before the subsetter reads them, which is most of its time.
_LAYOUT = ("GSUB", "GPOS", "GDEF", "kern", "DSIG", "meta")


@functools.lru_cache(maxsize=64)
def _subset(style, characters):
    """Make the subset of a font for some characters.

    :return: (font file bytes, {character: glyph id}, {glyph id: width in 1/1000 em}, descriptor values)
    """
    from fontTools import subset  # takes a second to load, and the check of a file needs widths only

    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=[1, 2, 4, 6])
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters)
    buffer = io.BytesIO()
    from fontTools.ttLib import TTFont  # a third of a second, which a check of a file rarely needs

    with TTFont(font_path(style)) as font:
        for table in _LAYOUT:
            if table in font:
                del font[table]
        subsetter.subset(font)
        font.save(buffer)
        cmap = font.getBestCmap()
        glyphs = {char: font.getGlyphID(cmap[ord(char)]) for char in characters}
        return buffer.getvalue(), glyphs, _glyph_widths(font, glyphs.values()), _descriptor_values(font)


def _glyph_widths(font, glyph_ids):
    scale = 1000 / font["head"].unitsPerEm
    return {gid: round(font["hmtx"].metrics[font.getGlyphName(gid)][0] * scale) for gid in glyph_ids}


def _descriptor_values(font):
    head, scale = font["head"], 1000 / font["head"].unitsPerEm
    return {
        "name": font["name"].getDebugName(6) or "Serif",
        "bbox": [round(value * scale) for value in (head.xMin, head.yMin, head.xMax, head.yMax)],
        "ascent": round(font["hhea"].ascent * scale),
        "descent": round(font["hhea"].descent * scale),
        "angle": font["post"].italicAngle,
    }


class EmbeddedFont:
    """A font in one writer with the characters of given texts.

    :param writer: pyHanko writer
    :param str style: ``regular``, ``italic`` or ``bold``
    :param str characters: all that will be written with it
    """

    def __init__(self, writer, style, characters):
        text_width(characters, style, 10)  # refuses what the font has not
        data, self._glyphs, widths, values = _subset(style, "".join(sorted(set(characters))))
        self.ref = _write_font(writer, data, self._glyphs, widths, values)

    def show(self, text):
        """Give the operand of ``Tj`` for a text."""
        return b"<" + b"".join(b"%04X" % self._glyphs[char] for char in text) + b">"


def _write_font(writer, data, glyphs, widths, values):
    base = pdf_name(f"/VPDTAA+{values['name']}")
    font_file = generic.StreamObject({pdf_name("/Length1"): generic.NumberObject(len(data))}, stream_data=data)
    font_file.compress()
    descriptor = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/FontDescriptor"),
            pdf_name("/FontName"): base,
            pdf_name("/Flags"): generic.NumberObject(4 | 2 | (64 if values["angle"] else 0)),
            pdf_name("/FontBBox"): generic.ArrayObject(map(generic.NumberObject, values["bbox"])),
            pdf_name("/ItalicAngle"): generic.FloatObject(values["angle"]),
            pdf_name("/Ascent"): generic.NumberObject(values["ascent"]),
            pdf_name("/Descent"): generic.NumberObject(values["descent"]),
            pdf_name("/CapHeight"): generic.NumberObject(662),
            pdf_name("/StemV"): generic.NumberObject(80),
            pdf_name("/FontFile2"): writer.add_object(font_file),
        }
    )
    descendant = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/CIDFontType2"),
            pdf_name("/BaseFont"): base,
            pdf_name("/CIDSystemInfo"): generic.DictionaryObject(
                {
                    pdf_name("/Registry"): generic.pdf_string("Adobe"),
                    pdf_name("/Ordering"): generic.pdf_string("Identity"),
                    pdf_name("/Supplement"): generic.NumberObject(0),
                }
            ),
            pdf_name("/FontDescriptor"): writer.add_object(descriptor),
            pdf_name("/CIDToGIDMap"): pdf_name("/Identity"),
            pdf_name("/W"): _width_array(widths),
        }
    )
    to_unicode = generic.StreamObject(stream_data=_to_unicode(glyphs))
    to_unicode.compress()
    font = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/Type0"),
            pdf_name("/BaseFont"): base,
            pdf_name("/Encoding"): pdf_name("/Identity-H"),
            pdf_name("/DescendantFonts"): generic.ArrayObject([writer.add_object(descendant)]),
            pdf_name("/ToUnicode"): writer.add_object(to_unicode),
        }
    )
    return writer.add_object(font)


def _width_array(widths):
    array = generic.ArrayObject()
    for gid, width in sorted(widths.items()):
        array += [generic.NumberObject(gid), generic.ArrayObject([generic.NumberObject(width)])]
    return array


def _to_unicode(glyphs):
    """Make the CMap from glyph to character; at most 100 lines a block (Adobe technical note 5014)."""
    lines = [b"<%04X> <%s>" % (gid, char.encode("utf-16-be").hex().upper().encode()) for char, gid in glyphs.items()]
    blocks = []
    for start in range(0, len(lines), 100):
        block = lines[start : start + 100]
        blocks.append(b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)))
    return (
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        b"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        + b"\n".join(blocks)
        + b"\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )
