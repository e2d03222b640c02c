"""A person at the screen of VPĐT: logs in, fills in forms, presses steps, sees what there is to see.

Each person has a browser session of his own. Every error of the console, every exception on a page and every answer of
400 and above is noted in ``errors``; a test ends on ``assert not person.errors``.
"""

import os
import re
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
LAPTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
PATIENCE = 120_000  # milliseconds, for a machine that is busy and has just begun

# What is taken away when somebody else sits down; what was fetched stays.
KEPT_BY_PAGES = "cookies,local_storage,indexeddb,cache_storage,service_workers,file_systems"

# Pictures that are in sight; those further down or on the other side of a phone are loaded when one comes to them.
IMAGES_ARE_THERE = """() => [...document.images].every(
    (image) => image.complete || !image.offsetParent || image.getBoundingClientRect().top > window.innerHeight)"""

expect.set_options(timeout=PATIENCE)


def pictures_folder():
    """Where pictures of screens go (for ``./vpdt screenshots``); it is there."""
    folder = os.environ.get("VPDT_SCREENSHOTS")
    folder = Path(folder) if folder else Path(__file__).resolve().parents[2] / ".data" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def add_row(page, field):
    """Add a row to the list of a field and give it back; pressed again where the page moved under the pointer."""
    rows = page.locator(f"[name={field}] .o_data_row")
    before = rows.count()
    for _ in range(5):
        page.locator(f"[name={field}] .o_field_x2many_list_row_add a").first.click()
        try:
            expect(rows).to_have_count(before + 1, timeout=PATIENCE // 5)
            rows.and_(page.locator(".o_selected_row")).last.wait_for(timeout=PATIENCE // 5)
        except (AssertionError, PlaywrightTimeout):
            continue
        return rows.last
    raise AssertionError(f"no row comes to {field}, however often one asks for it")


class Person:
    """One user with a browser session of his own."""

    def __init__(self, browser, url, login, password, size=LAPTOP):
        self.url = url
        self.login = login
        self.errors = []
        self.context = browser.new_context(viewport=size, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.errors.append(f"{login}: {error}"))
        self.page.on("response", self._on_response)
        log_in(self.page, url, login, password)

    def _on_console(self, message):
        if message.type == "error":
            self.errors.append(f"{self.login}: {message.text} {message.location.get('url', '')}")

    def _on_response(self, response):
        if response.status >= 400:
            self.errors.append(f"{self.login}: {response.status} {response.url}")

    # Going somewhere -------------------------------------------------------------------------------------------------

    def open(self, action, record=""):
        """Open an action by its XML id, and a record of it by its id or ``new``."""
        self.page.goto(f"{self.url}/odoo/action-{action}{f'/{record}' if record else ''}")
        self.page.wait_for_selector(".o_form_view" if record else ".o_action .o_content")

    def open_row(self, text):
        """Press the row of a list (the card on a phone) that has ``text``."""
        row = self.page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)").filter(has_text=text).first
        row.click()
        self.page.wait_for_selector(".o_form_view")

    @property
    def record_id(self):
        """Id of the record that is open, from the address."""
        return int(re.search(r"/(\d+)$", self.page.url.partition("?")[0]).group(1))

    # Filling in ------------------------------------------------------------------------------------------------------

    def field(self, name, scope=None):
        """The widget of a field."""
        return (scope or self.page).locator(f".o_field_widget[name={name}]").first

    def write(self, name, text, scope=None):
        """Type into a field for text."""
        self.field(name, scope).locator("input, textarea").first.fill(text)

    def choose(self, name, text, scope=None):
        """Pick the record that has ``text``, typed without marks as people do."""
        box = self.field(name, scope).locator("input").first
        box.click()
        box.fill(text)
        items = self.page.locator(".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)")
        items.filter(has_text=text).first.click()

    def pick(self, name, label, scope=None):
        """Pick a value of a selection."""
        widget = self.field(name, scope)
        box = widget.locator("input, select").first
        if box.evaluate("element => element.tagName") == "SELECT":
            box.select_option(label=label)
            return
        box.click()
        self.page.locator(".o_select_menu_item").filter(has_text=label).first.click()

    def add_line(self, field):
        """Add a row to the list of a field and give it back."""
        return add_row(self.page, field)

    def tab(self, name):
        """Turn to a page of the notebook."""
        self.page.get_by_role("tab", name=name).click()

    # Steps -----------------------------------------------------------------------------------------------------------

    def step(self, name):
        """The button of a step, by the name of its method."""
        return self.page.locator(f".o_form_view button[name={name}]").first

    def press_beside(self, name):
        """Press a button of the row above the form; those that have no room are behind "More"."""
        more = self.page.locator(".o_form_view .o_button_more").first
        button = self.page.locator(f"button[name={name}]:visible").first
        expect(button.or_(more).first).to_be_visible()
        if not button.count():
            more.click()
        button.click()

    def press(self, name, state=None):
        """Press a step and wait until the document shows ``state``."""
        self.step(name).click()
        if state:
            self.sees_state(state)

    def take(self, name, words):
        """Press a step that asks for words first, write them and confirm."""
        self.step(name).click()
        dialog = self.page.locator(".modal").last
        self.write("text", words, dialog)
        dialog.locator("button[name=action_confirm]").click()

    def give_reason(self, name, words):
        """Press a step that wants a reason, write it and confirm."""
        self.step(name).click()
        self.page.fill("#vpdt_reason", words)
        self.page.locator(".modal-footer .btn-primary").last.click()

    def sees_state(self, state):
        """Wait until the document has come to ``state``, as its bar says."""
        bar = self.page.locator(".o_field_widget[name=state]")
        expect(bar.locator(".o_arrow_button_current, .badge").first).to_have_text(state)

    def sign(self, passphrase):
        """Type the passphrase into the open signing dialog."""
        self.page.fill(".o_vpdt_sign input[type=password]", passphrase)
        self.page.click(".o_vpdt_sign .o_vpdt_confirm")

    def sees(self, text, scope="body"):
        """Wait until ``text`` is on the page."""
        expect(self.page.locator(scope)).to_contain_text(text)

    def message(self):
        """The text of the error dialog; closes it."""
        dialog = self.page.locator(".modal:has(.o_error_dialog), .modal-content").last
        dialog.wait_for()
        text = dialog.locator(".modal-body").inner_text()
        dialog.locator(".modal-footer button, .btn-close").first.click()
        return text

    def picture(self, name):
        """Leave a picture of the page (for ``./vpdt screenshots``)."""
        folder = pictures_folder()
        self.page.wait_for_function(IMAGES_ARE_THERE)
        self.page.wait_for_timeout(300)  # what fades in or out has done so
        self.page.screenshot(path=folder / f"{name}.png")


class Office:
    """The browser, and who sits before it."""

    def __init__(self, browser, server):
        self._browser = browser
        self._server = server
        self.people = []

    def person(self, login, size=LAPTOP):
        """A new session of one of the demo's accounts."""
        account = next(a for a in self._server.accounts if a["login"] == login)
        person = Person(self._browser, self._server.url, login, account["password"], size)
        self.people.append(person)
        return person

    @property
    def errors(self):
        """What went wrong on the screens of all people so far."""
        return [error for person in self.people for error in person.errors]


@contextmanager
def chromium():
    """Debian's Chromium, closed at the end with everybody's session."""
    with sync_playwright() as playwright:
        # of ./vpdt test --clock the pages see the time, and not the program itself
        variables = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], env=variables)
        if os.environ.get("VPDT_CLOCK_OFFSET"):
            _shift_clock(browser, int(os.environ["VPDT_CLOCK_OFFSET"]) * 1000)
        _use_contexts_again(browser)
        try:
            yield browser
        finally:
            browser.close()


def _shift_clock(browser, milliseconds):
    """Let the pages of all later contexts see another time; their timers go as ever."""
    script = f"""
        const real = Date;
        globalThis.Date = class extends real {{
            constructor(...parts) {{ parts.length ? super(...parts) : super(real.now() + {milliseconds}); }}
            static now() {{ return real.now() + {milliseconds}; }}
        }};
    """
    new_context = browser.new_context

    def shifted(**options):
        context = new_context(**options)
        context.add_init_script(script)
        return context

    browser.new_context = shifted


def _use_contexts_again(browser):
    """A context that is closed waits, empty, for who asks for one like it: the programs of the pages, fetched and
    compiled, stay in it; sign-in, permissions and all that pages have kept do not."""
    make, free = browser.new_context, {}

    def new_context(**options):
        alike = free.setdefault(str(sorted(options.items())), [])
        if alike:
            return alike.pop()
        context = make(**options)
        end = context.close

        def leave():
            if context in alike:
                return
            try:
                _forget(context)
                alike.append(context)
            except PlaywrightError:  # a page that hangs takes its context with it
                end()

        context.close = leave
        return context

    browser.new_context = new_context


def _forget(context):
    """Close the pages of a context, and leave nothing of whoever sat before it."""
    origins = {f"{address.scheme}://{address.netloc}" for address in (urlsplit(page.url) for page in context.pages)}
    for page in context.pages[1:]:
        page.close()
    for page in context.pages:
        page.goto("about:blank")
        storage = context.new_cdp_session(page)
        for origin in origins:
            if origin.startswith("http"):
                storage.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": KEPT_BY_PAGES})
        page.close()
    context.clear_cookies()
    context.clear_permissions()


@contextmanager
def session(browser, server, login=None, viewport=LAPTOP, password=None):
    """A page; an error in its console fails the test.

    :param login: of the account that is signed in, or None for a stranger
    :param password: of an account that is not one of the demo's
    """
    context = browser.new_context(viewport=viewport, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    if login:
        passwords = {account["login"]: account["password"] for account in server.accounts}
        log_in(page, server.url, login, password or passwords[login])
    yield page
    context.close()
    assert not errors, errors


def log_in(page, url, login, password):
    """Sign in and wait for the first page."""
    page.goto(f"{url}/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")


def search(page, words):
    """Type into the search of a list and press Enter when it offers where to look."""
    page.fill(".o_searchview_input", words)
    page.locator(".o_searchview_autocomplete", has_text=words).wait_for()
    page.keyboard.press("Enter")


def tick(box):
    """Tick a box as a person does: look whether it stays, for a list that is read anew forgets what was ticked."""
    for _attempt in range(5):
        box.click()
        try:
            expect(box).to_be_checked(timeout=5_000)
            return
        except AssertionError:
            continue
    expect(box).to_be_checked()


def keep_picture(page, name):
    """Keep a screenshot when ``VPDT_SCREENSHOTS`` names a folder."""
    if folder := os.environ.get("VPDT_SCREENSHOTS"):
        page.wait_for_timeout(400)  # what fades in has done so
        page.screenshot(path=Path(folder) / f"{name}.png")
