"""A task from giving to acceptance, a star with a note, and the board, on the screen."""

from playwright.sync_api import expect

SUBJECT = "Chuẩn bị hội nghị sơ kết quý"


def test_a_task_is_given_reported_and_accepted(office):
    leader = office.person("lanhdao.vp")
    leader.open("vpdt_documents.vpdt_task_action", "new")
    leader.write("subject", SUBJECT)
    leader.page.keyboard.press("Tab")
    leader.step("action_give").click()
    rows = leader.page.locator(".o_vpdt_direction tbody tr:not(.o_vpdt_direction_unit)")
    rows.filter(has_text="Chuyên viên").first.locator("input[data-part=lead]").click()
    rows.filter(has_text="Văn thư").first.locator("input[data-part=collaborator]").click()
    leader.page.locator(".o_vpdt_direction_confirm").click()
    leader.sees_state("Đang thực hiện")
    leader.picture("task-given")
    lead = office.person("chuyenvien.vp")
    lead.page.locator(".o_vpdt_desk_card[data-card=tasks]").click()
    lead.open_row(SUBJECT)
    lead.take("action_open_report", "Đã chuẩn bị xong")
    lead.sees_state("Đã báo cáo kết quả")
    leader.page.goto(f"{leader.url}/odoo/viec-cua-toi")
    leader.page.locator(".o_vpdt_desk_card[data-card=tasks_reported]").click()
    leader.open_row(SUBJECT)
    leader.sees("Đã chuẩn bị xong")
    leader.press("action_accept", "Đã nghiệm thu")
    leader.picture("task-accepted")
    assert office.errors == []


def test_star_note_and_readers(office, server):
    clerk = office.person("vanthu.vp")
    clerk.open("vpdt_documents.vpdt_incoming_action")
    row = clerk.page.locator(".o_data_row").first
    star = row.locator(".o_vpdt_star")
    before = star.get_attribute("aria-pressed")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "false" if before == "true" else "true")
    clerk.picture("list-star")
    row.locator("td[name=subject]").click()
    clerk.page.wait_for_selector(".o_vpdt_marks")
    note = clerk.page.locator(".o_vpdt_mark_note")
    note.fill("Hỏi lại chị Hoa")
    note.press("Tab")
    clerk.sees("chỉ mình bạn thấy")
    clerk.page.locator(".o_vpdt_mark_readers").click()
    expect(clerk.page.locator(".o_vpdt_readers li").first).to_be_visible()
    clerk.page.locator(".o_vpdt_mark_mute").click()
    expect(clerk.page.locator(".o_vpdt_mark_mute")).to_have_attribute("aria-pressed", "true")
    clerk.picture("form-marks")
    clerk.page.reload()
    expect(note).to_have_value("Hỏi lại chị Hoa")
    assert office.errors == []


def test_the_board_opens_what_it_counts(office):
    leader = office.person("lanhdao.vp")
    leader.page.goto(f"{leader.url}/odoo/theo-doi")
    leader.page.wait_for_selector(".o_vpdt_board")
    leader.page.locator("button[data-period=year]").click()
    cell = leader.page.locator(".o_vpdt_board tbody td button").last
    count = int(cell.inner_text())
    leader.picture("board-year")
    cell.click()
    expect(leader.page.locator(".o_pager_limit, .o_pager_value").first).to_be_visible()
    expect(leader.page.locator(".o_data_row")).to_have_count(min(count, 80))
    assert office.errors == []
