"""Small files that take much of whoever opens them: depth, copies without end, streams that inflate, pages and pictures
by the thousand. None of them is signed."""

import io
import zlib

_CATALOG, _ONE_PAGE = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
_SHEET = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
_DRAWN = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources 6 0 R>>"


def _written(objects, packed=None):
    """Write objects (number → body), some of them packed into one object stream, with a stream of cross references."""
    out, rows, packed = io.BytesIO(), {0: (0, 0, 65535)}, packed or {}
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def put(number, body):
        rows[number] = (1, out.tell(), 0)
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")

    for number, body in objects.items():
        put(number, body)
    last = max([*objects, *packed])
    if packed:
        last += 1
        put(last, _object_stream(packed))
        rows |= {number: (2, last, index) for index, number in enumerate(packed)}
    start = out.tell()
    rows[last + 1] = (1, start, 0)
    numbers = sorted(rows)
    table = b"".join(
        bytes([kind]) + a.to_bytes(4, "big") + b.to_bytes(3, "big") for kind, a, b in map(rows.get, numbers)
    )
    index = b" ".join(b"%d 1" % number for number in numbers)
    entries = b"/Type/XRef/Size %d/W[1 4 3]/Index[%s]/Root 1 0 R" % (last + 2, index)
    put(last + 1, _stream(table, entries))
    return out.getvalue() + b"startxref\n%d\n%%%%EOF\n" % start


def _object_stream(packed):
    head, bodies = [], io.BytesIO()
    for number, body in packed.items():
        head.append(b"%d %d" % (number, bodies.tell()))
        bodies.write(body + b"\n")
    first = b" ".join(head) + b"\n"
    return _stream(first + bodies.getvalue(), b"/Type/ObjStm/N %d/First %d" % (len(packed), len(first)))


def _stream(data, entries=b""):
    return _packed_stream(zlib.compress(data, 9), entries)


def _packed_stream(data, entries=b""):
    return b"<<%s/Filter/FlateDecode/Length %d>>\nstream\n" % (entries, len(data)) + data + b"\nendstream"


def _zeros(size):
    """So many zeros, deflated: one piece of a megabyte stands for all of them."""
    packer = zlib.compressobj(9)
    first = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + first[2:] * ((size >> 20) - 1)  # without the header; the checksum is missing, which nobody minds


def deep_page_tree(depth=5_000):
    packed = {n: b"<</Type/Pages/Kids[%d 0 R]/Count 1/Parent %d 0 R>>" % (n + 1, n - 1) for n in range(2, depth)}
    return _written({1: _CATALOG}, {**packed, 2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>", depth: _SHEET})


def deep_array(depth=3_000_000):
    nested = {4: b"[" * depth + b"]" * depth}
    return _written({1: b"<</Type/Catalog/Pages 2 0 R/X 4 0 R>>", 2: _ONE_PAGE, 3: _SHEET}, nested)


def deep_fields(depth=5_000):
    packed = {n: b"<</T(a)/Kids[%d 0 R]/Parent %d 0 R>>" % (n + 1, n - 1) for n in range(10, depth)}
    catalog = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[10 0 R]>>>>"
    return _written({1: catalog, 2: _ONE_PAGE, 3: _SHEET}, {**packed, depth: b"<</FT/Sig/T(x)>>"})


def many_pages(count=20_000):
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 3 + count))
    pages = {2: b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids)}
    return _written({1: _CATALOG}, {**pages, **dict.fromkeys(range(3, 3 + count), _SHEET)})


def huge_page():
    return _written({1: _CATALOG, 2: _ONE_PAGE, 3: _SHEET.replace(b"595 842", b"2000000 2000000")})


def huge_picture(side=40_000):
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8" % (side, side)
    picture = _packed_stream(_zeros(side * side), head)
    show = {5: _stream(b"q 595 0 0 842 0 0 cm /I Do Q"), 6: b"<</XObject<</I 4 0 R>>>>"}
    return _written({1: _CATALOG, 2: _ONE_PAGE, 3: _DRAWN, 4: picture, **show})


def form_in_itself():
    """A drawing that shows itself, twice."""
    loop = _stream(b"/I Do /I Do", b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources 6 0 R")
    return _written(
        {1: _CATALOG, 2: _ONE_PAGE, 3: _DRAWN, 4: loop, 5: _stream(b"/I Do"), 6: b"<</XObject<</I 4 0 R>>>>"}
    )


def forms_of_forms(levels=12, width=12):
    """A drawing of twelve drawings of twelve drawings …"""
    objects = {1: _CATALOG, 2: _ONE_PAGE, 3: _DRAWN, 5: _stream(b"/I Do"), 6: b"<</XObject<</I 10 0 R>>>>"}
    for level in range(10, 10 + levels):
        below = b"/Resources<</XObject<</I %d 0 R>>>>" % (level + 1)
        objects[level] = _stream(b"/I Do " * width, b"/Type/XObject/Subtype/Form/BBox[0 0 600 900]" + below)
    objects[10 + levels] = _stream(b"0 0 1 1 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 600 900]")
    return _written(objects)


def text_without_end(length=1_000_000):
    words = b"BT /F 1 Tf " + b"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj " * (length // 40) + b"ET"
    font = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    return _written({1: _CATALOG, 2: _ONE_PAGE, 3: _DRAWN, 5: _stream(words), 6: font})


def inflating_content(size=1 << 30):
    return _written({1: _CATALOG, 2: _ONE_PAGE, 3: _DRAWN, 5: _packed_stream(_zeros(size)), 6: b"<<>>"})


#: name → how the file is made
TRAPS = {
    "page tree of 5,000 levels": deep_page_tree,
    "array of 3,000,000 levels": deep_array,
    "fields of 5,000 levels": deep_fields,
    "20,000 pages": many_pages,
    "page of 700 metres": huge_page,
    "picture of 1,600 million pixels": huge_picture,
    "drawing that shows itself": form_in_itself,
    "drawings of drawings": forms_of_forms,
    "1,000,000 letters on a page": text_without_end,
    "content of 1 GB": inflating_content,
}
