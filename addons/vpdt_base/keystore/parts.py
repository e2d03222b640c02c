"""A key as words that can be printed, whole or in parts of which some are enough (SLIP-39, Shamir)."""

import hashlib
import itertools

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

_COLUMNS = 4
_FIELDS = {"name": "Khóa", "mark": "Dấu nhận biết", "parts": "Phần"}


class PartsError(Exception):
    """Words that give no key, or another one than their sheet says."""


def mark_of(key):
    """A short mark that tells keys apart and says nothing of them (the key is random, 256 bits).

    :param bytes key:
    """
    return hashlib.sha256(b"vpdt key mark:" + key).hexdigest()[:12]


def split(key, needed=1, count=1):
    """The words of each part.

    :param bytes key: 16 bytes or more, an even number
    :param needed: how many parts give the key back
    :param count: how many there are
    :return: list of str
    :raises PartsError: such parts cannot be made
    """
    if not 1 <= needed <= count <= 16 or (needed == 1 and count > 1):
        raise PartsError(f"{needed} of {count} parts: of several parts at least 2 are needed, 16 at most are made")
    try:
        words = generate_mnemonics(1, [(needed, count)], key)[0]
    except (MnemonicError, ValueError) as error:
        raise PartsError(str(error)) from error
    # what nobody has tried is no copy
    for chosen in itertools.islice(itertools.combinations(words, needed), 20):
        if combine_mnemonics(chosen) != key:
            raise PartsError("the parts do not give the key back")
    return words


def join(parts):
    """The key of enough parts.

    :param parts: list of str
    :return: bytes
    :raises PartsError: too few, or a word is wrong
    """
    try:
        return combine_mnemonics(parts)
    except (MnemonicError, ValueError) as error:
        raise PartsError(str(error)) from error


def sheet(name, title, key, words, number, needed, count, day):
    """The text of one part, to be printed and kept in a safe.

    :param name: "master" or "backup"
    :param title: what it is for
    :param number: of this part, from 1
    :param day: as it is to be printed
    """
    listed = words.split()
    rows = [
        "   ".join(
            f"{place + 1:>2} {word:<9}" for place, word in enumerate(listed) if place // _COLUMNS == row
        ).rstrip()
        for row in range(-(-len(listed) // _COLUMNS))
    ]
    rule = "Một mình tờ này đủ mở khóa." if needed == 1 else f"Cần {needed} trong {count} phần; một phần không nói gì."
    return (
        f"VPĐT – {title}\n\n{_FIELDS['name']}: {name}\n{_FIELDS['mark']}: {mark_of(key)}\n"
        f"{_FIELDS['parts']}: {number}/{count}\nNgày xuất: {day}\n\n{rule}\n"
        "Cất trong két, tách khỏi máy chủ và khỏi bản sao lưu. Lấy lại: ./vpdt keys import TỆP…\n\n"
        + "\n".join(rows)
        + "\n"
    )


def read_sheet(text):
    """What a sheet says.

    :return: (name, mark, words)
    :raises PartsError: it is none
    """
    head, found = {}, []
    for line in text.splitlines():
        label, colon, value = line.partition(":")
        if colon and label in _FIELDS.values():
            head[label] = value.strip()
        elif line.strip()[:1].isdigit():
            found += [word for word in line.split() if word.isalpha()]
    try:
        return head[_FIELDS["name"]], head[_FIELDS["mark"]], " ".join(found)
    except KeyError:
        raise PartsError("this is no sheet of ./vpdt keys export") from None
