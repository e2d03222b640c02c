"""Administration › Backup in a real browser: how old the copies are, and the go for a restored database on a phone."""

import pytest
from office import LAPTOP, PHONE, keep_picture, session
from playwright.sync_api import expect

PAGE = "vpdt_base.vpdt_backup_page_action"

RESTORED = """
import json, odoo
from odoo.addons.vpdt_base.models.backup.held import PARAMETER
backups = env["vpdt.backup"].with_context(lang="vi_VN")
backups.sudo().search([]).unlink()
now = odoo.fields.Datetime.now()
register = env["vpdt.register"].browse(REGISTER)
report = {
    "at": now.isoformat(), "files": {"files": 1}, "agencies": [], "registers": env["vpdt.register"]._last_numbers(),
    "missing_here": [{"what": "văn bản đến", "name": "Sở Nội vụ · Sổ văn bản đến 2026, số 2"}],
}
backups._keep_report(report)
held = {"moment": str(now)[:19], "restored": str(now)[:19], "crons": [], "jobs": []}
env["ir.config_parameter"].set_param(PARAMETER, json.dumps(held))
result = register.name
"""
FIND = """
result = env["vpdt.register"].search([("company_id.name", "=", "Sở Nội vụ"), ("direction", "=", "incoming")]).ids[0]
"""
NEXT = """
import odoo.addons.vpdt_base.vietnam
result = env["vpdt.register"].browse(REGISTER)._take_number(odoo.addons.vpdt_base.vietnam.today().year)
"""
OLD = """
import odoo
from datetime import timedelta
moment = odoo.fields.Datetime.now() - timedelta(hours=HOURS)
env["vpdt.backup"]._record("backup", "good", moment=moment, words="Đã sao lưu.")
"""


def open_page(page, server):
    page.goto(f"{server.url}/odoo/action-{PAGE}")
    page.wait_for_selector(".o_form_view")


def test_a_restored_database_is_let_go_on_a_phone(browser, server):
    register = server.env_call(FIND)
    last = server.env_call(NEXT.replace("REGISTER", str(register)))
    name = server.env_call(RESTORED.replace("REGISTER", str(register)))
    with session(browser, server, "admin", PHONE) as page:
        open_page(page, server)
        expect(page.get_by_text("Chưa có bản sao lưu nào").first).to_be_visible()
        keep_picture(page, "backup-held")
        page.locator("button[name=action_report]").click()
        expect(page.get_by_text("Sở Nội vụ · Sổ văn bản đến 2026, số 2")).to_be_visible()
        open_page(page, server)
        page.locator("button[name=action_release]").click()
        card = page.locator(".modal .o_kanban_record").filter(has_text=f"Sở Nội vụ · {name}").first
        card.click()
        dialog = page.locator(".modal").last
        dialog.locator("[name=given] input").fill(str(last + 3))
        dialog.locator(".o_form_button_save").click()
        expect(card).to_contain_text(f"Số cuối thực đã cấp: {last + 3}")
        keep_picture(page, "backup-release")
        page.locator(".modal [name=reason] input").fill("Đã đối chiếu sổ giấy")
        page.locator(".modal button[name=action_release]:visible").click()
        expect(page.locator(".modal")).to_have_count(0)
        expect(page.locator(".o_vpdt_restored")).to_have_count(0)
    assert server.env_call(NEXT.replace("REGISTER", str(register))) == last + 4


@pytest.mark.parametrize(("hours", "words"), [(31, "Đã cũ hơn một ngày."), (1, "Còn mới")])
def test_how_old_the_copies_are(browser, server, hours, words):
    server.env_call(OLD.replace("HOURS", str(hours)))
    with session(browser, server, "admin", LAPTOP) as page:
        open_page(page, server)
        expect(page.get_by_text(words).first).to_be_visible()
        expect(page.get_by_text("Chưa lần nào; trên máy chủ: ./vpdt backup drill")).to_be_visible()
        assert page.get_by_text("Đã cũ hơn một ngày.").count() == (hours > 24)
        keep_picture(page, f"backup-{hours}")
