"""P6: delivering documents from one database to another, receipts included, beside a bare POST of the same bytes."""

import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

NAME = "p6-delivery"
GOAL = "≥ 0.3 of the rate of a bare POST of the same bytes to Odoo"
DOCUMENTS = 20

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))

WAITING = """
rows = env["vpdt.exchange.message"].search([("direction", "=", "out"), ("outgoing_id.subject", "=like", "P6%")])
told = rows.recipient_id.filtered("status_code")
result = [len(rows), len(rows.filtered(lambda m: m.state == "delivered")), len(told)]
"""


def run(_env):
    """Twenty documents over the channel between two installations; the clock stops at the last receipt.

    :return: ``detail``: documents a second of both, and their ratio
    """
    from exchange.offices import joined_by_peers, settle, two_provinces

    with two_provinces() as (one, two):
        joined_by_peers(one, two)
        one.run("issue('snv', ['H77.02'], 'Lần đầu', annexes=1)")
        settle(one, two)
        channel = "env['vpdt.exchange.channel'].search([('kind', '=', 'peer')])"
        one.run(f"{channel}.action_pause()")
        for number in range(DOCUMENTS):
            one.run(f"issue('snv', ['H77.02'], 'P6 {number}', annexes=1)")
        while one.open_jobs():  # each looks at the channel and waits
            time.sleep(0.2)
        start = time.perf_counter()
        one.run(f"{channel}.action_resume()")
        while one.run(WAITING) != [DOCUMENTS] * 3:
            if time.perf_counter() - start > 300:
                raise AssertionError(one.run(WAITING))
            time.sleep(0.2)
        ours = DOCUMENTS / (time.perf_counter() - start)
        size = one.run(
            "message = env['vpdt.exchange.message'].search([('outgoing_id.subject', '=', 'P6 0')])\n"
            "with message._packet() as parts: result = parts.size"
        )
        bare = _bare_posts(two.url, size)
    ratio = ours / bare
    detail = {"ours a second": round(ours, 2), "bare a second": round(bare, 2), "ratio": round(ratio, 3), "bytes": size}
    return {"met": ratio >= 0.3, "detail": detail}


def _bare_posts(url, size):
    """POSTs of so many bytes a second, one after the other; they are read whole and refused."""
    start = time.perf_counter()
    for _number in range(DOCUMENTS):
        request = urllib.request.Request(f"{url}/vpdt/exchange/1/packets/x", bytes(size), method="POST")
        try:
            urllib.request.urlopen(request, timeout=60).close()
        except urllib.error.HTTPError as error:
            error.close()
    return DOCUMENTS / (time.perf_counter() - start)
