"""The screens of the exchange: a recall asked and answered, the timeline, the figures, the channels."""

import time

import pytest
from exchange.offices import PEOPLE
from office import PHONE
from playwright.sync_api import expect

SENDER, RECEIVER = "vanthu.snv", "vanthu.skhcn"


@pytest.fixture(scope="module")
def exchanged(server):
    """A document of Sở Nội vụ that Sở Khoa học và Công nghệ has registered: ids of the two."""
    return server.env_call(
        PEOPLE
        + """
document = issue("snv", ["H21.03"], "V/v thu hồi thử", annexes=1)
for message in document.sudo().recipient_ids.message_ids:
    message._deliver()
incoming = of("vanthu.skhcn")["vpdt.incoming"].search([("subject", "=", "V/v thu hồi thử")])
incoming.action_register()
result = [document.id, incoming.id]
"""
    )


def wait_for(server, expression):
    """Wait until the server has delivered and read what makes ``expression`` true."""
    deadline = time.monotonic() + 120
    while not server.env_call(f"result = bool({expression})"):
        assert time.monotonic() < deadline, f"never true: {expression}"
        time.sleep(0.5)


def test_a_recall_is_asked_answered_and_seen(office, server, exchanged):
    document, incoming = exchanged
    sender = office.person(SENDER)
    sender.open("vpdt_documents.vpdt_outgoing_action", document)
    sender.step("action_ask_recipients").click()
    sender.sees("Lấy lại", ".modal")
    sender.picture("exchange-take-back-dialog")
    sender.page.keyboard.press("Escape")
    sender.give_reason("action_take_out_of_force", "Ban hành nhầm phụ lục")
    sender.sees_state("Đã thu hồi")
    wait_for(server, f"env['vpdt.incoming'].browse({incoming}).open_request_id")

    receiver = office.person(RECEIVER)
    receiver.open("vpdt_documents.vpdt_incoming_action", incoming)
    receiver.sees("Ban hành nhầm phụ lục", ".o_form_view")
    receiver.picture("exchange-recall-asked")
    receiver.page.locator("button[name=action_answer_request]").click()
    asked = receiver.page.locator(".modal")
    asked.locator("button[name=action_agree]").wait_for()
    receiver.picture("exchange-recall-answer")
    asked.locator("button[name=action_agree]").click()
    receiver.page.locator(".modal:has-text('gửi ngay') .btn-primary").last.click()
    expect(asked.locator("button[name=action_agree]")).to_have_count(0)
    wait_for(server, f"env['vpdt.outgoing'].browse({document}).request_ids.filtered(lambda r: r.state == 'agreed')")

    sender.open("vpdt_documents.vpdt_outgoing_action", document)
    sender.sees("1/1 nơi nhận", ".o_form_view")
    sender.tab("Gửi")
    sender.picture("exchange-sending")
    sender.step("action_exchange_timeline").click()
    sender.page.wait_for_selector(".o_list_view")
    sender.sees("Ban hành nhầm phụ lục")
    sender.picture("exchange-timeline")
    assert not office.errors


def test_the_figures_begin_with_a_chart(office, exchanged):
    clerk = office.person(SENDER)
    clerk.page.goto(f"{clerk.url}/odoo/action-vpdt_interop.vpdt_exchange_figure_action")
    clerk.page.wait_for_selector(".o_graph_renderer canvas")
    clerk.picture("exchange-figures")
    clerk.page.click(".o_switch_view.o_pivot")
    clerk.page.wait_for_selector(".o_pivot table")
    clerk.picture("exchange-figures-pivot")
    assert not office.errors


def test_a_channel_is_tried_paused_and_resumed(office, server, exchanged):
    admin = office.person("admin")
    admin.open("vpdt_interop.vpdt_exchange_channel_action")
    admin.picture("exchange-channels")
    admin.open_row("Trong hệ thống này")
    admin.step("action_test").click()
    admin.sees("gửi nhận với nhau", ".o_notification")
    admin.step("action_pause").click()
    admin.page.locator(".modal .btn-primary").click()
    admin.sees_state("Tạm dừng")
    admin.picture("exchange-channel-paused")
    admin.step("action_resume").click()
    admin.sees_state("Đang dùng")
    assert not office.errors


def test_on_a_phone(office, exchanged):
    clerk = office.person(RECEIVER, PHONE)
    clerk.open("vpdt_documents.vpdt_incoming_action", exchanged[1])
    clerk.picture("exchange-incoming-phone")
    assert not office.errors
