"""What stands in the register is corrected in a dialog; a draft with tracked changes says so and is cleaned."""

import pytest
from playwright.sync_api import expect

CLERK, AUTHOR = "vanthu.snv", "chuyenvien.snv"


@pytest.fixture
def registered(server):
    """A registered incoming document; its id."""
    return server.env_call(
        f"""
clerk = env["res.users"].search([("login", "=", "{CLERK}")])
document = env["vpdt.incoming"].with_user(clerk).with_company(clerk.company_id).create(
    {{"author_name": "Bộ Thử nghiệm", "subject": "Về việc báo cáo công tác", "number": "15", "notation": "BTN-VP"}})
document.action_register()
result = document.id
"""
    )


@pytest.fixture
def draft(server):
    """A draft whose .docx has tracked changes and a comment; its id."""
    return server.env_call(
        f"""
from odoo.addons.vpdt_base.tests import docx_files
author = env["res.users"].search([("login", "=", "{AUTHOR}")])
leader = env["res.users"].search([("login", "=", "lanhdao.snv")])
to = env["vpdt.organization"].search([("identifier", "=", "H21.03")])
document = env["vpdt.outgoing"].with_user(author).with_company(author.company_id).create({{
    "type_id": env.ref("vpdt_documents.type_cong_van").id, "subject": "Về việc hỗ trợ", "signer_id": leader.id,
    "recipient_ids": [(0, 0, {{"organization_id": to.id}})]}})
document._upload("du-thao.docx", docx_files.tracked())
result = document.id
"""
    )


def test_an_entry_is_corrected_with_the_keyboard(office, registered):
    clerk = office.person(CLERK)
    clerk.open("vpdt_documents.vpdt_incoming_action", registered)
    clerk.picture("incoming-registered")
    clerk.step("action_correct").click()
    dialog = clerk.page.locator(".modal")
    clerk.field("number", dialog).locator("input").wait_for()
    assert clerk.field("number", dialog).locator("input").input_value() == "15"
    clerk.write("number", "51", dialog)
    clerk.write("reason", "Đọc nhầm số văn bản", dialog)
    clerk.picture("correction-dialog")
    clerk.page.keyboard.press("Alt+q")
    dialog.wait_for(state="detached")
    expect(clerk.field("number")).to_contain_text("51")
    clerk.page.locator("button[name=action_history]").first.click()
    clerk.sees("15 → 51", ".modal")
    clerk.sees("Đọc nhầm số văn bản", ".modal")
    clerk.picture("correction-history")
    assert not office.errors


def test_a_draft_with_tracked_changes_is_cleaned(office, draft):
    author = office.person(AUTHOR)
    author.open("vpdt_documents.vpdt_outgoing_action", draft)
    author.sees("1 chỗ xóa, 1 chỗ thêm, 1 nhận xét", ".alert-danger")
    author.picture("findings")
    author.step("action_clean_copy").click()
    author.page.locator(".alert-danger").wait_for(state="hidden")
    author.picture("findings-cleaned")
    assert not office.errors
