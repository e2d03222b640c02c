"""A leader signs with a token in his own machine: Chromium, the signing agent, SoftHSM 2 behind it, and the office."""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from office import keep_picture, log_in, tick
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "addons/vpdt_base/tests")]

import signing_common as common  # noqa: E402
from soft_token import HAVE_SOFTHSM, MODULE, PIN, SoftToken  # noqa: E402

pytestmark = pytest.mark.skipif(not HAVE_SOFTHSM, reason="SoftHSM 2 is not installed")

LEADER, LEADER_NAME = "lanhdao.snv", "Lãnh đạo Sở Nội vụ"
expect.set_options(timeout=60_000)  # a loaded machine is slow, not wrong
PREPARE = """
import base64
from odoo import Command
from odoo.addons.vpdt_base.signing.pictures import make_demo_signature
env["vpdt.trust.anchor"].create({"name": "Gốc của token", "certificate": ROOT_PEM})
env["ir.config_parameter"].set_param("vpdt.sign_agent_port", PORT)
env.registry.signal_changes()  # the running server keeps settings in memory

def user(role):
    found = env["res.users"].search([("login", "=", role + ".snv")])
    return env(user=found, context={"allowed_company_ids": found.company_id.ids, "lang": "vi_VN"})

leader = user("lanhdao")
key = leader["vpdt.signing.key"].create(
    {"name": "Khóa trong USB", "kind": "token", "picture": base64.b64encode(make_demo_signature("An"))}
)
drafts = user("chuyenvien")

def to_sign(subject):
    document = drafts["vpdt.outgoing"].create(
        {
            "type_id": env["vpdt.document.type"].search([("abbreviation", "=", "QĐ")], limit=1).id,
            "subject": subject,
            "signer_id": leader.uid,
            "reviewer_id": user("truongphong").uid,
            "body": "Căn cứ Luật Tổ chức chính quyền địa phương;\\nQUYẾT ĐỊNH:\\nĐiều 1. Ban hành quy chế thử.",
            "recipient_ids": [
                Command.create({"organization_id": env["vpdt.organization"].search([("identifier", "=", "H21.03")]).id})
            ],
        }
    )
    document.action_make_draft()
    document.action_submit()
    document.with_env(user("truongphong")).action_initial()
    return document

document = to_sign("Ban hành quy chế thử ký bằng USB")
batch = [to_sign("Thử ký hàng loạt bằng USB %s" % number) for number in (1, 2)]
result = {
    "key": key.id,
    "document": document.id,
    "batch": [one.id for one in batch],
    "key_action": env.ref("vpdt_base.vpdt_signing_key_action_mine").id,
    "document_action": env.ref("vpdt_documents.vpdt_outgoing_action").id,
}
"""
LOOK = """
document = env["vpdt.outgoing"].browse(DOCUMENT)
main = document._file_of_role("main")
main._check_signatures()
signature = main.signature_ids
result = {"state": document.state, "verdict": main.verdict, "signer": signature.signer, "serial": signature.serial}
"""


class Agent:
    """The signing agent as its user starts it, and what it prints."""

    def __init__(self, token, origin):
        self.codes = []
        words = [
            "--module",
            MODULE,
            "--origin",
            origin,
            "--port",
            "0",
            "--pairings",
            str(token.folder / "pairings.json"),
        ]
        environment = {**os.environ, **token.environment, "PYTHONPATH": str(ROOT / "tools")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sign_agent", *words], env=environment, stdout=subprocess.PIPE, text=True
        )
        first, second = self.process.stdout.readline(), self.process.stdout.readline()
        self.port = int(re.search(r"127\.0\.0\.1:(\d+)", second).group(1))
        self._note(first)
        threading.Thread(target=lambda: [self._note(line) for line in self.process.stdout], daemon=True).start()

    def _note(self, line):
        self.codes += re.findall(r"Pairing code: (\S+)", line)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)


@pytest.fixture(scope="module")
def token():
    made = SoftToken("Token thử")
    identity = common.person(LEADER_NAME)
    made.add_key(identity, "an")
    made.add_certificates(identity, "an")
    yield made
    made.remove()


@pytest.fixture(scope="module")
def agent(token, server):
    running = Agent(token, server.url)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def office(agent, server):
    """A document that waits for the leader's signature, and his key, not loaded yet."""
    given = {"ROOT_PEM": common.authority().root.pem.decode(), "PORT": agent.port}
    return server.env_call("".join(f"{name} = {value!r}\n" for name, value in given.items()) + PREPARE)


@pytest.fixture
def page(browser, server):
    """A logged-in leader; an error in the console fails the test."""
    errors = []
    page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if _is_ours(line, server) else None)
    page.set_default_timeout(60_000)
    log_in(page, server.url, LEADER, next(row["password"] for row in server.accounts if row["login"] == LEADER))
    yield page
    page.close()
    assert not errors, errors


def _is_ours(line, server):
    """An error that is not the browser's own note that the agent refused a code or a PIN, or is not there."""
    refused = line.text.startswith("Failed to load resource") and not line.location["url"].startswith(server.url)
    return line.type == "error" and not refused


def test_token_of_the_own_machine_from_pairing_to_signature(page, server, agent, office, token):
    page.goto(f"{server.url}/odoo/action-{office['key_action']}/{office['key']}")
    page.click("button[name=action_load]:visible")
    page.fill("#vpdt_agent_code", "0000-0000")  # 0 is in no code
    page.click(".o_vpdt_pair")
    expect(page.locator(".o_vpdt_load_key .alert-danger")).to_be_visible()
    keep_picture(page, "sign-agent-pairing")
    page.fill("#vpdt_agent_code", agent.codes[-1].replace("-", " ").lower())
    page.click(".o_vpdt_pair")
    expect(page.locator(".o_vpdt_load_key .form-check")).to_contain_text(LEADER_NAME)
    keep_picture(page, "sign-agent-certificate")
    page.click(".o_vpdt_load")
    expect(page.locator("div[name=subject]")).to_contain_text(LEADER_NAME)
    keep_picture(page, "signing-key")

    page.goto(f"{server.url}/odoo/action-{office['document_action']}/{office['document']}")
    page.click("button:has-text('Ký'):visible >> nth=0")
    page.select_option("#vpdt_key", label="Khóa trong USB")
    page.fill("#vpdt_pin", "000000")
    page.click(".o_vpdt_confirm")
    expect(page.locator(".o_vpdt_sign .alert-danger")).to_contain_text("PIN")
    keep_picture(page, "sign-dialog-wrong-pin")
    page.fill("#vpdt_pin", PIN)
    page.click(".o_vpdt_confirm")
    page.wait_for_selector(".o_vpdt_sign", state="detached")
    keep_picture(page, "signed-with-token")

    found = server.env_call(f"DOCUMENT = {office['document']}\n" + LOOK)
    assert (found["state"], found["verdict"], found["signer"]) == ("signed", "valid", LEADER_NAME)
    assert found["serial"].upper() == common.pki.serial_hex(common.person(LEADER_NAME).cert)


def test_a_batch_with_one_pin_and_a_wrong_one_stops_it(page, server, agent, office):
    page.goto(f"{server.url}/odoo/action-{office['key_action']}/{office['key']}")
    page.evaluate("localStorage.clear()")  # as in a browser that was never paired
    page.goto(f"{server.url}/odoo/action-{office['document_action']}")
    for number in (1, 2):
        row = page.locator(".o_data_row", has_text=f"Thử ký hàng loạt bằng USB {number}").first
        tick(row.locator(".o_list_record_selector input"))
    page.locator("button[name=action_sign_batch]").first.click()
    page.select_option("#vpdt_batch_key", label="Khóa trong USB")
    page.fill("#vpdt_agent_code", agent.codes[-1])
    page.click(".o_vpdt_pair")
    page.fill("#vpdt_pin", "000000")
    page.click(".o_vpdt_confirm")
    expect(page.locator(".o_vpdt_batch .alert-danger")).to_contain_text("PIN")
    assert (page.locator(".o_vpdt_row_failed").count(), page.locator(".o_vpdt_row_waiting").count()) == (1, 1)
    keep_picture(page, "sign-agent-batch-wrong-pin")
    page.fill("#vpdt_pin", PIN)
    page.click(".o_vpdt_confirm")
    expect(page.locator(".o_vpdt_row_done")).to_have_count(2)
    keep_picture(page, "sign-agent-batch")
    page.click(".o_vpdt_leave")
    assert server.env_call(f"result = env['vpdt.outgoing'].browse({office['batch']}).mapped('state')") == ["signed"] * 2


def test_agent_that_does_not_run_is_said(page, server, agent, office):
    agent.stop()
    page.goto(f"{server.url}/odoo/action-{office['key_action']}/{office['key']}")
    page.click("button[name=action_load]:visible")
    expect(page.locator(".o_vpdt_agent .alert-warning")).to_contain_text(server.url)
    keep_picture(page, "sign-agent-missing")
