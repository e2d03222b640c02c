"""Eight processes issue two hundred documents of one register at once: 1…200, no gap, no duplicate, no error."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

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

# One clerk: each document by the two requests that the dialog sends, repeated by Odoo as in any request.
ISSUE = """
import time
from odoo.service.model import retrying
clerk = env["res.users"].search([("login", "=", "vanthu.xa1")])
env = env(user=clerk, context={"allowed_company_ids": clerk.company_ids.ids, "lang": "vi_VN"})
key = env["vpdt.signing.key"].search([("holder", "=", "agency")], limit=1)
time.sleep(max(0, START - time.time()))
errors = []
for number in IDS:
    document = env["vpdt.outgoing"].browse(number)
    for request in (lambda: document.take_number(), lambda: document.seal(key.id, "PASSPHRASE")):
        try:
            retrying(request, env)
            env.cr.commit()
        except Exception as error:
            env.cr.rollback()
            errors.append(repr(error))
result = errors
"""


def filled(script, **values):
    for name, value in values.items():
        script = script.replace(name, str(value))
    return script


def test_eight_processes_number_without_gap(server):
    ids = server.env_call(filled(PREPARE, COUNT=DOCUMENTS, PASSPHRASE=PASSPHRASE))
    start = time.time() + 20  # all have loaded Odoo by then
    scripts = [
        filled(ISSUE, IDS=json.dumps(ids[n::PROCESSES]), START=start, PASSPHRASE=PASSPHRASE) for n in range(PROCESSES)
    ]
    with ThreadPoolExecutor(PROCESSES) as pool:
        errors = [error for answer in pool.map(server.env_call, scripts) for error in answer]
    assert errors == []
    found = server.env_call(
        f"result = env['vpdt.outgoing'].browse({ids}).sorted('register_number')"
        ".mapped(lambda d: [d.register_number, d.state, d.number])"
    )
    assert [number for number, _state, _text in found] == list(range(1, DOCUMENTS + 1))
    assert {state for _number, state, _text in found} == {"issued"}
    assert [text for _number, _state, text in found][:10] == [f"{n:02d}" for n in range(1, 11)]
