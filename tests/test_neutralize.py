"""A copy of the database for tests (`odoo neutralize`) signs with no real key and calls nobody."""

import os

import pytest
from vpdt_cli import databases, odoo, setup

DATABASE = f"vpdt_test_neutralized_{os.getpid()}"

PREPARE = """
import base64
import io
import pikepdf
from odoo.addons.vpdt_base.signing import pki
authority = pki.make_authority("Authority of the test")
env["vpdt.trust.anchor"].create({"name": "Test", "certificate": authority.root.pem.decode()})
leader = env["res.users"].search([("login", "=", "lanhdao.snv")])
Key = env(user=leader)["vpdt.signing.key"].with_company(leader.company_id)
identity = authority.issue_person(leader.name, organization="Sở Nội vụ")
p12 = base64.b64encode(identity.pkcs12("123456")).decode()
key = Key.create({"name": "Thật"})
key.load_pkcs12(p12, "123456")
assert key._signer("123456")
token = Key.create({"name": "USB", "kind": "token"})
certificate = base64.b64encode(authority.issue_person(leader.name, organization="SNV").der).decode()
token.load_token(certificate)
env["vpdt.allowed.host"].create({"name": "signing.example.vn"})
service = env["vpdt.signing.service"].create(
    {"name": "Từ xa", "url": "https://signing.example.vn", "client": "x", "new_secret": "secret"}
)
chat = env["vpdt.chat.service"].create({"name": "Bot", "url": "https://signing.example.vn", "new_secret": "123:ABC"})
leader.write({"vpdt_chat_address": "0905", "vpdt_chat_service_id": chat.id})
env["vpdt.alert.choice"].create({"user_id": leader.id, "event": "work"}).by_chat = True
env["vpdt.allowed.host"].create({"name": "tsa.example.vn"})
stamped = {"tsa_url": "http://tsa.example.vn", "signature_level": "B-LT", "archive_with_timestamp": True}
leader.company_id.write(stamped)
from odoo.addons.vpdt_base.models.journal.vpdt_journal_seal import TSA_URL
env["ir.config_parameter"].set_param(TSA_URL, "http://tsa.example.vn")
drafts = env(user=env["res.users"].search([("login", "=", "chuyenvien.snv")]))["vpdt.outgoing"]
document = drafts.with_company(leader.company_id).create(
    {"type_id": env["vpdt.document.type"].search([], limit=1).id, "subject": "Thử", "signer_id": leader.id}
).sudo()
sheet, page = io.BytesIO(), pikepdf.new()
page.add_blank_page()
page.save(sheet)
file = env["vpdt.file"]._store(document, "thu.pdf", sheet.getvalue(), "main")
file._work_to("level_state", "waiting", {"level_wanted": "B-LT"})
begun = env["vpdt.signing.session"].create(
    {
        "user_id": leader.id, "company_id": leader.company_id.id, "key_id": key.id, "fingerprint": key.fingerprint,
        "res_model": document._name, "res_id": document.id, "step": "sign", "expires_at": "2099-01-01 00:00:00",
        "part_ids": [(0, 0, {"source_id": file.id, "prepared": base64.b64encode(b"prepared"), "sealed": "x"})],
    }
)
assert begun.part_ids.prepared
env["vpdt.signing.key"].search([])[:1].with_delay()._job_check_revocation()
env["vpdt.exchange.message"].create(
    {"company_id": leader.company_id.id, "direction": "out", "kind": "status", "state": "queued"}
)
result = {"p12": p12, "certificate": certificate, "key": key.id, "token": token.id, "service": service.id}
result |= {"company": leader.company_id.id, "session": begun.id, "file": file.id, "chat": chat.id}
"""

LOOK = """
import base64
from odoo.exceptions import UserError
from odoo.addons.vpdt_base.signing import pki

def attempt(function, *values):
    try:
        with env.cr.savepoint():
            function(*values)
    except UserError as error:
        return str(error)
    return "done"

leader = env["res.users"].search([("login", "=", "lanhdao.snv")]).with_context(lang="en_US")
own = env(user=leader, context={"lang": "en_US"})["vpdt.signing.key"].with_company(leader.company_id)
key, token = own.browse(KNOWN["key"]), own.browse(KNOWN["token"])
fresh = own.create({"name": "Thử"})
authority = pki.make_authority("Made for tests")
env["vpdt.trust.anchor"].create({"name": "Made for tests", "certificate": authority.root.pem.decode()})
test_p12 = base64.b64encode(authority.issue_person(leader.name, organization="Thử").pkcs12("1")).decode()
service = env["vpdt.signing.service"].browse(KNOWN["service"])
company = env["res.company"].browse(KNOWN["company"])
chat = env["vpdt.chat.service"].browse(KNOWN["chat"])
begun = env["vpdt.signing.session"].browse(KNOWN["session"])
keys = env["vpdt.signing.key"].with_context(active_test=False).search([("id", "!=", fresh.id)])
result = {
    "states": sorted(set(keys.mapped("state"))),
    "contents": any(keys.sudo().mapped("content")),
    "seen": bool(key.subject),
    "signing": attempt(key._signer, "123456"),
    "resume": attempt(key.action_resume),
    "resume_token": attempt(token.action_resume),
    "load_again": attempt(fresh.load_pkcs12, KNOWN["p12"], "123456"),
    "load_token_again": attempt(token.load_token, KNOWN["certificate"]),
    "hosts": env["vpdt.allowed.host"].search_count([]),
    "service": [service.url, service.client, service.has_secret, service.active],
    "chat": [chat.url, chat.has_secret, chat.active, leader.vpdt_chat_address],
    "by_chat": env["vpdt.alert.choice"].search_count([("by_chat", "=", True)]),
    "company": [company.tsa_url, company.signature_level, company.archive_with_timestamp],
    "journal_tsa": env["vpdt.journal.seal"]._stamp_url(),
    "session": [begun.state, begun.part_ids.sealed, begun.part_ids.prepared],
    "waiting": env["vpdt.file"].browse(KNOWN["file"]).level_state,
    "jobs": env["queue.job"].search_count([("state", "in", ("pending", "enqueued", "started", "wait_dependencies"))]),
    "queued": env["vpdt.exchange.message"].search_count([("state", "=", "queued")]),
    "load_test_key": attempt(fresh.load_pkcs12, test_p12, "1"),
    "sign_test_key": attempt(fresh._signer, "1"),
}
"""


@pytest.fixture(scope="module")
def looked():
    """What a neutralized copy of the demo, with keys of several kinds, answers."""
    house = setup.ensure()
    with house.databases() as found:
        found.copy(databases.DEMO, DATABASE)
        try:
            known = odoo.shell(DATABASE, PREPARE)
            assert odoo.run_interactive("neutralize", "--database", DATABASE) == 0
            yield odoo.shell(DATABASE, f"KNOWN = {known!r}\n{LOOK}")
        finally:
            found.drop(DATABASE)


def test_no_real_key_signs(looked):
    assert looked["states"] == ["suspended"]
    assert not looked["contents"]
    assert "copy for tests" in looked["signing"]


def test_certificate_can_still_be_looked_at(looked):
    assert looked["seen"]


def test_no_way_back_to_a_real_key(looked):
    for attempt in ("resume", "resume_token"):
        assert "Load the key" in looked[attempt]
    for attempt in ("load_again", "load_token_again"):
        assert "copy for tests" in looked[attempt]


def test_nobody_is_called(looked):
    assert looked["hosts"] == 0
    assert (looked["chat"], looked["by_chat"]) == (["", False, False, False], 0)
    assert looked["service"] == [False, False, False, False]
    assert looked["jobs"] == 0


def test_no_time_stamping_service_is_left(looked):
    assert looked["company"] == [False, "B-B", False]
    assert not looked["journal_tsa"]
    assert not looked["waiting"]


def test_nothing_that_was_begun_can_be_finished(looked):
    assert looked["session"] == ["failed", False, False]


def test_nothing_is_exchanged(looked):
    assert looked["queued"] == 0


def test_keys_made_for_tests_sign(looked):
    assert looked["load_test_key"] == looked["sign_test_key"] == "done"
