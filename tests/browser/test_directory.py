"""The directory, its import, and the two wizards in a real browser, on a laptop and a phone; no console error.

Runs on the demo with a system administrator of its own; what it opens and merges is made up here.
"""

import re

import pytest
from office import PHONE, keep_picture, session, tick
from playwright.sync_api import expect

ADMINISTRATOR, PASSWORD = "browser.directory", "Browser@2026directory"

# An agency of this test alone: the others are at work in other tests.
MAKE_AGENCY = """
organization = env["vpdt.organization"].create({"name": "Sở Sắp xếp", "identifier": "H21.78"})
company = env["res.company"].create({"name": organization.name, "organization_id": organization.id})
register = env["vpdt.register"].create(
    {"name": "Sổ văn bản đến", "direction": "incoming", "company_id": company.id}
)
env["vpdt.register.volume"].create({"register_id": register.id})
result = organization.id
"""
MAKE_ADMINISTRATOR = f"""
values = {{
    "name": "Quản trị hệ thống", "login": "{ADMINISTRATOR}", "password": "{PASSWORD}", "lang": "vi_VN",
    "group_ids": [(6, 0, [env.ref("vpdt_base.group_system_admin").id])],
}}
env["res.users"].with_context(no_reset_password=True).create(values)
"""

KINDS = ("rename", "merge", "split", "dissolve")

CSV = """Tên cơ quan;Mã định danh;Mã định danh cũ;Mã cấp trên;Cột lạ
Sở Thử nghiệm;H21.77;000.00.77.H21;H21;x
Phòng Thử nghiệm;H21.77.01;001.00.77.H21;H21.77;x
;H21.78;;H21;x
Đơn vị lạ;vxp.saas.77;;KHONG.CO;x
"""


@pytest.fixture(scope="module", autouse=True)
def administrator(server):
    server.env_call(MAKE_ADMINISTRATOR)


def picture(page, name):
    keep_picture(page, f"directory-{name}")


def open_action(page, server, action, path=""):
    page.goto(f"{server.url}/odoo/action-{action}{path}")
    page.wait_for_selector(".o_action_manager .o_view_controller, .modal .o_form_view")


def search(page, words):
    page.click(".o_searchview_input")
    page.keyboard.type(words)
    page.wait_for_selector(".o_searchview_autocomplete")
    page.keyboard.press("Enter")
    page.wait_for_selector(".o_facet_value")


def open_organization(page, code):
    """Open the row of the organization with exactly this code: codes of subordinates begin with it."""
    cell = page.locator("td[name=identifier]", has_text=re.compile(rf"^\s*{re.escape(code)}\s*$"))
    page.locator(".o_data_row", has=cell).locator("td[name=name]").click()


def confirm(page):
    """Say yes to the question above the wizard, once it stands there."""
    dialogs = page.locator(".modal-footer")
    expect(dialogs).to_have_count(2)
    dialogs.last.locator(".btn-primary").click()


def choose(scope, page, field, words, code):
    """Pick the proposal of a many2one that shows `code`, found by `words`; gives its text."""
    box = scope.locator(f".o_field_widget[name={field}] input").first
    box.click()
    box.fill(words)
    proposal = page.locator(".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)", has_text=f"({code})").first
    proposal.wait_for()
    text = proposal.inner_text()
    proposal.click()
    return text


def write(scope, field, text):
    scope.locator(f".o_field_widget[name={field}] input").first.fill(text)


def test_the_directory_is_found_by_a_few_letters(browser, server):
    with session(browser, server, "vanthu.snv") as page:
        open_action(page, server, "vpdt_base.vpdt_organization_action")
        search(page, "noi vu")
        expect(page.locator(".o_data_row").first).to_contain_text("Nội vụ")
        expect(page.locator(".o_list_table")).to_contain_text("H21.02")
        picture(page, "list")
        page.locator(".o_data_row", has_text="H21.02").locator("td[name=name]").click()
        page.wait_for_selector(".o_form_view .o_field_widget[name=identifier]")
        expect(page.locator(".o_field_widget[name=parent_id]").first).to_contain_text("Gia Lai")
        expect(page.locator("button[name=action_reorganize]")).to_have_count(0)
        picture(page, "form")


def test_a_province_that_was_merged(browser, server):
    with session(browser, server, "vanthu.snv") as page:
        open_action(page, server, "vpdt_base.vpdt_organization_action")
        search(page, "gia lai")
        code = page.locator("td[name=identifier]", has_text=re.compile("^H21$"))
        page.locator(".o_data_row", has=code).locator("td[name=name]").click()
        expect(page.locator(".o_field_widget[name=origin_ids]")).to_contain_text("Bình Định")
        picture(page, "merged-province")
        page.locator(".o_field_widget[name=origin_ids]").scroll_into_view_if_needed()
        picture(page, "merged-province-history")


def test_the_directory_on_a_phone(browser, server):
    with session(browser, server, "vanthu.snv", PHONE) as page:
        open_action(page, server, "vpdt_base.vpdt_organization_action")
        card = page.locator(".o_kanban_record:not(.o_kanban_ghost)").first
        expect(card).to_be_visible()
        picture(page, "phone-list")
        card.click()
        page.wait_for_selector(".o_form_view .o_field_widget[name=identifier]")
        picture(page, "phone-form")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_list_is_tried_and_imported(browser, server, tmp_path):
    path = tmp_path / "danh-muc.csv"
    path.write_text(CSV, encoding="utf-8")
    with session(browser, server, ADMINISTRATOR, password=PASSWORD) as page:
        open_action(page, server, "vpdt_base.vpdt_organization_import_action", "/new")
        page.set_input_files(".o_field_widget[name=content] input[type=file]", path)
        expect(page.locator(".o_field_widget[name=content] input.o_input")).to_have_value("danh-muc.csv")
        picture(page, "import-new")
        page.click("button[name=action_check]:visible")
        # The job runs in the background; the page reads itself again.
        page.wait_for_selector("button[name=action_import]:visible")
        expect(page.locator(".o_field_widget[name=ignored_columns]")).to_contain_text("Cột lạ")
        expect(page.locator(".o_field_widget[name=count_create]")).to_contain_text("3")
        expect(
            page.locator(".o_field_widget[name=count_error], .o_field_widget[name=count_warning]").first
        ).to_be_visible()
        picture(page, "import-checked")
        page.click("button[name=action_import]:visible")
        page.click(".modal-footer .btn-primary")
        expect(page.locator(".o_statusbar_status .o_arrow_button_current")).to_have_attribute("data-value", "done")
        page.locator("button[name=action_show_lines]", has=page.locator("[name=count_warning]")).click()
        page.wait_for_selector(".o_list_view .o_data_row")
        expect(page.locator(".o_data_row")).to_have_count(2)
        expect(page.locator(".o_list_table")).to_contain_text("KHONG.CO")
        picture(page, "import-lines")
        page.go_back()
        page.wait_for_selector(".o_form_view .o_statusbar_status")
        picture(page, "import-done")
        page.locator("button[name=action_show_lines]", has=page.locator("[name=count_create]")).click()
        expect(page.locator(".o_data_row")).to_have_count(3)


def test_the_imports_on_a_phone(browser, server):
    with session(browser, server, ADMINISTRATOR, PHONE, PASSWORD) as page:
        open_action(page, server, "vpdt_base.vpdt_organization_import_action")
        card = page.locator(".o_kanban_record:not(.o_kanban_ghost)").first
        expect(card).to_contain_text("danh-muc.csv")
        picture(page, "phone-imports")
        card.click()
        page.wait_for_selector(".o_form_view .o_field_widget[name=rows_total]")
        picture(page, "phone-import")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.locator("button:has(.fa-bolt)").click()
        page.locator("button[name=action_show_lines]:visible").first.click()
        page.wait_for_selector(".o_kanban_record:not(.o_kanban_ghost)")
        picture(page, "phone-import-lines")


def test_an_import_under_way_shows_how_far_it_is(browser, server):
    shown = server.env_call(
        """
job = env["vpdt.organization.import"].create({"name": "ca-nuoc.csv", "content": b"eA=="})
env.cr.execute(
    "UPDATE vpdt_organization_import SET state = 'importing', phase = 'write', rows_total = 120000,"
    " rows_to_write = 120000, rows_done = 80000 WHERE id = %s",
    [job.id],
)
result = job.id
"""
    )
    with session(browser, server, ADMINISTRATOR, password=PASSWORD) as page:
        open_action(page, server, "vpdt_base.vpdt_organization_import_action", f"/{shown}")
        expect(page.locator(".o_field_widget[name=progress]")).to_contain_text("67")
        picture(page, "import-under-way")


def test_an_agency_is_opened_in_one_screen(browser, server):
    with session(browser, server, ADMINISTRATOR, password=PASSWORD) as page:
        open_action(page, server, "vpdt_base.vpdt_agency_opening_action")
        wizard = page.locator(".modal .o_form_view, .o_form_view").last
        text = choose(wizard, page, "organization_id", "so thu nghiem", "H21.77")
        assert "H21.77" in text and "Gia Lai" in text, "the proposal shows code and parent"
        expect(wizard.locator(".o_field_widget[name=identifier] input").first).to_have_value("H21.77")
        write(wizard, "abbreviation", "STN")
        write(wizard, "place", "Gia Lai")
        wizard.locator(".o_field_widget[name=person_ids] .o_field_x2many_list_row_add a").click()
        row = wizard.locator(".o_selected_row")
        write(row, "name", "Văn thư Sở Thử nghiệm")
        write(row, "login", "vanthu.stn")
        row.locator("[name=clerk] input").check()
        picture(page, "opening")
        wizard.locator(".o_field_widget[name=place] input").first.click()  # leaves the row
        page.click("button[name=action_open]")
        page.wait_for_selector(".o_form_view .o_field_widget[name=channel]")
        expect(page.locator(".o_field_widget[name=channel]").first).not_to_be_empty()
    result = server.env_call(
        """
company = env["res.company"].search([("organization_id.identifier", "=", "H21.77")])
result = [company.name, len(env["vpdt.register"].search([("company_id", "=", company.id)])),
          env["res.users"].search([("login", "=", "vanthu.stn")]).has_group("vpdt_base.group_clerk")]
"""
    )
    assert result == ["Sở Thử nghiệm", 3, True]


def test_an_organization_is_renamed_and_merged(browser, server):
    with session(browser, server, ADMINISTRATOR, password=PASSWORD) as page:
        open_action(page, server, "vpdt_base.vpdt_organization_action")
        search(page, "so thu nghiem")
        open_organization(page, "H21.77")
        page.click("button[name=action_reorganize]")
        wizard = page.locator(".modal .o_form_view")
        write(wizard, "decision_number", "12/QĐ-UBND")
        write(wizard, "decision_date", "01/07/2026")
        write(wizard, "new_name", "Sở Đổi tên")
        picture(page, "rename")
        page.click(".modal button[name=action_apply]")
        confirm(page)
        expect(page.locator(".o_form_view .o_field_widget[name=name] input").first).to_have_value("Sở Đổi tên")
        expect(page.locator(".o_field_widget[name=name_ids]")).to_contain_text("Sở Thử nghiệm")
        picture(page, "renamed")
        page.click("button[name=action_reorganize]")
        wizard.locator("[name=kind] input[type=radio]").nth(1).check()
        write(wizard, "decision_number", "13/QĐ-UBND")
        write(wizard, "decision_date", "02/07/2026")
        wizard.locator(".o_field_widget[name=successor_ids] .o_field_x2many_list_row_add a").click()
        choose(wizard.locator(".o_selected_row"), page, "organization_id", "noi vu", "H21.02")
        wizard.locator(".o_field_widget[name=decision_number] input").click()
        expect(wizard.locator(".o_field_widget[name=plan]")).to_contain_text("•")
        picture(page, "merge")
        page.click(".modal button[name=action_apply]")
        confirm(page)
        expect(page.locator(".o_form_view .o_field_widget[name=identifier] input").first).to_have_value("H21.02")
        expect(page.locator(".o_field_widget[name=origin_ids]")).to_contain_text("13/QĐ-UBND")
        picture(page, "merged")


def test_the_wizards_on_a_phone(browser, server):
    with session(browser, server, ADMINISTRATOR, PHONE, PASSWORD) as page:
        open_action(page, server, "vpdt_base.vpdt_agency_opening_action")
        page.wait_for_selector(".o_form_view .o_field_widget[name=identifier]")
        picture(page, "phone-opening")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        open_action(page, server, "vpdt_base.vpdt_organization_action")
        page.locator(".o_kanban_record:not(.o_kanban_ghost)").first.click()
        page.click(".o_form_statusbar button[name=action_reorganize], .o_statusbar_buttons button >> nth=0")
        wizard = page.locator(".modal .o_form_view")
        wizard.wait_for()
        for place, kind in enumerate(KINDS):
            tick(wizard.locator("[name=kind] input[type=radio]").nth(place))
            picture(page, f"phone-{kind}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_four_kinds_of_reorganisation(browser, server):
    server.env_call(MAKE_AGENCY)
    with session(browser, server, ADMINISTRATOR, password=PASSWORD) as page:
        open_action(page, server, "vpdt_base.vpdt_organization_action")
        search(page, "H21.78")
        open_organization(page, "H21.78")
        page.click("button[name=action_reorganize]")
        wizard = page.locator(".modal .o_form_view")
        wizard.wait_for()
        write(wizard, "decision_number", "14/QĐ-UBND")
        write(wizard, "decision_date", "03/07/2026")
        for place, kind in enumerate(KINDS):
            wizard.locator("[name=kind] input[type=radio]").nth(place).check()
            if kind in ("merge", "split"):
                wizard.locator(".o_field_widget[name=successor_ids] .o_field_x2many_list_row_add a").click()
                choose(wizard.locator(".o_selected_row"), page, "organization_id", "xa vi du", "H21.31")
                wizard.locator(".o_field_widget[name=decision_number] input").click()
            if kind != "rename":
                expect(wizard.locator(".o_field_widget[name=plan]")).to_contain_text("•")
            picture(page, f"kind-{kind}")
            if kind in ("merge", "split"):
                wizard.locator(".o_field_widget[name=successor_ids] .o_list_record_remove").first.click()
        page.click(".modal button[name=action_apply]")
        confirm(page)
        picture(page, "dissolved")
