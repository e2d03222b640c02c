"""The checks of ./vpdt lint that are our own."""

import pytest
from vpdt_cli import lint, po_check


@pytest.mark.parametrize(
    "content",
    [
        b"<odoo>\n    <record id='a'>\n        <field name='b'>c</field>\n    </record>\n</odoo>\n",
        b"<?xml version='1.0'?>\n<odoo>\n    <!-- x -->\n    <menuitem id='a'\n              name='b'/>\n</odoo>\n",
        b"<odoo>\n    <p>text <b>bold</b>\n    </p>\n</odoo>\n",
    ],
)
def test_good_xml(content):
    assert lint.xml_complaints(content) == []


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"<odoo>\n  <data/>\n</odoo>\n", 2, "expected 4"),
        (b"<odoo>\n    <data>\n  </data>\n</odoo>\n", 3, "expected 4"),
        (b"<odoo>\n    <data>\n</odoo>\n", 3, "not well-formed"),
    ],
)
def test_bad_xml(content, line, words):
    [(found_line, text)] = lint.xml_complaints(content)
    assert found_line == line and words in text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a \n", "blanks"),
        (b"a\r\n", "Windows"),
        (b"a", "no newline"),
        ("văn bản\n".encode("utf-16"), "not UTF-8"),
    ],
)
def test_bad_text(content, words):
    [(_line, text)] = lint.text_complaints(content)
    assert words in text


def test_good_text():
    assert lint.text_complaints("văn bản đi\n".encode()) == []


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('msgid "Register"\nmsgstr ""\n', "not translated"),
        ('#, fuzzy\nmsgid "Register"\nmsgstr "Sổ"\n', "fuzzy"),
        ('msgid "Number %s"\nmsgstr "Số"\n', "placeholders"),
        ('msgid "At %(place)s"\nmsgstr "Tại %(noi)s"\n', "placeholders"),
        ('msgid "A"\nmsgstr "B"\n\nmsgid "A"\nmsgstr "C"\n', "the same term"),
        ('#~ msgid "Old"\n#~ msgstr "Cũ"\n', "obsolete"),
    ],
)
def test_bad_translations(tmp_path, entry, words):
    file = tmp_path / "vi.po"
    file.write_text(f'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n{entry}', encoding="utf-8")
    assert any(words in line for line in po_check.complaints(str(file)))


def test_good_translations(tmp_path):
    file = tmp_path / "vi.po"
    file.write_text('msgid "Number %(number)s of %(year)s"\nmsgstr "Số %(number)s năm %(year)s"\n', encoding="utf-8")
    assert list(po_check.complaints(str(file))) == []
