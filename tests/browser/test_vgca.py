"""A leader signs with VGCA Sign Service: Chromium, the office, and a stub of the service with SoftHSM 2 behind it."""

import os
import sys
from pathlib import Path

import pytest
from office import keep_picture, log_in
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "addons/vpdt_base/tests"), str(ROOT / "tests")]

import signing_common as common  # noqa: E402
from soft_token import HAVE_SOFTHSM, MODULE, PIN, SoftToken  # noqa: E402
from test_sign_agent import PREPARE as PREPARE_TOKEN  # noqa: E402
from vgca_signature import sign_like_vgca  # noqa: E402
from vgca_stub import VgcaStub  # noqa: E402

pytestmark = pytest.mark.skipif(not HAVE_SOFTHSM, reason="SoftHSM 2 is not installed")

LEADER, LEADER_NAME = "lanhdao.snv", "Lãnh đạo Sở Nội vụ"
expect.set_options(timeout=60_000)
LOOK = """
document = env["vpdt.outgoing"].browse(DOCUMENT)
main = document._file_of_role("main")
main._check_signatures()
result = [document.state, main.verdict, main.signature_ids.signer]
"""


@pytest.fixture(scope="module")
def token():
    made = SoftToken("Token VGCA")
    identity = common.person(LEADER_NAME)
    made.add_key(identity, "an")
    made.add_certificates(identity, "an")
    yield made
    made.remove()


@pytest.fixture(scope="module")
def service(token):
    identity = common.person(LEADER_NAME)

    def sign(pdf):
        with common.signers.Pkcs11Signer(MODULE, token.label, PIN, "an", chain=identity.chain) as signer:
            return sign_like_vgca(pdf, signer)

    with token.plugged_in():
        running = VgcaStub(sign, identity.der)
        yield running
        running.stop()


@pytest.fixture(scope="module")
def office(service, server):
    """A document that waits for the leader's signature, and his key, not loaded yet."""
    prepare = PREPARE_TOKEN.replace('"Khóa trong USB", "kind": "token"', '"USB của Ban Cơ yếu", "kind": "vgca"')
    given = {"ROOT_PEM": common.authority().root.pem.decode(), "PORT": 0}
    address = f"env['ir.config_parameter'].set_param('vpdt.vgca_address', {service.address!r})\n"
    return server.env_call("".join(f"{name} = {value!r}\n" for name, value in given.items()) + address + prepare)


@pytest.fixture
def page(server):
    """The leader in a browser that trusts the throw-away certificate of the service."""
    with sync_playwright() as playwright:
        variables = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
        arguments = ["--no-sandbox", "--ignore-certificate-errors"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments, env=variables)
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN", ignore_https_errors=True)
        page.set_default_timeout(60_000)
        log_in(page, server.url, LEADER, next(row["password"] for row in server.accounts if row["login"] == LEADER))
        yield page
        browser.close()


def press_sign(page, server, office):
    page.goto(f"{server.url}/odoo/action-{office['document_action']}/{office['document']}")
    page.click("button:has-text('Ký'):visible >> nth=0")
    page.select_option("#vpdt_key", label="USB của Ban Cơ yếu")
    page.click(".o_vpdt_confirm")


def test_from_the_certificate_to_the_signature(page, server, service, office):
    page.goto(f"{server.url}/odoo/action-{office['key_action']}/{office['key']}")
    page.click("button[name=action_load]:visible")
    keep_picture(page, "vgca-load")
    page.click(".o_vpdt_load")
    expect(page.locator("div[name=subject]")).to_contain_text(LEADER_NAME)

    for case, words in (("refused", "Chưa cắm thiết bị"), ("closed", "đóng"), ("not signed", "0x0028|chữ ký")):
        service.case = case
        press_sign(page, server, office)
        expect(page.locator(".o_vpdt_sign .alert-danger")).to_be_visible()
        if case != "not signed":
            expect(page.locator(".o_vpdt_sign .alert-danger")).to_contain_text(words)
        keep_picture(page, f"vgca-{case.replace(' ', '-')}")

    service.case = "never posted once"  # signed, but not stored: asked for again
    press_sign(page, server, office)
    page.wait_for_selector(".o_vpdt_sign", state="detached")
    keep_picture(page, "vgca-signed")
    found = server.env_call(f"DOCUMENT = {office['document']}\n" + LOOK)
    assert found == ["signed", "valid", LEADER_NAME]
    assert [name for name, _text in service.calls][-2:] == ["SignApproved"] * 2


def test_a_service_that_does_not_run_is_said_within_seconds(page, server, service, office):
    service.stop()
    page.goto(f"{server.url}/odoo/action-{office['document_action']}/{office['batch'][0]}")
    page.click("button:has-text('Ký'):visible >> nth=0")
    page.select_option("#vpdt_key", label="USB của Ban Cơ yếu")
    page.click(".o_vpdt_confirm")
    expect(page.locator(".o_vpdt_sign .alert-danger")).to_contain_text("VGCA Sign Service", timeout=20_000)
    keep_picture(page, "vgca-missing")
