"""What is shown to people is Vietnamese: every menu, list, form and dialog of every role, looked through for English.

What opens from a record in one state or another is read without a browser: vpdt_base/tests/word_sweep.py.
"""

import pytest
from office import session

from odoo.addons.vpdt_base.tests.words import english_in

ROLES = ("vanthu.snv", "lanhdao.snv", "truongphong.snv", "chuyenvien.snv", "luutru.snv", "quantri.snv", "admin")

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


class Reader:
    """Somebody who reads every word of what he sees.

    :ivar found: {text: where it was first seen}, of texts with an English word
    """

    def __init__(self):
        self.found = {}

    def read(self, page, where):
        for text in page.evaluate(TEXTS):
            if english_in(text):
                self.found.setdefault(text, where)


@pytest.fixture(scope="module")
def reader():
    return Reader()


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


def dialogs_of(server):
    """Names of the models whose forms open as dialogs and that need nothing but themselves, and their titles."""
    return server.env_call("""
forms = set(env["ir.ui.view"].search([("type", "=", "form")]).mapped("model"))
names = [name for name in sorted(env) if name.startswith("vpdt.") and env[name]._transient and name in forms]
result = {name: env["ir.model"]._get(name).with_context(lang="vi_VN").name for name in names}
""")


def test_no_dialog_in_english(browser, server):
    found = Reader()
    with session(browser, server, "admin") as page:
        calm(page)
        for model, title in dialogs_of(server).items():
            action = {"type": "ir.actions.act_window", "name": title, "res_model": model, "target": "new"}
            action |= {"views": [[False, "form"]]}
            page.evaluate("(action) => void odoo.__WOWL_DEBUG__.root.env.services.action.doAction(action)", action)
            page.locator(".modal .o_form_view, .modal .o_error_dialog").first.wait_for()
            calm(page)
            read_form(page, model, found)
    assert not found.found, "\n".join(f"{where}: {text!r}" for text, where in sorted(found.found.items()))
