"""Accounts over HTTP: sessions that end, the second factor before anything else, links, the state of the system."""

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest
import requests

PATIENCE = 60  # seconds
TOKEN = "vpdt_accounts.health_token"


def call(session, server, model, method, args, kwargs=None):
    """The result of a JSON-RPC call, or the name of its refusal."""
    params = {"model": model, "method": method, "args": args, "kwargs": kwargs or {}}
    path = f"{server.url}/web/dataset/call_kw/{model}/{method}"
    answer = session.post(path, json={"params": params}, timeout=PATIENCE).json()
    return answer["error"]["data"]["name"] if "error" in answer else answer["result"]


def log_in(server, login):
    password = next(account["password"] for account in server.accounts if account["login"] == login)
    session = requests.Session()
    params = {"db": server.db, "login": login, "password": password}
    answer = session.post(f"{server.url}/web/session/authenticate", json={"params": params}, timeout=PATIENCE).json()
    return session, answer.get("result") or {}


def code_of(secret, now=None):
    """The six digits that a phone shows for a secret in base32."""
    key = base64.b32decode(secret.replace(" ", ""))
    digest = hmac.new(key, struct.pack(">Q", int((now or time.time()) / 30)), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def test_a_suspended_account_is_signed_out_at_once(server):
    session, account = log_in(server, "luutru.xa1")
    assert account["uid"]
    assert call(session, server, "res.users", "search_count", [[]])
    of_account = "account = env['vpdt.account'].search([('login', '=', 'luutru.xa1')]);"
    server.env_call(f"{of_account} account._move_to('suspended', {{'state_reason': 'x'}})")
    try:
        assert call(session, server, "res.users", "search_count", [[]]) == "odoo.http.SessionExpiredException"
        assert not log_in(server, "luutru.xa1")[1].get("uid")
    finally:
        server.env_call(f"{of_account} account._move_to('active', {{'state_reason': 'x'}})")
    assert log_in(server, "luutru.xa1")[1]["uid"]


@pytest.fixture
def second_factor(server):
    server.env_call("env['vpdt.account.policy']._current().second_factor_from = '2020-01-01'")
    yield
    server.env_call(
        "env['vpdt.account.policy']._current().second_factor_from = False;"
        "env['res.users'].search([('login', '=', 'vanthu.xa2')]).totp_secret = False"
    )


def test_the_second_factor_comes_before_anything_else(server, second_factor):
    session, _account = log_in(server, "vanthu.xa2")
    assert call(session, server, "res.users", "search_count", [[]]) == "odoo.exceptions.AccessDenied"
    by_hand = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"}
    by_hand["Sec-Fetch-User"] = "?1"
    told = session.post(
        f"{server.url}/json/2/res.users/search_count", json={"domain": []}, headers=by_hand, timeout=PATIENCE
    )
    assert told.status_code == 403, told.text[:300]
    chat = session.post(f"{server.url}/mail/data", json={"params": {"fetch_params": []}}, timeout=PATIENCE).json()
    assert chat["error"]["data"]["name"] == "odoo.exceptions.AccessDenied"
    file = session.get(f"{server.url}/web/content/1", timeout=PATIENCE)
    assert file.url.endswith("/vpdt/second-factor")
    page = session.get(f"{server.url}/odoo", timeout=PATIENCE)
    assert page.url.endswith("/vpdt/second-factor")
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text).group(1)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    wrong = session.post(page.url, data={"csrf_token": token, "code": "000000"}, timeout=PATIENCE)
    assert wrong.url.endswith("/vpdt/second-factor")
    right = session.post(page.url, data={"csrf_token": token, "code": code_of(secret)}, timeout=PATIENCE)
    assert not right.url.endswith("/vpdt/second-factor"), right.text[:500]
    assert isinstance(call(session, server, "res.users", "search_count", [[]]), int)
    _again, account = log_in(server, "vanthu.xa2")
    assert not account.get("uid"), "the password alone opens nothing any more"
    specialist, _account = log_in(server, "chuyenvien.xa2")
    assert isinstance(call(specialist, server, "res.users", "search_count", [[]]), int)


def test_the_state_of_the_system_is_numbers_for_who_has_the_token(server):
    address = f"{server.url}/vpdt/health"
    assert requests.get(address, timeout=PATIENCE).status_code == 404
    server.env_call(f"env['ir.config_parameter'].set_param('{TOKEN}', 'a-long-token')")
    try:
        assert requests.get(address, timeout=PATIENCE).status_code == 404
        wrong = requests.get(address, headers={"Authorization": "Bearer a-long-tokem"}, timeout=PATIENCE)
        assert wrong.status_code == 404
        right = requests.get(address, headers={"Authorization": "Bearer a-long-token"}, timeout=PATIENCE)
        assert right.status_code == 200
        assert 'vpdt_health_level{check="jobs"}' in right.text
        assert "a-long-token" not in right.text
    finally:
        server.env_call(f"env['ir.config_parameter'].set_param('{TOKEN}', False)")


def test_a_link_that_nobody_was_sent_opens_nothing(server):
    for secret in ("x" * 43, "..%2f..%2fweb", "a" * 300):
        page = requests.get(f"{server.url}/vpdt/password/{secret}", timeout=PATIENCE)
        assert page.status_code == 404
    page = requests.post(f"{server.url}/vpdt/password/{'x' * 43}", data={"password": "y"}, timeout=PATIENCE)
    assert page.status_code in (400, 404)
