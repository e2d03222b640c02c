"""Journal, history and sharing in a real browser: no error in the console, on a laptop and on a phone."""

import io
import json
import subprocess
from pathlib import Path

import openpyxl
import pytest
from office import LAPTOP, PHONE, keep_picture, search, session, tick
from playwright.sync_api import expect

SUBJECT = "V/v kiểm tra công tác văn thư"

STORY = f"""
clerk = env['res.users'].search([('login', '=', 'vanthu.skhcn')])
env = env(user=clerk, context={{'allowed_company_ids': clerk.company_ids.ids, 'lang': 'vi_VN'}})
document = env['vpdt.incoming'].create({{'author_name': 'Bộ Nội vụ', 'subject': {SUBJECT!r}}})
document.action_register()
env.cr.commit()
env['vpdt.journal.seal'].sudo()._seal_now()
result = document.id
"""


@pytest.fixture(scope="module")
def document(server):
    """An incoming document of Sở Khoa học và Công nghệ, entered in the register, its rows sealed; its id."""
    return server.env_call(STORY)


def picture(page, name):
    keep_picture(page, f"journal-{name}")


def open_action(page, server, action, path=""):
    page.goto(f"{server.url}/odoo/action-{action}{path}")
    page.wait_for_selector(".o_action_manager > .o_action")


def dialog(page):
    return page.locator(".modal").last


def test_the_auditor_reads_and_exports(browser, server, document):
    with session(browser, server, "lanhdao.skhcn") as page:
        open_action(page, server, "vpdt_base.vpdt_journal_entry_action")
        rows = page.locator(".o_data_row", has_text=SUBJECT)
        expect(rows.first).to_be_visible()
        picture(page, "list")
        expect(page.locator(".o_data_row .text-bg-success").first).to_be_visible()
        with page.expect_response(lambda response: "web_search_read" in response.url):
            search(page, "kiểm tra công tác")
        expect(page.locator(".o_data_row", has_text=SUBJECT).first).to_be_visible()
        tick(page.locator("thead .o_list_record_selector input"))
        with page.expect_download() as caught:
            print_as(page, "Excel")
        book = openpyxl.load_workbook(io.BytesIO(Path(caught.value.path()).read_bytes()))
        texts = [str(cell.value) for row in book.active.iter_rows() for cell in row]
        assert any(SUBJECT in text for text in texts)
        rows.first.click()
        expect(page.locator(".o_form_view")).to_contain_text(SUBJECT)
        picture(page, "form")


def print_as(page, word):
    """The Print menu of a list with ticked rows."""
    page.locator(".o_cp_action_menus button", has_text="In").first.click()
    page.locator(".o-dropdown--menu .o_menu_item, .o-dropdown--menu .dropdown-item", has_text=word).first.click()


def test_the_auditor_sees_the_seals(browser, server, document):
    with session(browser, server, "lanhdao.skhcn") as page:
        open_action(page, server, "vpdt_base.vpdt_journal_seal_action")
        expect(page.locator(".o_data_row").first).to_be_visible()
        picture(page, "seals")


def test_the_auditor_on_a_phone(browser, server, document):
    with session(browser, server, "lanhdao.skhcn", PHONE) as page:
        open_action(page, server, "vpdt_base.vpdt_journal_entry_action")
        expect(page.locator(".o_kanban_record", has_text=SUBJECT).first).to_be_visible()
        picture(page, "phone")


@pytest.mark.parametrize(("name", "viewport"), [("laptop", LAPTOP), ("phone", PHONE)])
def test_history_of_a_document_in_words(browser, server, document, name, viewport):
    with session(browser, server, "vanthu.skhcn", viewport) as page:
        open_action(page, server, "vpdt_documents.vpdt_incoming_action", f"/{document}")
        press(page, "action_history", name)
        expect(dialog(page).locator(".o_vpdt_history li").first).to_contain_text("Văn thư Sở Khoa học và Công nghệ")
        expect(dialog(page)).to_contain_text("→")
        picture(page, f"history-{name}")


def press(page, action, name):
    """A button above the form; on a phone they are in a menu."""
    page.wait_for_selector(".o_form_view")
    if name == "phone":
        page.locator("button:has(.fa-bolt)").click()
    page.locator(f"button[name={action}]").click()


def test_sharing_waits_for_the_leader(browser, server, document):
    path = f"/{document}"
    with session(browser, server, "vanthu.skhcn") as page:
        open_action(page, server, "vpdt_documents.vpdt_incoming_action", path)
        page.click("button[name=action_share]")
        dialog(page).locator("div[name=user_id] input").fill("Chuyên viên Sở Khoa học")
        page.locator(".o-autocomplete--dropdown-item", has_text="Chuyên viên Sở Khoa học").first.click()
        dialog(page).locator("div[name=reason] textarea").fill("Phối hợp thực hiện")
        picture(page, "share")
        dialog(page).locator("footer button.btn-primary").click()
        expect(page.locator(".modal")).to_have_count(0)
    with session(browser, server, "lanhdao.skhcn") as page:
        open_action(page, server, "vpdt_base.vpdt_access_change_action")
        picture(page, "access-list")
        page.locator(".o_data_row", has_text=SUBJECT).click()
        page.click("button[name=action_confirm]")
        expect(page.locator("button[name=action_confirm]")).to_have_count(0)
        picture(page, "access-confirmed")
    with session(browser, server, "chuyenvien.skhcn") as page:
        open_action(page, server, "vpdt_documents.vpdt_incoming_action")
        expect(page.locator(".o_data_row", has_text=SUBJECT).first).to_be_visible()


def test_the_journal_of_the_server_is_sound(server, document):
    """What the browser did is sealed by the running server's database, and the command finds no damage."""
    root = Path(__file__).resolve().parents[2]
    sealed = server.env_call("result = len(env['vpdt.journal.seal']._seal_now())")
    assert sealed >= 0
    done = subprocess.run(
        [root / "vpdt", "journal", "verify", "--db", server.db, "--json"], capture_output=True, text=True, check=False
    )
    report = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, report["first_bad"]) == (0, None)
    assert report["sealed"] > 60
