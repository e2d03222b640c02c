"""PDF files with text, and scans of them, made where they are needed; no ORM."""

import io

import pypdfium2
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

FONT = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"


def text_pdf(*pages):
    """A PDF of A4 pages, each with the lines of one str."""
    pdfmetrics.registerFont(TTFont("VpdtTest", FONT))
    file = io.BytesIO()
    page = canvas.Canvas(file, pagesize=(595, 842))
    for text in pages:
        page.setFont("VpdtTest", 20)
        for number, line in enumerate(text.splitlines()):
            page.drawString(60, 760 - 30 * number, line)
        page.showPage()
    page.save()
    return file.getvalue()


def picture(text, kind="JPEG"):
    """A scan at 150 dpi of one page with ``text``: JPEG, PNG, TIFF, or PDF without any text."""
    image = pypdfium2.PdfDocument(text_pdf(text))[0].render(scale=150 / 72).to_pil()
    file = io.BytesIO()
    image.save(file, kind, **({"resolution": 150} if kind == "PDF" else {"dpi": (150, 150)}))
    return file.getvalue()
