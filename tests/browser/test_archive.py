"""From the file plan to the package, by the people of the demo: a specialist and an archivist at their screens."""

import re

import pytest
from office import PHONE, search
from playwright.sync_api import expect

SPECIALIST, ARCHIVIST = "chuyenvien.snv", "luutru.snv"
OUTGOING, DOSSIERS = "vpdt_documents.vpdt_outgoing_action", "vpdt_archive.vpdt_dossier_action"


@pytest.fixture
def documents(server):
    """Three issued documents of the specialist; their ids."""
    return server.env_call(
        f"""
from odoo.addons.vpdt_documents.tests.pdf_common import text_pdf
user = env["res.users"].search([("login", "=", "{SPECIALIST}")])
mine = env["vpdt.outgoing"].with_user(user).with_company(user.company_id)
letter = env["vpdt.document.type"].search([("name", "=", "Công văn")])
register = user.company_id._register_of("outgoing")
result = []
for number in (801, 802, 803):
    document = mine.create({{"type_id": letter.id, "subject": f"Về việc tuyển dụng đợt {{number}}"}})
    env["vpdt.file"]._store(document, "van-ban.pdf", text_pdf(f"Công văn {{number}}"), "main")
    env.flush_all()
    env.cr.execute("UPDATE vpdt_outgoing SET state = 'issued', number = %s, code = %s WHERE id = %s",
                   [str(number), f"{{number}}/SNV-VP", document.id])
    result.append(document.id)
"""
    )


def test_from_the_plan_to_the_package(office, server, documents):
    specialist = office.person(SPECIALIST)
    specialist.open("vpdt_archive.vpdt_file_plan_action")
    specialist.open_row("Đã ban hành")
    specialist.picture("file-plan")
    specialist.open(DOSSIERS, "new")
    specialist.write("title", "Hồ sơ tuyển dụng thử")
    specialist.write("notation", "90.TCCB")
    specialist.choose("retention_id", "Hồ sơ giải quyết vụ việc khác")
    specialist.page.locator(".o_form_button_save").click()
    expect(specialist.page).to_have_url(re.compile(r"/\d+$"))
    expect(specialist.field("code")).to_contain_text("H21.02.")
    dossier = specialist.record_id
    for number in documents:
        specialist.open(OUTGOING, number)
        specialist.page.locator("button[name=action_add_to_dossier]").click()
        dialog = specialist.page.locator(".modal")
        if number == documents[0]:
            specialist.choose("dossier_id", "90.TCCB", dialog)
        box = specialist.field("dossier_id", dialog).locator("input")  # the others are like the first
        expect(box).to_have_value("90.TCCB · Hồ sơ tuyển dụng thử")
        specialist.page.locator(".modal button[name=action_file]").click()
        expect(specialist.page.locator("button[name=action_dossiers]")).to_contain_text("1")
    specialist.open(DOSSIERS, dossier)
    expect(specialist.field("item_ids").locator(".o_data_row")).to_have_count(3)
    specialist.picture("dossier")
    specialist.press("action_close", "Đã kết thúc")
    _hand_in(specialist)
    _take_over_and_pack(office.person(ARCHIVIST), server, dossier)
    assert not office.errors


def _hand_in(person):
    person.open("vpdt_archive.vpdt_transfer_action", "new")
    person.write("name", "Hồ sơ tuyển dụng")
    row = person.add_line("line_ids")
    person.choose("dossier_id", "90.TCCB", row)
    person.page.locator(".o_form_button_save").click()
    person.press("action_submit", "Đã nộp")


def _take_over_and_pack(archivist, server, dossier):
    archivist.open("vpdt_archive.vpdt_transfer_action")
    archivist.open_row("Hồ sơ tuyển dụng")
    archivist.step("action_accept_all").click()
    expect(archivist.field("line_ids").locator(".o_data_row")).to_contain_text("Đạt")
    archivist.press("action_accept", "Đã tiếp nhận")
    archivist.picture("transfer-accepted")
    archivist.open("vpdt_archive.vpdt_archive_action")
    search(archivist.page, "tuyen dung thu")
    archivist.open_row("Hồ sơ tuyển dụng thử")
    archivist.sees_state("Trong lưu trữ")
    archivist.step("action_make_sip").click()
    asked = f"""
package = env["vpdt.package"].search([("dossier_id", "=", {dossier})], limit=1)
result = package and [package.state, package.message, package.document_total] or []
"""
    archivist.page.locator(".o_list_view").wait_for()
    made = server.env_call(asked)
    tries = 0
    while (not made or made[0] == "waiting") and (tries := tries + 1) < 120:  # the server's own job makes it
        archivist.page.wait_for_timeout(1000)
        made = server.env_call(asked)
    assert made[0] == "done" and made[2] == 3, made
    archivist.page.reload()
    with archivist.page.expect_download() as download:
        archivist.page.locator("button[name=action_download]").first.click()
    assert download.value.suggested_filename.startswith("uuid-")
    archivist.picture("packages")


def test_the_dossier_on_a_phone(office, server):
    person = office.person(SPECIALIST, size=PHONE)
    person.open(DOSSIERS)
    person.open_row("Hồ sơ đào tạo, bồi dưỡng")
    person.sees_state("Đang mở")
    person.picture("dossier-phone")
    assert not office.errors
