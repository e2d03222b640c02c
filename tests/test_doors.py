"""The running server against strangers: guesses at the same moment, rolled back requests, bodies that nobody reads."""

import socket
from concurrent.futures import ThreadPoolExecutor

import requests

PASSPHRASE = "123456"  # of the demo's keys
FREE_TRIES = 5
GUESSES = 16
PATIENCE = 60  # seconds; a server that waits for the client would let it pass


def rpc(session, server, path, params):
    """The result of a JSON-RPC call, or the words of its refusal."""
    answer = session.post(f"{server.url}{path}", json={"params": params}, timeout=PATIENCE).json()
    return answer["error"]["data"]["message"] if "error" in answer else answer.get("result")


def log_in(server, login, password):
    session = requests.Session()
    params = {"db": server.db, "login": login, "password": password}
    return session, rpc(session, server, "/web/session/authenticate", params)


def forget(server):
    server.env_call("env['vpdt.attempt'].search([]).unlink()")


def test_guesses_at_the_same_moment_are_all_counted(server):
    with ThreadPoolExecutor(GUESSES) as people:
        answers = list(people.map(lambda n: log_in(server, "luutru.vp", f"wrong {n}")[1], range(GUESSES)))
    waits = [answer for answer in answers if "phút" in answer]
    try:
        assert len(answers) - len(waits) == FREE_TRIES, answers
        assert "phút" in log_in(server, "luutru.vp", "Vpdt@2026demo")[1]
        assert isinstance(log_in(server, "vanthu.vp", "Vpdt@2026demo")[1], dict)
    finally:
        forget(server)


def test_wrong_passphrases_stay_counted_and_in_the_journal(server):
    session, _account = log_in(server, "lanhdao.xa1", "Vpdt@2026demo")
    key = server.env_call(
        "user = env['res.users'].search([('login', '=', 'lanhdao.xa1')]);"
        "result = env['vpdt.signing.key'].search([('user_id', '=', user.id), ('state', '=', 'active')], limit=1).id"
    )

    def hold(passphrase):
        call = {"model": "vpdt.signing.key", "method": "hold_passphrase", "args": [[key], passphrase]}
        params = {**call, "kwargs": {"context": {"lang": "vi_VN"}}}
        return rpc(session, server, "/web/dataset/call_kw/vpdt.signing.key/hold_passphrase", params)

    try:
        for _try in range(FREE_TRIES):
            assert "phút" not in hold("wrong words")
        assert "phút" in hold(PASSPHRASE)
        rows = server.env_call(
            "domain = [('res_model', '=', 'vpdt.signing.key'), ('kind', '=', 'sign')];"
            f"result = env['vpdt.journal.entry'].search(domain + [('res_id', '=', {key})]).mapped('detail')"
        )
        assert len([row for row in rows if "wrong_passphrase" in row]) == FREE_TRIES
        forget(server)
        assert len(hold(PASSPHRASE)) > 20  # the ticket
    finally:
        forget(server)


def test_who_announces_too_much_is_let_go(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(
            b"POST /web/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: 314572800\r\n\r\nlogin=x"
        )
        answer = b""
        while piece := connection.recv(65536):  # ends when the server does; nothing more is sent
            answer += piece
    assert b" 413 " in answer.split(b"\r\n")[0]
    assert b"Werkzeug" not in answer
    assert b"Python" not in answer
