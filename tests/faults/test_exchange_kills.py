"""kill -9 of the sender and of the receiver at each step of the protocol, lost answers, a database that goes away.

Which step it is, the simulator of the axis says: it holds an answer back until the process is dead.
"""

import os
import random
import time

import pytest
from axis_simulator import Axis
from exchange.evidence import check
from exchange.offices import joined_by_axis, joined_by_peers, settle, two_provinces

pytestmark = pytest.mark.heavy

# So many documents go under random faults; the whole number of the promise is 500.
DOCUMENTS = int(os.environ.get("VPDT_EXCHANGE_DOCUMENTS", "24"))
SEED = 20261129


@pytest.fixture(scope="module")
def pair(server):
    with Axis() as axis, two_provinces() as (one, two):
        joined_by_axis(one, two, axis)
        yield one, two, axis


@pytest.fixture(autouse=True)
def nothing_goes_wrong(request):
    if "pair" in request.fixturenames:
        request.getfixturevalue("pair")[2].faults(down=False, duplicate=False, reorder=False, refuse={}, delay=0)


def issue(office, subject):
    office.run(f"issue('snv', ['H77.02'], {subject!r}, annexes=1)")


def test_the_sender_dies_after_its_commit_and_before_it_sends(pair):
    one, two, _axis = pair
    one.kill()
    issue(one, "K1")
    one.start()
    settle(one, two)
    assert check(one, two, "K1", 1) == 0


@pytest.mark.parametrize("what", ["hold_before", "hold_after"])
def test_the_sender_dies_while_the_axis_has_its_packet(pair, what):
    one, two, axis = pair
    subject = f"K2 {what}"
    axis.faults(("sendEdoc", what))
    issue(one, subject)
    assert axis.wait_held()
    one.kill()
    axis.control(release=True)
    one.start()
    settle(one, two)
    assert check(one, two, subject, 1) == 0


@pytest.mark.parametrize("call", ["downloadEdoc", "updateStatus"])
@pytest.mark.parametrize("what", ["hold_before", "hold_after"])
def test_the_receiver_dies(pair, call, what):
    """After it was told of a packet and before it is kept; after it is kept and before, and after, it is said so."""
    one, two, axis = pair
    subject = f"K3 {call} {what}"
    axis.faults((call, what))
    issue(one, subject)
    deadline = time.monotonic() + 60
    while not axis.control(held=1)["held"]:
        two.minute()
        assert time.monotonic() < deadline
    two.kill()
    axis.control(release=True)
    two.start()
    settle(one, two)
    assert check(one, two, subject, 1) == 0


def test_the_database_breaks_all_its_connections(pair):
    one, two, axis = pair
    axis.faults(("sendEdoc", "hold_after"))
    issue(one, "K4")
    assert axis.wait_held()
    one.found.cluster.superuser_sql(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{one.name}'"
        " AND application_name NOT LIKE '%shell%' AND pid <> pg_backend_pid() AND query NOT LIKE 'LISTEN%'"
        " AND state = 'idle in transaction'",
        "postgres",
    )
    axis.control(release=True)
    settle(one, two)
    assert check(one, two, "K4", 1) == 0


def test_a_restored_backup_sends_again_and_nothing_is_doubled(pair):
    one, two, _axis = pair
    issue(one, "K5")
    settle(one, two)
    # As a backup from before the sending has it
    one.run(
        """
env.cr.execute("UPDATE vpdt_exchange_message SET state = 'queued', reference = NULL, sent_at = NULL"
               " WHERE direction = 'out' AND outgoing_id IN (SELECT id FROM vpdt_outgoing WHERE subject = 'K5')")
"""
    )
    settle(one, two)
    assert check(one, two, "K5", 1) == 0


def test_an_outage_of_the_axis(pair):
    one, two, axis = pair
    axis.faults(down=True)
    for number in range(3):
        issue(one, f"K6 {number}")
    deadline = time.monotonic() + 60
    while one.run("result = env['vpdt.exchange.channel'].search([('kind', '=', 'vxp')]).mapped('state')") != ["down"]:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    axis.faults(down=False)
    settle(one, two)
    assert check(one, two, "K6", 3) == 0


def test_many_documents_under_random_faults(pair):
    one, two, axis = pair
    chance = random.Random(SEED)
    axis.faults(random={"seed": SEED, "rate": 0.25}, duplicate=True, reorder=True, delay=0.5)
    kills = {chance.randrange(DOCUMENTS) for _ in range(max(2, DOCUMENTS // 100))}
    for number in range(DOCUMENTS):
        issue(one, f"R {number:04d}")
        if number in kills:
            office = chance.choice((one, two))
            office.kill()
            office.start()
        if number % 10 == 0:
            one.minute()
            two.minute()
    axis.faults(random={"seed": SEED, "rate": 0.25}, duplicate=False)
    settle(one, two, patience=180 + 2 * DOCUMENTS)
    check(one, two, "R ", DOCUMENTS)
    axis.faults(random={"seed": SEED, "rate": 0})


def test_between_two_installations(server):
    """The receiver is away, dies, and comes back."""
    with two_provinces() as (one, two):
        joined_by_peers(one, two)
        two.kill()
        issue(one, "P1")
        issue(one, "P2")
        deadline = time.monotonic() + 60
        state = "result = env['vpdt.exchange.channel'].search([('kind', '=', 'peer')]).mapped('state')"
        while one.run(state) != ["down"]:
            assert time.monotonic() < deadline
            time.sleep(0.5)
        two.start()
        settle(one, two)
        assert check(one, two, "P", 2) == 0
        one.kill()
        issue(one, "P3")
        one.start()
        settle(one, two)
        assert check(one, two, "P", 3) == 0
