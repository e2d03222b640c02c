"""Files that are hard on a reader: revisions without end, deep nesting, streams that inflate."""

import functools
import re
import zlib

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

try:
    from . import hostile_pdfs as make
    from . import signing_common as common
except ImportError:
    import hostile_pdfs as make
    import signing_common as common


@functools.cache
def ten_thousand_revisions():
    pdf = common.issued()
    root = re.findall(rb"/Root (\d+ 0 R)", pdf)[-1]
    size = int(re.findall(rb"/Size (\d+)", pdf)[-1])
    parts, offset = [pdf], len(pdf)
    previous = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    for _index in range(10_000):
        block = b"xref\n0 0\ntrailer\n<</Size %d/Root %s/Prev %d>>\n" % (size, root, previous)
        block += b"startxref\n%d\n%%%%EOF\n" % offset
        parts.append(block)
        previous, offset = offset, offset + len(block)
    return b"".join(parts)


def looping_revisions():
    pdf = common.issued()
    start = len(pdf)
    return pdf + b"xref\n0 0\ntrailer\n<</Size 60/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (start, start)


def deep_nesting():
    def change(writer):
        writer.root[pdf_name("/PieceInfo")] = writer.add_object(_Raw(b"[" * 60_000 + b"]" * 60_000))
        writer.update_root()

    return make.changed(change)


class _Raw(generic.PdfObject):
    def __init__(self, data):
        self.data = data

    def write_to_stream(self, stream, handler=None, container_ref=None):
        stream.write(self.data)


def inflating_object_stream():
    """An object stream of 600 MB from 600 KB."""
    bomb = zlib.compress(b" " * 600_000_000, 9)

    def change(writer):
        writer.add_object(
            generic.StreamObject(
                make.dictionary(
                    Type=pdf_name("/XRef"),
                    Filter=pdf_name("/FlateDecode"),
                    Size=generic.NumberObject(100),
                    W=generic.ArrayObject(map(generic.NumberObject, (1, 2, 1))),
                ),
                encoded_data=bomb,
            )
        )

    pdf = make.changed(change)
    offset = pdf.rindex(b"/Type /XRef")
    offset = pdf.rindex(b" 0 obj", 0, offset)
    offset = pdf.rindex(b"\n", 0, offset) + 1
    return pdf + b"startxref\n%d\n%%%%EOF\n" % offset
