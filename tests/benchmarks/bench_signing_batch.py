"""P4: signing one file with a key in memory, against pyHanko's own signer; and two hundred documents in a row."""

import asyncio
import io
import time

from asn1crypto import keys as asn1_keys
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields as pdf_fields
from pyhanko.sign import signers as pyhanko_signers

from odoo.addons.vpdt_base.signing import find_places, load_pkcs12, pki, prepare, sign_person
from odoo.addons.vpdt_base.signing.pictures import make_demo_signature
from odoo.addons.vpdt_base.signing.signers import certificate_store
from odoo.addons.vpdt_documents.tests.signing_documents import LEADER, letter

NAME = "signing-batch"
GOAL = "≥ 4 × the rate of pyHanko's SimpleSigner"
ROUNDS, WARM = 30, 3
BATCH = 200
PASSPHRASE = "benchmark"


def run(env):
    """Ours and pyHanko's in turn on the same prepared file; then a batch of 200 as the dialog makes it.

    :return: seconds of each signature, and of each document of the batch in ``detail``
    """
    identity = pki.make_authority("VPDT Bench").issue_person(LEADER, organization="Sở thử")
    pkcs12 = identity.pkcs12(PASSPHRASE)
    plain = letter(("GIÁM ĐỐC", LEADER))
    pdf = prepare(plain, find_places(plain, position="GIÁM ĐỐC", name=LEADER))
    picture = make_demo_signature(LEADER)
    signer, simple = load_pkcs12(pkcs12, PASSPHRASE), _simple_signer(identity)
    seconds = {"ours": [], "yardstick": []}
    for index in range(WARM + ROUNDS):
        for name, work in (
            ("ours", lambda: sign_person(pdf, signer, image_png=picture)),
            ("yardstick", lambda: _sign_simply(pdf, simple)),
        ):
            start = time.perf_counter()
            work()
            if index >= WARM:
                seconds[name].append(time.perf_counter() - start)
    return {**seconds, "detail": {"batch of 200": _batch(env, pdf, pkcs12, picture)}}


def _simple_signer(identity):
    key = asn1_keys.PrivateKeyInfo.load(
        identity.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return pyhanko_signers.SimpleSigner(
        signing_cert=identity.asn1, signing_key=key, cert_registry=certificate_store(identity.chain)
    )


def _sign_simply(pdf, signer):
    meta = pyhanko_signers.PdfSignatureMetadata(
        field_name="person_1",
        md_algorithm="sha256",
        subfilter=pdf_fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=pdf_fields.MDPPerm.FILL_FORMS,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    asyncio.run(pyhanko_signers.PdfSigner(meta, signer).async_sign_pdf(writer))


def _batch(env, pdf, pkcs12, picture):
    """Two hundred documents, each opening the key, signing and storing the new version, as 200 requests do."""
    company = env["res.company"].search([("organization_id", "!=", False)], limit=1) or env.company
    kind = env["vpdt.document.type"].search([], limit=1)
    documents = env["vpdt.outgoing"].create(
        [{"type_id": kind.id, "subject": f"Văn bản {n}", "company_id": company.id} for n in range(BATCH)]
    )
    File = env["vpdt.file"]
    mains = [File._store(document, "van-ban.pdf", pdf, "main") for document in documents]
    start = time.perf_counter()
    for document, main in zip(documents, mains, strict=True):
        signed = sign_person(main._content(), load_pkcs12(pkcs12, PASSPHRASE), image_png=picture)
        File._store(document, main.name, signed, "main", main)
        document._journal("sign", {"benchmark": True})
        env.flush_all()
    total = time.perf_counter() - start
    return {"seconds": round(total, 2), "documents a second": round(BATCH / total, 1)}
