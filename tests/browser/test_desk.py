"""The first page of each role, and how many presses the most frequent acts take."""

import pytest
from office import PHONE
from playwright.sync_api import expect

SUBJECT = "Về việc thử trang việc của tôi"

SUBMITTED = """
clerk = env["res.users"].search([("login", "=", "vanthu.vp")])
leader = env["res.users"].search([("login", "=", "lanhdao.vp")])
desk = env(user=clerk, context={"allowed_company_ids": clerk.company_ids.ids, "lang": "vi_VN"})
result = []
for number in range(%d):
    document = desk["vpdt.incoming"].create(
        {"author_name": "Sở Thử", "number": str(700 + number), "notation": "ST-VP", "subject": %r,
         "leader_id": leader.id})
    document.action_register()
    document.action_submit()
    result.append(document.id)
"""


@pytest.fixture
def submitted(server):
    return lambda count=1: server.env_call(SUBMITTED % (count, SUBJECT))


def card(person, key):
    return person.page.locator(f".o_vpdt_desk_card[data-card={key}]")


def test_every_role_lands_on_its_own_work(office):
    for login, keys in (
        ("vanthu.vp", ("arrived", "to_register", "to_submit", "to_number")),
        ("lanhdao.vp", ("to_direct", "to_sign", "late", "followed")),
        ("truongphong.vp", ("lead", "to_initial")),
        ("chuyenvien.vp", ("lead", "collaborator", "information", "drafts")),
    ):
        person = office.person(login)
        person.page.wait_for_selector(".o_vpdt_desk_cards")
        for key in keys:
            expect(card(person, key)).to_be_visible()
    assert office.errors == []


def test_three_people_are_directed_in_five_presses(office, submitted):
    submitted(2)
    leader = office.person("lanhdao.vp")
    card(leader, "to_direct").click()
    leader.open_row(SUBJECT)
    first = leader.page.locator(".o_field_widget[name=number]").inner_text()
    presses = 0

    def press(locator):
        nonlocal presses
        locator.click()
        presses += 1

    press(leader.step("action_direct"))
    rows = leader.page.locator(".o_vpdt_direction tbody tr:not(.o_vpdt_direction_unit)")
    for name, part in (("Trưởng phòng", "lead"), ("Chuyên viên", "collaborator"), ("Văn thư", "information")):
        press(rows.filter(has_text=name).first.locator(f"input[data-part={part}]"))
    leader.picture("desk-direct")
    press(leader.page.locator(".o_vpdt_direction_confirm"))
    assert presses <= 5
    expect(leader.page.locator(".o_vpdt_direction")).to_have_count(0)
    expect(leader.page.locator(".o_field_widget[name=number]")).not_to_have_text(first)  # the next one is open
    head = office.person("truongphong.vp")
    card(head, "lead").click()
    head.open_row(SUBJECT)
    head.sees("Chủ trì")
    assert office.errors == []


def test_a_return_takes_two_presses_and_words_survive_escape(office, submitted):
    [document] = submitted()
    clerk = office.person("vanthu.vp")
    clerk.open("vpdt_documents.vpdt_incoming_action", document)
    clerk.step("action_open_return_late").click()
    words = clerk.field("text", clerk.page.locator(".modal")).locator("textarea")
    words.fill("Gửi nhầm nơi nhận")
    clerk.page.keyboard.press("Escape")
    expect(clerk.page.locator(".modal")).to_have_count(0)
    clerk.step("action_open_return_late").click()
    expect(words).to_have_value("Gửi nhầm nơi nhận")
    clerk.page.locator(".modal button[name=action_confirm]").click()
    clerk.sees_state("Đã trả lại")
    assert office.errors == []


def test_on_the_phone_the_steps_are_on_top_over_form_and_page(office, submitted):
    [document] = submitted()
    leader = office.person("lanhdao.vp", PHONE)
    leader.open("vpdt_documents.vpdt_incoming_action", document)
    for side in ("Văn bản", "Thông tin"):
        leader.page.get_by_role("button", name=side, exact=True).click()
        button = leader.page.locator(".o_vpdt_steps_below button[name=action_direct]")
        on_top = button.evaluate(
            """(element) => {
                const box = element.getBoundingClientRect();
                const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                return element.contains(top);
            }"""
        )
        assert on_top, side
    leader.picture("phone-steps")
    assert "user-scalable=no" not in leader.page.content()
    assert leader.page.evaluate("document.documentElement.lang").startswith("vi")
    assert office.errors == []
