"""What the tests of the signing package share: one authority, its people, documents to sign.

No database is needed. The tests run under Odoo, under pytest, and alone:
``cd addons/vpdt_base/tests && python -m unittest test_signing_pades``.
"""

import dataclasses
import datetime
import functools
import io
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from asn1crypto import keys as asn1_keys
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.timestamps import DummyTimeStamper

try:
    from .domain_common import load
except ImportError:
    from domain_common import load

pki = load("signing.pki")
trust = load("signing.trust")
places = load("signing.places")
pictures = load("signing.pictures")
signers = load("signing.signers")
pades = load("signing.pades")
deferred = load("signing.deferred")
ltv = load("signing.ltv")
validation = load("signing.validation")
isolation = load("signing.isolation")
errors = load("signing.errors")
SigningError = errors.SigningError

DAY = datetime.timedelta(days=1)
POSITION, NAME = "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH", "Nguyễn Văn An"
PASSPHRASE = "mật khẩu của khóa"


def have(program):
    """Tell whether a program is installed."""
    return shutil.which(program) is not None


@functools.cache
def authority():
    return pki.make_authority("VPDT Test")


@functools.cache
def person(name=NAME):
    return authority().issue_person(name, organization="UBND tỉnh Gia Lai", title="Phó Chủ tịch")


@functools.cache
def agency():
    return authority().issue_agency("UBND tỉnh Gia Lai", identifier="H21")


def _since_january():
    """A certificate for tests that sign at a fixed time of 2026."""
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    return pki.LeafProfile(not_before=start, days=3650)


@functools.cache
def long_authority():
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    return pki.make_authority("VPDT Test 2026", not_before=start)


@functools.cache
def long_person():
    return long_authority().issue_person(NAME, organization="UBND tỉnh Gia Lai", profile=_since_january())


@functools.cache
def long_agency():
    return long_authority().issue_agency("UBND tỉnh Gia Lai", identifier="H21", profile=_since_january())


def signer_of(identity):
    return signers.KeptKeySigner(identity.key, identity.cert, identity.chain)


@functools.cache
def draft(extra_pages=0, gap=70):
    """A one-page official letter with blanks, drawn with ReportLab (fast); see :func:`docx_draft` for the real way."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    for style in ("Regular", "Italic", "Bold"):
        pdfmetrics.registerFont(TTFont(f"Tinos-{style}", f"/usr/share/fonts/truetype/croscore/Tinos-{style}.ttf"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True)

    def line(x, y, text, style="Regular", size=13):
        canvas.setFont(f"Tinos-{style}", size)
        canvas.drawCentredString(x, y, text)

    line(170, 785, "UBND TỈNH GIA LAI", "Bold")
    line(430, 785, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Bold", 12)
    line(430, 768, "Độc lập - Tự do - Hạnh phúc", "Bold")
    line(170, 745, "Số:            /UBND-VP")
    line(430, 745, "Gia Lai, ngày       tháng       năm 2026", "Italic")
    line(300, 690, "Kính gửi: Sở Nội vụ")
    line(300, 660, "Đề nghị Phó Chủ tịch Nguyễn Văn An xem xét, ngày 05 tháng 01 năm 2026.", size=14)
    line(120, 420, "Nơi nhận:", "Italic", 12)
    line(430, 420, "KT. CHỦ TỊCH", "Bold")
    line(430, 404, "PHÓ CHỦ TỊCH", "Bold")
    line(430, 400 - gap, NAME, "Bold", 14)
    for _page in range(extra_pages):
        canvas.showPage()
        line(300, 700, "Phụ lục")
    canvas.save()
    return buffer.getvalue()


@functools.cache
def docx_draft(number_gap=8, date_gap=6):
    """The same letter as a .docx through LibreOffice, as the product makes it (about two seconds)."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.top_margin = section.bottom_margin = Mm(20)

    def put(cell, text, *, bold=False, italic=False, size=13, first=False):
        paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(text)
        run.font.name, run.font.size, run.bold, run.italic = "Times New Roman", Pt(size), bold, italic

    head = document.add_table(rows=1, cols=2)
    left, right = head.rows[0].cells
    put(left, "ỦY BAN NHÂN DÂN", bold=True, first=True)
    put(left, "TỈNH GIA LAI", bold=True)
    put(left, "Số:" + " " * number_gap + "/UBND-VP")
    put(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=12, first=True)
    put(right, "Độc lập - Tự do - Hạnh phúc", bold=True)
    put(right, f"Gia Lai, ngày{' ' * date_gap}tháng{' ' * date_gap}năm 2026", italic=True)
    for _index in range(4):
        paragraph = document.add_paragraph()
        run = paragraph.add_run(
            "Ủy ban nhân dân tỉnh đề nghị Sở Nội vụ báo cáo kết quả thực hiện trước ngày 05 tháng 12 năm 2026. " * 2
        )
        run.font.name, run.font.size = "Times New Roman", Pt(14)
    foot = document.add_table(rows=1, cols=2)
    left, right = foot.rows[0].cells
    put(left, "Nơi nhận:", bold=True, italic=True, size=12, first=True)
    put(left, "- Như trên;", size=11)
    put(left, "- Lưu: VT, NC.", size=11)
    put(right, "KT. CHỦ TỊCH", bold=True, size=14, first=True)
    put(right, "PHÓ CHỦ TỊCH", bold=True, size=14)
    for _index in range(5):
        put(right, "", size=14)
    put(right, NAME, bold=True, size=14)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "draft.docx"
        document.save(source)
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation=file://{folder}/profile",
                "--headless",
                "--convert-to",
                "pdf",
                "--outdir",
                folder,
                str(source),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return (Path(folder) / "draft.pdf").read_bytes()


def canvas_pdf(draw):
    """One A4 page drawn by ``draw(canvas, line)``."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    draft()  # registers the fonts
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True)

    def line(x, y, text, style="Regular", size=13):
        canvas.setFont(f"Tinos-{style}", size)
        canvas.drawCentredString(x, y, text)

    draw(canvas, line)
    canvas.save()
    return buffer.getvalue()


@functools.cache
def numbered_draft():
    """A document that somebody numbered and dated by hand."""

    def draw(_canvas, line):
        line(170, 745, "Số: 15/UBND-VP")
        line(430, 745, "Gia Lai, ngày 05 tháng 6 năm 2026", "Italic")
        line(430, 420, "KT. CHỦ TỊCH", "Bold")
        line(430, 404, "PHÓ CHỦ TỊCH", "Bold")
        line(430, 330, NAME, "Bold", 14)

    return canvas_pdf(draw)


@functools.cache
def joint_draft():
    """A joint document (văn bản liên tịch) of two agencies."""

    def draw(_canvas, line):
        line(170, 745, "Số:            /NQLT-UBND-SNV")
        line(430, 745, "Gia Lai, ngày       tháng       năm 2026", "Italic")
        line(150, 420, "GIÁM ĐỐC", "Bold")
        line(430, 420, "CHỦ TỊCH", "Bold")
        line(150, 330, "Trần Thị Bình", "Bold", 14)
        line(430, 330, NAME, "Bold", 14)

    return canvas_pdf(draw)


def joint_places():
    return places.find_places(
        joint_draft(), position="CHỦ TỊCH", name=NAME, more_signers=[("GIÁM ĐỐC", "Trần Thị Bình")]
    )


@functools.cache
def annex(turn=0):
    """An annex in a file of its own: an empty page but for a pale grey line; turned if asked."""
    import pikepdf

    def draw(canvas, _line):
        canvas.setFillGray(0.9)
        canvas.rect(100, 300, 300, 5, stroke=0, fill=1)

    pdf = canvas_pdf(draw)
    if not turn:
        return pdf
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.pages[0].Rotate = turn
        document.save(buffer)
    return buffer.getvalue()


@functools.cache
def encrypted():
    import pikepdf

    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(draft())) as document:
        document.save(buffer, encryption=pikepdf.Encryption(owner="o", user="u"))
    return buffer.getvalue()


def found_places(pdf, **kwargs):
    return places.find_places(pdf, position=POSITION, name=NAME, **kwargs)


@functools.cache
def signature_png():
    return pictures.make_demo_signature(NAME)


@functools.cache
def seal_png():
    return pictures.make_demo_seal("UBND TỈNH GIA LAI", "H21")


@functools.cache
def prepared(**kwargs):
    return pades.prepare(draft(**kwargs), found_places(draft(**kwargs)))


@functools.cache
def signed_by_person():
    return pades.sign_person(prepared(), signer_of(person()), image_png=signature_png())


@functools.cache
def numbered():
    return pades.fill_number_and_date(signed_by_person(), number="15", day="23", month="11")


@functools.cache
def issued():
    """The whole document: person, number and date, agency."""
    return pades.sign_agency(numbered(), signer_of(agency()), seal_png=seal_png())


def roots():
    return [authority().root.cert, long_authority().root.cert]


def pdfsig(pdf):
    """Run poppler's ``pdfsig`` without a certificate database; gives its text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "signed.pdf"
        path.write_bytes(pdf)
        done = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, timeout=60, check=False)
        return done.stdout + done.stderr


def verdict(pdf, **options):
    """Check a file against the test authority; gives the whole result."""
    options.setdefault("trust_roots", roots())
    return validation.verify(pdf, **options)


def private_key_info(identity):
    """Give the key as pyHanko's SimpleSigner and DummyTimeStamper want it."""
    return asn1_keys.PrivateKeyInfo.load(
        identity.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


@functools.cache
def tsa():
    """Its certificate lasts longer than those of the people: its stamps prove something after these have run out."""
    return authority().issue_tsa(profile=dataclasses.replace(pki.TSA_PROFILE, days=10 * 365))


def timestamper(identity=None, **options):
    """A time stamping service inside the process."""
    identity = identity or tsa()
    return DummyTimeStamper(
        identity.asn1,
        private_key_info(identity),
        certs_to_embed=signers.certificate_store(identity.chain),
        **options,
    )


def update(pdf, change):
    """Append a revision: ``change`` gets pyHanko's writer."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


class Case(unittest.TestCase):
    """Adds an assertion on the code of an error. Not Odoo's own case: that one forbids HTTP, which fakes here serve."""

    def refused(self, code, function, *args, **kwargs):
        with self.assertRaises(SigningError) as caught:
            function(*args, **kwargs)
        self.assertEqual(caught.exception.code, code, caught.exception.message)
        return caught.exception
