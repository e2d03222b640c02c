"""Fill the untranslated terms of an exported .po from others; run with the Python of the venv (polib).

    python po_merge.py NEW.po KNOWN.po …

Odoo exports what the database knows: a term of the code that was added since has no translation there, though the file
of before may have one, or another file that somebody has prepared.
"""

import sys

import polib


def merge(target, sources):
    """Take translations for what has none in ``target`` from ``sources``, the first that has one.

    :param target: path of the .po that is written
    :param sources: paths of .po files
    :return: number of terms that are still without
    """
    exported = polib.pofile(target, wrapwidth=78)
    known = {}
    for source in sources:
        for entry in polib.pofile(source):
            if entry.msgstr:
                known.setdefault(entry.msgid, entry.msgstr)
    for entry in exported:
        entry.msgstr = known.get(entry.msgid) or entry.msgstr
    exported.save(target)
    return len([entry for entry in exported if not entry.msgstr])


if __name__ == "__main__":
    left = merge(sys.argv[1], sys.argv[2:])
    if left:
        print(f"{sys.argv[1]}: {left} terms are still to be translated")
