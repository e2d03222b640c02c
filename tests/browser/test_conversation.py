"""The conversation beside a document, the notices of the steps and the choice of people, in a real browser."""

import pytest
from office import add_row, keep_picture, session
from playwright.sync_api import expect

STORY = """
def of(login):
    user = env['res.users'].search([('login', '=', login)])
    return env(user=user, context={'allowed_company_ids': user.company_ids.ids, 'lang': 'vi_VN'})

draft = of('chuyenvien.snv')['vpdt.outgoing'].create({
    'type_id': env.ref('vpdt_documents.type_cong_van').id,
    'subject': 'Về việc trao đổi bên cạnh văn bản',
    'body': 'Đề nghị các cơ quan trao đổi ý kiến.',
    'signer_id': of('lanhdao.snv').uid,
    'recipient_ids': [(0, 0, {'organization_id': of('vanthu.skhcn').company.organization_id.id})],
})
draft.action_make_draft()
draft.action_submit()
incoming = of('vanthu.snv')['vpdt.incoming'].create(
    {'author_name': 'Bộ Nội vụ', 'subject': 'Về việc phân công', 'leader_id': of('lanhdao.snv').uid}
)
incoming.action_register()
incoming.action_submit()
env.cr.commit()
result = {'draft': draft.id, 'incoming': incoming.id}
"""


@pytest.fixture(scope="module")
def documents(server):
    """Ids of a draft that waits for its initials and of an incoming document before its leader, both of snv."""
    return server.env_call(STORY)


def open_document(page, server, model, record_id):
    page.goto(f"{server.url}/odoo/action-vpdt_documents.vpdt_{model}_action/{record_id}")
    page.wait_for_selector(".o_form_view")


@pytest.mark.parametrize("login", ["chuyenvien.snv", "truongphong.snv"])
def test_a_notice_of_a_step_has_no_cancel(browser, server, documents, login):
    with session(browser, server, login) as page:
        open_document(page, server, "outgoing", documents["draft"])
        notice = page.locator(".o-mail-Activity", has_text="Ký nháy")
        expect(notice).to_be_visible()
        for word in ("Hủy", "Hoàn tất", "Sửa"):
            expect(notice.get_by_text(word, exact=True)).to_have_count(0)
        keep_picture(page, f"conversation-notice-{login}")


def test_a_note_is_written_without_files(browser, server, documents):
    with session(browser, server, "chuyenvien.snv") as page:
        open_document(page, server, "outgoing", documents["draft"])
        expect(page.locator(".o-mail-Chatter-attachFiles")).to_have_count(0)
        page.locator(".o-mail-Chatter-logNote").click()
        box = page.locator(".o-mail-Composer-input, .o-mail-Composer [contenteditable=true]").first
        box.click()
        page.keyboard.type("Đã sửa Điều 2")
        expect(page.locator(".o-mail-Composer .fa-paperclip")).to_have_count(0)
        keep_picture(page, "conversation-composer")
        page.locator(".o-mail-Composer-send").click()
        expect(page.locator(".o-mail-Message", has_text="Đã sửa Điều 2")).to_be_visible()
        keep_picture(page, "conversation-note")


@pytest.fixture(scope="module")
def colleagues(server):
    """Names of the people of Sở Nội vụ."""
    agency = "[('company_ids', 'in', env['res.users'].search([('login', '=', 'lanhdao.snv')]).company_id.ids)]"
    return set(server.env_call(f"result = env['res.users'].search({agency}).mapped('name')"))


def offered(page, box):
    """Texts of all that a field for a person offers."""
    box.click()
    box.fill("")
    items = page.locator(".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)")
    expect(items.first).to_be_visible()
    expect(items.filter(has_text="Đang tải")).to_have_count(0)
    return [text for text in items.all_inner_texts() if text.strip()]


def test_people_of_the_agency_only_are_offered(browser, server, documents, colleagues):
    with session(browser, server, "lanhdao.snv") as page:
        open_document(page, server, "incoming", documents["incoming"])
        page.get_by_role("tab", name="Bút phê").click()
        names = offered(page, add_row(page, "assignment_ids").locator("[name=user_id] input"))
        keep_picture(page, "conversation-assign")
        assert names and colleagues.issuperset(names), names
        page.keyboard.press("Escape")
        page.locator(".o_form_button_cancel").first.click()
    with session(browser, server, "chuyenvien.snv") as page:
        open_document(page, server, "outgoing", documents["draft"])
        page.locator("button[name=action_share]").first.click()
        page.wait_for_selector(".modal [name=user_id] input")
        names = offered(page, page.locator(".modal [name=user_id] input"))
        keep_picture(page, "conversation-share")
        assert names and colleagues.issuperset(names), names
