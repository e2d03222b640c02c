"""P4: signing one file with a key in memory, against pyHanko's own signer; and two hundred documents in a row."""

import asyncio
import base64
import io
import time

from asn1crypto import keys as asn1_keys
from cryptography.hazmat.primitives import serialization
from odoo import Command
from odoo.tests import new_test_user
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields as pdf_fields
from pyhanko.sign import signers as pyhanko_signers

from odoo.addons.vpdt_base.signing import find_places, load_pkcs12, pki, prepare, sign_person
from odoo.addons.vpdt_base.signing.pictures import make_demo_signature
from odoo.addons.vpdt_base.signing.signers import certificate_store
from odoo.addons.vpdt_documents.tests.signing_documents import LEADER, letter

NAME = "signing-batch"
GOAL = "≥ 4 × the rate of pyHanko's SimpleSigner"
RATIO_AT_MOST = 0.25
ROUNDS, WARM = 30, 3
BATCH = 200
PASSPHRASE = "benchmark"


def run(env):
    """Ours and pyHanko's in turn on the same prepared file; then a batch of 200 as the dialog makes it.

    :return: seconds of each signature; the batch is in ``detail``
    """
    authority = pki.make_authority("VPDT Bench")
    env["vpdt.trust.anchor"].create({"name": "VPDT Bench", "certificate": authority.root.pem.decode()})
    identity = authority.issue_person(LEADER, organization="Sở đo")
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
    return {**seconds, "detail": {"batch of 200": _batch(env, pkcs12, picture)}}


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


def _batch(env, pkcs12, picture):
    """What the dialog does for two hundred ticked documents: one request each, that checks, signs, stores and moves on.

    :return: seconds of all of it, and the number of documents that came out signed
    """
    users = _office(env)
    leader = users["leader"]
    company = leader.company_id
    key = env["vpdt.signing.key"].with_user(leader).with_company(company)
    key = key.create({"name": "Khóa đo", "holder": "person", "user_id": leader.id, "picture": _encoded(picture)})
    key.load_pkcs12(_encoded(pkcs12), PASSPHRASE)
    documents = _documents(env, users)
    env.flush_all()
    seconds = []
    for document in documents:
        start = time.perf_counter()
        document.with_user(leader).with_company(company).sign(key.id, PASSPHRASE)
        env.flush_all()
        seconds.append(time.perf_counter() - start)
    total, signed = sum(seconds), documents.filtered(lambda document: document.state == "signed")
    return {
        "documents signed": len(signed),
        "seconds": round(total, 2),
        "documents a second": round(BATCH / total, 1),
        "slowest": round(max(seconds), 3),
    }


def _office(env):
    """An agency with the people whom a document needs."""
    organization = env["vpdt.organization"].create({"name": "Sở đo", "identifier": "H99.98", "abbreviation": "SĐ"})
    company = env["res.company"].create({"name": "Sở đo", "organization_id": organization.id})
    users = {}
    for role in ("leader", "unit_head", "specialist"):
        options = {"company_id": company.id, "company_ids": [Command.set(company.ids)]}
        users[role] = new_test_user(env, f"bench_{role}", groups=f"vpdt_base.group_{role}", **options)
    titles = {"name": LEADER, "signing_title": "Giám đốc", "company_id": company.id}
    env["hr.employee"].create({**titles, "user_id": users["leader"].id})
    return users


def _documents(env, users):
    """Two hundred documents that wait for the leader's signature."""
    author, company = users["specialist"], users["leader"].company_id
    recipient = env["vpdt.organization"].create({"name": "Nơi nhận đo", "identifier": "H99.97"})
    values = {
        "type_id": env.ref("vpdt_documents.type_cong_van").id,
        "signer_id": users["leader"].id,
        "reviewer_id": users["unit_head"].id,
        "recipient_ids": [Command.create({"organization_id": recipient.id})],
    }
    Document = env["vpdt.outgoing"].with_user(author).with_company(company)
    documents = Document.create([{**values, "subject": f"V/v đo lần {number}"} for number in range(BATCH)])
    for document in documents:
        document._upload("van-ban.pdf", letter(("GIÁM ĐỐC", LEADER)))
        document.action_submit()
        document.with_user(users["unit_head"]).action_initial()
    return documents


def _encoded(content):
    return base64.b64encode(content).decode()
