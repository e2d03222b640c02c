"""Two databases on two servers: documents with annexes both ways, all statuses, recall, update and replacement."""

import pytest
from axis_simulator import Axis

from .offices import joined_by_axis, joined_by_peers, settle

pytestmark = pytest.mark.heavy

# The recipient's people take one document through its whole life.
HANDLE = """
document = of("vanthu.snv")["vpdt.incoming"].search([("subject", "=", {subject!r})])
assert len(document) == 1, document
clerk, leader, lead = (of(f"{{role}}.snv") for role in ("vanthu", "lanhdao", "chuyenvien"))
document.leader_id = leader.user
document.action_register()
document.action_submit()
document.with_env(leader).assignment_ids = [(0, 0, {{"user_id": lead.user.id, "part": "lead"}})]
document.with_env(leader).action_direct()
document.with_env(lead)._note_progress("Đang soạn báo cáo.")
document.with_env(lead).draft_answer = "Đã xong."
document.with_env(lead).action_finish()
result = document.arrival_number
"""
STATUSES = """
document = env["vpdt.outgoing"].search([("subject", "=", {subject!r})])
result = sorted(document.recipient_ids.status_ids.mapped("code"))
"""


@pytest.fixture(scope="module", params=["peer", "axis"])
def joined(request, provinces):
    one, two = provinces
    for office in provinces:
        office.run(
            """
for channel in env["vpdt.exchange.channel"].search([("kind", "!=", "here")]):
    channel.organization_ids = False
    if channel.state != "paused":
        channel.action_pause()
"""
        )
    if request.param == "peer":
        joined_by_peers(one, two)
        yield one, two, request.param
        return
    with Axis() as axis:
        joined_by_axis(one, two, axis)
        yield one, two, request.param


def received(office, subject):
    return office.run(
        f"""
found = env["vpdt.incoming"].search([("subject", "=", {subject!r})])
result = [
    [document.company_id.organization_id.identifier, document.source, document.exchange_mark,
     sorted(document.file_ids.mapped("sha256"))]
    for document in found
]
"""
    )


def sent(office, subject):
    return office.run(
        f"""
document = env["vpdt.outgoing"].search([("subject", "=", {subject!r})])
result = [
    sorted(document.file_ids.mapped("sha256")),
    [[recipient.identifier, recipient.message_state, recipient.status_code] for recipient in document.recipient_ids],
    [[request.kind, request.state, request.answer] for request in document.request_ids],
]
"""
    )


def test_both_ways_with_three_annexes(joined):
    one, two, kind = joined
    there, back = f"V/v đi {kind}", f"V/v về {kind}"
    one.run(f"issue('snv', ['H77.02', 'H77.31'], {there!r}, annexes=3)")
    two.run(f"issue('snv', ['H21.02'], {back!r}, annexes=3)")
    settle(one, two)
    for sender, receiver, subject, codes in (
        (one, two, there, ["H77.02", "H77.31"]),
        (two, one, back, ["H21.02"]),
    ):
        files, recipients, _requests = sent(sender, subject)
        assert len(files) == 4
        assert sorted(recipients) == [[code, "delivered", "01"] for code in codes]
        assert sorted(received(receiver, subject)) == [[code, "axis", False, files] for code in codes]


def test_every_status_comes_back(joined):
    one, two, kind = joined
    subject = f"V/v trạng thái {kind}"
    one.run(f"issue('snv', ['H77.02'], {subject!r})")
    settle(one, two)
    two.run(HANDLE.format(subject=subject))
    settle(one, two)
    assert one.run(STATUSES.format(subject=subject)) == ["01", "03", "04", "05", "06"]
    assert sent(one, subject)[1] == [["H77.02", "delivered", "06"]]


def test_a_return_comes_back_with_its_reason(joined):
    one, two, kind = joined
    subject = f"V/v trả lại {kind}"
    one.run(f"issue('snv', ['H77.02'], {subject!r})")
    settle(one, two)
    two.run(
        f"""
document = of("vanthu.snv")["vpdt.incoming"].search([("subject", "=", {subject!r})])
document.draft_refusal = "Gửi nhầm."
document.action_refuse()
"""
    )
    settle(one, two)
    assert one.run(STATUSES.format(subject=subject)) == ["01", "02"]


@pytest.mark.parametrize(
    ("asked", "step", "mark", "state"),
    [
        ("take_back", "action_agree", "recalled", "agreed"),
        ("take_back", "action_decline", False, "declined"),
        ("recall", "action_agree", "recalled", "agreed"),
        ("update", "action_agree", "updated", "agreed"),
    ],
)
def test_requests(joined, asked, step, mark, state):
    one, two, kind = joined
    subject = f"V/v {asked} {step} {kind}"
    one.run(f"issue('snv', ['H77.02'], {subject!r}, annexes=1)")
    settle(one, two)
    one.run(
        f"""
document = of("vanthu.snv")["vpdt.outgoing"].search([("subject", "=", {subject!r})])
document._ask_recipients(document.recipient_ids, {asked!r}, "Có sai sót")
"""
    )
    settle(one, two)
    two.run(
        f"""
document = of("vanthu.snv")["vpdt.incoming"].search([("subject", "=", {subject!r})])
request = document.open_request_id
assert request.kind == {asked!r} and request.reason == "Có sai sót"
request.draft_answer = "Đã rõ."
request.{step}()
"""
    )
    settle(one, two)
    assert sent(one, subject)[2] == [[asked, state, "Đã rõ."]]
    assert [row[2] for row in received(two, subject)] == [mark]


def test_a_replacement(joined):
    one, two, kind = joined
    old, new = f"V/v cũ {kind}", f"V/v mới {kind}"
    first = one.run(f"result = issue('snv', ['H77.02'], {old!r}).id")
    settle(one, two)
    one.run(f"issue('snv', ['H77.02'], {new!r}, replaces=[{first}])")
    settle(one, two)
    two.run(
        f"""
document = of("vanthu.snv")["vpdt.incoming"].search([("subject", "=", {old!r})])
document.open_request_id.action_agree()
"""
    )
    settle(one, two)
    assert [row[2] for row in received(two, old)] == ["replaced"]
    assert sent(one, old)[2] == [["replace", "agreed", False]]


def test_the_journals_agree(joined):
    one, two, kind = joined
    ask = """
rows = env["vpdt.exchange.message"].search([("direction", "=", {direction!r}), ("kind", "=", "document"),
    ("channel_id.kind", "!=", "here"), ("state", "=", "delivered")])
result = sorted(rows.mapped("sha256"))
"""
    for sender, receiver in ((one, two), (two, one)):
        told = sender.run(ask.format(direction="out"))
        assert told
        assert told == receiver.run(ask.format(direction="in"))
