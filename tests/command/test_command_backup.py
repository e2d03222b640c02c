"""The rules of backups: what is kept, which copy holds a moment, what may be missing, what is told."""

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import threading
import time
import types
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from vpdt_cli import commands, databases, doctor, locks, postgres, processes
from vpdt_cli.backup import (
    archive,
    command,
    handover,
    keeping,
    places,
    records,
    repository,
    restoring,
    taking,
    timer,
    upgrading,
)
from vpdt_cli.postgres import archive_command
from vpdt_cli.project import ROOT, Failure

START = datetime(2025, 1, 1, 18, 15, tzinfo=timezone.utc)  # 01:15 in Viet Nam


def snapshots(days, points=3):
    """One base a day, with some points and a closing one, as they are listed."""
    rows = []
    for day in range(days):
        base = START + timedelta(days=day)
        for number in range(points + 1):
            closed = number == points and day < days - 1
            moment = base + (timedelta(days=1, minutes=1) if closed else timedelta(hours=1 + number * 18 / points))
            rows.append(
                {
                    "id": f"{day}-{number}",
                    "time": moment,
                    "base": base.isoformat(),
                    "base_time": base,
                    "closed": closed,
                }
            )
    return sorted(rows, key=lambda row: row["time"])


def kept(rows):
    gone = set(keeping.to_remove(rows))
    return [row["id"] for row in rows if row["id"] not in gone]


def test_fourteen_days_eight_weeks_twelve_months():
    left = kept(snapshots(500))
    days = sorted({int(name.split("-")[0]) for name in left})
    assert days[-15:] == list(range(485, 500))
    moments = [(START + timedelta(days=day)).astimezone(timezone(timedelta(hours=7))) for day in days]
    weeks = {moment.isocalendar()[:2] for moment in moments}
    months = {(moment.year, moment.month) for moment in moments}
    assert len(months) >= 12 and len(weeks) >= 8
    assert len(days) <= 1 + 14 + 8 + 12


def test_the_last_of_a_closed_base_is_the_one_that_stays():
    left = kept(snapshots(3))
    assert "0-3" in left and "1-3" in left
    assert not {"0-0", "0-1", "0-2"} & set(left)


def test_nothing_goes_while_there_is_one_base_only():
    assert keeping.to_remove(snapshots(1)) == []
    assert keeping.to_remove([]) == []


def test_one_more_of_the_base_in_use_does_not_push_out_the_one_before():
    assert "0-20" in kept(snapshots(2, points=20))


def test_each_moment_is_held_by_the_first_copy_after_it():
    rows = snapshots(3)
    at = START + timedelta(days=1, hours=5)
    assert restoring.choose(rows, at)["id"] == "1-1"
    assert restoring.choose(rows, None)["id"] == rows[-1]["id"]
    assert restoring.choose(rows, rows[-1]["time"] + timedelta(days=9))["id"] == rows[-1]["id"]
    assert restoring.choose(rows, None, "1-2")["id"] == "1-2"


def test_a_moment_that_no_copy_holds_is_told():
    with pytest.raises(Failure, match="oldest moment"):
        restoring.choose(snapshots(2), START - timedelta(days=1))
    with pytest.raises(Failure, match="no backup"):
        restoring.choose([], None)
    for words in ("hôm qua", "", "31/02/2026 15:30", "12/2026", "15:30", "9999-12-31T23:59-12:00"):
        with pytest.raises(Failure, match="is no time"):
            restoring.moment_of(words)
    assert restoring.moment_of("2026-12-01 15:30").astimezone(timezone.utc).hour == 8
    for words in ("01/12/2026 15:30", "1/12/2026 15:30:00", " 01/12/2026T15:30"):
        assert restoring.moment_of(words) == restoring.moment_of("2026-12-01 15:30")
    assert restoring.moment_of(None) is None


def piece(number, line=1):
    return f"{line:08X}{number >> 8:08X}{number & 0xFF:08X}"


def test_a_gap_in_the_log_is_found():
    present = {piece(number) for number in range(250, 262)}
    assert archive.pieces_between(piece(250), piece(261), present) == sorted(present)
    with pytest.raises(Failure, match=piece(255)):
        archive.pieces_between(piece(250), piece(261), present - {piece(255)})


def test_what_restic_says_is_told_in_words():
    for said, words in (
        ("Fatal: wrong password or no key found", "does not open"),
        ("Fatal: wrong password or no key found", "Where another office keeps its copies"),
        ("write /x: no space left on device", "full"),
        ("dial tcp 10.0.0.1:9000: connect: connection refused", "cannot be reached"),
        ("error for tree 1234: ciphertext verification failed", "damaged"),
        ("Fatal: unable to open config file: stat: no such file. Is there a repository at the following", "no backups"),
        ("Load(<data/cb8f0e6025>, 9001171, 0) returned error: ReadFull: unexpected EOF", "damaged"),
        ("error loading index 1e2d: invalid\nFatal: LoadIndex returned errors", "damaged"),
        ("Fatal: repository contains errors", "damaged"),
        ("Fatal: parsing repository location failed: invalid backend", "no place that restic knows"),
        ("Fatal: create repository at /x failed: mkdir /x: permission denied", "cannot be written"),
        ("unable to create lock in backend: mkdir /x/locks: read-only file system", "cannot be written"),
        ("something new", "failed"),
    ):
        assert words in str(repository.failure(said, "the backup")), said


def test_administrators_read_of_it_in_vietnamese():
    for said, words in (
        ("connection refused", "Không tới được nơi sao lưu."),
        ("no space left on device", "Nơi sao lưu đã đầy."),
        ("wrong password or no key found", "Khóa không mở được các bản sao lưu."),
        ("something new", "Không làm được, xem lời báo của lệnh."),
    ):
        assert records.in_vietnamese(repository.failure(said, "the backup")) == words


def test_what_a_database_cannot_take_now_is_written_with_the_next(tmp_path, monkeypatch):
    """Between new sources and `./vpdt upgrade` a failure is not forgotten."""
    monkeypatch.setattr(places, "STATUS", tmp_path / "status.json")
    written, refused = [], [True]

    def shell(_database, snippet):
        if refused:
            raise Failure("column res_users.new does not exist")
        rows = []
        backups = types.SimpleNamespace(_record=lambda **values: rows.append(values))
        backups.with_context = lambda **_context: backups
        moment = types.SimpleNamespace(to_datetime=datetime.fromisoformat)
        odoo = types.SimpleNamespace(fields=types.SimpleNamespace(Datetime=moment))
        exec(snippet.replace("import odoo\n", ""), {"env": {"vpdt.backup": backups}, "odoo": odoo})
        written.append([row["words"] for row in rows])

    monkeypatch.setattr(records.odoo, "shell", shell)
    cluster = types.SimpleNamespace(sql=lambda _statement, _database: "vpdt_backup")
    found = types.SimpleNamespace(exists=lambda _name: True, cluster=cluster)
    places.remember(places.STATUS, good=1)
    records.keep(found, "vpdt", "backup", "failed", START, words="Nơi sao lưu đã đầy.")
    assert written == []
    refused.clear()
    records.keep(found, "vpdt_other", "backup", "good", START, words="Khác.")
    records.keep(found, "vpdt", "upgrade", "good", START, words="Đã nâng cấp.", moment="2026-11-30 01:02:03")
    records.keep(found, "vpdt", "backup", "good", START, words="Đã sao lưu.")
    assert written == [["Khác."], ["Nơi sao lưu đã đầy.", "Đã nâng cấp."], ["Đã sao lưu."]]
    assert places.read(places.STATUS) == {"good": 1}


def test_the_configuration_is_stored_without_secrets():
    text = taking.without_secrets("db_password = abc\nadmin_passwd = def\ndata_dir = /x\n; comment\n")
    assert "abc" not in text and "def" not in text
    assert "data_dir = /x" in text


def test_timers_name_what_they_need_and_no_secret(monkeypatch):
    variables = {"VPDT_MASTER_KEY_FILE": "/etc/khoa", "AWS_SECRET_ACCESS_KEY": "secret"}
    units = timer.units(3, "vpdt", "/opt/vpdt", variables)
    assert 'ExecStart="/opt/vpdt/vpdt" backup point --db vpdt\n' in units["vpdt-backup-point.service"]
    assert "OnUnitInactiveSec=3min" in units["vpdt-backup-point.timer"]
    assert 'Environment="VPDT_MASTER_KEY_FILE=/etc/khoa"' in units["vpdt-backup.service"]
    cron = timer.crontab(3, "vpdt", "/opt/vpdt", variables)
    assert "secret" not in "".join(units.values()) + cron
    assert "*/3 * * * *" in cron and "./vpdt backup point --db vpdt" in cron
    # at night in Viet Nam, whatever zone the machine has
    assert "01:15:00 Asia/Ho_Chi_Minh" in units["vpdt-backup.timer"]
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    cron = timer.crontab(3, "vpdt", "/opt/vpdt", variables)
    monkeypatch.undo()
    time.tzset()
    assert "\n15 18 * * * " in cron and "\n30 20 * * 6 " in cron
    with pytest.raises(Failure, match="no more than 5"):
        timer.install(30, "vpdt")


def test_cron_finds_the_programs_of_the_system():
    """Its own PATH knows no sbin, where runuser lies."""
    text = timer.crontab(3, "vpdt", "/opt/vpdt", {})
    path = next(line for line in text.splitlines() if line.startswith("PATH="))
    assert {"/usr/sbin", "/usr/bin"} <= set(path.removeprefix("PATH=").split(":"))
    owner = places.DATA.owner()
    for line in text.splitlines()[1:]:
        assert f" {owner} " in line and "%" not in line  # cron takes % for the end of a line


def test_cron_runs_what_lies_in_a_folder_with_blanks(tmp_path):
    root = tmp_path / "văn phòng 100%"
    root.mkdir()
    (root / "vpdt").write_text('#!/bin/sh\necho "$@" >> done\n')
    (root / "vpdt").chmod(0o755)
    for line in timer.crontab(3, "vpdt", root, {}).splitlines()[1:]:
        command = line.split(" ", 6)[6].replace(r"\%", "%")  # as cron hands it on
        subprocess.run(["sh", "-c", command], cwd="/", check=True)
    assert (root / "done").read_text().splitlines() == [f"backup {n} --db vpdt" for n in ("now", "point", "drill")]


@pytest.mark.skipif(not processes._SESSION.exists(), reason="all processes are equal here")
def test_a_backup_lets_others_go_first():
    """Its whole session steps back while it works, for nice says nothing to a server with a session of its own."""
    program = (
        "import subprocess; from vpdt_cli import processes as p\n"
        "with p.behind_others(): print(p._session_nice(), subprocess.check_output(['cat', p._SESSION]).split()[-1])\n"
        "print(p._session_nice())"
    )
    words = [sys.executable, "-c", program]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tools")}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True, start_new_session=True)
    assert done.stdout.split() == ["10", "b'10'", "0"]


def test_a_bucket_that_no_timer_could_open_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(timer, "SECRETS", tmp_path / "secrets")
    with pytest.raises(Failure, match="how s3:"):
        timer.check_access("s3:https://s3.example.vn/vpdt", {})
    timer.check_access("/mnt/sao-luu", {})
    timer.check_access("s3:https://s3.example.vn/vpdt", {"AWS_SECRET_ACCESS_KEY": "x"})


def test_the_access_to_a_bucket_is_read_as_it_was_written(tmp_path):
    """By the shell of cron, and by systemd, which knows the same quotes."""
    secret = "a b$c'd\"e"
    timer.keep_secrets(tmp_path / "secrets", {"AWS_SECRET_ACCESS_KEY": secret})
    read = f'. {tmp_path}/secrets; printf %s "$AWS_SECRET_ACCESS_KEY"'
    assert subprocess.run(["sh", "-c", read], capture_output=True, text=True, check=True).stdout == secret
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("folder", ["vpdt", "văn phòng 100%"])
def test_systemd_takes_the_units(tmp_path, folder):
    root = tmp_path / folder
    root.mkdir()
    texts = timer.units(3, "vpdt", root, {"VPDT_MASTER_KEY_FILE": f"{root}/khóa"})
    (root / "vpdt").write_text("#!/bin/sh\n")
    (root / "vpdt").chmod(0o755)
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    words = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in texts)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert not [line for line in done.stderr.splitlines() if "vpdt-" in line], done.stderr


def test_where_nothing_is_done_by_itself_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(timer, "PATH", str(tmp_path))
    monkeypatch.setattr(timer, "CRON", tmp_path / "cron.d" / "vpdt-backup")
    monkeypatch.setattr(timer, "SECRETS", tmp_path / "secrets")
    monkeypatch.setattr(timer, "is_root", lambda: True)
    with pytest.raises(Failure, match="neither systemd nor cron"):
        timer.install(3, "vpdt", cron=True)
    (tmp_path / "cron").write_text("#!/bin/sh\n")
    (tmp_path / "cron").chmod(0o755)
    timer.install(3, "vpdt", cron=True)
    assert f"*/3 * * * * {places.DATA.owner()} " in timer.CRON.read_text()


def test_all_that_is_stored_is_read_within_ten_days():
    assert taking.shares(0, everything=True, day=5) == ["1/1"]
    assert taking.shares(40e9, everything=True, day=5) == [f"{n}/10" for n in range(1, 11)]
    assert taking.shares(1e9, everything=False, day=12) == ["3/10"]
    for size in (1e9, 40e9, 500e9):
        days = [taking.shares(size, everything=False, day=day) for day in range(700, 710)]
        assert sorted(sum(days, [])) == sorted(set(sum(days, [])))
        parts = {share.split("/")[1] for share in sum(days, [])}
        assert len(parts) == 1 and len(sum(days, [])) == int(parts.pop()) <= 256  # what restic can divide into


def test_a_second_run_waits_and_says_so(tmp_path):
    said, order = [], []
    with locks.exclusive(tmp_path / "lock"):
        other = threading.Thread(target=lambda: _in_turn(tmp_path / "lock", said, order))
        other.start()
        for _moment in range(200):
            if said:
                break
            time.sleep(0.05)
        order.append("first")
    other.join(10)
    assert said == ["waits"] and order == ["first", "second"]
    with locks.in_turn(tmp_path / "lock", said.clear):
        assert said == ["waits"]


def _in_turn(path, said, order):
    with locks.in_turn(path, lambda: said.append("waits")):
        order.append("second")


class MinutesMade(Exception):
    """In place of a copy of minutes."""


def test_a_copy_of_minutes_does_not_queue_behind_a_long_run(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "LOCK", tmp_path / "lock")
    monkeypatch.setattr(places, "STATUS", tmp_path / "status.json")
    with locks.exclusive(places.LOCK):
        places.remember(places.STATUS, good=time.time() - 10)
        assert command._point(None) == 0
        places.remember(places.STATUS, good=time.time() - command.STUCK - 1)
        with pytest.raises(Failure, match="another backup is running"):
            command._point(None)


def test_a_copy_of_minutes_is_made_when_a_run_ends_that_did_not_make_one(tmp_path, monkeypatch):
    """Else it would be the next one's, and six minutes lie between two."""

    def made(_options, _kind, *_names):
        raise MinutesMade

    monkeypatch.setattr(places, "LOCK", tmp_path / "lock")
    monkeypatch.setattr(places, "STATUS", tmp_path / "status.json")
    monkeypatch.setattr(command, "_working", made)
    places.remember(places.STATUS, good=time.time() - 200)
    holding, held = threading.Event(), threading.Event()

    def run():
        with locks.exclusive(places.LOCK):
            held.set()
            holding.wait(30)

    other = threading.Thread(target=run)
    other.start()
    held.wait(30)
    threading.Timer(1.5, holding.set).start()
    start = time.monotonic()
    with pytest.raises(MinutesMade):
        command._point(None)
    assert time.monotonic() - start > 1
    other.join()


def test_root_leaves_the_office_of_another_user_alone(tmp_path, monkeypatch):
    """Its server could not be started by its owner any more, nor a backup be made."""
    cluster = postgres.Cluster(tmp_path)
    monkeypatch.setattr(postgres, "is_root", lambda: True)
    cluster.check_owner()  # there is none yet
    cluster.data.mkdir()
    nobody = pwd.getpwnam("nobody")
    owned = types.SimpleNamespace(st_uid=nobody.pw_uid)
    monkeypatch.setattr(type(cluster), "data", types.SimpleNamespace(exists=lambda: True, stat=lambda: owned))
    with pytest.raises(Failure, match="sudo -u nobody"):
        cluster.check_owner()
    owned.st_uid = 0
    cluster.check_owner()


def test_the_doctor_is_red_without_backups_and_exported_keys(tmp_path, monkeypatch):
    for name in ("STATUS", "SETTINGS"):
        monkeypatch.setattr(places, name, tmp_path / f"{name}.json")
    for variable, key in (("VPDT_MASTER_KEY_FILE", b"m" * 32), ("VPDT_BACKUP_KEY_FILE", b"62" * 32)):
        monkeypatch.setenv(variable, str(tmp_path / variable))
        (tmp_path / variable).write_bytes(key)
    # somebody tries the demo: a word, and nothing red
    assert {verdict for verdict, _words in doctor._backups()} == {doctor.NOTE}
    places.remember(places.SETTINGS, to="/mnt/backup")
    places.remember(places.STATUS, good=time.time() - 25 * 3600)
    told = [words for verdict, words in doctor._backups() if verdict == doctor.BAD]
    assert [word in text for word, text in zip(("25.0 hours", "backup key", "master key"), told, strict=True)] == [
        True
    ] * 3
    marks = {"master": _mark(b"m" * 32), "backup": _mark(b"b" * 32)}
    places.remember(places.STATUS, good=time.time(), exported={name: {"mark": mark} for name, mark in marks.items()})
    assert {verdict for verdict, _words in doctor._backups()} == {doctor.GOOD}
    # of a clock that was put right since
    places.remember(places.STATUS, good=time.time() + 7200)
    assert doctor.BAD in {verdict for verdict, _words in doctor._backups()}
    places.remember(places.STATUS, good=time.time())
    # another key lies there now
    (tmp_path / "VPDT_MASTER_KEY_FILE").write_bytes(b"n" * 32)
    assert [words.split()[1] for verdict, words in doctor._backups() if verdict == doctor.BAD] == ["master"]


def _mark(key):
    """As the sheets bear it (vpdt_base/keystore/parts.py)."""
    return hashlib.sha256(b"vpdt key mark:" + key).hexdigest()[:12]


def test_pieces_are_archived_only_after_a_first_backup(tmp_path):
    assert archive_command(tmp_path).startswith(f'test ! -d "{tmp_path}/wal" ||')


def test_lines_about_what_was_destroyed_are_only_added(tmp_path):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.write_text('{"id": 1}\n')
    theirs.write_text('{"id": 1}\n{"id": 2}\n')
    restoring.merge_lines(theirs, ours)
    restoring.merge_lines(theirs, ours)
    assert ours.read_text() == '{"id": 1}\n{"id": 2}\n'


def test_a_line_that_the_power_has_cut_off_stops_no_restore(tmp_path, monkeypatch, capsys):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.write_text('{"id": 1}\n{"sha256": "ab')
    theirs.write_text('{"id": 1}\n{"id": 2}\n')
    restoring.merge_lines(theirs, ours)
    monkeypatch.setattr(places, "DISPOSED", ours)
    assert handover._destroyed() == [{"id": 1}, {"id": 2}]
    assert 'cannot be read: {"sha256": "ab' in capsys.readouterr().err


# -- what goes, goes last ----------------------------------------------------------------------------------------------


def made_minutes(**_words):
    """Whatever is done from here on."""
    raise MinutesMade


class Place:
    """A repository that keeps in mind what it was told, in order."""

    place = shown = "/mnt/sao-luu"

    def __init__(self, rows, damaged=False):
        self.rows, self.damaged, self.told = rows, damaged, []

    def ensure(self, begun):
        self.told.append("ensure")

    def unlock(self):
        self.told.append("unlock")

    def backup(self, _paths, tags, **_options):
        self.told.append("ahead" if tags == [repository.AHEAD] else "store")
        return {"snapshot_id": "n" * 64, "data_added": 1, "total_bytes_processed": 1}

    def check(self, _share):
        self.told.append("check")
        if self.damaged:
            raise Failure("a backup is damaged")

    def snapshots(self):
        return [{**row, "database": "vpdt"} for row in self.rows]

    def ahead(self):
        return ["before"]

    def forget(self, ids):
        self.told.append(("forget", ids))

    def prune(self):
        self.told.append("prune")


class Log:
    """An archive with a base that is two days old."""

    base = next_base = None

    def __init__(self, folder):
        self.base, self.point, self.next_base = folder / "base-a", folder / "point", folder / "base-b"

    def prepare(self):
        pass

    def base_age(self):
        return 2 * 86400

    def base_label(self):
        return "2026-01-01T00:00:00+00:00"

    def make_base(self, _hurry):
        pass

    def take_over(self):
        pass

    def close_piece(self):
        return piece(1), datetime.now(timezone.utc)

    def freeze(self, _last):
        pass


@pytest.fixture
def taken(tmp_path, monkeypatch):
    for name in ("STATUS", "SETTINGS", "FILES_LOCK"):
        monkeypatch.setattr(places, name, tmp_path / name)
    monkeypatch.setattr(taking.Taking, "_write_manifest", lambda *_words: None)

    def take(place):
        monkeypatch.setattr(taking, "Archive", lambda _cluster: Log(tmp_path))
        return taking.Taking(type("Found", (), {"cluster": None}), "vpdt", place).whole()

    return take


def test_nothing_is_removed_before_its_successor_is_verified(taken):
    rows = snapshots(40)
    place = Place(rows)
    removed = taken(place)["removed"]
    assert removed == keeping.to_remove(rows) and removed
    steps = [step for step in place.told if step in ("ahead", "store", "check", "prune") or step[0] == "forget"]
    # the new base first, the last copy of the old one, the first of the new one; then they are read, then old ones go
    assert steps == ["ahead", "store", "store", "check", ("forget", [*removed, "before"]), "prune"]


def test_nothing_is_removed_when_what_is_stored_is_damaged(taken):
    place = Place(snapshots(40), damaged=True)
    with pytest.raises(Failure, match="damaged"):
        taken(place)
    assert not [step for step in place.told if step == "prune" or step[0] == "forget"]


def test_a_clock_that_was_put_back_is_told_before_copies_are_mixed_up(taken, monkeypatch):
    """Copies of the future would stay the newest, and what is made now be taken for older and removed."""
    place = Place(snapshots(40))
    taken(place)
    told = len(place.told)
    real = time.time
    monkeypatch.setattr(taking.time, "time", lambda: real() - 86400)
    with pytest.raises(Failure, match="the clock of this machine stands at"):
        taken(place)
    assert len(place.told) == told
    with pytest.raises(MinutesMade):
        place.shown, place.ensure = "/mnt/moi", made_minutes  # a new place is begun by what the words say
        taken(place)


def test_a_master_key_that_opens_nothing_is_told_with_the_restore(tmp_path, monkeypatch):
    """It is in no copy: on a new machine the office would make a new one, and nobody could sign."""
    answer = {"keys_shut": 3, "problems": []}
    monkeypatch.setattr(handover.odoo, "shell", lambda *_words: {**answer, "problems": []})
    monkeypatch.setattr(handover, "_usable_anchors", lambda *_words: None)
    monkeypatch.setattr(handover, "_accept_journal", lambda *_words: None)
    monkeypatch.setattr(handover, "check_journal", lambda *_words: ("9 dòng, nguyên vẹn", True))
    monkeypatch.setattr(places, "DISPOSED", tmp_path / "none")
    cluster = types.SimpleNamespace(sql=lambda *_words: "")
    found = types.SimpleNamespace(
        cluster=cluster, exists=lambda _name: False, bring_up_to_date=lambda _name: None, drop=lambda _name: None
    )
    report = {"at": START.isoformat(), "anchors": str(tmp_path), "not_carried": [], "started": 0}
    (problem,) = handover.examine(found, "vpdt_restoring", "vpdt", report, held=False)["problems"]
    assert "không mở được 3 khóa ký" in problem and "./vpdt keys import" in problem
    answer["keys_shut"] = 0
    assert not handover.examine(found, "vpdt_restoring", "vpdt", report, held=False)["problems"]


# -- clumsy hands ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ("vpdt_drill", "vpdt_before", "vpdt_restoring", "Vpdt", "vpdt_template_demo"))
def test_nothing_is_made_or_restored_under_a_name_that_others_throw_away(name):
    with pytest.raises(Failure):
        databases.check_new_name(name)
    databases.check_new_name("vpdt_luc_ay")
    with pytest.raises(Failure):
        commands._have_database(Living(), name, empty=True)


needs_restic = pytest.mark.skipif(not shutil.which("restic"), reason="no restic here")


@pytest.fixture
def kept_copy(tmp_path, monkeypatch):
    """A place with one copy."""
    monkeypatch.setattr(repository, "DATA", tmp_path)
    (tmp_path / "key").write_text("khóa\n")
    (tmp_path / "file").write_bytes(os.urandom(5000))
    found = repository.Repository(str(tmp_path / "copies"), tmp_path / "key")
    found.ensure()
    found.backup([tmp_path / "file"], [repository.COPY, "db=vpdt"])
    return found


@needs_restic
def test_a_disk_that_is_mounted_for_reading_only_is_restored_from(kept_copy, tmp_path, monkeypatch):
    """As somebody careful does after a disaster."""
    locked = tmp_path / "copies" / "locks"
    locked.rmdir()
    locked.touch()  # no lock can be written, for root neither
    monkeypatch.setattr(repository.os, "access", lambda path, _mode: Path(path) != locked)
    (row,) = kept_copy.snapshots()
    assert kept_copy.size(row["id"]) == 5000
    kept_copy.restore(row["id"], tmp_path / "out")
    (restored,) = (path for path in (tmp_path / "out").rglob("file") if path.is_file())
    assert restored.read_bytes() == (tmp_path / "file").read_bytes()
    start = time.monotonic()
    with pytest.raises(Failure, match="cannot be written"):
        kept_copy.backup([tmp_path / "file"], [repository.COPY])
    assert time.monotonic() - start < 5
    (tmp_path / "copies").rename(tmp_path / "away")
    with pytest.raises(Failure, match="there are no backups at this place"):  # the disk is not mounted at all
        kept_copy.backup([tmp_path / "file"], [repository.COPY])


@needs_restic
def test_a_copy_whose_entry_is_damaged_is_not_left_out_in_silence(kept_copy, tmp_path, capsys):
    (entry,) = (tmp_path / "copies" / "snapshots").iterdir()
    entry.chmod(0o600)
    os.truncate(entry, 10)
    shutil.rmtree(tmp_path / "backup" / "cache")  # which knows how it was
    assert kept_copy.snapshots() == []
    assert "a copy is damaged" in capsys.readouterr().err


@needs_restic
def test_copies_are_listed_while_old_ones_are_removed(kept_copy, tmp_path):
    """An exclusive lock, as restic holds it then."""
    (tmp_path / "copies" / "locks" / ("0" * 64)).write_bytes(b"")
    assert len(kept_copy.snapshots()) == 1


def test_copies_do_not_lie_in_what_is_copied(monkeypatch):
    for folder in (places.DATA, places.DATA / "filestore" / "copies", places.POSTGRES / "x"):
        with pytest.raises(Failure, match="is what is backed up"):
            places.check_apart(places.target(str(folder)))
    monkeypatch.chdir(ROOT / "addons")
    for folder in ("..", "copies", str(ROOT)):  # restic would take our folder `config` for its own
        with pytest.raises(Failure, match="holds the program"):
            places.check_apart(places.target(folder))
    with pytest.raises(Failure, match="is empty"):
        places.target("")
    places.check_apart(places.target("s3:https://s3.example.vn/vpdt"))
    assert places.target("s3:https://s3.example.vn/vpdt") == "s3:https://s3.example.vn/vpdt"


def test_a_lost_key_is_not_replaced_while_copies_need_it(tmp_path, monkeypatch):
    """A new one would open none of them, and stand where the old one is to be put back."""
    monkeypatch.setattr(places, "SETTINGS", tmp_path / "settings.json")
    monkeypatch.setattr(places, "STATUS", tmp_path / "status.json")
    monkeypatch.setenv("VPDT_BACKUP_KEY_FILE", str(tmp_path / "key"))
    key = places.ensure_key().read_text()
    places.remember(places.SETTINGS, begun="/mnt/sao-luu")
    assert places.ensure_key().read_text() == key
    for lose in ((tmp_path / "key").unlink, (tmp_path / "key").touch):  # gone; or cut to nothing by a full disk
        lose()
        with pytest.raises(Failure, match="(?s)is not at .*keys import"):
            places.ensure_key()
        assert not (tmp_path / "key").exists() or not (tmp_path / "key").read_text()
    assert places.ensure_key(anew=True).read_text() != key


def test_what_two_commands_remember_at_once_stays(tmp_path):
    path = tmp_path / "status.json"
    with locks.exclusive(tmp_path / "status.lock"):
        other = threading.Thread(target=places.remember, args=(path,), kwargs={"exported": {"master": {}}})
        other.start()
        time.sleep(0.2)
        assert other.is_alive()
        path.write_text('{"good": 1}')
    other.join(10)
    assert places.read(path) == {"exported": {"master": {}}, "good": 1}


def test_a_password_in_an_address_is_not_shown():
    for secret in ("mat-khau", "m@t-khau"):
        assert places.shown(f"rest:https://vpdt:{secret}@10.0.0.1:8000/kho@1") == "rest:https://10.0.0.1:8000/kho@1"
    found = repository.Repository("rest:https://vpdt:mat-khau@10.0.0.1:8000/kho", Path(__file__))
    assert "mat-khau" not in found.shown + " ".join(found._command("snapshots"))


def test_another_database_is_not_gone_on_with_by_the_way(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(places, "SETTINGS", tmp_path / "settings.json")
    command._go_on_with(str(tmp_path / "a"), "vpdt")
    assert "no longer" not in "".join(capsys.readouterr())
    command._go_on_with(str(tmp_path / "b"), "vpdt_thu")
    assert "no longer" in "".join(capsys.readouterr())
    assert places.read(places.SETTINGS)["database"] == "vpdt"


class Living:
    """Databases, as far as an upgrade that was cut off asks for them."""

    def __init__(self, *names, fits=True):
        self.there, self.fits = set(names), fits

    def exists(self, name):
        return name in self.there

    def rename(self, making, name):
        self.there -= {making, name}
        self.there.add(name)
        self.renamed = (making, name)

    def template_of(self, _name):
        return "vpdt_template", "key"

    def is_up_to_date(self, _name):
        return self.fits


def test_an_upgrade_that_was_cut_off_is_put_right_first(tmp_path, monkeypatch):
    monkeypatch.setattr(upgrading, "DATA", tmp_path)
    monkeypatch.setattr(places, "SETTINGS", tmp_path / "settings.json")
    found = Living("vpdt", "vpdt_before")
    upgrading._mend(found, "vpdt")
    assert found.exists("vpdt_before")  # what --keep has kept
    (tmp_path / "upgrading-vpdt").touch()
    with pytest.raises(Failure, match="was cut off"):
        upgrading.check_may_open(found, "vpdt")
    upgrading._mend(found, "vpdt")
    assert found.renamed == ("vpdt_before", "vpdt")
    upgrading.check_may_open(found, "vpdt")


def test_what_is_backed_up_is_upgraded_with_a_way_back_only(tmp_path, monkeypatch):
    monkeypatch.setattr(upgrading, "DATA", tmp_path)
    monkeypatch.setattr(places, "SETTINGS", tmp_path / "settings.json")
    upgrading.check_may_open(Living("vpdt", fits=False), "vpdt")  # a demo
    places.remember(places.SETTINGS, database="vpdt", to="/mnt/sao-luu")
    upgrading.check_may_open(Living("vpdt"), "vpdt")
    with pytest.raises(Failure, match="newer than database"):
        upgrading.check_may_open(Living("vpdt", fits=False), "vpdt")
