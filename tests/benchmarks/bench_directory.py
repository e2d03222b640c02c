"""Importing the national directory: 120,000 organizations, against a bare COPY of the same rows."""

import base64
import csv
import io
import json
import time
from contextlib import contextmanager

NAME = "directory"
GOAL = "120,000 rows in less than a minute; ratio to a bare COPY of the same rows is reported"
ROWS = 120_000
ROUNDS = 3

_WORDS = ("Sở Nội vụ", "Phòng Văn hóa - Xã hội", "Ủy ban nhân dân xã", "Trường Trung học cơ sở", "Chi cục Kiểm lâm")


def rows(count=ROWS):
    """Made-up organizations of four levels below one root each, as the axis lists them."""
    for number in range(count):
        top = f"Z{number % 60:02d}"
        code = top if number < 60 else f"{top}.{number // 60:04d}"
        legacy = f"{number % 1000:03d}.{number // 1000 % 100:02d}.{number // 100_000:02d}.{top}"
        name = f"{_WORDS[number % len(_WORDS)]} số {number}"
        yield name, code, legacy, "" if number < 60 else top, f"cq{number}@example.vn", f"Số {number} đường Thử"


def _csv():
    text = io.StringIO()
    headings = ("Tên cơ quan", "Mã định danh", "Mã định danh cũ", "Mã cấp trên", "Thư điện tử", "Địa chỉ")
    csv.writer(text).writerows([headings, *rows()])
    return text.getvalue().encode()


def _axis_json():
    keys = ("name", "code", "code102", "pcode", "mail", "address")
    return json.dumps([dict(zip(keys, row, strict=True)) for row in rows()], ensure_ascii=False).encode()


@contextmanager
def _timed(times):
    start = time.perf_counter()
    yield
    times.append(time.perf_counter() - start)


def _copy(env):
    """The same rows into a plain table, and nothing else."""
    cr = env.cr
    cr.execute("CREATE TEMP TABLE bench_copy (a text, b text, c text, d text, e text, f text) ON COMMIT DROP")
    text = "".join("\t".join(row) + "\n" for row in rows())
    cr._obj.copy_expert("COPY bench_copy FROM STDIN", io.StringIO(text))
    cr.commit()


def _import(env, name, content, source):
    """Dry run and import, every step committed as its job would commit it; gives the seconds of each."""
    job = env["vpdt.organization.import"].create({"name": name, "content": base64.b64encode(content), "source": source})
    env.cr.commit()
    seconds = []
    for action in ("action_check", "action_import"):
        with _timed(seconds):
            getattr(job.with_context(queue_job__no_delay=False), action)()
            env.cr.commit()
            while job._step():
                env.cr.commit()
            env.cr.commit()
    if job.state != "done":
        raise RuntimeError(job.error)
    return job, seconds


def _forget(env):
    """Back to the directory as it was."""
    env.cr.execute("UPDATE vpdt_organization SET parent_id = NULL WHERE identifier LIKE 'Z%'")
    env.cr.execute("DELETE FROM vpdt_organization WHERE identifier LIKE 'Z%'")
    env.cr.execute("DELETE FROM vpdt_organization_import_line")
    env.cr.commit()
    env.invalidate_all()


def run(env):
    """Ours and the yardstick in turn; see tests/benchmarks."""
    content, axis = _csv(), _axis_json()
    result = {"ours": [], "yardstick": [], "detail": {"rows": ROWS, "csv": [], "again_unchanged": [], "axis_json": []}}
    for _round in range(ROUNDS):
        with _timed(result["yardstick"]):
            _copy(env)
        job, seconds = _import(env, "bench.csv", content, "list")
        if job.count_create != ROWS:
            raise RuntimeError(f"{job.count_create} of {ROWS} rows are new")
        result["ours"].append(sum(seconds))
        result["detail"]["csv"].append([round(second, 2) for second in seconds])
        job, seconds = _import(env, "bench.csv", content, "list")
        if job.count_unchanged != ROWS:
            raise RuntimeError(f"{job.count_unchanged} of {ROWS} rows are unchanged")
        result["detail"]["again_unchanged"].append([round(second, 2) for second in seconds])
        _forget(env)
    _job, seconds = _import(env, "bench.json", axis, "axis")
    result["detail"]["axis_json"] = [round(second, 2) for second in seconds]
    _forget(env)
    return result
