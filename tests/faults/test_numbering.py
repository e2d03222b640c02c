"""Eight processes issue two hundred documents of one register at once: 1…200, no gap, no duplicate, no error."""

import json

PROCESSES, DOCUMENTS = 8, 200
PASSPHRASE = "123456"  # of the demo's keys

# Two hundred documents that the leader has signed: one signed PDF, kept by each of them.
PREPARE = """
company = env["res.company"].search([("organization_id.identifier", "=", "H21.31")])
users = {role: env["res.users"].search([("login", "=", f"{role}.xa1")]) for role in ("chuyenvien", "lanhdao", "vanthu")}
def as_user(role):
    return env(user=users[role], context={"allowed_company_ids": company.ids, "lang": "vi_VN"})
values = {
    "type_id": env["vpdt.document.type"].search([("name", "=", "Công văn")]).id,
    "signer_id": users["lanhdao"].id,
    "body": "Nội dung thử.",
    "recipient_ids": [(0, 0, {"organization_id": env["vpdt.organization"]._find_by_identifier("G09").id})],
}
drafts = as_user("chuyenvien")["vpdt.outgoing"].create(
    [{**values, "subject": f"Về việc thử nghiệm số {n}"} for n in range(COUNT)]
)
drafts[0].action_make_draft()
key = as_user("lanhdao")["vpdt.signing.key"].search([("user_id", "=", users["lanhdao"].id)], limit=1)
pdf = None
for draft in drafts.sudo():
    if pdf:
        env["vpdt.file"]._store(draft, "van-ban.pdf", pdf, "main")
    draft._move_to("review")
    draft._move_to("to_sign")
    if pdf:
        draft._move_to("signed", {"signer_name": "Lãnh đạo"})
    else:
        draft.with_env(as_user("lanhdao")).sign(key.id, "PASSPHRASE")
        pdf = draft._file_of_role("main")._content()
result = drafts.ids
"""

# Each clerk is a process, forked from one that has loaded Odoo, as Odoo's own workers are. He issues each document by
# the two requests that the dialog sends, repeated by Odoo as in any request, and writes his errors to a pipe.
ISSUE = """
import json, os, traceback
import odoo.sql_db
from odoo.service.model import retrying

login, shares = "vanthu.xa1", SHARES

def issue(env, ids):
    clerk = env["res.users"].search([("login", "=", login)])
    env = env(user=clerk, context={"allowed_company_ids": clerk.company_ids.ids, "lang": "vi_VN"})
    key = env["vpdt.signing.key"].search([("holder", "=", "agency")], limit=1)
    errors = []
    for document in env["vpdt.outgoing"].browse(ids):
        for request in (document.take_number, lambda: document.seal(key.id, "PASSPHRASE")):
            try:
                retrying(request, env)
                env.cr.commit()
            except Exception as error:
                env.cr.rollback()
                errors.append(repr(error))
    return errors

def work(ids, answer):
    with env.registry.cursor() as cr:
        errors = issue(env(cr=cr), ids)
    os.write(answer, json.dumps([os.getpid(), errors]).encode())

env.cr.commit()
pipes = []
for ids in shares:
    reading, writing = os.pipe()
    if not os.fork():
        odoo.sql_db._Pool = None  # the connections are the other process's
        env.registry._db = odoo.sql_db.db_connect(env.cr.dbname)
        try:
            work(ids, writing)
        except Exception:
            os.write(writing, json.dumps([os.getpid(), [traceback.format_exc()]]).encode())
        finally:
            os._exit(0)
    os.close(writing)
    pipes.append(reading)
result = [json.loads(open(pipe).read()) for pipe in pipes]
for _share in shares:
    os.wait()
"""


def filled(script, **values):
    for name, value in values.items():
        script = script.replace(name, str(value))
    return script


def test_eight_processes_number_without_gap(server):
    ids = server.env_call(filled(PREPARE, COUNT=DOCUMENTS, PASSPHRASE=PASSPHRASE))
    shares = [ids[n::PROCESSES] for n in range(PROCESSES)]
    answers = server.env_call(filled(ISSUE, SHARES=json.dumps(shares), PASSPHRASE=PASSPHRASE))
    assert len({process for process, _errors in answers}) == PROCESSES
    assert [error for _process, errors in answers for error in errors] == []
    found = server.env_call(
        f"result = env['vpdt.outgoing'].browse({ids}).sorted('register_number')"
        ".mapped(lambda d: [d.register_number, d.state, d.number])"
    )
    assert [number for number, _state, _text in found] == list(range(1, DOCUMENTS + 1))
    assert {state for _number, state, _text in found} == {"issued"}
    assert [text for _number, _state, text in found][:10] == [f"{n:02d}" for n in range(1, 11)]
