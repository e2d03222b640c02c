"""Office files with words in them, made where they are needed; as small as LibreOffice still reads them."""

import io

import docx
import openpyxl

from .hostile_files import make_zip

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PML = "http://schemas.openxmlformats.org/presentationml/2006/main"
_DML = "http://schemas.openxmlformats.org/drawingml/2006/main"
_PPT = "application/vnd.openxmlformats-officedocument.presentationml"


def make_docx(*paragraphs, font=None):
    """Bytes of a .docx with these paragraphs; in Cambria, that of python-docx's template, when no font is named."""
    document, file = docx.Document(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if font:
        document.styles["Normal"].font.name = font
    document.save(file)
    return file.getvalue()


def make_xlsx(*rows):
    """Bytes of an .xlsx with these rows of cells."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def make_pptx(*slides):
    """Bytes of a .pptx with one text a slide."""
    numbers = range(1, len(slides) + 1)
    overrides = [("/ppt/presentation.xml", "presentation.main")]
    overrides += [(f"/ppt/slides/slide{n}.xml", "slide") for n in numbers]
    types = "".join(f'<Override PartName="{p}" ContentType="{_PPT}.{kind}+xml"/>' for p, kind in overrides)
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    ids = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in numbers)
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}">{default}{types}</Types>',
        "_rels/.rels": _relations([("rId1", "officeDocument", "ppt/presentation.xml")]),
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{_PML}" xmlns:r="{_OFFICE}"><p:sldIdLst>{ids}</p:sldIdLst>'
        '<p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>',
        "ppt/_rels/presentation.xml.rels": _relations((f"rId{n}", "slide", f"slides/slide{n}.xml") for n in numbers),
    }
    return make_zip({**members, **{f"ppt/slides/slide{n}.xml": _slide(slides[n - 1]) for n in numbers}})


def _relations(rows):
    lines = "".join(f'<Relationship Id="{i}" Type="{_OFFICE}/{kind}" Target="{to}"/>' for i, kind, to in rows)
    return f'<Relationships xmlns="{_RELATIONS}">{lines}</Relationships>'


def _slide(text):
    place = '<a:xfrm><a:off x="500000" y="500000"/><a:ext cx="8000000" cy="2000000"/></a:xfrm>'
    shape = f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="t"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr>{place}'
    shape += '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/>'
    shape += f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    group = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    tree = f"<p:cSld><p:spTree>{group}{shape}</p:spTree></p:cSld>"
    return f'<p:sld xmlns:p="{_PML}" xmlns:a="{_DML}" xmlns:r="{_OFFICE}">{tree}</p:sld>'
