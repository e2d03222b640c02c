"""P2: to find documents by a few words without marks, beside the same query written by hand."""

import os
import statistics

from . import incoming_rows, measuring

NAME = "p2-search"
GOAL = "find by folded words, with record rules, in ≤ 1.5 × the p95 of SQL by hand; 10 × the rows ≤ 2 × the time"
RATIO_AT_MOST = 1.5
#: Documents; `VPDT_BENCH_ROWS` says another number, a tenth of which is measured as well.
ROWS = int(os.environ.get("VPDT_BENCH_ROWS") or 1_000_000)
ROUNDS = 40
PAGE = 80
ASKED = ("ngan sach dau", "du toan", "giao thong cong", "moi y", "du lich")

# As a person would write it who knows the tables: his agency, the words, his documents, the newest first.
BY_HAND = """
    SELECT i.id FROM vpdt_incoming i
     WHERE i.company_id = %(company)s AND {words}
       AND (%(all)s OR EXISTS (SELECT FROM vpdt_participant p WHERE p.res_model = 'vpdt.incoming'
                                  AND p.res_id = i.id AND p.user_id = %(user)s))
     ORDER BY i.arrived_at DESC, i.id DESC LIMIT 80
"""


def run(env):
    """The search of the list, as the clerk (who sees all) and as the specialist (who sees one of twenty)."""
    people = incoming_rows.office(env)
    incoming_rows.fill(people, ROWS // 10)
    small = statistics.median(_measured(people)["ours"])
    incoming_rows.fill(people, ROWS)
    times = _measured(people)
    growth = statistics.median(times["ours"]) / small
    return {**times, "detail": {"rows": ROWS, "a tenth of the rows": f"1/{growth:.2f} of the time", "growth": growth}}


def _measured(people):
    times = {"ours": [], "yardstick": []}
    for role in ("clerk", "specialist"):
        Incoming = people[role]["vpdt.incoming"]
        for words in ASKED:
            found = measuring.in_turn(
                lambda words=words, Incoming=Incoming: _search(Incoming, words),
                lambda words=words, Incoming=Incoming, role=role: _by_hand(Incoming, words, role == "clerk"),
                ROUNDS // len(ASKED),
            )
            for name, seconds in found.items():
                times[name] += seconds
    return times


def _search(Incoming, words):
    Incoming.env.invalidate_all()
    return Incoming.search([("search_words", "ilike", words)], limit=PAGE)._ids


def _by_hand(Incoming, words, sees_all):
    parts = words.split()
    query = BY_HAND.format(words=" AND ".join(f"i.search_text ILIKE %(word{n})s" for n in range(len(parts))))
    values = {f"word{n}": f"%{word}%" for n, word in enumerate(parts)}
    values |= {"company": Incoming.env.company.id, "user": Incoming.env.uid, "all": sees_all}
    Incoming.env.cr.execute(query, values)
    return [row[0] for row in Incoming.env.cr.fetchall()]
