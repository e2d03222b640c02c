"""Citations of the law in sources, catalogues and documents: does the article exist, and is it written as officials do?

Known are the texts that were read; what cites another one is not judged. A citation that names no text is taken to be
of the one named last before it; where none is, it must be in the decree or in the regulation of a province.
"""

import re
from bisect import bisect_right

_DECREE_30 = """
1 2:1-2 3:1-17 4:1,2abcdđeg 5:1-2 6:1,2,3abcdđ 7 8:1,2abcdđeghi,3abcd,4 9 10:1-4 11:1-2 12:1-2 13:1-7 14:1-5
15:1abc,2,3 16:1,2ab,3 17:1ab,2 18:1,2,3,4ab,5,6 19:1ab,2abc 20:1-4 21:1abc,2abc 22:1,2,3ab,4 23:1-4 24:1-2
25:1abc,2ab,3ab,4 26 27:1-2 28 29:1ab,2abc,3,4abcd 30:1,2ab,3ab 31:1,2ab,3abcdđ 32:1,2abcd,3 33:1abcdđ,2 34:1-7
35:1,2abcdđeg 36:1,2abcd 37 38:1-2
"""
_DONG_THAP = """
1:1-2 2:1-4 3:1-2 4:1-7 5:1,2abcd,3abcd,4ab,5abc 6:1-8 7:1-4 8 9:1-2 10:1-2 11:1-4 12:1-4 13:1-2 14:1abcdđe,2abcdđ,3
15:1-2 16:1-2 17:1-7 18:1-7 19:1ab,2abcdđ,3-5 20:1-2 21:1-2
"""
_KON_TUM = """
1:1-4 2:1-5 3:1-4 4:1-3 5 6:1-5 7:1ab,2-4 8:1-3 9:1-2 10:1abc,2-3,4abcdđ,5ab 11:1,2abcd 12:1abcd,2abc,3abc,4,5abc,6 13
14:1-4 15:1-2 16:1-2 17:1-7 18:1-10 19 20 21:1abcd,2abcd,3ab,4abc,5
"""
_GIA_LAI_2026 = "1:1-2 2:1-4 3:1-4 4 5:1-6 6:1,2ab,3 7:1-5 8:1-7 9:1-4 10:1-7 11:1ab,2 12:1-7 13:1-2"
_GIA_LAI_2016 = """
1:1-2 2 3:1-9 4:1-3 5:1-3 6 7:1-2 8:1-3 9:1-5 10:1-3 11 12:1-4 13:1-5 14:1-6 15 16 17 18 19 20
"""
# Of these only what the specification quotes was read: more of them may be added here once it has been opened.
_READ = {
    "28/2018": "1:1-2 4 5:1-4 6:1-2 7:1,2,3c 8:1-2 9:1-2 10:1,2abcdđeghiklmnopq 11 14:1-4 19:1c",
    "68/2024": "1 2 7 29:1-5 31 32",
    "Dân sự": "147:1-3 148:1-6",
    "Lao động": "111:1-3 112:1-3",
}


def _table(text):
    """``{article: {clause: letters}}`` of a table written as above."""
    table = {}
    for word in text.split():
        article, _colon, clauses = word.partition(":")
        table[int(article)] = {}
        for clause in filter(None, clauses.split(",")):
            numbers, letters = re.match(r"([\d-]+)(.*)", clause).groups()
            first, _dash, last = numbers.partition("-")
            table[int(article)].update(dict.fromkeys(range(int(first), int(last or first) + 1), letters))
    return table


_WHOLE = {
    "30/2020": _DECREE_30,
    "04/2026": _DONG_THAP,
    "Kon Tum": _KON_TUM,
    "Gia Lai 2026": _GIA_LAI_2026,
    "443/2016": _GIA_LAI_2016,
}
LAWS = {name: _table(text) for name, text in (_WHOLE | _READ).items()}
UNNAMED = "no text is named"
# What a text that is named so may be.
_MAY_BE = {
    "Đồng Tháp": ("04/2026",),
    "Gia Lai 443/2016": ("443/2016",),
    "Gia Lai": ("443/2016", "Gia Lai 2026"),
    UNNAMED: ("30/2020", "04/2026"),
}
_CITATION = r"(?:điểm (?P<point>[a-zđ]) )?(?:khoản (?P<clause>\d+) )?Điều (?P<article>\d+)(?![\d.]*\d)"
_LAW = re.compile(
    r"(?:Nghị định|NĐ|Quyết định|QĐ|Thông tư|TT|Luật)(?: [Ll]ưu trữ)?(?: số)? (\d+/\d{4})|Bộ luật (Dân sự|Lao động)"
    r"|(Đồng Tháp|Kon Tum|Gia Lai(?: 2026| 443/2016)?)|Luật (?!\d)",
)
# A list of citations goes on up to the name of its law: "khoản 1 Điều 18, khoản 1 Điều 23 Nghị định số …".
_LAW_AFTER = re.compile(
    r"(?:(?:, | và | and |–|-|; )(?:điểm \w )?(?:khoản [\d, ]+(?:và \d+ )?)?(?:Điều )?\d+)*,? (?:của )?"
    r"(?:Quy chế )?(?:ban hành )?(?:kèm theo )?(?=" + _LAW.pattern + ")"
)
# "khoản 6 Điều 17 Quy chế": the regulation of the province at work, each has its own.
_OF_PROVINCE = re.compile(r" (?:của )?Quy chế(?! (?:ban hành|kèm theo))")
_OLD_STYLE = re.compile(r"Điều \d+(?:\.\d+)+(?:\.[a-zđ]\b)?|Điều \d+,? khoản \d+")


def complaints(text, shown):
    """What is wrong with the citations in a text.

    :param str text: of a source file, lines and all
    :param bool shown: people read it, so that it is written in the official order
    :return: pairs of line number and message
    """
    found, flat, starts = [], "", []
    for line in text.splitlines():  # what goes on in the next line, or in the next piece of a string, is one sentence
        starts.append(len(flat))
        flat += line.strip().strip('"#').strip() + " "
    laws = [(match.start(), _name(match)) for match in _LAW.finditer(flat)]
    for match in re.finditer(_CITATION, flat):
        law = _law_of(flat, match, laws)
        problem = _problem(law, match)
        if problem:
            found.append((bisect_right(starts, match.start()), f"{match.group()} ({law}): {problem}"))
    if shown:
        for match in _OLD_STYLE.finditer(flat):
            line = bisect_right(starts, match.start())
            found.append((line, f"{match.group()}: officials write “điểm d khoản 2 Điều 32”"))
    return found


def _name(match):
    return next((group for group in match.groups() if group), "another law")


def _law_of(text, citation, laws):
    if after := _LAW_AFTER.match(text, citation.end()):
        name = _name(_LAW.match(text, after.end()))
    elif _OF_PROVINCE.match(text, citation.end()):
        name = "the province's own"
    else:
        before = [name for start, name in laws if citation.start() - 300 < start < citation.start()]
        name = before[-1] if before else UNNAMED
    return name


def _problem(law, match):
    if law in _MAY_BE:
        problems = [_problem(one, match) for one in _MAY_BE[law]]
        return problems[0] if all(problems) else ""
    articles = LAWS.get(law)
    if articles is None:
        return ""
    article, clause = int(match["article"]), int(match["clause"] or 0)
    if article not in articles:
        return "there is no such article, or nobody has read it yet (tools/vpdt_cli/citations.py)"
    if clause and clause not in articles[article]:
        return "there is no such khoản"
    if match["point"] and match["point"] not in articles[article].get(clause, ""):
        return "there is no such điểm"
    return ""
