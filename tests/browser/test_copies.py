"""A clerk makes a copy: the dialog, a form that is not for it, the signature, and the page of the public check."""

import pytest
from playwright.sync_api import expect

CLERK = "vanthu.snv"
PASSPHRASE = "123456"  # of the demo's keys


@pytest.fixture
def incoming(server):
    """A registered incoming document of five pages; its id."""
    return server.env_call(
        f"""
from odoo.addons.vpdt_documents.tests.pdf_common import text_pdf
clerk = env["res.users"].search([("login", "=", "{CLERK}")])
document = env["vpdt.incoming"].with_user(clerk).with_company(clerk.company_id).create(
    {{"author_name": "Cơ quan gửi thử", "subject": "V/v thử sao văn bản", "number": "15", "notation": "CQ-VP"}})
pages = text_pdf(*(f"Trang {{number}}" for number in range(1, 6)))
env["vpdt.file"]._store(document, "cong-van.pdf", pages, "main")
document.action_register()
result = document.id
"""
    )


def test_an_extract_is_made_signed_and_found(office, server, incoming):
    clerk = office.person(CLERK)
    clerk.open("vpdt_documents.vpdt_incoming_action", incoming)
    clerk.press_beside("action_make_copy")
    dialog = clerk.page.locator(".modal")
    clerk.pick("form", "Sao lục", dialog)
    issue = dialog.locator(".modal-footer button[name=action_issue]:visible")
    issue.click()
    clerk.page.locator(".o_error_dialog").wait_for()
    assert "Điều 3" in clerk.message()  # it is no certified copy
    clerk.pick("form", "Trích sao", dialog)
    clerk.write("extract_text", "Phần nội dung cần trích sao.", dialog)
    clerk.picture("copy-new")
    issue.click()
    clerk.sign(PASSPHRASE)
    clerk.press_beside("action_copies")
    clerk.open_row("TrS-SNV")
    clerk.sees_state("Đã phát hành")
    clerk.picture("copy-issued")
    code = server.env_call(f"result = env['vpdt.copy'].search([('incoming_id', '=', {incoming})]).file_ids.check_code")
    public = clerk.context.new_page()
    public.goto(f"{server.url}/vpdt/check/{code}")
    expect(public.locator("#answer")).to_contain_text("Đúng là bản sao")
    expect(public.locator("#answer")).to_contain_text("15/CQ-VP")
    assert not office.errors


def test_who_signs_copies_is_entered_with_the_decision_of_the_head(office, server, incoming):
    admin = office.person("quantri.snv")
    admin.open("vpdt_documents.vpdt_document_type_action")
    admin.page.locator(".o_menu_sections").get_by_role("button", name="Quản trị").click()
    admin.page.get_by_role("menuitem", name="Thẩm quyền ký bản sao").click()
    dialog = admin.page.locator(".modal")
    named = server.env_call(f"result = env['res.users'].search([('login', '=', '{CLERK}')]).name")
    admin.choose("copy_signer_ids", named, dialog)
    admin.write("copy_decision", "12/QĐ-SNV", dialog)
    admin.write("copy_decided_on", "05/01/2026", dialog)
    admin.picture("copy-signers")
    dialog.locator("button[name=action_set]").click()
    dialog.wait_for(state="detached")
    clerk = office.person(CLERK)
    clerk.open("vpdt_documents.vpdt_incoming_action", incoming)
    clerk.press_beside("action_make_copy")
    clerk.choose("signer_id", named, clerk.page.locator(".modal"))
    clerk.picture("copy-signer-chosen")
    assert not office.errors
