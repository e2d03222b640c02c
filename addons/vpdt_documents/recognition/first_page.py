"""Components of a document found in the text of its pages, in the two orders in which programs give a letter's head.

A reader of PDF gives the left column of the head and then the right one; a recogniser of scans gives line by line
across both. So what stands on the right (the motto, place and date) is cut out of each line first.
"""

import datetime
import re
from dataclasses import dataclass

from odoo.addons.vpdt_base.text import nfc, strip_marks

from .names import SURNAMES, official_case, person_case, title_case

_HEAD_LINES = 40
_MOST_SUBJECT_LINES = 6
_TITLE_LINE_LETTERS = 95  # a longer line is text of the letter, not the title of a decision
_SIGNER_LINES = 18  # between the title and the name: the room of signature and seal
MAX_NUMBER, MAX_NOTATION, MAX_SUBJECT = 11, 30, 500

_MOTTO = re.compile(
    r"c\S{1,3}ng h\S{1,2}a x\S ?h\S{1,2}i ch\S ngh\S{1,2}a vi\S{1,2}t nam|"
    r"d\S{1,2}c l\S{1,2}p\s*[-–—]?\s*t\S do\s*[-–—]?\s*h\S{1,2}nh ph\S{1,2}c|"
    r"d\S{1,2}ng c\S{1,2}ng s\S{1,2}n vi\S{1,2}t nam"
)
_DAY = re.compile(r"(?:[\w .'-]*[,.;]\s*)?ngay\s*([0-9oil]{1,2})\s*thang\s*([0-9oil]{1,2})\s*nam\s*([0-9oil]{4})")
_NUMBER = re.compile(
    r"^\W{0,3}s[o06]\s*[:;.,]?\s*(?P<number>\d{0,6}[a-z]{0,3}(?:-[a-z]{2,4}(?=/tu|/tw|/du))?)\s*/\s*"
    r"(?P<notation>[a-z0-9]+(?:\s?[-–—/&.]\s?[a-z0-9]+)*)"
)
_PARTY_NUMBER = re.compile(r"^\W{0,3}s[o06]\s*[:;.,]?\s*(?P<number>\d{1,6}-[a-z]{2,4})\s*/\s*(?P<notation>[a-z0-9-]+)")
_ABOUT = re.compile(r"^\W{0,3}(?:v\s*/\s*v|ve viec)\b\s*:?\s*")
_URGENCY = {"khan": "1", "thuong khan": "2", "hoa toc": "3", "hoa toc hen gio": "3"}
_SECRET = {"mat", "toi mat", "tuyet mat"}
_COMPLAINTS = ("don khieu nai", "don to cao", "don kien nghi", "don phan anh")
_TYPES = (
    "nghi quyet", "quyet dinh", "chi thi", "quy che", "quy dinh", "thong cao", "thong bao", "huong dan",
    "chuong trinh", "ke hoach", "phuong an", "de an", "du an", "bao cao", "bien ban", "to trinh", "hop dong",
    "cong dien", "ban ghi nho", "ban thoa thuan", "giay uy quyen", "giay moi", "giay gioi thieu", "giay nghi phep",
    "phieu gui", "phieu chuyen", "phieu bao", "thu cong", "luat", "nghi dinh", "thong tu", "thong tu lien tich",
)  # fmt: skip
_BODY = re.compile(
    r"^(?:kinh gui|can cu|thuc hien|theo |xet |de |ngay \d|dieu \d|[ivx]{1,4}\.|\d{1,2}[.)]|phan |chuong |tran trong|"
    r"hom nay|nham |trong |qua |tiep theo|vua qua|noi nhan|phuc dap|sau khi|-\s)"
)
#: Words that the name of an agency begins with; a line without one goes on with the line before it.
_AGENCY = re.compile(
    r"^(?:bo |so |ubnd|uy ban|hoi dong|hdnd|van phong|chi cuc|cuc |tong cuc|ban |phong |trung tam|truong |benh vien|"
    r"vien |cong ty|ngan hang|tap doan|tong cong ty|cong an|thanh tra|toa an|dang |dang uy|tinh uy|thanh uy|"
    r"huyen uy|lien doan|hoi |mat tran|bao hiem|kho bac|dai |bao |quy |"
    r"chinh phu|thu tuong|quoc hoi|kiem toan|hai quan|thue |doan |"
    r"bao tang|thu vien|nha |doi |dang bo|lien hiep|lien minh|hat |ho tich|buu dien|dien luc|vnpt|doan dai bieu)"
)
_TITLE = re.compile(
    r"(?:giam doc|chu tich|bo truong|thu truong|chanh van phong|truong phong|truong ban|cuc truong|vien truong|"
    r"hieu truong|vu truong|thu tuong|bi thu|chanh thanh tra|chanh an|thu truong co quan|tong thu ky|truong doan|"
    r"truong cong an|tong kiem toan nha nuoc|pho truong phong|chanh van phong)\s*$"
)
_CAPITAL = "A-ZĐÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĨŨƠƯẠ-Ỹ"
_PERSON = re.compile(rf"((?:[{_CAPITAL}][^\W\d_]*\s+){{1,4}}[{_CAPITAL}][^\W\d_]*)\W*$")


@dataclass(frozen=True)
class Recognised:
    """What a document says of itself; "" or None where nothing was found.

    ``date`` is that of the document; ``author`` the agency, ``superior`` the one above it in the head; ``type`` as the
    decree names it, "Công văn" for a letter; ``priority`` "1" to "3" for Khẩn, Thượng khẩn, Hỏa tốc; ``refusal``
    "secret" or "complaint" for what is not taken in as a document.
    """

    number: str = ""
    notation: str = ""
    date: datetime.date | None = None
    author: str = ""
    superior: str = ""
    type: str = ""
    subject: str = ""
    signer_name: str = ""
    signer_title: str = ""
    priority: str = ""
    refusal: str = ""


def plain(text):
    """Lower case without marks, letter by letter: places in it are places in ``text`` (NFC)."""
    return "".join((strip_marks(letter) or " ")[0] for letter in nfc(text)).lower()


def recognise(pages):
    """Read the components of a document.

    :param pages: text of its pages in their order (list of str)
    :return: Recognised
    """
    lines = _lines(pages[0] if pages else "")
    head = [_without_motto(line) for line in lines[:_HEAD_LINES]]
    number, notation, at = _number(head)
    authors = _authors(head[: at if at is not None else _end_of_names(head)])
    kind, subject = _subject(head)
    signer_name, signer_title = _signer([line for page in pages for line in _lines(page)])
    words = [plain(line).strip(" .*-") for line in head]
    return Recognised(
        number=number[:MAX_NUMBER],
        notation=notation[:MAX_NOTATION],
        date=_date(head),
        author=authors[-1] if authors else "",
        superior=authors[-2] if len(authors) > 1 else "",
        type=kind,
        subject=subject[:MAX_SUBJECT],
        signer_name=signer_name,
        signer_title=signer_title,
        priority=max((_URGENCY[word] for word in words if word in _URGENCY), default=""),
        refusal=_refusal(head, words),
    )


def _lines(text):
    lines = (re.sub(r"\s+", " ", nfc(line)).strip() for line in text.splitlines())
    return [line for line in lines if line]


def _without_motto(line):
    return _cut(line, _MOTTO.search(plain(line)))


def _cut(line, found):
    """``line`` without what was found in its plain form."""
    return (line[: found.start()] + " " + line[found.end() :]).strip() if found else line


def _number(head):
    """(number, notation, line that they stand in); of the first line that begins with “Số”."""
    for index, line in enumerate(head):
        letters = plain(line)
        if letters.startswith(("kinh gui", "can cu")):
            break
        found = _PARTY_NUMBER.match(letters) or _NUMBER.match(letters)
        if not found:
            continue
        number = line[found.start("number") : found.end("number")]
        notation = line[found.start("notation") : found.end("notation")]
        notation = _upper_part(notation)
        if notation:
            return number, notation, index
    return "", "", None


def _upper_part(text):
    """What is a notation of the words after “Số: 15/”: capitals and digits, the rest is place and date."""
    kept = []
    for word in text.split():
        if word != word.upper() or (kept and kept[-1][-1] not in "-–—/&" and word[0] not in "-–—/&"):
            break
        kept.append(word)
    return re.sub("[–—]", "-", "".join(kept)).strip("-/.")


def _date(head):
    """The date after the place (“Gia Lai, ngày 05 tháng 11 năm 2026”), else the first one in the head."""
    found = [match for line in head for match in [_DAY.search(plain(line))] if match]
    for match in sorted(found, key=lambda match: "," not in match.group(0)):
        day, month, year = (int(part.translate(str.maketrans("oil", "011"))) for part in match.groups())
        try:
            return datetime.date(year, month, day)
        except ValueError:
            continue
    return None


def _end_of_names(head):
    ends = (index for index, line in enumerate(head) if _BODY.match(plain(line)) or plain(line).strip() in _TYPES)
    return next(ends, len(head))


def _authors(lines):
    """Names of agencies in capitals, the superior one first; a name that runs over two lines is one."""
    names = []
    for line in lines:
        line = _cut(line, _DAY.search(plain(line))).strip(" *_-–—.|")
        letters = plain(line).strip()
        if not _is_capitals(line) or letters in _URGENCY or letters in _SECRET or letters in _TYPES:
            continue
        if _AGENCY.match(letters) or not names:
            names.append(line)
        else:
            names[-1] += f" {line}"
    return [official_case(name) for name in names if _AGENCY.match(plain(name))]


def _is_capitals(line):
    letters = [letter for letter in line if letter.isalpha()]
    return len(letters) > 2 and sum(letter.isupper() for letter in letters) >= 0.85 * len(letters)


def _subject(head):
    """(type, subject): below the title of the type, else after “V/v” of a letter."""
    for index, line in enumerate(head):
        letters = plain(line).strip(" .:")
        if letters in _TYPES and _is_capitals(line):
            words = _gather(head[index + 1 :])
            return official_case(line.strip(" .:")), _first_capital(_without_about(words))
        if _BODY.match(letters):
            break
    for index, line in enumerate(head):
        found = _ABOUT.match(plain(line))
        if found:
            words = _gather([line[found.end() :], *head[index + 1 :]])
            return ("Công văn", f"V/v {words}") if words else ("", "")
    return "", ""


def _gather(lines):
    """The lines of a subject as one: up to where the letter begins, or something else of the head stands."""
    kept = []
    for line in lines[:_MOST_SUBJECT_LINES]:
        rest = _cut(line, _DAY.search(plain(line))).strip()
        letters = plain(rest).strip(" .*-")
        if not letters and (kept or rest != line):
            continue
        stops = _BODY.match(letters) or letters in _URGENCY or letters in _SECRET or _is_capitals(rest)
        if stops or len(rest) > _TITLE_LINE_LETTERS or re.match(r"^[_\-–—]{3,}$", rest):
            break
        kept.append(rest)
    return " ".join(kept).strip(" _-–—")


def _without_about(words):
    found = _ABOUT.match(plain(words))
    return words[found.end() :] if found and plain(words).startswith("v/v") else words


def _first_capital(words):
    return words[:1].upper() + words[1:]


def _signer(lines):
    """(name, title) of the last block of signature: a title in capitals, and below it a person's name."""
    for index in range(len(lines) - 1, -1, -1):
        title = _title_at_end(lines[index])
        if not title:
            continue
        for line in lines[index + 1 : index + 1 + _SIGNER_LINES]:
            name = _person_at_end(line)
            if name:
                return name, title_case(title)
    return "", ""


def _title_at_end(line):
    """The title in capitals at the end of a line, without “KT.” and what stands to its left; or ""."""
    if not _TITLE.search(plain(line)):
        return ""
    words = line.split()
    kept = []
    while words and words[-1] == words[-1].upper() and any(letter.isalpha() for letter in words[-1]):
        kept.insert(0, words.pop())
    title = re.sub(r"^(?:(?:KT|TM|TL|TUQ|Q)\.?\s*)+", "", " ".join(kept))
    return title if len(title) > 4 else ""


def _person_at_end(line):
    found = _PERSON.search(line)
    if not found:
        return ""
    words = found.group(1).split()
    # what stands to the left in the same line may begin with a capital as well
    start = next((at for at, word in enumerate(words) if plain(word) in SURNAMES), None)
    if start is None or len(words) - start < 2:
        return ""
    name = " ".join(words[start:])
    if name == name.upper():
        return person_case(name) if not _TITLE.search(plain(name)) and not _AGENCY.match(plain(name)) else ""
    return name


def refusal_of(page):
    """What must not go by the exchange: "secret" or "complaint", "" for another document.

    :param page: text of its first page
    """
    head = [_without_motto(line) for line in _lines(page)[:_HEAD_LINES]]
    return _refusal(head, [plain(line).strip(" .*-") for line in head])


def _refusal(head, words):
    if any(word in _SECRET and line == line.upper() for word, line in zip(words, head, strict=True)):
        return "secret"
    return "complaint" if any(word.startswith(_COMPLAINTS) and _is_capitals(line)
                              for word, line in zip(words, head, strict=True)) else ""  # fmt: skip
