"""The archive beyond the transfer: reading room, places, integrity, plan from Excel, by the people of the demo."""

import openpyxl
import pytest
from office import PHONE, pictures_folder
from playwright.sync_api import expect

SPECIALIST, ARCHIVIST, LEADER = "chuyenvien.snv", "luutru.snv", "lanhdao.snv"
READING = "vpdt_archive.vpdt_reading_action"


@pytest.fixture
def reading(server):
    """A request that the head has approved, of the specialist; its id."""
    return server.env_call(
        """
people = {role: env["res.users"].search([("login", "=", login)]) for role, login in (
    ("reader", "chuyenvien.snv"), ("archivist", "luutru.snv"), ("leader", "lanhdao.snv"))}
def acting(record, role):
    return record.with_user(people[role]).with_company(people[role].company_id)
reading = acting(env["vpdt.reading"], "reader").create({"purpose": "Xem trên điện thoại", "wanted": "Báo cáo"})
reading.action_request()
own = [("state", "=", "kept"), ("company_id", "=", people["reader"].company_id.id)]
found = env["vpdt.dossier"].search(own, limit=1)
acting(reading, "archivist").dossier_ids = found
acting(reading, "archivist").action_lay()
acting(reading, "leader").action_grant()
result = reading.id
"""
    )


def test_from_the_request_to_the_page(office):
    reader = office.person(SPECIALIST)
    reader.open(READING, "new")
    reader.write("purpose", "Chuẩn bị báo cáo tổng kết")
    reader.write("wanted", "Hồ sơ hội nghị các năm trước")
    reader.page.locator("[name=with_copies] input").check()
    reader.page.locator(".o_form_button_save").click()
    reader.press("action_request", "Lưu trữ đang xử lý")
    archivist = office.person(ARCHIVIST)
    archivist.open(READING)
    archivist.open_row("Chuẩn bị báo cáo tổng kết")
    archivist.page.locator("[name=dossier_ids] .o_field_x2many_list_row_add a").click()
    dialog = archivist.page.locator(".modal")
    dialog.locator(".o_data_row").first.locator(".o_list_record_selector input").check()
    dialog.locator(".o_select_button").click()
    expect(archivist.field("dossier_ids").locator(".o_data_row")).to_have_count(1)
    archivist.press("action_lay", "Chờ lãnh đạo")
    archivist.picture("reading-laid")
    leader = office.person(LEADER)
    leader.open(READING)
    leader.open_row("Chuẩn bị báo cáo tổng kết")
    leader.press("action_grant", "Đã phê duyệt")
    reader.page.reload()
    link = reader.field("shelf").locator("a").first
    link.wait_for()
    reader.picture("reading-shelf")
    _read(reader, link)
    archivist.open("vpdt_archive.vpdt_reading_use_action")
    for kind in ("Đọc", "In"):
        expect(archivist.page.locator(".o_data_row").filter(has_text=kind).first).to_be_visible()
    archivist.picture("reading-register")
    assert not office.errors


def _read(reader, link):
    """The page has the mark; a print comes as a file."""
    with reader.context.expect_page() as opened:
        link.click()
    desk = opened.value
    desk.set_default_timeout(120_000)
    desk.wait_for_function("() => document.images.length && document.images[0].naturalWidth > 100")
    desk.screenshot(path=str(pictures_folder() / "reading-desk.png"))
    with desk.expect_download() as download:
        desk.get_by_text("Bản in có dấu chìm").click()
    assert download.value.suggested_filename.endswith(".pdf")
    desk.close()


def test_reading_on_a_phone(office, reading):
    reader = office.person(SPECIALIST, size=PHONE)
    reader.open(READING, reading)
    reader.field("shelf").locator("a").first.wait_for()
    reader.picture("reading-phone")
    with reader.context.expect_page() as opened:
        reader.field("shelf").locator("a").first.click()
    desk = opened.value
    desk.wait_for_function("() => document.images.length && document.images[0].naturalWidth > 100", timeout=120_000)
    width = desk.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert width <= 0, "the page is wider than the phone"
    desk.screenshot(path=str(pictures_folder() / "reading-desk-phone.png"))
    assert not office.errors


def test_places_plan_and_integrity(office, server, tmp_path):
    archivist = office.person(ARCHIVIST)
    archivist.open("vpdt_archive.vpdt_archive_place_action", "new")
    archivist.page.locator("[name=kind] input").first.check()
    archivist.write("code", "K1")
    archivist.page.locator(".o_form_button_save").click()
    expect(archivist.field("full_code")).to_contain_text("K1")
    archivist.picture("place")
    archivist.open("vpdt_archive.vpdt_archive_action")
    archivist.picture("archive-list")
    archivist.open_row("Hồ sơ hội nghị chuyên đề")
    archivist.picture("archive-dossier")
    archivist.open("vpdt_archive.vpdt_integrity_run_action")
    archivist.page.get_by_role("button", name="Đọc ngay").click()
    archivist.page.wait_for_selector(".o_form_view")
    server.env_call("env['vpdt.integrity.run'].search([], limit=1)._go_on()")
    archivist.page.reload()
    archivist.sees("Nguyên vẹn")
    archivist.picture("integrity")
    _read_a_plan(archivist, tmp_path)
    assert not office.errors


def _read_a_plan(archivist, folder):
    book = openpyxl.Workbook()
    head = ("Số và ký hiệu hồ sơ", "Tên đề mục và tiêu đề hồ sơ", "Thời hạn bảo quản", "Người lập hồ sơ", "Ghi chú")
    for row in (head, ("I", "Hành chính"), ("01.HC", "Hồ sơ từ Excel", "10 năm"), ("02.HC", "Hồ sơ khác", "Vĩnh viễn")):
        book.active.append(row)
    book.save(folder / "plan.xlsx")
    archivist.open("vpdt_archive.vpdt_file_plan_action", "new")
    archivist.write("year", "2071")
    archivist.page.locator(".o_form_button_save").click()
    archivist.step("action_read_excel").click()
    dialog = archivist.page.locator(".modal")
    dialog.locator("input[type=file]").set_input_files(folder / "plan.xlsx")
    expect(dialog).to_contain_text("2 hồ sơ")
    archivist.picture("plan-import")
    dialog.locator("button[name=action_import]").click()
    expect(archivist.field("line_ids").locator(".o_data_row")).to_have_count(3)
