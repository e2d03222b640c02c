"""Importing the national directory: 120,000 organizations, against a bare COPY of the same rows."""

import base64
import csv
import io
import json
import resource
import time
from contextlib import closing, contextmanager

import psycopg2
from odoo.sql_db import connection_info_for

from odoo.addons.vpdt_base.directory import search_text

NAME = "directory"
GOAL = "120,000 rows in less than a minute; ratio to a bare COPY of the same rows is reported"
ROWS = 120_000
ROUNDS = 2

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


def _copy(env):
    """The same rows into a plain table, and nothing else."""
    cr = env.cr
    cr.execute("CREATE TEMP TABLE bench_copy (a text, b text, c text, d text, e text, f text) ON COMMIT DROP")
    text = "".join("\t".join(row) + "\n" for row in rows())
    cr._obj.copy_expert("COPY bench_copy FROM STDIN", io.StringIO(text))
    cr.commit()


def _copy_with_indexes(env):
    """The same rows into a table with the indexes of the directory, its foreign keys left out; seconds.

    What no import can do without, however it is made.
    """
    cr, start = env.cr, time.perf_counter()
    cr.execute("CREATE TABLE bench_indexed (LIKE vpdt_organization INCLUDING INDEXES INCLUDING DEFAULTS)")
    lines = ("\t".join((*row, search_text((row[0], None, None, row[1], row[2])))) + "\n" for row in rows())
    columns = "name, identifier, identifier_legacy, note, email, address, search_text"
    cr._obj.copy_expert(f"COPY bench_indexed ({columns}) FROM STDIN", io.StringIO("".join(lines)))
    cr.commit()
    seconds = time.perf_counter() - start
    cr.execute("DROP TABLE bench_indexed")
    cr.commit()
    return round(seconds, 2)


def _import(env, name, content, source):
    """Dry run and import, every step committed as its job would commit it; gives the seconds of each phase."""
    job = env["vpdt.organization.import"].create({"name": name, "content": base64.b64encode(content), "source": source})
    env.cr.commit()
    phases = {}
    for action in ("action_check", "action_import"):
        with _timed(phases, "steps"):
            getattr(job.with_context(queue_job__no_delay=False), action)()
            env.cr.commit()
        while job.state in ("reading", "importing"):
            with _timed(phases, job.phase):
                job._step()
                env.cr.commit()
    if job.state != "done":
        raise RuntimeError(job.error)
    return job, {phase: round(seconds, 2) for phase, seconds in phases.items()}


@contextmanager
def _timed(phases, phase):
    start = time.perf_counter()
    yield
    phases[phase] = phases.get(phase, 0) + time.perf_counter() - start


def _forget(env):
    """Back to the directory as it was, with nothing left for vacuuming to do beside the next round."""
    env.cr.execute("UPDATE vpdt_organization SET parent_id = NULL WHERE identifier LIKE 'Z%'")
    env.cr.execute("DELETE FROM vpdt_organization_import_line")
    env.cr.execute("DELETE FROM vpdt_organization WHERE identifier LIKE 'Z%'")
    env.cr.commit()
    env.invalidate_all()
    _name, info = connection_info_for(env.cr.dbname)
    with closing(psycopg2.connect(**info)) as connection:  # VACUUM knows no transaction
        connection.autocommit = True
        connection.cursor().execute("VACUUM ANALYZE vpdt_organization, vpdt_organization_import_line")


def _choice_lists(env):
    """Milliseconds of a choice list of organizations with the whole directory there, 1,000 of them used lately."""
    Organization, Use = env["vpdt.organization"], env["vpdt.organization.use"]
    Use._record(env.company, Organization.search([("identifier", "=like", "Z%")], limit=1000))
    env.cr.commit()
    found = {}
    for words in ("", "so noi vu", "van hoa xa 77777", "z07.1234", "khong co"):
        times = []
        for _round in range(5):
            env.invalidate_all()
            start = time.perf_counter()
            Organization.web_name_search(words, {"display_name": {}}, limit=8)
            times.append(1000 * (time.perf_counter() - start))
        found[words or "(nothing typed)"] = round(sorted(times)[2], 1)
    return found


def _memory():
    """Peak of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(env):
    """Ours and the yardstick in turn; see tests/benchmarks."""
    content, axis = _csv(), _axis_json()
    detail = {"rows": ROWS, "csv": [], "again_unchanged": [], "copy_with_indexes": [], "axis_json": {}, "memory_mb": {}}
    result = {"ours": [], "yardstick": [], "detail": detail}
    detail["memory_mb"]["before"] = round(_memory())
    for _round in range(ROUNDS):
        start = time.perf_counter()
        _copy(env)
        result["yardstick"].append(time.perf_counter() - start)
        job, phases = _import(env, "bench.csv", content, "list")
        _expect(job.count_create, "new")
        result["ours"].append(sum(phases.values()))
        detail["csv"].append(phases)
        job, phases = _import(env, "bench.csv", content, "list")
        _expect(job.count_unchanged, "unchanged")
        detail["again_unchanged"].append({**phases, "all": round(sum(phases.values()), 2)})
        detail["memory_mb"].setdefault("peak_csv", round(_memory()))
        detail["choice_list_ms"] = detail.get("choice_list_ms") or _choice_lists(env)
        _forget(env)
        detail["copy_with_indexes"].append(_copy_with_indexes(env))
    job, phases = _import(env, "bench.json", axis, "axis")
    _expect(job.count_create, "new")
    detail["axis_json"] = phases
    detail["memory_mb"]["peak_json"] = round(_memory())
    _forget(env)
    detail["note"] = f"second time {detail['again_unchanged'][-1]['all']} s"
    return result


def _expect(count, word):
    if count != ROWS:
        raise RuntimeError(f"{count} of {ROWS} rows are {word}")
