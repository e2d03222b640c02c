"""Identifiers of organizations: the form of QĐ 20/2020/QĐ-TTg and the older one of QCVN 102:2016.

The form is told, never demanded: codes that break it are in live use on the exchange axis (`28.22.H17`,
`vxp.saas.03`), and which new code belongs to an old one is decided by the province, not by a formula.
"""

import re

MAX_LENGTH = 35  # Quyết định 20/2020/QĐ-TTg

_QD20 = re.compile(r"[A-Z][0-9]{2}(\.[0-9A-Z]+)*\Z")
_QCVN102 = re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}\Z")
_GROUPS = "ABCDEFGHIJK"


def follows_qd20(code):
    """Whether `code` has the form of QĐ 20/2020: groups of 0-9 and A-Z after a first one like H21, at most 35 long."""
    return len(code) <= MAX_LENGTH and bool(_QD20.match(code))


def follows_qcvn102(code):
    """Whether `code` has the strict 13-character form of QCVN 102:2016, like 000.00.15.H51."""
    return bool(_QCVN102.match(code))


def level_of(code):
    """The level that a code of QĐ 20/2020 says (`H21` 1, `H21.02` 2 …, deeper than 4 is 5), or None."""
    return min(code.count(".") + 1, 5) if follows_qd20(code) else None


def group_letter(code):
    """The letter A–K of the list of level 1 that a code of QĐ 20/2020 belongs to, or an empty string."""
    return code[0] if follows_qd20(code) and code[0] in _GROUPS else ""


def suggest_identifier(legacy):
    """The identifier that the rule of thumb gives for an old code, or an empty string; to be shown, never stored.

    The groups are read backwards and those of zeros left out: `000.03.05.H42` → `H42.05.03` (records.md §3, RECALLED).
    """
    if not follows_qcvn102(legacy):
        return ""
    return ".".join(group for group in reversed(legacy.split(".")) if set(group) != {"0"})
