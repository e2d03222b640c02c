"""axe-core on the main screens (Thông tư 26/2020/TT-BTTTT): nothing serious or critical that is not named below."""

import json
import os
from pathlib import Path

import axe_playwright_python
import pytest
from office import PHONE

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => {
    const found = await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]});
    return found.violations
        .filter((violation) => ["serious", "critical"].includes(violation.impact))
        .flatMap((violation) => violation.nodes.map((node) => ({
            rule: violation.id,
            impact: violation.impact,
            target: node.target.join(" "),
            html: node.html.slice(0, 200),
            why: (node.failureSummary || "").slice(0, 300),
        })));
}"""

#: What Odoo's own web client brings, by (rule, part of the markup); to be mended there, not by us.
OF_ODOO = ()

DOCUMENT = """
clerk = env["res.users"].search([("login", "=", "vanthu.vp")])
desk = env(user=clerk, context={"allowed_company_ids": clerk.company_ids.ids, "lang": "vi_VN"})
values = {"author_name": "Sở Thử", "number": "990", "notation": "ST-VP", "subject": "V/v thử trợ năng"}
document = desk["vpdt.incoming"].create(values)
leader = env["res.users"].search([("login", "=", "lanhdao.vp")])
task = env(user=leader, context={"allowed_company_ids": leader.company_ids.ids, "lang": "vi_VN"})["vpdt.task"]
result = [document.id, task.create({"subject": "Việc thử trợ năng"}).id]
"""


@pytest.fixture
def made(server):
    return server.env_call(DOCUMENT)


def violations(page, screen):
    """What axe finds on the page that is not Odoo's own (list of dict)."""
    page.wait_for_timeout(600)  # what fades in has done so
    page.wait_for_function("!document.querySelector('.o_loading_indicator')")  # and what fades out is gone
    page.evaluate(AXE)
    found = page.evaluate(RUN)
    if folder := os.environ.get("VPDT_AXE"):
        Path(folder, f"{screen}.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    return [
        f"{screen}: {each['rule']} ({each['impact']}) {each['html']}"
        for each in found
        if not any(each["rule"] == rule and part in each["html"] for rule, part in OF_ODOO)
    ]


def test_the_screens_of_a_clerk(office, made):
    document, _task = made
    clerk = office.person("vanthu.vp")
    page, found = clerk.page, []
    page.wait_for_selector(".o_vpdt_desk_cards")
    found += violations(page, "desk-clerk")
    for screen, action, record in (
        ("incoming-list", "vpdt_documents.vpdt_incoming_action", ""),
        ("incoming-form", "vpdt_documents.vpdt_incoming_action", document),
        ("outgoing-list", "vpdt_documents.vpdt_outgoing_action", ""),
        ("volumes", "vpdt_documents.vpdt_register_volume_action", ""),
        ("bulk-intake", "vpdt_documents.vpdt_bulk_intake_action", "new"),
    ):
        clerk.open(action, record)
        found += violations(page, screen)
    assert not found, "\n".join(found)


def test_the_screens_of_a_leader(office, made):
    _document, task = made
    leader = office.person("lanhdao.vp")
    page, found = leader.page, []
    page.wait_for_selector(".o_vpdt_desk_cards")
    found += violations(page, "desk-leader")
    page.goto(f"{leader.url}/odoo/theo-doi")
    page.wait_for_selector(".o_vpdt_board")
    found += violations(page, "board")
    leader.open("vpdt_documents.vpdt_task_action", task)
    found += violations(page, "task-form")
    leader.step("action_give").click()
    page.wait_for_selector(".o_vpdt_direction tbody tr")
    found += violations(page, "direction-dialog")
    assert not found, "\n".join(found)


def test_on_a_phone_and_before_the_login(office, browser, server, made):
    document, _task = made
    clerk = office.person("vanthu.vp", PHONE)
    found = violations(clerk.page, "phone-desk")
    clerk.open("vpdt_documents.vpdt_incoming_action", document)
    found += violations(clerk.page, "phone-form")
    stranger = browser.new_page()
    stranger.goto(f"{server.url}/web/login")
    found += violations(stranger, "login")
    stranger.goto(f"{server.url}/vpdt/check")
    found += violations(stranger, "public-check")
    stranger.close()
    assert not found, "\n".join(found)
