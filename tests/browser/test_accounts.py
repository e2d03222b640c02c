"""Two new colleagues: from Mẫu 01 of the unit administrator to their first login, and the written answer."""

import re

from office import PHONE, pictures_folder

KEY_PASSPHRASE = "123456"  # of the demo's keys
PEOPLE = (("Nguyễn Thị Hoa", "hoa.nt@example.vn", "Chuyên viên"), ("Phạm Văn Kiên", "kien.pv@example.vn", "Văn thư"))
NEW_PASSWORD = "Ba con trâu gặm cỏ 2026"


def open_letters(person, text):
    person.open("vpdt_documents.vpdt_outgoing_action")
    person.open_row(text)


def draft(office):
    """The unit administrator fills in Mẫu 01."""
    person = office.person("quantri.snv")
    person.open("vpdt_accounts.vpdt_account_request_action", "new")
    person.choose("signer_id", "Lãnh đạo Sở Nội vụ")
    for name, login, role in PEOPLE:
        row = person.add_line("line_ids")
        person.write("name", name, row)
        person.write("job_title", "Chuyên viên", row)
        person.write("department", "Văn phòng", row)
        person.write("login", login, row)
        person.choose("role_ids", role, row)
        person.choose("case_id", "chưa được cấp", row)
    person.picture("account-request-draft")
    person.press("action_submit", "Chờ thủ trưởng ký")
    person.page.wait_for_selector(".o_vpdt_pane img.o_vpdt_page")
    person.picture("account-request-form")
    return person


def sign_and_issue(office, agency, subject):
    head = office.person(f"lanhdao.{agency}")
    open_letters(head, subject)
    head.step("action_sign").click()
    head.sign(KEY_PASSPHRASE)
    head.sees_state("Đã ký")
    clerk = office.person(f"vanthu.{agency}")
    open_letters(clerk, subject)
    clerk.step("action_issue").click()
    clerk.sees("/S", ".o_vpdt_sign")
    clerk.sign(KEY_PASSPHRASE)
    clerk.sees_state("Đã ban hành")
    clerk.picture(f"account-letter-{agency}")


def carry_out(office):
    person = office.person("quantri.skhcn")
    person.open("vpdt_accounts.vpdt_account_request_action")
    person.picture("account-requests-of-the-keeper")
    person.open_row(PEOPLE[0][0])
    person.press("action_check", "Đã kiểm tra")
    person.page.locator(".o_data_row").first.locator("button[name=action_do]").click()
    person.sees("Đã cấp tài khoản", ".o_field_widget[name=line_ids]")
    person.step("action_do_all").click()
    person.page.wait_for_function("() => !document.querySelector('button[name=action_do]')")
    person.picture("account-request-done")
    person.press("action_finish", "Đã thực hiện")
    return person


def first_login(office, browser, server, login):
    code = f"result = env['mail.mail'].sudo().search([('email_to', '=', {login!r})], limit=1).body_html"
    path = re.search(r"/vpdt/password/[\w-]+", server.env_call(code)).group()
    context = browser.new_context(viewport=PHONE, locale="vi-VN")
    page = context.new_page()
    page.goto(server.url + path)
    page.screenshot(path=pictures_folder() / "account-first-login.png")
    page.fill("#password", NEW_PASSWORD)
    page.fill("#again", NEW_PASSWORD)
    page.click("button[type=submit]")
    page.get_by_role("link", name="Đăng nhập").click()
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", NEW_PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar, .o_web_client")
    page.goto(server.url + path)
    assert "không mở được" in page.content()
    context.close()


def test_two_new_colleagues(office, browser, server):
    asking = draft(office)
    sign_and_issue(office, "snv", "cấp mới tài khoản")
    carry_out(office)
    for _name, login, _role in PEOPLE:
        first_login(office, browser, server, login)
    sign_and_issue(office, "skhcn", "Kết quả")
    asking.open("vpdt_accounts.vpdt_account_request_action")
    asking.open_row(PEOPLE[0][0])
    asking.sees_state("Đã có kết quả")
    asking.picture("account-request-answered")
    phone = office.person("quantri.skhcn", PHONE)
    phone.open("vpdt_accounts.vpdt_account_request_action")
    phone.sees(PEOPLE[0][0])
    phone.picture("phone-account-requests")
    assert not office.errors


def test_notices_incidents_and_the_state_of_the_system(office):
    keeper = office.person("quantri.skhcn")
    keeper.open("vpdt_accounts.vpdt_notice_action", "new")
    keeper.write("name", "Hướng dẫn đặt mật khẩu an toàn")
    keeper.write("text", "Chọn một câu dài chỉ mình bạn biết.")
    keeper.press("action_post", "Đã đăng")
    clerk = office.person("vanthu.xa1")
    banner = clerk.page.locator(".o_vpdt_notices")
    banner.get_by_text("Hướng dẫn đặt mật khẩu an toàn").wait_for()
    clerk.picture("notice-banner")
    banner.get_by_role("button", name="Tôi đã đọc").click()
    banner.wait_for(state="detached")
    clerk.page.get_by_role("button", name="Báo sự cố").click()
    clerk.page.fill("#incident_name", "Không mở được tệp đính kèm")
    clerk.page.fill("#incident_description", "Bấm vào tệp thì trang trắng.")
    clerk.picture("incident-dialog")
    clerk.page.locator(".modal-footer").get_by_role("button", name="Gửi báo cáo").click()
    clerk.sees("Đã gửi báo cáo")
    unit = office.person("quantri.xa1")
    unit.open("vpdt_accounts.vpdt_incident_action")
    unit.open_row("Không mở được tệp đính kèm")
    unit.press("action_forward", "Ở cơ quan quản lý hệ thống")
    unit.picture("incident-unit")
    keeper.open("vpdt_accounts.vpdt_incident_action")
    keeper.open_row("Không mở được tệp đính kèm")
    keeper.write("solution", "Đã sửa trình xem tệp.")
    keeper.press("action_solve", "Đã xử lý")
    keeper.page.goto(f"{keeper.url}/odoo/action-vpdt_accounts.action_health")
    keeper.sees("Việc chạy nền")
    keeper.picture("state-of-the-system")
    head = office.person("lanhdao.xa1")
    head.open("vpdt_accounts.vpdt_handover_action", "new")
    head.choose("user_id", "Văn thư UBND xã Ví dụ Một")
    head.choose("receiver_id", "Chuyên viên UBND xã Ví dụ Một")
    head.page.locator(".o_form_button_save").click()
    head.sees("Khóa của cơ quan")
    head.picture("handover")
    keeper.open("vpdt_accounts.vpdt_notice_action")
    keeper.open_row("Hướng dẫn đặt mật khẩu an toàn")
    keeper.press("action_end", "Đã gỡ")
    assert not office.errors
