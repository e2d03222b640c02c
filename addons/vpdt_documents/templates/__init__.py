"""Official documents from .docx templates (Nghị định 30/2020, Phụ lục III); no ORM.

The context is data, never a template: what a user typed is escaped, cleaned of
characters a .docx cannot hold, and written as it is, ``{{ 7 * 7 }}`` included.
"""

import io
import re
import unicodedata
import zipfile
from pathlib import Path

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

FOLDER = Path(__file__).parent
TEMPLATES = ("cong_van", "quyet_dinh", "van_ban_co_ten_loai")

TEXTS = (
    "parent_agency",
    "agency",
    "notation",
    "subject",
    "place",
    "year",
    "drafting_unit",
    "signer_name",
    "type_name",
    "authority",
)
LISTS = ("recipients_main", "recipients", "competence_lines", "bases", "articles", "body")

# Without these an official document is not one (Nghị định 30/2020, khoản 2 Điều 8).
REQUIRED = ("agency", "notation", "subject", "place", "year", "competence_lines", "signer_name")
REQUIRED_BY_TEMPLATE = {
    "cong_van": ("recipients_main", "body"),
    "quyet_dinh": ("bases", "articles"),
    "van_ban_co_ten_loai": ("type_name", "body"),
}

# XML 1.0 cannot hold these; docxtpl would read some of them as page or paragraph breaks.
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ARTICLE_NUMBER = re.compile(r"^Điều\s+\d+\s*[.:]\s*", re.IGNORECASE)
_SUBJECT_OPENING = re.compile(r"^(V/v|Về việc)\s*:?\s+", re.IGNORECASE)
_SIGNING_FORM = re.compile(r"^(TM|KT|TL|TUQ|Q)\s*\.\s*", re.IGNORECASE)


def render(template_name, context):
    """Return the .docx (bytes) of one of `TEMPLATES` filled in with `context`.

    The keys are those of `TEXTS` (str; `year` may be an int; a line break in
    an agency's name is kept) and `LISTS` (lists of str);
    a missing optional key is empty. Number, day and month stay blank: they are filled in
    after the signature. Raises `ValueError`, saying what is wrong, for an unknown
    template, an unknown, missing or empty key, or a value of the wrong type.
    """
    if template_name not in TEMPLATES:
        raise ValueError(f"There is no template {template_name!r}; there are: {', '.join(TEMPLATES)}.")
    prepared = prepare(context)
    required = REQUIRED + REQUIRED_BY_TEMPLATE[template_name]
    missing = [key for key in required if not prepared[key]]
    if missing:
        raise ValueError(f"The template {template_name!r} needs a value for: {', '.join(missing)}.")
    prepared["type_name"] = prepared["type_name"] or "Quyết định"
    prepared["subject"] = _subject(template_name, prepared["subject"])
    return fill(FOLDER / f"{template_name}.docx", prepared)


def fill(source, prepared):
    """Return the .docx (bytes) of a template, a path or a binary file, with a context of `prepare`.

    For templates that an agency brings itself: they run in Jinja's sandbox and raise
    `ValueError` for what is no .docx, for a syntax error and for an unknown key.
    """
    try:
        document = DocxTemplate(source)
        document.render(prepared, SandboxedEnvironment(autoescape=True, undefined=StrictUndefined))
        result = io.BytesIO()
        document.save(result)
    except TemplateError as error:
        raise ValueError(f"The template cannot be filled in: {error}") from error
    except (zipfile.BadZipFile, KeyError) as error:
        raise ValueError(f"The template is not a .docx document: {error}") from error
    return result.getvalue()


def prepare(context):
    """Return the context as the templates want it: checked, cleaned, all keys present.

    Body and articles are split into paragraphs at line breaks; an article becomes
    ``{"text": …, "more": [paragraphs]}`` without its own "Điều n."; the bases end in ";"
    and the last in "." (Phụ lục I); the text ends in "./."; `authority` (who decides,
    Mẫu 1.2) is made from signer and agency unless given. Raises `ValueError`.
    """
    _check(context)
    prepared = {key: _one_line(str(context.get(key) or "")) for key in TEXTS}
    for key in ("parent_agency", "agency"):  # a long name may say where it breaks
        prepared[key] = "\n".join(_paragraphs(context.get(key) or ""))
    lists = {key: list(context.get(key) or []) for key in LISTS}
    prepared["recipients_main"] = [_no_end(item) for item in _lines(lists["recipients_main"])]
    prepared["recipients"] = [_no_end(item) for item in _lines(lists["recipients"])]
    prepared["competence_lines"] = _lines(lists["competence_lines"])
    prepared["bases"] = _bases(lists["bases"])
    prepared["body"] = _ended([part for item in lists["body"] for part in _paragraphs(item)])
    prepared["articles"] = _articles(lists["articles"])
    prepared["authority"] = prepared["authority"] or _authority(prepared)
    return prepared


def _check(context):
    unknown = sorted(set(context) - set(TEXTS) - set(LISTS))
    if unknown:
        raise ValueError(f"The templates know no {', '.join(map(repr, unknown))}.")
    for key in TEXTS:
        value = context.get(key)
        if value and not isinstance(value, str) and not (key == "year" and isinstance(value, int)):
            raise ValueError(f"{key} must be text, not {type(value).__name__}.")
    for key in LISTS:
        value = context.get(key) or []
        if isinstance(value, str) or not all(isinstance(item, str) for item in value):
            raise ValueError(f"{key} must be a list of texts.")


def _one_line(text):
    # Normal form C is the one of TCVN 6909:2001, which the decree asks for.
    return " ".join(unicodedata.normalize("NFC", _CONTROL_CHARACTERS.sub("", text)).split())


def _lines(items):
    return [line for line in map(_one_line, items) if line]


def _paragraphs(text):
    return _lines(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _no_end(text):
    return text.rstrip(" ;.,")


def _bases(items):
    bases = [_no_end(item) for item in _lines(items)]
    return [f"{base};" for base in bases[:-1]] + [f"{base}." for base in bases[-1:]]


def _ended(paragraphs):
    """Close the last paragraph with "./.", the mark of the end in the forms of Phụ lục III."""
    if paragraphs and not paragraphs[-1].endswith("./."):
        paragraphs = [*paragraphs[:-1], f"{paragraphs[-1].rstrip(' .')}./."]
    return paragraphs


def _articles(items):
    split = [_paragraphs(item) for item in items]
    split = [paragraphs for paragraphs in split if paragraphs]
    if split:
        split[-1] = _ended(split[-1])
    return [{"text": _ARTICLE_NUMBER.sub("", first), "more": more} for first, *more in split]


def _subject(template_name, subject):
    """Return the subject as its form has it: after "V/v" (Mẫu 1.5) or under the title."""
    if template_name == "cong_van":
        return _SUBJECT_OPENING.sub("", subject)
    if template_name == "quyet_dinh" and subject[0].islower():
        return f"Về việc {subject}"
    return subject[0].upper() + subject[1:]


def _authority(prepared):
    """Return who decides: the agency for TM., else the office of the signer in the agency."""
    agency = _one_line(prepared["agency"])
    head = prepared["competence_lines"][0] if prepared["competence_lines"] else ""
    form = _SIGNING_FORM.match(head)
    if not head or (form and form.group(1).upper() == "TM"):
        return agency
    return f"{_SIGNING_FORM.sub('', head)} {agency}"
