"""The drill: clerks work, a backup runs, the server is killed with its disk, and everything comes back to the minute.

And what may go wrong with a backup: each time a clear error, and the last good one is untouched.
"""

import json
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from house import House, shell

pytestmark = pytest.mark.heavy

PASSPHRASE = "123456"  # of the demo's keys
PASSWORD = "Vpdt@2026demo"
PLACES = ("xa1", "snv")
SIGNED = 10  # documents that wait for their number, of each agency

# Documents that leaders have signed: one signed PDF an agency, kept by each of its documents.
PREPARE = """
def signed(place):
    users = {role: env["res.users"].search([("login", "=", f"{role}.{place}")]) for role in ("chuyenvien", "lanhdao")}
    company = users["lanhdao"].company_id
    def as_user(role):
        return env(user=users[role], context={"allowed_company_ids": company.ids, "lang": "vi_VN"})
    values = {
        "type_id": env["vpdt.document.type"].search([("name", "=", "Công văn")]).id,
        "signer_id": users["lanhdao"].id,
        "body": "Nội dung thử.",
        "recipient_ids": [(0, 0, {"organization_id": env["vpdt.organization"]._find_by_identifier("G09").id})],
    }
    drafts = as_user("chuyenvien")["vpdt.outgoing"].create(
        [{**values, "subject": f"Về việc diễn tập số {n}"} for n in range(SIGNED)]
    )
    drafts[0].action_make_draft()
    key = as_user("lanhdao")["vpdt.signing.key"].search([("user_id", "=", users["lanhdao"].id)], limit=1)
    pdf = None
    for draft in drafts.sudo():
        if pdf:
            env["vpdt.file"]._store(draft, "van-ban.pdf", pdf, "main")
        draft._move_to("review")
        draft._move_to("to_sign")
        if pdf:
            draft._move_to("signed", {"signer_name": "Lãnh đạo"})
        else:
            draft.with_env(as_user("lanhdao")).sign(key.id, "123456")
            pdf = draft._file_of_role("main")._content()
    return drafts.ids
print("ANSWER" + str([signed("xa1"), signed("snv")]))
env.cr.commit()
"""
NEXT_NUMBERS = """
year = odoo.fields.Date.today().year
registers = env["vpdt.register.counter"].search([]).register_id
print("ANSWER" + str([[r.id, r._take_number(year)] for r in registers]))
"""


@pytest.fixture(scope="module")
def house():
    house = House()
    try:
        house.fill_with_demo()
        yield house
    finally:
        house.leave()


@pytest.fixture(scope="module")
def place(house):
    return house.folder / "copies"


class Clerks:
    """Several people who work until they are told to stop; what each has got is noted with its time."""

    def __init__(self, house, documents):
        self.done, self._stopped = [], threading.Event()
        self._threads = [
            threading.Thread(target=self._issue, args=(house, place, ids))
            for place, ids in zip(PLACES, documents, strict=True)
        ] + [threading.Thread(target=self._register, args=(house, place)) for place in PLACES]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _note(self, what, register, number):
        self.done.append((time.time(), what, register, number))

    def _issue(self, house, place, ids):
        with suppress(OSError, AssertionError, ValueError):
            client = house.client(f"vanthu.{place}", PASSWORD)
            seal = client.call("vpdt.signing.key", "search", [["holder", "=", "agency"]], limit=1)[0]
            for document in ids:
                if self._stopped.wait(1):
                    return
                client.call("vpdt.outgoing", "take_number", [document])
                client.call("vpdt.outgoing", "seal", [document], seal, PASSPHRASE)
                (row,) = client.call("vpdt.outgoing", "read", [document], ["register_id", "register_number"])
                self._note("vpdt_outgoing", row["register_id"][0], row["register_number"])

    def _register(self, house, place):
        with suppress(OSError, AssertionError, ValueError):
            client = house.client(f"vanthu.{place}", PASSWORD)
            leader = client.call("res.users", "search", [["login", "=", f"lanhdao.{place}"]])[0]
            author = client.call("vpdt.organization", "search", [["identifier", "=", "G09"]])[0]
            number = 0
            while not self._stopped.wait(0.5):
                number += 1
                values = {"subject": f"Diễn tập {number}", "number": str(number), "notation": f"BNV-{place}"}
                document = client.call(
                    "vpdt.incoming", "create", [{**values, "author_id": author, "leader_id": leader}]
                )
                client.call("vpdt.incoming", "action_register", document)
                (row,) = client.call("vpdt.incoming", "read", document, ["register_id", "arrival_number"])
                self._note("vpdt_incoming", row["register_id"][0], row["arrival_number"])


def test_drill(house, place):
    documents = shell(house, PREPARE.replace("SIGNED", str(SIGNED)))
    house.start()
    with Clerks(house, documents) as clerks:
        said = house.call("backup", "--to", place)
        assert "Đã sao lưu đến" in said and "chưa được xuất" in said
        house.call("keys", "export", "--to", house.folder / "safe", "--parts", "2/3")
        house.call("backup", "point")
        kept_until = json.loads((house.data / "backup" / "status.json").read_text())["good"]
        time.sleep(2)  # what is done now is lost
        disaster = time.time()
        house.destroy()
    assert disaster - kept_until < 300
    before = {(what, register, number) for at, what, register, number in clerks.done if at < kept_until}
    lost = {(what, register, number) for _at, what, register, number in clerks.done} - before
    assert {what for what, _register, _number in before} == {"vpdt_outgoing", "vpdt_incoming"}

    # a new machine: the sources, the key from its parts, the copies
    house.build()
    assert "the key of the backups is not at" in house.call("restore", "--from", place, code=1)
    sheets = sorted((house.folder / "safe").glob("*-[13]-3.txt"))
    house.call("keys", "import", *sheets)
    said = house.call("restore", "--from", place)
    assert "KHÔNG KHỚP" not in said
    with house.cluster.serving():
        check_restored(house, before, lost, said)


def check_restored(house, before, lost, said):
    """Nothing of before is missing, nothing is given twice, nothing leaves, and the report says where it ends."""
    found = set()
    for table, column in (("vpdt_outgoing", "register_number"), ("vpdt_incoming", "arrival_number")):
        rows = house.sql(f"SELECT register_id, {column} FROM {table} WHERE {column} > 0")
        found |= {(table, int(register), int(number)) for register, number in rows}
    assert before <= found
    assert "thiếu 0, sai 0" in said and "nguyên vẹn" in said
    last = {}
    for _table, register, number in found:
        last[register] = max(number, last.get(register, 0))
    assert {f": số cuối {number}" for number in last.values()} <= {
        f": {line.rpartition(': ')[2]}" for line in said.splitlines() if "số cuối" in line
    }
    assert house.sql("SELECT count(*) FROM ir_cron WHERE active") == [["0"]]
    assert house.sql("SELECT count(*) FROM queue_job WHERE state = 'pending' AND eta < '9999-01-01'") == [["0"]]
    ((report,),) = house.sql("SELECT report FROM vpdt_backup WHERE kind = 'restore'")
    report = json.loads(report)
    assert {row["register_id"]: row["last"] for row in report["registers"]} == last
    release = [
        "dialog = env['vpdt.backup.release'].with_user(env.ref('base.user_admin')).create({'reason': 'Sổ giấy'})"
    ]
    given = {register: max(number for _w, r, number in lost if r == register) for _what, register, _n in lost}
    given = {register: max(number, last.get(register, 0)) for register, number in given.items()}
    release.append(f"given = {given}")
    release.append("for line in dialog.register_ids: line.given = given.get(line.register_number, line.given)")
    release += ["dialog.action_release()", "env.cr.commit()"]
    numbers = dict(shell(house, "\n".join(release) + NEXT_NUMBERS))
    for register, number in numbers.items():
        assert number == max(given.get(register, 0), last.get(register, 0)) + 1


def copies(house, place):
    return house.call("backup", "list", "--to", place).splitlines()[-1]


def test_a_wrong_key_opens_nothing(house, place, tmp_path):
    wrong = tmp_path / "wrong.key"
    wrong.write_text("0" * 64 + "\n")
    said = house.call("restore", "--db", "vpdt_wrong", "--from", place, "--key-file", wrong, code=1)
    assert "does not open these backups" in said


def test_nothing_is_restored_over_a_living_database(house, place):
    assert "nothing is ever restored over one" in house.call("restore", "--from", place, code=1)


def test_a_missing_piece_of_the_log_is_told_and_mended(house, place):
    house.start()
    try:
        house.call("backup", "--to", place)
        before = copies(house, place)
        pieces = sorted((house.root / ".pg" / "archive" / "wal").glob("*[0-9A-F].gz"))
        pieces[-1].unlink()
        said = house.call("backup", "point", code=1)
        assert "the archive of PostgreSQL's log has a gap" in said
        assert copies(house, place) == before
        house.call("backup", "--full")
        house.call("backup", "point")
    finally:
        house.stop()


def test_a_full_disk_is_told_and_the_last_copy_stays(house, place):
    small = house.folder / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", small], check=False).returncode:
        pytest.skip("no right to mount")
    try:
        said = house.call("backup", "--to", small / "copies", code=1)
        assert "the place of the backups is full" in said
    finally:
        subprocess.run(["umount", small], check=True)
    house.call("backup", "check", "--to", place)


def test_a_place_that_is_cut_off_is_told(house, place):
    start = time.monotonic()
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}
    said = house.call("backup", "point", "--to", "s3:http://127.0.0.1:9/vpdt", code=1, environment=keys)
    assert "cannot be reached" in said
    assert time.monotonic() - start < 60
    failures = house.data / "backup" / "status.json"
    assert "cannot be reached" in json.loads(failures.read_text())["trouble"]
    house.call("backup", "point", "--to", place)
    assert "trouble" not in json.loads(failures.read_text())


def test_a_flipped_bit_is_found(house, place):
    packs = sorted((place / "data").rglob("*"), key=lambda path: path.is_file() and path.stat().st_size)
    kept = packs[-1].read_bytes()
    packs[-1].chmod(0o600)
    try:
        packs[-1].write_bytes(kept[:1000] + bytes([kept[1000] ^ 1]) + kept[1001:])
        said = house.call("backup", "check", "--to", place, code=1)
        assert "a backup is damaged" in said
    finally:
        packs[-1].write_bytes(kept)
    house.call("backup", "check", "--to", place)


def test_a_moment_of_the_past_beside_the_living_office(house, place):
    before = datetime.now(timezone(timedelta(hours=7)))
    with house.cluster.serving():
        number = house.sql("SELECT count(*) FROM vpdt_incoming")[0][0]
        time.sleep(1)
        house.sql("UPDATE vpdt_incoming SET subject = 'Bị sửa nhầm'")
    house.call("backup", "point", "--to", place)
    house.call("restore", "--at", before.isoformat(sep=" "), "--db", "vpdt_past", "--from", place)
    with house.cluster.serving():
        assert house.sql("SELECT count(*) FROM vpdt_incoming", "vpdt_past") == [[number]]
        wrong = "SELECT count(*) FROM vpdt_incoming WHERE subject = 'Bị sửa nhầm'"
        assert house.sql(wrong, "vpdt_past") == [["0"]]
        assert house.sql(wrong) == [[number]]


def test_restore_for_practice(house, place):
    said = house.call("backup", "drill", "--to", place)
    assert "Mọi thứ khớp" in said
    with house.cluster.serving():
        assert house.sql("SELECT state FROM vpdt_backup WHERE kind = 'drill'") == [["good"]]
        assert house.sql("SELECT datname FROM pg_database WHERE datname LIKE '%drill%'") == []
