"""P7: to open one's first page and the inbox, with very many documents and with few."""

import os

from lxml import etree

from . import incoming_rows, measuring

NAME = "inbox"
GOAL = "cards and first page of the lists in ≤ 1.5 × the time with a thousand documents"
RATIO_AT_MOST = 1.5
#: Documents of the large office; `VPDT_BENCH_ROWS` says another number.
ROWS = int(os.environ.get("VPDT_BENCH_ROWS") or 1_000_000)
FEW = 1000
ROUNDS = 15
PAGE = 80
SHOWN = ("arrival_number", "author_name", "code", "date", "subject", "due_date", "state", "arrived_at", "display_name")


def run(env):
    """What the web client asks of the server, as clerk and as specialist; measured with few first, then with many."""
    people = incoming_rows.office(env)
    incoming_rows.fill(people, FEW)
    few = _measured(people)
    incoming_rows.fill(people, ROWS)
    many = _measured(people)
    return {"ours": many, "yardstick": few, "detail": {"rows": ROWS, "few": FEW}}


def _measured(people):
    clerk = people["clerk"]
    counted = int(etree.fromstring(clerk["vpdt.incoming"].get_view(view_type="list")["arch"]).get("count_limit"))
    opened = lambda: [_open(people[role], counted) for role in ("clerk", "specialist")]  # noqa: E731
    opened()
    return [measuring.timed(opened) for _round in range(ROUNDS)]


def _open(env, counted):
    """``counted``: the list counts up to here and says “and more” then, as the web client asks."""
    env.invalidate_all()
    env["vpdt.desk"].cards()
    Incoming = env["vpdt.incoming"]
    names = {name: {} for name in SHOWN}
    return Incoming.web_search_read([], names, limit=PAGE, count_limit=counted + 1)["records"]
