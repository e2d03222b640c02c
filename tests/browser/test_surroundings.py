"""What is around the office in a real browser: the login, the user menu, the applications, a page that is not there."""

from office import session


def test_nothing_leads_out_of_the_office(browser, server):
    with session(browser, server, "chuyenvien.snv") as page:
        page.wait_for_selector(".o_action_manager .o_action")
        page.wait_for_function("document.title.includes('VPĐT') && !document.title.includes('Odoo')")
        page.click(".o_user_menu button")
        menu = page.locator(".o-dropdown--menu")
        menu.wait_for()
        assert "Odoo" not in menu.inner_text()
        assert page.locator(".o-dropdown--menu a[href*='odoo.com']").count() == 0
        page.keyboard.press("Escape")
        page.click(".o_navbar_apps_menu button")
        names = page.locator(".o-dropdown--menu .o_app").all_inner_texts()
        assert not {"Ứng dụng", "Nhân viên", "Tests"} & {name.strip() for name in names}, names


def test_a_page_that_is_not_there_says_so_in_vietnamese(browser, server):
    page = browser.new_page()
    page.goto(f"{server.url}/khong/co/trang")
    assert "Không có trang này" in page.inner_text("body")
    assert "odoo" not in page.content().replace("/odoo", "").lower()
    page.click("a")
    page.wait_for_selector("input[name=login]")
    assert page.locator("a[href*='reset_password']").count() == 0
    page.close()
