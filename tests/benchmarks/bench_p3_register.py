"""P3: printing a register, against wkhtmltopdf on the same rows; memory must not grow with the rows."""

import html
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from odoo.addons.vpdt_base.official_pdf import benchmark, forms, typesetting

from . import measuring

NAME = "p3-register"
GOAL = "10,000 rows in ≤ 0.25 × the time of wkhtmltopdf; memory flat from 10,000 to 100,000 rows"
RATIO_AT_MOST = 0.25
ROWS = 10_000
MANY_ROWS = 100_000
ROUNDS = 3
#: Ten times the rows may add this share of memory and still be called flat (allocator's slack).
FLAT = 1.1

STYLE = (
    "body{font-family:'Liberation Serif';font-size:11pt} table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #000;padding:1mm;vertical-align:top} thead{display:table-header-group}"
    "tr{page-break-inside:avoid}"
)


def run(env):
    """Ours and wkhtmltopdf in turn on 10,000 rows, then ours on 10,000 and 100,000, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)

        def ours():
            benchmark.write_register(place / "ours.pdf", ROWS)

        program = _wkhtmltopdf()
        if program:
            page = place / "rows.html"
            page.write_text(_page(ROWS), encoding="utf-8")
            times = measuring.in_turn(ours, lambda: _print(program, page, place / "theirs.pdf"), ROUNDS, warm_up=0)
        else:
            times = {"ours": [measuring.timed(ours) for _round in range(ROUNDS)], "yardstick": []}
    return {**times, **_memory(program)}


def _memory(program):
    few, many = (benchmark.measure_apart(count) for count in (ROWS, MANY_ROWS))
    growth = many["peak_mb"] / few["peak_mb"]
    detail = {
        "apart": [few, many],
        "memory_growth": growth,
        "seconds_growth": many["seconds"] / few["seconds"],
        "yardstick_program": program,
    }
    if not program:
        detail["note"] = (
            "the yardstick wkhtmltopdf is not installed on this machine "
            "(apt-get install wkhtmltopdf, or VPDT_WKHTMLTOPDF=path)"
        )
    return {"detail": detail, "met": False if growth > FLAT else None}


def _wkhtmltopdf():
    """Its path: named, on the PATH, or where its own packages put it; None when it is nowhere."""
    places = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/local/bin", "/opt/wkhtmltox/bin"))
    return os.environ.get("VPDT_WKHTMLTOPDF") or shutil.which("wkhtmltopdf", path=places)


def _print(program, page, target):
    command = [program, "--quiet", "--orientation", "Landscape", "--page-size", "A4", str(page), str(target)]
    subprocess.run(command, check=True, capture_output=True, timeout=900)


def _page(count):
    """The same rows with the same words in HTML, as a QWeb report would give them to wkhtmltopdf."""
    heads = "".join(f"<th>{html.escape(column.title)}</th>" for column in forms.INCOMING_REGISTER.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(typesetting.as_text(cell))}</td>" for cell in row) + "</tr>"
        for row in benchmark.sample_rows(count)
    )
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><style>{STYLE}</style></head>'
        f"<body><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></body></html>"
    )
