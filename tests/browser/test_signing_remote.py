"""Signing at a remote service in a real browser: one document, and a batch with as few confirmations as can be."""

import sys
from pathlib import Path

import pytest
from office import keep_picture, session, tick
from playwright.sync_api import expect
from test_signing import PREPARE

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "addons/vpdt_base/tests")]

import signing_common as common  # noqa: E402
from fake_csc import FakeSigningService  # noqa: E402

KEY = """
import base64
from odoo.addons.vpdt_base.signing.pictures import make_demo_signature
env["vpdt.trust.anchor"].create({"name": "Tổ chức chứng thực của dịch vụ thử", "certificate": ROOT_PEM})
env["vpdt.allowed.host"].create({"name": HOST})
service = env["vpdt.signing.service"].create({"name": "Từ xa", "url": "http://" + HOST, "new_secret": "token"})
values = {"name": "Ký từ xa", "kind": "csc", "service_id": service.id, "credential": "credential"}
picture = base64.b64encode(make_demo_signature("An"))
key = env["vpdt.signing.key"].with_user(leader).with_company(company).create({**values, "picture": picture})
key.load_csc()
result = [to_sign("V/v ký từ xa hàng loạt %s" % n).id for n in range(3)]
"""


@pytest.fixture
def service():
    authority = common.pki.make_authority("Ký hàng loạt")
    fake = FakeSigningService(authority.issue_person("Lãnh đạo Sở Nội vụ", organization="Sở Nội vụ"))
    fake.multisign, fake.root = 2, authority.root.pem.decode()
    yield fake
    fake.stop()


def test_three_documents_with_two_confirmations(browser, server, service):
    ids = server.env_call(f"{PREPARE}\nROOT_PEM, HOST = {service.root!r}, {service.host!r}\n{KEY}")
    service.requests.clear()
    with session(browser, server, "lanhdao.snv") as page:
        page.goto(f"{server.url}/odoo/action-vpdt_documents.vpdt_outgoing_action")
        for number in range(3):
            row = page.locator(".o_data_row", has_text=f"V/v ký từ xa hàng loạt {number}").first
            tick(row.locator(".o_list_record_selector input"))
        page.locator("button[name=action_sign_batch]").first.click()
        page.select_option("#vpdt_batch_key", label="Ký từ xa")
        page.fill("#vpdt_pin", "0000")
        page.click(".o_vpdt_batch .o_vpdt_confirm")
        expect(page.locator(".o_vpdt_batch .alert-danger")).to_contain_text("PIN")
        keep_picture(page, "signing_remote_refused")
        page.fill("#vpdt_pin", "1234")
        page.click(".o_vpdt_batch .o_vpdt_confirm")
        expect(page.locator(".o_vpdt_row_done")).to_have_count(3)
        keep_picture(page, "signing_remote_done")
    assert server.env_call(f"result = env['vpdt.outgoing'].browse({ids}).mapped('state')") == ["signed"] * 3
    assert service.endpoints().count("signatures/signHash") == 2
