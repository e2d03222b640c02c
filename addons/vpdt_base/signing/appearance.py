"""What a field shows on the page: one picture or one line of text (appearance streams, ISO 32000-1, 12.5.5)."""

import functools
import zlib
from dataclasses import dataclass

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from . import pictures, textfont
from .errors import SigningError
from .places import Box

# inside a text field the baseline stands this many em above the lower edge, whatever the font of the document was
BASELINE_EM, FIELD_HEIGHT_EM = 0.25, 1.2
LINE_SIZE = 10  # Phụ lục I, II.8: Times New Roman, upright, 10, black


def rectangle(values):
    """Give the PDF array of some numbers: a rectangle, a matrix."""
    return generic.ArrayObject(generic.FloatObject(value) for value in values)


def form_xobject(width, height, content, resources=None, matrix=None):
    """Make a form XObject (an appearance stream) of that size in points."""
    stream = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): rectangle((0, 0, round(width, 3), round(height, 3))),
            pdf_name("/Resources"): resources or generic.DictionaryObject(),
        },
        stream_data=content,
    )
    if matrix:
        stream[pdf_name("/Matrix")] = rectangle(matrix)
    return stream


@dataclass(frozen=True)
class Appearance:
    """What pyHanko calls a stamp style, cut down to one picture or one line of text.

    It is handed the writer and the size of the field, and gives something with ``apply_appearance``.
    """

    png: bytes | None = None
    text: str | None = None
    matrix: tuple | None = None

    def create_stamp(self, writer, box, _text_params):
        return _Stamp(self, writer, box.width, box.height)


class _Stamp:
    def __init__(self, appearance, writer, width, height):
        self.appearance, self.writer, self.width, self.height = appearance, writer, width, height

    def apply_appearance(self, annotation):
        annotation[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): self.writer.add_object(self._stream())})

    def _stream(self):
        if self.appearance.png:
            return _picture_stream(self.writer, self.appearance.png, self.width, self.height)
        if self.appearance.text:
            width, height = self.width, self.height
            if self.appearance.matrix and self.appearance.matrix[0] == 0:  # a quarter turn swaps the sides
                width, height = height, width
            return text_stream(
                self.writer, self.appearance.text, "regular", LINE_SIZE, width, height, self.appearance.matrix
            )
        return form_xobject(self.width, self.height, b"")


@functools.lru_cache(maxsize=64)
def _encoded_picture(png):
    """Decode a PNG once: (width, height, deflated RGB, deflated alpha). A batch of signatures uses the same picture."""
    picture = pictures.load_png(png)
    colours = zlib.compress(picture.convert("RGB").tobytes(), 9)
    return (*picture.size, colours, zlib.compress(picture.getchannel("A").tobytes(), 9))


def _image_xobject(width, height, space, data, mask=None):
    values = {
        pdf_name("/Type"): pdf_name("/XObject"),
        pdf_name("/Subtype"): pdf_name("/Image"),
        pdf_name("/Width"): generic.NumberObject(width),
        pdf_name("/Height"): generic.NumberObject(height),
        pdf_name("/ColorSpace"): pdf_name(space),
        pdf_name("/BitsPerComponent"): generic.NumberObject(8),
        pdf_name("/Filter"): pdf_name("/FlateDecode"),
    }
    if mask is not None:
        values[pdf_name("/SMask")] = mask
    return generic.StreamObject(values, encoded_data=data)


def _picture_stream(writer, png, width, height):
    """Draw a picture as large as it fits, proportion kept, centred."""
    pixels_x, pixels_y, colours, alpha = _encoded_picture(png)
    mask = writer.add_object(_image_xobject(pixels_x, pixels_y, "/DeviceGray", alpha))
    image = writer.add_object(_image_xobject(pixels_x, pixels_y, "/DeviceRGB", colours, mask))
    box = Box(0, 0, 0, width, height).fit(pixels_x, pixels_y)
    content = b"q %.4f 0 0 %.4f %.4f %.4f cm /Im Do Q" % (box.width, box.height, box.x0, box.y0)
    resources = generic.DictionaryObject({pdf_name("/XObject"): generic.DictionaryObject({pdf_name("/Im"): image})})
    return form_xobject(width, height, content, resources)


def text_stream(writer, text, style, size, width, height, matrix=None, *, font=None):
    """Write one line, centred in the width, in black; smaller if it would not fit."""
    natural = textfont.text_width(text, style, size)
    if natural > width:
        size = size * width / natural
        if size < 6:
            raise SigningError("text_too_wide", text=text)
        natural = width
    font = font or textfont.EmbeddedFont(writer, style, text)
    content = b"/Tx BMC q BT /F %.3f Tf 0 g %.4f %.4f Td %s Tj ET Q EMC" % (
        size,
        (width - natural) / 2,
        BASELINE_EM * height / FIELD_HEIGHT_EM,
        font.show(text),
    )
    resources = generic.DictionaryObject({pdf_name("/Font"): generic.DictionaryObject({pdf_name("/F"): font.ref})})
    return form_xobject(width, height, content, resources, matrix)
