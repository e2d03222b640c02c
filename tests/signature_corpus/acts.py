"""What happens to a signed letter afterwards, by honest people and by others, and the verdict it deserves then."""

import io
import re

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper

from . import common, habits, structures

VALID, MODIFIED, INVALID = "valid", "modified", "invalid"
STAMP = b"1 0 0 rg BT /F1 40 Tf 60 500 Td (DONG Y CHI 900 TRIEU) Tj ET"


def _dictionary(**entries):
    return generic.DictionaryObject({pdf_name(f"/{key}"): value for key, value in entries.items()})


def _numbers(*values):
    return generic.ArrayObject(generic.FloatObject(value) for value in values)


def _update(pdf, change):
    writer = habits.writer_of(pdf)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _page(writer):
    return writer.root["/Pages"]["/Kids"].raw_get(0)


def _store(**entries):
    def change(writer):
        lists = {
            name: generic.ArrayObject(writer.add_object(generic.StreamObject(stream_data=data)) for data in items)
            for name, items in entries.items()
        }
        writer.root[pdf_name("/DSS")] = writer.add_object(_dictionary(**lists))
        writer.update_root()

    return lambda pdf: _update(pdf, change)


def _time_stamp(pdf):
    job = PdfTimeStamper(common.timestamper())
    return job.timestamp_pdf(habits.writer_of(pdf), "sha256").getvalue()


def _info(writer):
    writer.set_info(_dictionary(Producer=pdf_string("another program")))


def _annotate(writer):
    note = _dictionary(
        Type=pdf_name("/Annot"), Subtype=pdf_name("/FreeText"), Rect=_numbers(60, 480, 500, 560),
        Contents=pdf_string("900 trieu"), DA=pdf_string("/Helv 40 Tf"),
    )  # fmt: skip
    page = _page(writer).get_object()
    page[pdf_name("/Annots")] = generic.ArrayObject([*page.get("/Annots", ()), writer.add_object(note)])
    writer.mark_update(_page(writer))


def _replace_content(writer):
    page = _page(writer).get_object()
    page[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=STAMP))
    writer.mark_update(_page(writer))


def _overwrite_content(writer):
    reference = _page(writer).get_object().raw_get("/Contents").reference
    writer.objects[(reference.generation, reference.idnum)] = generic.StreamObject(stream_data=STAMP)


def _add_page(writer):
    pages = writer.root.raw_get("/Pages")
    node = pages.get_object()
    page = _dictionary(Type=pdf_name("/Page"), Parent=pages, MediaBox=_numbers(0, 0, 595, 842))
    node["/Kids"].append(writer.add_object(page))
    node[pdf_name("/Count")] = generic.NumberObject(2)
    writer.mark_update(pages)


def _rotate(writer):
    _page(writer).get_object()[pdf_name("/Rotate")] = generic.NumberObject(180)
    writer.mark_update(_page(writer))


def _script(writer):
    action = _dictionary(S=pdf_name("/JavaScript"), JS=pdf_string("app.alert(1)"))
    writer.root[pdf_name("/OpenAction")] = writer.add_object(action)
    writer.update_root()


def _flip(pdf):
    at = pdf.index(b"9 trieu") if b"9 trieu" in pdf else 12
    return pdf[:at] + b"8" + pdf[at + 1 :]


def _zero_container(pdf):
    at = pdf.index(b"/Contents", pdf.index(b"/ByteRange")) if b"/Contents <" not in pdf else pdf.index(b"/Contents <")
    start = pdf.index(b"<", at) + 1
    end = pdf.index(b">", start)
    return pdf[:start] + b"0" * (end - start) + pdf[end:]


def fill_hole(pdf):
    """Put an annotation where the table of the signed part says that one stands; no key is needed."""
    body = b"<< /Type /Annot /Subtype /FreeText /Rect [60 480 500 560] /Contents (900 trieu) /DA (/F1 40 Tf) /F 4 >>"
    padded = pdf + b"\n".ljust(structures.NOWHERE - len(pdf), b"\n") + b"11 0 obj\n" + body + b"\nendobj\n"
    start = len(padded)
    previous = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
    root = re.findall(rb"/Root (\d+) 0 R", pdf)[-1]
    padded += b"xref\n0 0\ntrailer\n<< /Size 20 /Root %s 0 R /Prev %d >>\n" % (root, previous)
    return padded + b"startxref\n%d\n%%%%EOF\n" % start


#: act → (what is done to the signed bytes, verdict on the file)
ACTS = {
    "nothing": (lambda pdf: pdf, VALID),
    "second signature": (habits.countersign, VALID),
    "time stamp of the document": (_time_stamp, VALID),
    "genuine revocation list": (lambda pdf: _store(CRLs=[common.authority().crl()])(pdf), VALID),
    "rubbish in the store": (_store(CRLs=[b"x"], OCSPs=[b"y"], Certs=[b"z"]), VALID),
    "another producer": (lambda pdf: _update(pdf, _info), VALID),
    "annotation over the text": (lambda pdf: _update(pdf, _annotate), MODIFIED),
    "content of the page replaced": (lambda pdf: _update(pdf, _replace_content), MODIFIED),
    "content overwritten in place": (lambda pdf: _update(pdf, _overwrite_content), MODIFIED),
    "page added": (lambda pdf: _update(pdf, _add_page), MODIFIED),
    "page turned": (lambda pdf: _update(pdf, _rotate), MODIFIED),
    "script added": (lambda pdf: _update(pdf, _script), INVALID),
    "byte changed": (_flip, MODIFIED),
    "text behind the end": (lambda pdf: pdf + b"%PDF-1.4\nanother document\n", MODIFIED),
    "container emptied": (_zero_container, INVALID),
}
