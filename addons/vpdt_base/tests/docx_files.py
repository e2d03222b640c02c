"""Small .docx files written part by part, for what a word processor leaves in them."""

import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_PAGE = '<w:sectPr>%s<w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
WHO = 'w:author="A" w:date="2026-11-20T08:00:00Z"'

#: Kind of a part → its root element.
_ROOTS = {"header": "hdr", "footer": "ftr", "footnotes": "footnotes", "endnotes": "endnotes", "comments": "comments",
          "settings": "settings"}  # fmt: skip


def run(text):
    """A run with a text."""
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def inserted(inner):
    """What somebody inserted."""
    return f'<w:ins w:id="1" {WHO}>{inner}</w:ins>'


def deleted(text):
    """A text that somebody deleted."""
    return f'<w:del w:id="2" {WHO}><w:r><w:delText xml:space="preserve">{text}</w:delText></w:r></w:del>'


def paragraph(*inner, mark=""):
    """A paragraph; ``mark`` is put on its end, for example ``<w:del …/>``."""
    properties = f"<w:pPr><w:rPr>{mark}</w:rPr></w:pPr>" if mark else ""
    return f"<w:p>{properties}{''.join(inner)}</w:p>"


def field(code, shown):
    """A field with its code and the text that was shown last."""

    def char(kind):
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    instruction = (
        code if code.startswith("<") else f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    )
    return char("begin") + instruction + char("separate") + shown + char("end")


def docx(*body, doctype="", **parts):
    """Bytes of a .docx.

    :param body: XML of what is in the body
    :param doctype: put before the root of the body
    :param parts: kind → XML inside that part: header, footer, footnotes, endnotes, comments, settings
    """
    names = {"document": "word/document.xml", **{kind: f"word/{kind}.xml" for kind in parts}}
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{_WORD}.{"document.main" if kind == "document" else kind}+xml"/>'
        for kind, name in names.items()
    )
    relations = "".join(
        f'<Relationship Id="rId{index}" Type="{_OFFICE}/{kind}" Target="{kind}.xml"/>'
        for index, kind in enumerate(parts)
    )
    kinds = list(parts)
    references = "".join(
        f'<w:{kind}Reference w:type="default" r:id="rId{kinds.index(kind)}"/>'
        for kind in ("header", "footer")
        if kind in parts
    )
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/vnd.'
        f'openxmlformats-package.relationships+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{doctype}<w:document xmlns:w="{W}" xmlns:r="{_OFFICE}"><w:body>{"".join(body)}'
        f"{_PAGE % references}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>',
        **{names[kind]: f'<w:{_ROOTS[kind]} xmlns:w="{W}">{inner}</w:{_ROOTS[kind]}>' for kind, inner in parts.items()},
    }
    return zipped(members)


def zipped(members):
    """Bytes of a ZIP with these members, name → text."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return file.getvalue()


def members_of(content):
    """Name → bytes of what is in a ZIP."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def tracked():
    """9.000.000 became 5.000.000, with one comment."""
    return docx(
        paragraph(run("Mức hỗ trợ là "), deleted("9.000.000 đồng"), inserted(run("5.000.000 đồng")), run(" mỗi hộ.")),
        paragraph(
            '<w:commentRangeStart w:id="0"/>', run("Tổ chức thực hiện."), '<w:commentRangeEnd w:id="0"/>',
            '<w:r><w:commentReference w:id="0"/></w:r>',
        ),
        comments='<w:comment w:id="0" w:author="B"><w:p><w:r><w:t>Xem lại</w:t></w:r></w:p></w:comment>',
    )  # fmt: skip


def volatile():
    """A date and a file name that Word fills in."""
    return docx(
        paragraph(run("Gia Lai, ngày "), field('DATE \\@ "dd/MM/yyyy"', run("05/01/2024"))),
        paragraph(run("Tệp: "), f'<w:fldSimple w:instr=" FILENAME ">{run("Du thao lan 3.docx")}</w:fldSimple>'),
        paragraph(run("Trang "), field("PAGE", run("1"))),
    )
