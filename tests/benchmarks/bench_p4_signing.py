"""P4: signing one file with a key in memory and no time stamp, against pyHanko's own SimpleSigner."""

import io

from asn1crypto import keys as asn1_keys
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.vpdt_base.signing import load_pkcs12, pki
from odoo.addons.vpdt_base.signing.pades import sign_plain
from odoo.addons.vpdt_base.signing.signers import certificate_store

from . import measuring

NAME = "p4-signing"
GOAL = "≥ 4 × the rate of pyHanko's SimpleSigner"
RATIO_AT_MOST = 1 / 4
ROUNDS = 40
PASSPHRASE = "of the benchmark only"


def run(env):
    """The same invisible PAdES B-B signature on the same one-page PDF."""
    identity = pki.make_authority("VPDT Bench").issue_person("Người thử", organization="Cơ quan thử")
    pdf = _page()
    kept = load_pkcs12(identity.pkcs12(PASSPHRASE), PASSPHRASE)
    simple = signers.SimpleSigner(identity.asn1, _key_info(identity), certificate_store(identity.chain))
    times = measuring.in_turn(lambda: sign_plain(pdf, kept), lambda: _pyhanko(pdf, simple), ROUNDS, warm_up=3)
    return {**times, "detail": {"bytes": len(pdf), "key": "RSA-2048"}}


def _pyhanko(pdf, signer):
    metadata = PdfSignatureMetadata(
        field_name="Signature1", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    return signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), metadata, signer).getvalue()


def _key_info(identity):
    der = identity.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return asn1_keys.PrivateKeyInfo.load(der)


def _page():
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=True)
    canvas.drawString(100, 700, "A page to sign")
    canvas.showPage()
    canvas.save()
    return stream.getvalue()
