"""Official documents from .docx templates (Nghị định 30/2020, Phụ lục III); no ORM.

The context is data, never a template: what a user typed is escaped, cleaned of
characters a .docx cannot hold, and written as it is, ``{{ 7 * 7 }}`` included.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from .rules import AGENCY_RULE, SUBJECT_RULE, set_rules
from .text import blocks_of, end, no_end, one_line, paragraphs, recognise

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Form:
    """One model form of Phụ lục III.

    :param label: Vietnamese, with the number of the form
    :param required: keys without which it cannot be filled in
    :param deciding: whether each paragraph of a text without "Điều" becomes an article
    :param based: whether it lays out legal bases (căn cứ) at the head of the text
    :param dated: whether it has place and date (ô 4)
    :param outline: what people fill in, one paragraph a line; words in brackets are refused on the paper
    """

    label: str
    required: tuple = ()
    deciding: bool = False
    based: bool = False
    dated: bool = True
    outline: tuple = ()


_DECISION = (
    "Căn cứ [văn bản quy định thẩm quyền, chức năng, nhiệm vụ]",
    "Căn cứ [văn bản về nội dung quyết định]",
    "Theo đề nghị của [người đề nghị]",
)
FORMS = {
    "cong_van": Form("Mẫu 1.5 – Công văn", ("recipients_main", "blocks")),
    "quyet_dinh": Form(
        "Mẫu 1.2, 1.3 – Quyết định",
        ("bases", "blocks"),
        deciding=True,
        based=True,
        outline=(
            *_DECISION,
            "QUYẾT ĐỊNH:",
            "Điều 1. [Nội dung quyết định]",
            "Điều 2. [Người thi hành] chịu trách nhiệm thi hành Quyết định này",
        ),
    ),
    "nghi_quyet": Form(
        "Mẫu 1.1 – Nghị quyết",
        ("bases", "blocks"),
        based=True,
        outline=(*_DECISION, "QUYẾT NGHỊ:", "Điều 1. [Nội dung nghị quyết]"),
    ),
    "van_ban_co_ten_loai": Form("Mẫu 1.4 – Văn bản có tên loại", ("type_name", "blocks"), based=True),
    "cong_dien": Form("Mẫu 1.6 – Công điện", ("recipients_main", "blocks")),
    "giay_moi": Form(
        "Mẫu 1.7 – Giấy mời",
        ("recipients_main", "blocks"),
        outline=(
            "Tới dự [tên cuộc họp]",
            "Chủ trì: [người chủ trì]",
            "Thời gian: [giờ, ngày họp]",
            "Địa điểm: [nơi họp]",
        ),
    ),
    "giay_gioi_thieu": Form(
        "Mẫu 1.8 – Giấy giới thiệu",
        ("blocks",),
        outline=(
            "Ông (bà) [họ và tên]",
            "Chức vụ: [chức vụ]",
            "Được cử đến: [cơ quan, tổ chức]",
            "Về việc: [nội dung công việc]",
            "Đề nghị Quý cơ quan tạo điều kiện để ông (bà) có tên ở trên hoàn thành nhiệm vụ.",
            "Giấy này có giá trị đến hết ngày [ngày hết hạn]",
        ),
    ),
    "bien_ban": Form(
        "Mẫu 1.9 – Biên bản",
        ("blocks",),
        dated=False,
        outline=(
            "Thời gian bắt đầu: [giờ, ngày bắt đầu]",
            "Địa điểm: [nơi họp]",
            "Thành phần tham dự: [thành phần]",
            "Chủ trì (chủ toạ): [người chủ trì]",
            "Thư ký (người ghi biên bản): [người ghi]",
            "Nội dung (theo diễn biến cuộc họp/hội nghị/hội thảo): [diễn biến]",
            "Cuộc họp (hội nghị, hội thảo) kết thúc vào [giờ, ngày kết thúc]",
        ),
    ),
    "giay_nghi_phep": Form(
        "Mẫu 1.10 – Giấy nghỉ phép",
        ("blocks",),
        outline=(
            "Xét Đơn đề nghị nghỉ phép ngày [ngày của đơn] của ông (bà) [họ và tên]",
            "[Tên cơ quan] cấp cho:",
            "Ông (bà): [họ và tên]",
            "Chức vụ: [chức vụ]",
            "Được nghỉ phép trong thời gian [số ngày] kể từ ngày [ngày đầu] đến hết ngày [ngày cuối] tại [nơi nghỉ].",
            "Số ngày nghỉ phép nêu trên được tính vào thời gian [thời gian nghỉ theo Bộ luật Lao động]",
        ),
    ),
    "van_ban_kem_theo": Form("Mẫu 1.3 – Văn bản kèm theo quyết định", ("type_name", "attached_to", "blocks")),
    "phu_luc": Form("Mẫu 2.1, 2.2 – Phụ lục", ("subject", "attached_to", "blocks")),
}
#: Forms of documents; the others are of annexes.
TEMPLATES = tuple(name for name in FORMS if name not in ("van_ban_kem_theo", "phu_luc"))

TEXTS = (
    "parent_agency",
    "agency",
    "notation",
    "subject",
    "place",
    "drafting_unit",
    "signer_name",
    "secretary_name",
    "other_title",
    "type_name",
    "authority",
    "urgency",
    "circulation",
    "drafter_mark",
    "address",
    "as_above",
    "attached_to",
    "annex_number",
)
LISTS = ("recipients_main", "recipients", "competence_lines", "bases", "articles", "body")

# Without these an official document is not one (Nghị định 30/2020, khoản 2 Điều 8).
REQUIRED = ("agency", "notation", "subject", "place", "competence_lines", "signer_name")
# Points: the columns of the templates, in which the text above a rule stands.
_COLUMNS = {AGENCY_RULE: 70 * 72 / 25.4, SUBJECT_RULE: 160 * 72 / 25.4}

_LISTED_AGAIN = ("cong_dien", "giay_moi")
_PLACEHOLDER = re.compile(r"\[[^\[\]\n]{2,80}\]")
_SUBJECT_OPENING = re.compile(r"^(V/v|Về việc)\s*:?\s+", re.IGNORECASE)
_SIGNING_FORM = re.compile(r"^(TM|KT|TL|TUQ|Q)\s*\.\s*", re.IGNORECASE)


class MissingValues(ValueError):
    """What a form cannot be without was not given.

    :param template_name: one of `FORMS`
    :param keys: keys of `TEXTS` and `LISTS` that have no value, or "blocks": no text is left for the body
    """

    def __init__(self, template_name, keys):
        super().__init__(f"The template {template_name!r} needs a value for: {', '.join(keys)}.")
        self.template_name = template_name
        self.keys = tuple(keys)


def placeholders():
    """The words in brackets that the outlines leave for people to fill in."""
    return sorted({word for form in FORMS.values() for words in form.outline for word in _PLACEHOLDER.findall(words)})


def render(template_name, context, source=None):
    """Return the .docx (bytes) of one of `FORMS` filled in with `context`.

    The keys are those of `TEXTS` (str; a line break in an agency's name is kept) and `LISTS` (lists of str); a missing
    optional key is empty. Number, day, month and year stay blank: they are filled in after the signature.

    :param source: path or binary file of an agency's own template for this form, in place of ours
    :raises MissingValues: a required key is missing or empty
    :raises ValueError: an unknown template or key, a value of the wrong type
    """
    if template_name not in FORMS:
        raise ValueError(f"There is no template {template_name!r}; there are: {', '.join(FORMS)}.")
    form, prepared = FORMS[template_name], prepare(context, template_name)
    required = (REQUIRED if template_name in TEMPLATES else ()) + form.required
    missing = [key for key in required if not prepared[key]]
    if missing:
        raise MissingValues(template_name, missing)
    prepared["type_name"] = prepared["type_name"] or "Quyết định"
    prepared["subject"] = _subject(template_name, prepared["subject"])
    return fill(source or FOLDER / f"{template_name}.docx", prepared)


def fill(source, prepared):
    """Return the .docx (bytes) of a template, a path or a binary file, with a context of `prepare`.

    For templates that an agency brings itself: they run in Jinja's sandbox and raise
    `ValueError` for what is no .docx, for a syntax error and for an unknown key.
    """
    try:
        document = DocxTemplate(source)
        document.render(prepared, SandboxedEnvironment(autoescape=True, undefined=StrictUndefined))
        set_rules(document.docx, _COLUMNS)
        result = io.BytesIO()
        document.save(result)
    except TemplateError as error:
        raise ValueError(f"The template cannot be filled in: {error}") from error
    except (zipfile.BadZipFile, KeyError) as error:
        raise ValueError(f"The template is not a .docx document: {error}") from error
    return result.getvalue()


def fields_of(content):
    """The names of the fields that a template (.docx, bytes) asks for.

    :return: set of str
    :raises ValueError: no .docx, or its fields cannot be read
    """
    try:
        return set(DocxTemplate(io.BytesIO(content)).get_undeclared_template_variables(SandboxedEnvironment()))
    except TemplateError as error:
        raise ValueError(f"The template cannot be filled in: {error}") from error
    except (zipfile.BadZipFile, SyntaxError, AttributeError, LookupError, TypeError) as error:
        raise ValueError(f"The template is not a .docx document: {error}") from error


def prepare(context, template_name="van_ban_co_ten_loai"):
    """Return the context as the templates want it: checked, cleaned, all keys present.

    ``blocks`` are the body or the articles, recognised as people write them (`text.recognise`); the bases end in ";"
    and the last in "." (Phụ lục I); `authority` (who decides, Mẫu 1.2) is made from signer and agency unless given.

    :raises ValueError: see `render`
    """
    _check(context)
    prepared = {key: one_line(str(context.get(key) or "")) for key in TEXTS}
    for key in ("parent_agency", "agency"):  # a long name may say where it breaks
        prepared[key] = "\n".join(paragraphs(context.get(key) or ""))
    prepared["agency_line"] = one_line(prepared["agency"])
    lists = {key: list(context.get(key) or []) for key in LISTS}
    prepared["recipients_main"] = [no_end(item) for item in _lines(lists["recipients_main"])]
    others = [no_end(item) for item in _lines(lists["recipients"])]
    if template_name in _LISTED_AGAIN:  # Mẫu 1.6, 1.7: whom it speaks to is not what "Như trên" says
        others = [*prepared["recipients_main"], *others]
    above = prepared["as_above"] or ("Như trên" if prepared["recipients_main"] else "")
    above = "" if template_name in _LISTED_AGAIN else above
    prepared["recipients"] = [above, *others] if above else others
    prepared["kept"] = ", ".join(filter(None, ("VT", prepared["drafting_unit"])))
    prepared["competence_lines"] = _lines(lists["competence_lines"])
    form = FORMS[template_name]
    text = recognise("\n".join(lists["body"]), number_articles=form.deciding, based=form.based)
    prepared["bases"] = _bases(lists["bases"] or text.bases)
    prepared["blocks"] = (form.deciding and _numbered(lists["articles"])) or text.blocks
    prepared["body"] = [block["text"] for block in prepared["blocks"]]
    prepared["authority"] = prepared["authority"] or text.authority or _authority(prepared)
    return prepared


def _numbered(articles):
    """Blocks of articles given one by one, each with its further paragraphs."""
    blocks = []
    for index, lines in enumerate(filter(None, map(paragraphs, articles)), start=1):
        first, *more = blocks_of(lines)
        blocks.append({"kind": "article", "lead": f"Điều {index}.", "text": first["text"]})
        blocks += more
    end(blocks)
    return blocks


def _check(context):
    unknown = sorted(set(context) - set(TEXTS) - set(LISTS))
    if unknown:
        raise ValueError(f"The templates know no {', '.join(map(repr, unknown))}.")
    for key in TEXTS:
        value = context.get(key)
        if value and not isinstance(value, str):
            raise ValueError(f"{key} must be text, not {type(value).__name__}.")
    for key in LISTS:
        value = context.get(key) or []
        if isinstance(value, str) or not all(isinstance(item, str) for item in value):
            raise ValueError(f"{key} must be a list of texts.")


def _lines(items):
    return [line for line in map(one_line, items) if line]


def _bases(items):
    bases = [no_end(item) for item in _lines(items)]
    return [f"{base};" for base in bases[:-1]] + [f"{base}." for base in bases[-1:]]


def _subject(template_name, subject):
    """Return the subject as its form has it: after "V/v" (Mẫu 1.5) or under the title."""
    if not subject:
        return subject
    if template_name == "cong_van":
        return _lowered(_SUBJECT_OPENING.sub("", subject))
    if template_name == "quyet_dinh" and subject[0].islower():
        return f"Về việc {subject}"
    return subject[0].upper() + subject[1:]


def _lowered(subject):
    """After "V/v" a subject goes on in small letters; a name or an abbreviation at its beginning stays."""
    first, _space, rest = subject.partition(" ")
    second = rest.partition(" ")[0]
    named = not first[1:].islower() or second[:1].isupper()
    return subject if named else subject[0].lower() + subject[1:]


def _authority(prepared):
    """Return who decides: the agency for TM., else the office of the signer in the agency."""
    agency = prepared["agency_line"]
    head = prepared["competence_lines"][0] if prepared["competence_lines"] else ""
    form = _SIGNING_FORM.match(head)
    if not head or (form and form.group(1).upper() == "TM"):
        return agency
    return f"{_SIGNING_FORM.sub('', head)} {agency}"
