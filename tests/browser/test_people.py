"""People and authority, calendar and pasted text in a real browser, on a laptop and a phone; no console error."""

import pytest
from office import LAPTOP, PHONE, keep_picture, session
from playwright.sync_api import expect

PASSAGE_TCVN3 = "VÒ viÖc tæ chøc héi nghÞ c¸n bé, c«ng chøc"
PASSAGE = "Về việc tổ chức hội nghị cán bộ, công chức"


def picture(page, name):
    keep_picture(page, f"people-{name}")


def open_action(page, server, action, path=""):
    page.goto(f"{server.url}/odoo/action-{action}{path}")
    page.wait_for_selector(".o_action_manager > .o_action")


def choose(page, field, words):
    """Pick the first proposal of a many2one for `words`."""
    page.fill(f"div[name={field}] input", words)
    page.locator(".o-autocomplete--dropdown-item", has_text=words).first.click()


def test_a_leader_delegates_his_signature(browser, server):
    with session(browser, server, "lanhdao.skhcn") as page:
        open_action(page, server, "vpdt_base.vpdt_delegation_action", "/new")
        choose(page, "deputy_id", "Trưởng phòng Sở Khoa học")
        page.check("div[name=may_sign] input")
        choose(page, "type_ids", "Thông báo")
        page.fill("div[name=date_to] input", "31/12/2099")
        page.keyboard.press("Tab")
        page.click("button[name=action_activate]")
        # without the written document it is refused, in words
        expect(page.locator(".o_error_dialog, .modal, .o_notification").last).to_contain_text("khoản 3 Điều 13")
        page.keyboard.press("Escape")
        page.fill("div[name=document_code] input", "05/GUQ-SKHCN")
        page.fill("div[name=document_date] input", "05/01/2026")
        page.keyboard.press("Tab")
        picture(page, "delegation-draft")
        page.click("button[name=action_activate]")
        expect(page.locator("button[name=action_revoke]")).to_be_visible()
        expect(page.locator("button[name=action_activate]")).to_have_count(0)
        picture(page, "delegation-active")
    with session(browser, server, "lanhdao.skhcn", PHONE) as page:
        open_action(page, server, "vpdt_base.vpdt_delegation_action")
        expect(page.locator(".o_kanban_record", has_text="05/GUQ-SKHCN")).to_be_visible()
        picture(page, "delegation-phone")
        page.locator(".o_kanban_record", has_text="05/GUQ-SKHCN").click()
        expect(page.locator("div[name=document_code]")).to_contain_text("05/GUQ-SKHCN")
        picture(page, "delegation-form-phone")


def test_the_drafter_is_offered_the_deputy(browser, server):
    server.env_call(
        """
leader = env['res.users'].search([('login', '=', 'lanhdao.xa1')])
deputy = env['res.users'].search([('login', '=', 'truongphong.xa1')])
context = {'allowed_company_ids': leader.company_ids.ids}
env['vpdt.delegation'].with_user(leader).with_context(context).create({
    'deputy_id': deputy.id, 'may_sign': True, 'date_to': '2099-12-31',
    'type_ids': env.ref('vpdt_documents.type_thong_bao').ids,
    'document_code': '07/GUQ-UBND', 'document_date': '2026-01-05', 'company_id': leader.company_id.id,
}).action_activate()
result = True
"""
    )
    with session(browser, server, "chuyenvien.xa1") as page:
        open_action(page, server, "vpdt_documents.vpdt_outgoing_action", "/new")
        choose(page, "type_id", "Thông báo")
        choose(page, "signer_id", "Lãnh đạo")
        expect(page.locator("div[name=deputy_id] input")).to_have_value("Trưởng phòng UBND xã Ví dụ Một")
        picture(page, "outgoing-deputy")


def test_the_calendar_shows_holidays_and_takes_a_day_of_the_agency(browser, server):
    with session(browser, server, "quantri.snv") as page:
        open_action(page, server, "vpdt_base.vpdt_day_exception_action")
        page.wait_for_selector(".o_calendar_renderer .fc-event")
        picture(page, "calendar")
        open_action(page, server, "vpdt_base.vpdt_day_exception_action", "/new")
        page.fill("div[name=date] input", "08/03/2031")
        page.keyboard.press("Tab")
        page.fill("div[name=name] input", "Làm bù theo quyết định của cơ quan")
        page.locator("div[name=kind] input[type=radio]").nth(1).check()
        page.fill("div[name=source] input", "12/QĐ-SNV")
        picture(page, "calendar-day")
        page.click(".o_form_button_save")
        expect(page.locator(".o_form_button_save")).not_to_be_visible()
    assert server.env_call(
        """
from datetime import date
agency = env['res.users'].search([('login', '=', 'quantri.snv')]).company_id
Day = env['vpdt.day.exception']
result = [Day._calendar(c).is_working_day(date(2031, 3, 8)) for c in (agency, None)]
"""
    ) == [True, False]
    with session(browser, server, "quantri.snv", PHONE) as page:
        open_action(page, server, "vpdt_base.vpdt_day_exception_action")
        page.wait_for_selector(".o_calendar_renderer")
        picture(page, "calendar-phone")


def paste(page, selector, text):
    """Paste as a person does: from the clipboard, with the keyboard."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.focus(selector)
    page.keyboard.press("Control+V")


@pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_old_text_is_converted_when_pasted(browser, server, viewport):
    subject = "div[name=subject] input, div[name=subject] textarea"
    with session(browser, server, "vanthu.snv", viewport) as page:
        open_action(page, server, "vpdt_documents.vpdt_incoming_action", "/new")
        page.fill("div[name=author_name] input", "Bộ Nội vụ")
        page.fill(subject, "TB: ")
        page.press(subject, "End")
        paste(page, subject, PASSAGE_TCVN3)
        expect(page.locator(".o_vpdt_before")).to_have_text(PASSAGE_TCVN3)
        expect(page.locator(".o_vpdt_after")).to_have_text(PASSAGE)
        picture(page, f"paste-{viewport['width']}")
        page.click(".o_vpdt_convert")
        expect(page.locator(subject)).to_have_value(f"TB: {PASSAGE}")
        page.locator(".o_form_button_save").click()
        expect(page.locator("button[name=action_register]").first).to_be_attached()
        page.wait_for_url(lambda url: "/new" not in url)
        picture(page, f"paste-saved-{viewport['width']}")
    saved = server.env_call(f"result = env['vpdt.incoming'].search_count([('subject', '=', 'TB: {PASSAGE}')])")
    assert saved >= 1


def test_proper_text_is_pasted_without_a_question_and_old_text_can_be_left(browser, server):
    subject = "div[name=subject] input, div[name=subject] textarea"
    with session(browser, server, "vanthu.snv") as page:
        open_action(page, server, "vpdt_documents.vpdt_incoming_action", "/new")
        paste(page, subject, PASSAGE)
        expect(page.locator(subject)).to_have_value(PASSAGE)
        expect(page.locator(".o_vpdt_after")).to_have_count(0)
        page.fill(subject, "")
        paste(page, subject, PASSAGE_TCVN3)
        page.click(".modal-footer .btn-secondary")
        expect(page.locator(subject)).to_have_value(PASSAGE_TCVN3)
        page.click(".o_form_button_cancel")


def test_a_file_in_an_old_encoding_is_converted_on_import(browser, server):
    with session(browser, server, "quantri.snv") as page:
        page.goto(f"{server.url}/odoo/action-vpdt_base.vpdt_day_exception_action?view_type=list")
        page.wait_for_selector(".o_action_manager > .o_action")
        page.evaluate(
            """() => odoo.__WOWL_DEBUG__.root.env.services.action.doAction(
                {type: "ir.actions.client", tag: "import", params: {active_model: "vpdt.day.exception"}})"""
        )
        content = f"date,name,kind\n2031-04-05,{PASSAGE_TCVN3.replace(',', '')},working\n".encode()
        page.set_input_files(
            "input[type=file]", {"name": "ngay.csv", "mimeType": "text/csv", "buffer": content}, timeout=30_000
        )
        expect(page.locator(".o_import_data_content")).to_contain_text("→")
        picture(page, "import-offered")
        page.locator(".o_vpdt_convert_legacy input").check()
        expect(page.locator(".o_import_data_content table")).to_contain_text("Về việc tổ chức")
        picture(page, "import-converted")
