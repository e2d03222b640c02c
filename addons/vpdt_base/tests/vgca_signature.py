"""A signature as VGCA Sign Service makes it: in an update, adbe.pkcs7.detached, in a field of its own, where its user
wants it, and the producer of the file renamed."""

import io

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields as pdf_fields
from pyhanko.sign import signers as pyhanko_signers
from pyhanko.stamp import TextStampStyle

try:
    from . import signing_common as common
except ImportError:
    import signing_common as common

reading = common.load("signing.reading")
PLACE = (330, 330, 480, 390)


def sign_like_vgca(pdf, signer, place=PLACE, change=None):
    """Sign a file.

    :param signer: a pyHanko signer
    :param place: rectangle of the visible signature on the first page, in points
    :param change: function of the writer: what a dishonest program does besides
    :return: bytes
    """
    reader = reading.Reader(io.BytesIO(pdf))
    writer = IncrementalPdfFileWriter.from_reader(reader)
    name = f"Signature{len(list(reader.embedded_signatures)) + 1}"
    information = generic.DictionaryObject({pdf_name("/Producer"): pdf_string("VGCASignService")})
    writer.set_info(information)
    if change:
        change(writer)
    meta = pyhanko_signers.PdfSignatureMetadata(
        field_name=name, md_algorithm="sha256", subfilter=pdf_fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED
    )
    job = pyhanko_signers.PdfSigner(
        meta,
        signer,
        stamp_style=TextStampStyle(stamp_text="%(signer)s\n%(ts)s", background_opacity=0),
        new_field_spec=pdf_fields.SigFieldSpec(name, box=place),
    )
    return job.sign_pdf(writer, bytes_reserved=16_000).getvalue()
