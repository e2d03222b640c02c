"""Running benchmarks one after the other, and the report."""

import contextlib
import datetime
import importlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from . import measuring


def run(env, modules, target):
    """Run benchmarks and write the report as JSON to ``target`` after each, so that Ctrl-C loses one only.

    :param modules: ``{name: module of this package}``, for instance ``{"p3-register": "bench_p3_register"}``
    """
    report = {"machine": _machine(env), "benchmarks": []}
    for name, module in modules.items():
        _say(f"· {name} …")
        entry = _run_one(env, name, module)
        report["benchmarks"].append(entry)
        Path(target).write_text(json.dumps(report, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
        _say(f"  {line_of(entry)}")
    return report


def _run_one(env, name, module_name):
    entry = {"name": name, "started": _now(), "load_before": os.getloadavg()[0]}
    start = time.monotonic()
    try:
        module = importlib.import_module(f"{__package__}.{module_name}")
        entry["goal"] = module.GOAL
        result = _run_apart(module.__file__) if getattr(module, "APART", False) else module.run(env)
        entry.update(evaluate(result, getattr(module, "RATIO_AT_MOST", None)))
    except Exception as error:
        traceback.print_exc()
        entry["error"] = f"{type(error).__name__}: {error}"
    finally:
        with contextlib.suppress(Exception):
            env.cr.rollback()
            env.invalidate_all()
    entry.update(seconds=round(time.monotonic() - start, 1), load_after=os.getloadavg()[0])
    return entry


# A process that is no Odoo: from within one nothing reaches the office that the benchmark starts (vpdt_base/outgoing).
_APART = "import json, runpy, sys; json.dump(runpy.run_path(sys.argv[1])['run'](None), open(sys.argv[2], 'w'))"


def _run_apart(file):
    with tempfile.NamedTemporaryFile("r", suffix=".json") as result:
        words = [sys.executable, "-c", _APART, file, result.name]
        folder = Path(__file__).resolve().parents[1]
        subprocess.run(words, stdin=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(folder)}, check=True)
        return json.load(result)


def evaluate(result, ratio_at_most=None):
    """What the report says of the outcome of a benchmark: medians, spread, ratio, and whether the goal is met.

    ``met`` is None where nothing could be compared. A benchmark may say it itself (``result["met"]``).
    """
    ours, yardstick = measuring.summary(result.get("ours")), measuring.summary(result.get("yardstick"))
    ratio = ours["median"] / yardstick["median"] if ours and yardstick else None
    met = result.get("met")
    if ratio is not None and ratio_at_most is not None:
        met = ratio <= ratio_at_most and met is not False
    return {
        "ratio": ratio,
        "ratio_at_most": ratio_at_most,
        "met": met,
        "ours": ours,
        "yardstick": yardstick,
        "times": {"ours": result.get("ours", []), "yardstick": result.get("yardstick", [])},
        "detail": result.get("detail", {}),
    }


def line_of(entry):
    """One line about a benchmark for the person who waits."""
    if "error" in entry:
        return f"failed: {entry['error']}"
    words = {True: "met", False: "MISSED", None: "not compared"}
    parts = [f"{words[entry['met']]} (goal: {entry['goal']})"]
    if entry["ratio"] is not None:
        parts.append(f"ratio {entry['ratio']:.3f}")
    for who in ("ours", "yardstick"):
        if entry[who]:
            parts.append(f"{who} {_duration(entry[who])}")
    if entry["detail"].get("note"):
        parts.append(entry["detail"]["note"])
    return " · ".join(parts)


def _duration(found):
    return f"{found['median'] * 1000:.1f} ms (± {found['spread'] * 50:.0f} %, {found['runs']} runs)"


def _machine(env):
    env.cr.execute("SHOW server_version")
    return {
        "date": _now(),
        "cpus": os.cpu_count(),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "postgresql": env.cr.fetchone()[0],
    }


def _now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")


def _say(text):
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
