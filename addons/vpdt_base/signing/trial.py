"""Opening a file in all the ways in which signing, placing and copying open it, to see what it does.

Runs in a child of :mod:`.isolation` only. What is broken is no trouble here: whoever opens it later says so in words.
What takes too long or too much memory does not come back from here, and that is told as well.
"""

import io

import pikepdf
import pypdfium2
from pyhanko.pdf_utils import generic

from . import alone, reading

MAX_PAGES = 5000  # a bound volume has some thousands
MAX_PAGE_CHARACTERS = 200_000  # the densest page of a table has a tenth
MAX_OBJECTS = 400_000  # the largest scans and drawings have a quarter
MAX_DEPTH = 60  # of the tree of pages and of that of fields: those who walk down them do so step by step
MAX_PIXELS = 600_000_000  # A0 at 600 dots an inch


def trouble(pdf):
    """Give the reason for which a file is not opened in the server, or ''.

    :param bytes pdf:
    :return: ``too_deep``, ``too_many_pages``, ``too_many_objects``, ``too_large_picture``, ``too_much_text`` or ''
    :raises MemoryError: it needs more than there is
    """
    for look in (_depth, _by_qpdf, _by_pdfium, _by_pyhanko):
        try:
            found = look(pdf)
        except MemoryError:
            raise
        except Exception:  # broken in whatever way
            found = ""
        if found:
            return found
    return ""


def _by_qpdf(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        if _is_deep([document.Root.Pages, *document.Root.get("/AcroForm", {}).get("/Fields", ())], pikepdf.Dictionary):
            return "too_deep"
        if len(document.pages) > MAX_PAGES:
            return "too_many_pages"
        if len(document.objects) > MAX_OBJECTS:
            return "too_many_objects"
        if any(_pixels(item) > MAX_PIXELS for item in document.objects):
            return "too_large_picture"
        for page in document.pages:
            page.cropbox, page.rotation  # noqa: B018 – read through the tree
        document.remove_unreferenced_resources()
        document.save(io.BytesIO())
    return ""


def _is_deep(roots, dictionary):
    """Whether trees of /Kids go on below :data:`MAX_DEPTH`, or have more nodes than a file may have objects.

    :param roots: their nodes, of either library
    :param dictionary: class of a node in that library
    """
    nodes, count = list(roots), 0
    for _level in range(MAX_DEPTH):
        nodes = [child for node in nodes if isinstance(node, dictionary) and "/Kids" in node for child in node["/Kids"]]
        nodes = [child.get_object() if isinstance(child, generic.IndirectObject) else child for child in nodes]
        count += len(nodes)
        if not nodes or count > MAX_OBJECTS:
            break
    return bool(nodes)


def _pixels(item):
    if not isinstance(item, pikepdf.Stream) or item.get("/Subtype") != "/Image":
        return 0
    return abs(int(item.get("/Width", 0)) * int(item.get("/Height", 0)))


def _by_pdfium(pdf):
    document = pypdfium2.PdfDocument(pdf)
    if len(document) > MAX_PAGES:
        return "too_many_pages"
    document.init_forms()
    for index in range(len(document)):
        page = document[index]
        text = page.get_textpage()
        if text.count_chars() > MAX_PAGE_CHARACTERS:
            return "too_much_text"
        text.close()
        page.close()
    _draw_last(document)
    for index in range(len(document)):
        page = document[index]
        pypdfium2.raw.FPDFPage_Flatten(page, 1)
        page.close()
    document.save(io.BytesIO())
    return ""


def _draw_last(document):
    """The end of the text on the last page is looked for in its picture (a copy on paper)."""
    page = document[len(document) - 1]
    page.render(scale=1, may_draw_forms=False)
    page.close()


def _depth(pdf):
    """Asked first: qpdf takes long over deep trees."""
    reader = reading.open_reader(pdf, strict=False)
    fields = (field for _reference, field in reading.form_fields(reader).values())
    return "too_deep" if _is_deep([reader.root["/Pages"], *fields], generic.DictionaryObject) else ""


def _by_pyhanko(pdf):
    reader = reading.open_reader(pdf)
    alone.require_whole(reader)
    return ""
