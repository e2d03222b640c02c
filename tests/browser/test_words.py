"""What is shown to people is Vietnamese: every menu, list, form and dialog of every role, looked through for English.

A word is English when the sources of the terms (Odoo's and ours) have it and no Vietnamese text has it.
"""

import re
from pathlib import Path

import odoo.tools
import polib
import pytest
from office import session

ADDONS = Path(__file__).resolve().parents[2] / "addons"
ROLES = ("vanthu.snv", "lanhdao.snv", "truongphong.snv", "chuyenvien.snv", "luutru.snv", "quantri.snv", "admin")

# Names that are not translated: of people and things of the demo, formats, standards.
NAMES = frozenset(
    "administrator demo root edxml pdf url json xml csv xlsx docx sha uuid oauth token vpdt odoobot pkcs csc "
    "powerpoint john doe google places".split()
)

# Addresses, names of files and of the machine, values in braces, fingerprints: nothing that one reads.
NO_WORDS = re.compile(
    r"\./vpdt(?: [a-z-]+)*|\S+\.(?:pdf|docx|xlsx|zip|edxml|txt|png)\b|https?://\S+|\S+@\S+|<[\w.]+>\.\w+|\w+\.\w[\w.]*|\{[^}]*\}|(?<!\w)\.\w+|\b[\w+/]{25,}\b"
)

# Visible texts, and what a pointer or a screen reader is told; not what people have typed.
TEXTS = """() => {
    const found = new Set();
    const seen = (element) => element && element.offsetParent !== null;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (seen(parent) && !parent.closest("script, style, .o_vpdt_not_words")) {
            found.add(walker.currentNode.textContent.trim());
        }
    }
    for (const name of ["title", "placeholder", "aria-label", "data-tooltip", "alt"]) {
        for (const element of document.querySelectorAll(`body [${name}]`)) {
            if (seen(element)) found.add(element.getAttribute(name).trim());
        }
    }
    return [...found].filter(Boolean);
}"""


def tokens(text):
    """Words of ASCII letters in a text, in lower case; a Vietnamese syllable with marks is no such word."""
    text = NO_WORDS.sub(" ", text)
    return {word.lower() for word in re.findall(r"[^\W\d_]{3,}", text) if word.isascii()}


def english_words():
    """Words of the sources of all terms that no translation has."""
    core = Path(odoo.tools.__file__).parents[1] / "addons"
    files = [*ADDONS.glob("*/i18n*/vi.po")]
    files += [core / name / "i18n" / "vi.po" for name in ("base", "web", "mail", "hr", "base_import", "resource")]
    english, vietnamese = set(), set()
    for file in files:
        for entry in polib.pofile(str(file)):
            english |= tokens(entry.msgid)
            if not entry.msgstr.isascii():
                vietnamese |= tokens(entry.msgstr)
    return english - vietnamese


class Reader:
    """Somebody who reads every word of what he sees.

    :ivar found: {text: where it was first seen}, of texts with an English word
    """

    def __init__(self, words):
        self.words = words - NAMES
        self.found = {}

    def read(self, page, where):
        for text in page.evaluate(TEXTS):
            if tokens(text) & self.words:
                self.found.setdefault(text, where)


@pytest.fixture(scope="module")
def reader():
    return Reader(english_words())


def actions_of(page):
    """{id of the action: name of the menu} of all menus that the person has."""
    menus = page.evaluate("fetch('/web/webclient/load_menus').then((answer) => answer.json())")
    found, waiting = {}, list(menus["root"]["children"])
    while waiting:
        menu = menus[str(waiting.pop(0))]
        waiting += menu["children"]
        if menu.get("actionID"):
            found.setdefault(menu["actionID"], menu["name"])
    return found


def calm(page):
    """Wait until what was asked for is drawn."""
    page.wait_for_timeout(120)
    page.wait_for_function("!document.querySelector('.o_loading_indicator, .o_blockUI')")
    page.wait_for_timeout(30)


def close_dialogs(page):
    while page.locator(".modal").count():
        page.keyboard.press("Escape")
        page.wait_for_timeout(80)
        if page.locator(".modal .btn-close").count():
            page.locator(".modal .btn-close").last.click()
        page.wait_for_timeout(80)


def read_action(page, url, action, name, reader):
    """The list of a menu with its menus, a row of it, a new row."""
    page.goto(f"{url}/odoo/action-{action}")
    page.wait_for_selector(".o_action_manager > *, .modal")
    calm(page)
    reader.read(page, name)
    read_menus(page, name, reader)
    row = page.locator(".o_data_row .o_data_cell, .o_kanban_record:not(.o_kanban_ghost)").first
    if row.count():
        row.click(force=True)
        calm(page)
        read_form(page, f"{name}: form", reader)
    new = page.locator(".o_list_button_add:visible, .o-kanban-button-new:visible, .o_form_button_create:visible").first
    if new.count():
        new.click(force=True)
        calm(page)
        read_form(page, f"{name}: new", reader)


def read_menus(page, name, reader):
    for button in (".o_searchview_dropdown_toggler", ".o_cp_action_menus button"):
        toggler = page.locator(f"{button}:visible").first
        if toggler.count():
            toggler.click()
            page.wait_for_timeout(80)
            reader.read(page, f"{name}: {button}")
            page.keyboard.press("Escape")


def read_form(page, name, reader):
    reader.read(page, name)
    for tab in page.locator(".o_notebook_headers .nav-link:visible").all():
        tab.click()
        reader.read(page, f"{name}, {tab.inner_text()}")
    close_dialogs(page)


def test_nothing_in_english(browser, server, reader):
    known = set()
    for login in ROLES:
        with session(browser, server, login) as page:
            calm(page)
            reader.read(page, f"{login}: first page")
            page.click(".o_user_menu button")
            page.locator(".o-dropdown--menu").wait_for()
            reader.read(page, f"{login}: menu of the person")
            page.keyboard.press("Escape")
            for action, name in actions_of(page).items():
                if action not in known:
                    known.add(action)
                    read_action(page, server.url, action, f"{login}: {name}", reader)
    assert not reader.found, "\n".join(f"{where}: {text!r}" for text, where in sorted(reader.found.items()))
