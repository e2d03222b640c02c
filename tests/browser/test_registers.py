"""Registers at the screen: a number is kept, a volume is closed and printed, signed documents wait to go out."""

from playwright.sync_api import expect

CLERK = "vanthu.snv"
ADMIN = "quantri.snv"

VOLUME = f"""
clerk = env["res.users"].search([("login", "=", "{CLERK}")])
own = [("direction", "=", "outgoing"), ("company_id", "=", clerk.company_id.id)]
register = env["vpdt.register"].search(own, limit=1)
volume = env["vpdt.register.volume"].create({{"register_id": register.id, "form": "kept", "year": 2020,
    "date_from": "2020-01-01", "date_to": "2020-12-31"}})
result = volume.id
"""


def test_a_number_is_kept_and_made_void(office):
    clerk = office.person(CLERK)
    clerk.open("vpdt_documents.vpdt_register_number_action", "new")
    clerk.choose("user_id", "Chuyên viên")
    clerk.write("note", "Họp báo quý IV")
    clerk.page.locator(".o_form_button_save").click()
    clerk.sees_state("Đang giữ")
    clerk.picture("kept-number")
    clerk.step("action_make_void").click()
    dialog = clerk.page.locator(".modal").last
    dialog.locator("textarea").fill("Hoãn họp báo")
    dialog.locator(".modal-footer .btn-primary, .modal-footer .btn-danger").first.click()
    clerk.sees_state("Đã hủy")
    expect(clerk.field("reason")).to_contain_text("Hoãn họp báo")
    clerk.picture("void-number")
    assert not office.errors


def test_a_volume_is_closed(office, server):
    clerk = office.person(CLERK)
    clerk.open("vpdt_documents.vpdt_register_volume_action", server.env_call(VOLUME))
    clerk.picture("volume-open")
    clerk.step("action_close").click()
    clerk.page.locator(".modal-footer .btn-primary, .modal-footer .btn-danger").first.click()
    clerk.sees_state("Đã khóa")
    clerk.picture("volume-closed")
    clerk.open("vpdt_documents.vpdt_register_volume_action")
    clerk.picture("volumes")
    clerk.open("vpdt_documents.vpdt_outgoing_action_release")
    clerk.picture("signed-not-sent")
    clerk.open("vpdt_interop.vpdt_outgoing_recipient_action")
    clerk.picture("follow-recipients")
    assert not office.errors


def test_the_unit_administrator_lays_down_a_way(office):
    admin = office.person(ADMIN)
    admin.open("vpdt_documents.vpdt_route_action", "new")
    admin.write("name", "Công văn đối ngoại")
    row = admin.add_line("line_ids")
    admin.pick("kind", "Lãnh đạo đơn vị soạn thảo", row)
    admin.page.locator(".o_form_button_save").click()
    admin.page.wait_for_url(lambda url: "/new" not in url)
    admin.picture("route")
    admin.open("vpdt_documents.vpdt_draft_template_action", "new")
    admin.picture("own-template")
    assert not office.errors
