"""P11: checking a PDF with 32 signatures, each in its own revision, against the same with one."""

import io

from reportlab.pdfgen.canvas import Canvas

from odoo.addons.vpdt_base.signing import load_pkcs12, pki
from odoo.addons.vpdt_base.signing.pades import sign_plain
from odoo.addons.vpdt_base.signing.validation import VALID, verify

from . import measuring

NAME = "p11-many-signatures"
SIGNATURES = 32
GOAL = f"≤ 1.3 × {SIGNATURES} times the check of one signature"
RATIO_AT_MOST = 1.3 * SIGNATURES
ROUNDS = 5
PASSPHRASE = "of the benchmark only"


def run(env):
    """The same page signed once and 32 times."""
    identity = pki.make_authority("VPDT Bench").issue_person("Người thử", organization="Cơ quan thử")
    signer, roots = load_pkcs12(identity.pkcs12(PASSPHRASE), PASSPHRASE), [identity.chain[-1]]
    one = many = sign_plain(_page(), signer)
    for _round in range(SIGNATURES - 1):
        many = sign_plain(many, signer)
    times = measuring.in_turn(lambda: _check(many, roots), lambda: _check(one, roots), ROUNDS, warm_up=1)
    return {**times, "detail": {"signatures": SIGNATURES, "bytes": len(many)}}


def _check(pdf, roots):
    result = verify(pdf, trust_roots=roots)
    assert result.verdict == VALID, result
    return result


def _page():
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=True)
    canvas.drawString(100, 700, "A page to sign")
    canvas.showPage()
    canvas.save()
    return stream.getvalue()
