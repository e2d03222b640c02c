"""Small things that tests of several addons are made of."""

import io

from reportlab.pdfgen.canvas import Canvas


def tiny_pdf(text="Test"):
    """A PDF of one page with one line of ASCII text (bytes)."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(100, 700, text)
    canvas.save()
    return buffer.getvalue()
