"""P11: checking a PDF with 32 signatures, each in its own revision, against the same with one: CPU, that of the
programs that draw included. Beside it how it grows, and the same with signatures that show something on the page."""

import io
import statistics

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.stamp import TextStampStyle
from reportlab.pdfgen.canvas import Canvas

from odoo.addons.vpdt_base.signing import load_pkcs12, pki
from odoo.addons.vpdt_base.signing.pades import sign_plain
from odoo.addons.vpdt_base.signing.validation import VALID, verify

from . import measuring

NAME = "p11-many-signatures"
SIGNATURES = 32
CPU_AT_MOST = 2  # seconds, for all signatures; visible ones: more than one of them takes
GOAL = f"≤ 1.3 × {SIGNATURES} times the check of one signature, and ≤ {CPU_AT_MOST} s of CPU; visible ones too"
RATIO_AT_MOST = 1.3 * SIGNATURES
ROUNDS = 5
STEPS = (1, 2, 4, 8, 16, SIGNATURES)
PASSPHRASE = "of the benchmark only"


def run(env):
    """The same page signed 1 to 32 times, invisibly and visibly."""
    identity = pki.make_authority("VPDT Bench").issue_person("Người thử", organization="Cơ quan thử")
    signer, roots = load_pkcs12(identity.pkcs12(PASSPHRASE), PASSPHRASE), [identity.chain[-1]]
    plain, shown = [_page()], [_page()]
    for number in range(SIGNATURES):
        plain.append(sign_plain(plain[-1], signer))
        shown.append(_sign_visibly(shown[-1], signer, number))
    times = measuring.in_turn(
        lambda: _check(plain[-1], roots), lambda: _check(plain[1], roots), ROUNDS, warm_up=1, clock=measuring.cpu
    )
    growth = {count: _cpu(plain[count], roots) for count in STEPS}
    growth_shown = {count: _cpu(shown[count], roots) for count in STEPS}
    met = statistics.median(times["ours"]) <= CPU_AT_MOST
    met = met and growth_shown[SIGNATURES] - growth_shown[1] <= CPU_AT_MOST
    detail = {"bytes": len(plain[-1]), "cpu_seconds": growth, "cpu_seconds_visible": growth_shown}
    return {**times, "met": met, "detail": {"signatures": SIGNATURES, **detail}}


def _cpu(pdf, roots):
    return statistics.median(measuring.timed(lambda: _check(pdf, roots), measuring.cpu) for _round in range(3))


def _check(pdf, roots):
    result = verify(pdf, trust_roots=roots)
    assert result.verdict == VALID, result
    return result


def _sign_visibly(pdf, signer, number):
    left, bottom = 20 + number % 4 * 140, 20 + number // 4 * 60
    field = SigFieldSpec(f"s{number}", box=(left, bottom, left + 130, bottom + 50), on_page=0)
    metadata = PdfSignatureMetadata(field_name=field.sig_field_name, md_algorithm="sha256")
    style = TextStampStyle(stamp_text="%(signer)s\n%(ts)s")
    job = PdfSigner(metadata, signer, stamp_style=style, new_field_spec=field)
    return job.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf))).getvalue()


def _page():
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=True)
    canvas.drawString(100, 700, "A page to sign")
    canvas.showPage()
    canvas.save()
    return stream.getvalue()
