"""One small letter as PDF, written in each structure that programs in use write. No library writes all of them, so the
tables are made here, object by object."""

import io
import zlib

import pikepdf

TEXT = b"BT /F1 14 Tf 72 720 Td (Quyet dinh so 15, kinh phi 9 trieu dong) Tj ET"
NOWHERE = 60_000  # a place behind the end of every file made here
CATALOG, PAGES, PAGE, CONTENT, FONT, INFO, TREE, HOLE, FIELD, SIGNATURE = range(1, 11)

#: structure → the programs that write it
STRUCTURES = {
    "table": "iText 5, PDFBox, LibreOffice",
    "stream": "pdfTeX, iText 7",
    "objstm": "qpdf, Acrobat",
    "hybrid": "Microsoft Word",
    "linearised": "Acrobat (fast web view)",
}


def letter(structure, *, signature=None, hole=False):
    """Write the letter.

    :param str structure: of :data:`STRUCTURES`
    :param bytes signature: body of a signature dictionary that is in the file from the start, in a field of its own
    :param bool hole: the table says of an annotation of the page that it stands at :data:`NOWHERE`
    :return: bytes
    """
    objects = _objects(signature, hole)
    if structure == "linearised":
        return _linearised(_with_table(objects, hole=False))
    writers = {"table": _with_table, "stream": _with_stream, "objstm": _with_object_stream, "hybrid": _hybrid}
    return writers[structure](objects, hole=hole)


def _objects(signature, hole):
    shown = b"11 0 R" if hole else b""
    field = b"9 0 R" if signature else b""
    form = b" /AcroForm << /Fields [9 0 R] /SigFlags 3 >>" if signature else b""
    objects = {
        CATALOG: b"<< /Type /Catalog /Pages 2 0 R /StructTreeRoot 7 0 R" + form + b" >>",
        PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> /Annots [" + shown + b" " + field + b"] >>",
        CONTENT: stream(TEXT),
        FONT: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        INFO: b"<< /Producer (corpus) >>",
        TREE: b"<< /Type /StructTreeRoot >>",
    }
    if signature:
        objects[FIELD] = (
            b"<< /FT /Sig /T (first) /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P 3 0 R /V 10 0 R >>"
        )
        objects[SIGNATURE] = signature
    return objects


def stream(data, entries=b""):
    """Give the body of a stream object."""
    return b"<< " + entries + b" /Length %d >>\nstream\n" % len(data) + data + b"\nendstream"


def _body(objects):
    out, offsets = io.BytesIO(), {}
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    for number, body in objects.items():
        offsets[number] = out.tell()
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    return out, offsets


def _ending(out, start):
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def _table(offsets, size):
    rows = [b"0000000000 65535 f \n"]
    rows += [
        b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 65535 f \n"
        for number in range(1, size)
    ]
    return b"xref\n0 %d\n" % size + b"".join(rows)


def _with_table(objects, hole):
    out, offsets = _body(objects)
    if hole:
        offsets[11] = NOWHERE
    size, start = max(offsets) + 1, out.tell()
    out.write(_table(offsets, size) + b"trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\n" % size)
    return _ending(out, start)


def _xref_stream(rows, size, extra=b""):
    """``rows``: number → (kind, second, third) as in ISO 32000-1, table 18."""
    numbers = sorted(rows)
    data = b"".join(
        bytes([rows[n][0]]) + rows[n][1].to_bytes(4, "big") + rows[n][2].to_bytes(2, "big") for n in numbers
    )
    index = b" ".join(b"%d 1" % number for number in numbers)
    entries = b"/Type /XRef /Size %d /W [1 4 2] /Index [%s] /Filter /FlateDecode" % (size, index)
    return stream(zlib.compress(data), entries + extra)


def _with_stream(objects, hole, packed=()):
    plain = {number: body for number, body in objects.items() if number not in packed}
    store = 12
    if packed:
        head, bodies = [], b""
        for number in packed:
            head.append(b"%d %d" % (number, len(bodies)))
            bodies += objects[number] + b"\n"
        first = b" ".join(head) + b"\n"
        plain[store] = stream(
            zlib.compress(first + bodies),
            b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(packed), len(first)),
        )
    out, offsets = _body(plain)
    if hole:
        offsets[11] = NOWHERE
    own, start = 13, out.tell()
    rows = {number: (1, offset, 0) for number, offset in {**offsets, own: start}.items()}
    rows |= {number: (2, store, index) for index, number in enumerate(packed)}
    rows[0] = (0, 0, 65535)
    body = _xref_stream(rows, own + 1, b" /Root 1 0 R /Info 6 0 R")
    out.write(b"%d 0 obj\n" % own + body + b"\nendobj\n")
    return _ending(out, start)


def _with_object_stream(objects, hole):
    return _with_stream(objects, hole, packed=(CATALOG, PAGES, FONT, INFO, TREE))


def _hybrid(objects, hole):
    """The structure tree is in the stream only, as Word has it: a program that reads tables alone does not see it."""
    out, offsets = _body(objects)
    hidden = {TREE: offsets.pop(TREE)}
    if hole:
        offsets[11] = NOWHERE
    place, own = out.tell(), 12
    rows = {number: (1, offset, 0) for number, offset in {**hidden, own: place}.items()}
    out.write(b"%d 0 obj\n" % own + _xref_stream(rows, own + 1) + b"\nendobj\n")
    start = out.tell()
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R /XRefStm %d >>\n" % (own + 1, place)
    out.write(_table(offsets, own + 1) + trailer)
    return _ending(out, start)


def _linearised(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        out = io.BytesIO()
        document.save(out, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.disable, static_id=True)
    return out.getvalue()
