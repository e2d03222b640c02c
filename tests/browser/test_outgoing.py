"""Outgoing documents at the screen: on paper too, as the leader decides."""

from office import PHONE
from playwright.sync_api import expect
from test_signing import PASSPHRASE, PREPARE

OUTGOING = "vpdt_documents.vpdt_outgoing_action"


def test_the_leader_decides_on_paper_and_the_clerk_prints_it(office, server):
    document = server.env_call(f"{PREPARE}\nresult = to_sign('Về việc gửi kèm bản giấy').id")
    leader = office.person("lanhdao.snv", PHONE)
    leader.open(OUTGOING, document)
    leader.field("with_paper").locator("input").check()
    leader.picture("paper-leader-phone")
    leader.page.locator("button[name=action_sign]:visible").click()
    leader.sign(PASSPHRASE)
    leader.sees_state("Đã ký")
    clerk = office.person("vanthu.snv")
    clerk.open(OUTGOING, document)
    expect(clerk.field("with_paper").locator("input")).to_be_disabled()
    clerk.step("action_issue").click()
    clerk.sign(PASSPHRASE)
    clerk.sees_state("Đã ban hành")
    clerk.sees("Cần làm bản chính giấy")
    clerk.picture("paper-wanted")
    with clerk.page.expect_popup() as popup:
        clerk.step("action_print_paper").click()
    popup.value.close()
    clerk.write("paper_place", "Tập lưu năm 2026")
    clerk.step("action_paper_made").click()
    expect(clerk.field("paper_made_at")).to_be_visible()
    expect(clerk.field("paper_words")).to_be_hidden()
    clerk.picture("paper-made")
    assert not office.errors
