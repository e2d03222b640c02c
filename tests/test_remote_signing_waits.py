"""While a person looks for his telephone, no transaction and no lock of the office waits with him."""

import sys
import threading
import time
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "addons/vpdt_base/tests")]

import signing_common as common  # noqa: E402
from fake_csc import FakeSigningService  # noqa: E402

LEADER, LEADER_NAME = "lanhdao.snv", "Lãnh đạo Sở Nội vụ"
PREPARE = """
import base64
from odoo import Command
from odoo.addons.vpdt_base.signing.pictures import make_demo_signature
env["vpdt.trust.anchor"].create({"name": "Authority of the service", "certificate": ROOT_PEM})
env["vpdt.allowed.host"].create({"name": HOST})
service = env["vpdt.signing.service"].create({"name": "Từ xa", "url": "http://" + HOST, "new_secret": "token"})

def user(role):
    found = env["res.users"].search([("login", "=", role + ".snv")])
    return env(user=found, context={"allowed_company_ids": found.company_id.ids, "lang": "vi_VN"})

leader = user("lanhdao")
values = {"kind": "csc", "service_id": service.id, "credential": "credential"}
picture = base64.b64encode(make_demo_signature("An"))
key = leader["vpdt.signing.key"].create({"name": "Ký từ xa", "picture": picture, **values})
key.load_csc()
recipient = env["vpdt.organization"].search([("identifier", "=", "H21.03")])
document = user("chuyenvien")["vpdt.outgoing"].create(
    {
        "type_id": env["vpdt.document.type"].search([("abbreviation", "=", "QĐ")], limit=1).id,
        "subject": "Ban hành quy chế thử ký từ xa",
        "signer_id": leader.uid,
        "reviewer_id": user("truongphong").uid,
        "body": "Căn cứ Luật Tổ chức chính quyền địa phương;\\nQUYẾT ĐỊNH:\\nĐiều 1. Ban hành quy chế thử.",
        "recipient_ids": [Command.create({"organization_id": recipient.id})],
    }
)
document.action_make_draft()
document.action_submit()
document.with_env(user("truongphong")).action_initial()
result = {"key": key.id, "document": document.id}
"""
LOOK = """
env.cr.execute("SELECT id FROM vpdt_outgoing WHERE id = %s FOR UPDATE NOWAIT", [DOCUMENT])  # raises when it is locked
env.cr.execute(
    '''SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%%' '''
)
idle = env.cr.fetchone()[0]
session = env["vpdt.signing.session"].search([("res_id", "=", DOCUMENT)], limit=1)
result = {"idle": idle, "session": session.state, "document": env["vpdt.outgoing"].browse(DOCUMENT).state}
"""


@pytest.fixture
def authority():
    """One of its own: the server's database is shared with other tests."""
    return common.pki.make_authority("Remote signing test")


@pytest.fixture
def service(authority):
    fake = FakeSigningService(authority.issue_person(LEADER_NAME, organization="Sở Nội vụ"))
    yield fake
    fake.stop()


def call(browser, server, path, **params):
    return browser.post(server.url + path, json={"params": params}, timeout=300).json()


def log_in(server):
    browser = requests.Session()
    password = next(row["password"] for row in server.accounts if row["login"] == LEADER)
    answer = call(browser, server, "/web/session/authenticate", db=server.db, login=LEADER, password=password)
    assert answer["result"]["uid"]
    return browser


def test_nothing_waits_but_the_person(server, service, authority):
    given = {"ROOT_PEM": authority.root.pem.decode(), "HOST": service.host}
    made = server.env_call("".join(f"{name} = {value!r}\n" for name, value in given.items()) + PREPARE)
    browser = log_in(server)
    words = {"model": "vpdt.outgoing", "method": "begin_signature", "args": [[made["document"]], "sign", made["key"]]}
    job = call(browser, server, "/web/dataset/call_kw", **words, kwargs={})["result"]

    service.may_answer.clear()
    answers = []
    values = {"session_id": job["session"], "pin": "1234"}
    asking = lambda: answers.append(call(browser, server, "/vpdt/signing/remote", **values))  # noqa: E731
    waiting = threading.Thread(target=asking)
    waiting.start()
    assert service.asked.wait(60)
    look = lambda: server.env_call(f"DOCUMENT = {made['document']}\n" + LOOK)  # noqa: E731
    meanwhile = look()
    for _second in range(30):  # a job may just be at work; what waits for the person would be there all the time
        if meanwhile["idle"]:
            time.sleep(1)
            meanwhile = look()
    assert meanwhile == {"idle": 0, "session": "asked", "document": "to_sign"}

    service.may_answer.set()
    waiting.join(60)
    assert answers[0].get("result") is True, answers
    after = look()
    assert (after["session"], after["document"]) == ("signed", "signed")
