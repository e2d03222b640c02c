"""What must be true at the end, whatever has happened on the way."""

OUT = """
rows = env["vpdt.exchange.message"].search([("direction", "=", "out"), ("kind", "=", "document"),
    ("outgoing_id.subject", "=like", {prefix!r} + "%")])
result = [[row.outgoing_id.subject, row.to_identifier, row.state, row.sha256] for row in rows]
"""
IN = """
found = env["vpdt.incoming"].search([("subject", "=like", {prefix!r} + "%")])
result = [[document.subject, document.company_id.organization_id.identifier] for document in found]
"""
JOURNAL = """
rows = env["vpdt.exchange.message"].search([("direction", "=", {direction!r}), ("kind", "=", "document"),
    ("state", "=", "delivered"), ("channel_id.kind", "!=", "here")])
Entry = env["vpdt.journal.entry"]
told = Entry.search([("res_model", "=", rows._name), ("res_id", "in", rows.ids), ("kind", "=", "exchange")])
known = {{entry.res_id for entry in told if '"to": "delivered"' in entry.detail}}
result = [len(rows - rows.browse(known)), sorted(rows.mapped("sha256"))]
"""


def check(sender, receiver, prefix, expected):
    """Each document is exactly once at each recipient, or visibly failed at the sender, and both journals agree.

    :param prefix: of the subjects that are looked at
    :param expected: how many packets were issued
    :return: how many failed
    """
    out = sender.run(OUT.format(prefix=prefix))
    arrived = receiver.run(IN.format(prefix=prefix))
    assert len(out) == expected, out
    states = {state for _subject, _to, state, _sha256 in out}
    assert states <= {"delivered", "failed"}, states
    delivered = sorted([subject, to] for subject, to, state, _sha256 in out if state == "delivered")
    assert sorted(arrived) == delivered
    unwritten, sent = sender.run(JOURNAL.format(direction="out"))
    unwritten_there, received = receiver.run(JOURNAL.format(direction="in"))
    assert not unwritten and not unwritten_there
    assert set(sent) <= set(received)
    return len(out) - len(delivered)
