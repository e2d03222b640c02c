"""The seals of the journal on a PostgreSQL of their own: every kind of damage is found.

The damage is done as the super user of the database, with triggers off: what the seals are there against.
"""

import asyncio
import json
import os
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from vpdt_cli.project import ADDONS

sys.path.insert(0, str(ADDONS / "vpdt_base"))
import journal_seal
from journal_seal import __main__ as command
from journal_seal import schema, sealing, stamps
from journal_seal.places import anchors_of, keys_folder, master_key

INSERT = (
    "INSERT INTO vpdt_journal_entry (at, user_id, company_id, kind, res_model, res_id, record_name, detail)"
    " VALUES (now() AT TIME ZONE 'UTC', 1, 1, 'view', 'vpdt.file', %s, 'Công văn', '{}') RETURNING id"
)


class Journal:
    """One database with a journal, its keys and anchors, and what is done to it."""

    def __init__(self, cluster, folder):
        self.cluster = cluster
        self.folder = folder
        self.name = f"journal_{uuid.uuid4().hex[:8]}"
        cluster.sql(f'CREATE DATABASE "{self.name}"')
        self.connection = self.connect()
        self.ring = journal_seal.KeyRing(keys_folder(folder), master_key(folder))
        self.anchors = anchors_of(folder)
        with self.connection.cursor() as cursor:
            schema.create(cursor, foreign_keys=False)
            cursor.execute("CREATE TABLE ir_config_parameter (key varchar, value varchar)")
            cursor.execute("INSERT INTO ir_config_parameter VALUES ('database.uuid', %s)", [str(uuid.uuid4())])
        self.connection.commit()

    def connect(self):
        environment = self.cluster.environment()
        connection = psycopg2.connect(
            host=environment["PGHOST"],
            port=environment["PGPORT"],
            user=environment["PGUSER"],
            password=environment["PGPASSWORD"],
            dbname=self.name,
        )
        connection.set_session(isolation_level="REPEATABLE READ")
        return connection

    def add(self, count=1, connection=None):
        """Rows, each in a transaction of its own; gives their ids."""
        connection = connection or self.connection
        ids = []
        for number in range(count):
            with connection.cursor() as cursor:
                cursor.execute(INSERT, [number])
                ids.append(cursor.fetchone()[0])
            connection.commit()
        return ids

    def call(self, *words):
        """The command as a person calls it: (exit code, its JSON)."""
        environment = {**os.environ, **self.cluster.environment(), "PYTHONPATH": str(ADDONS / "vpdt_base")}
        words = [sys.executable, "-m", "journal_seal", *words, "--db", self.name, "--data-dir", str(self.folder)]
        done = subprocess.run([*words, "--json"], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode != 2, done.stderr
        return done.returncode, json.loads(done.stdout)

    def seal(self, batch=sealing.BATCH):
        """All that is final; gives the seals."""
        with self.connection.cursor() as cursor:
            commit = self.connection.commit
            return journal_seal.seal_pending(cursor, commit, self.ring, self.anchors, self.uuid, batch)[0]

    @property
    def uuid(self):
        return self.one("SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'")

    def check(self):
        anchor = self.anchors.get(self.uuid)
        self.connection.rollback()
        report = journal_seal.check(self.connection, self.ring, anchor)
        self.connection.rollback()
        return report

    def damage(self, statement):
        """As the super user, triggers off."""
        self.cluster.superuser_sql(f"SET session_replication_role = replica; {statement}", self.name)

    def one(self, query):
        with self.connection.cursor() as cursor:
            cursor.execute(query)
            found = cursor.fetchone()[0]
        self.connection.rollback()
        return found

    def close(self):
        self.connection.close()
        self.cluster.sql(f'DROP DATABASE "{self.name}" WITH (FORCE)')


@pytest.fixture
def journal(cluster, tmp_path):
    made = Journal(cluster, tmp_path)
    yield made
    made.close()


@pytest.fixture
def sealed(journal):
    """30 rows under 3 seals."""
    journal.ids = journal.add(30)
    assert [seal.count for seal in journal.seal(batch=10)] == [10, 10, 10]
    return journal


# -- what is in order ---------------------------------------------------------------


def test_a_sound_journal(sealed):
    sealed.add(2)
    code, report = sealed.call("verify")
    assert (code, report["entries"], report["sealed"], report["first_bad"]) == (0, 32, 30, None)
    assert (report["seals"], report["unsealed"], report["damaged"]) == (3, 2, 0)


def test_an_empty_journal(journal):
    code, report = journal.call("verify")
    assert (code, report["entries"], report["sealed"], report["first_bad"]) == (0, 0, 0, None)


def test_sealing_now(journal):
    journal.add(3)
    assert journal.call("seal") == (0, {"seals": 1, "rows": 3, "anchored": True})
    assert journal.call("seal") == (0, {"seals": 0, "rows": 0, "anchored": True})
    assert journal.call("verify")[1]["sealed"] == 3


def test_sealing_goes_on_where_it_was(sealed):
    sealed.add(5)
    assert [(seal.number, seal.count) for seal in sealed.seal()] == [(4, 5)]
    assert sealed.check().damaged == 0


def test_a_seal_that_was_rolled_back_leaves_nothing(journal):
    journal.add(3)
    with journal.connection.cursor() as cursor:
        assert journal_seal.seal_next(cursor, journal.ring)
    journal.connection.rollback()
    assert [seal.number for seal in journal.seal()] == [1]
    assert journal.check().damaged == 0


def test_an_anchor_that_lags_behind_is_moved_with_the_next_seal(sealed):
    """The server died between the seal and its anchor."""
    seal = sealed.one("SELECT digest FROM vpdt_journal_seal WHERE number = 1")
    sealed.anchors.accept(sealed.uuid, 1, seal)
    assert sealed.call("verify")[0] == 0
    sealed.add(1)
    assert sealed.call("seal")[1]["anchored"] is True
    assert sealed.anchors.get(sealed.uuid).number == 4


def test_a_transaction_is_never_divided(journal):
    with journal.connection.cursor() as cursor:
        for number in range(25):
            cursor.execute(INSERT, [number])
    journal.connection.commit()
    journal.add(3)
    assert [seal.count for seal in journal.seal(batch=10)] == [25, 3]
    assert journal.check().damaged == 0


def test_keys_are_renewed(sealed):
    sealed.call("renew-key")
    sealed.add(2)
    sealed.seal()
    keys = sealed.one("SELECT count(DISTINCT key_id) FROM vpdt_journal_seal")
    assert keys == 2 and sealed.check().damaged == 0


def test_checking_needs_only_the_public_keys(sealed):
    for path in keys_folder(sealed.folder).glob("*.key"):
        path.unlink()
    assert sealed.check().damaged == 0


# -- many at once -------------------------------------------------------------------


def test_a_row_that_commits_late_is_not_left_out(journal):
    """Its id is smaller than those around it, and the seal waits for it."""
    late = journal.connect()
    with late.cursor() as cursor:
        cursor.execute(INSERT, [99])
        early_id = cursor.fetchone()[0]
    assert min(journal.add(5)) > early_id
    assert journal.seal() == []  # everything after the open transaction waits
    late.commit()
    late.close()
    assert [seal.count for seal in journal.seal()] == [6]
    assert journal.check().damaged == 0


def test_writing_and_sealing_at_once(journal):
    def write(_number):
        connection = journal.connect()
        try:
            journal.add(40, connection)
        finally:
            connection.close()

    def seal(_number):
        connection, made = journal.connect(), 0
        try:
            for _round in range(15):
                with connection.cursor() as cursor:
                    try:
                        found = journal_seal.seal_next(cursor, journal.ring, 7)
                        connection.commit()
                        made += bool(found)
                    except psycopg2.errors.UniqueViolation:  # the other one was first; nothing was written
                        connection.rollback()
        finally:
            connection.close()
        return made

    journal.ring.renew()
    with ThreadPoolExecutor(6) as pool:
        writing = [pool.submit(write, number) for number in range(4)]
        sealing_ = [pool.submit(seal, number) for number in range(2)]
        for future in (*writing, *sealing_):
            future.result()
    journal.seal(batch=7)
    report = journal.check()
    findings = [finding for finding in report.findings if "anchor" not in finding["problem"]]
    assert (report.entries, report.sealed, findings) == (160, 160, [])


# -- damage -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    ["detail = '{\"a\": 1}'", "user_id = 2", "at = at + interval '1 second'", "record_name = NULL", "kind = 'print'"],
)
def test_a_changed_row_is_found(sealed, change):
    bad = sealed.ids[13]
    sealed.damage(f"UPDATE vpdt_journal_row SET {change} WHERE id = {bad}")
    code, report = sealed.call("verify")
    assert code == 1
    assert (report["first_bad"]["seal"], report["first_bad"]["entry"]) == (2, bad)
    assert report["sealed"] == 20


@pytest.mark.parametrize("position", [0, 14, 29])
def test_a_deleted_row_is_found(sealed, position):
    sealed.damage(f"DELETE FROM vpdt_journal_row WHERE id = {sealed.ids[position]}")
    code, report = sealed.call("verify")
    assert code == 1 and report["entries"] == 29
    assert report["first_bad"]["seal"] == position // 10 + 1
    assert "missing" in report["first_bad"]["problem"]


def test_two_rows_in_each_others_place_are_found(sealed):
    one, two = sealed.ids[3], sealed.ids[4]
    sealed.damage(
        f"UPDATE vpdt_journal_row SET id = 1000000 WHERE id = {one};"
        f"UPDATE vpdt_journal_row SET id = {one} WHERE id = {two};"
        f"UPDATE vpdt_journal_row SET id = {two} WHERE id = 1000000"
    )
    assert sealed.call("verify")[1]["first_bad"]["entry"] == two
    assert sealed.call("verify")[0] == 1


def test_a_row_put_in_afterwards_is_found(sealed):
    sealed.damage(
        "INSERT INTO vpdt_journal_row (at, user_id, kind, res_model, res_id, txn)"
        " SELECT at, user_id, kind, res_model, res_id, txn FROM vpdt_journal_row WHERE id = " + str(sealed.ids[5])
    )
    code, report = sealed.call("verify")
    assert code == 1 and "added" in report["first_bad"]["problem"]


def test_a_tail_cut_off_with_its_seals_is_found(sealed):
    sealed.damage(
        f"DELETE FROM vpdt_journal_row WHERE id >= {sealed.ids[20]}; DELETE FROM vpdt_journal_seal WHERE number = 3"
    )
    code, report = sealed.call("verify")
    assert code == 1 and report["first_bad"]["seal"] == 3
    assert "cut off" in report["first_bad"]["problem"]


def test_a_tail_cut_off_stays_found_after_sealing_goes_on(sealed):
    sealed.damage(
        f"DELETE FROM vpdt_journal_row WHERE id >= {sealed.ids[20]}; DELETE FROM vpdt_journal_seal WHERE number = 3"
    )
    sealed.add(12)
    assert sealed.call("seal")[1]["anchored"] is False
    assert sealed.call("verify")[1]["first_bad"]["problem"] == "it is not the seal that this server made"


def test_everything_cut_off_is_found(sealed):
    sealed.damage("DELETE FROM vpdt_journal_row; DELETE FROM vpdt_journal_seal")
    assert "cut off" in sealed.call("verify")[1]["first_bad"]["problem"]


def test_another_uuid_does_not_hide_a_cut(sealed):
    sealed.damage(
        "DELETE FROM vpdt_journal_seal WHERE number = 3;"
        f"UPDATE ir_config_parameter SET value = '{uuid.uuid4()}' WHERE key = 'database.uuid'"
    )
    code, report = sealed.call("verify")
    assert code == 1 and "no anchor" in report["first_bad"]["problem"]
    sealed.call("seal")
    assert sealed.call("verify")[0] == 1


def test_a_restored_copy_is_accepted_by_a_person(sealed):
    sealed.damage("DELETE FROM vpdt_journal_seal WHERE number = 3")
    assert sealed.call("verify")[0] == 1
    sealed.call("accept")
    assert sealed.call("verify")[0] == 0
    assert sealed.call("seal")[1] == {"seals": 1, "rows": 10, "anchored": True}


def test_a_seal_in_the_middle_removed_is_found(sealed):
    sealed.damage("DELETE FROM vpdt_journal_seal WHERE number = 2")
    assert sealed.call("verify")[1]["first_bad"]["problem"] == "seal 2 is missing"


def test_a_changed_row_with_its_seal_made_to_fit_is_found(sealed):
    """The forger computes root and digest anew; what he lacks is the key."""
    bad = sealed.ids[23]
    sealed.damage(f"UPDATE vpdt_journal_row SET user_id = 7 WHERE id = {bad}")
    forged = _forged(sealed, 3)
    sealed.damage(f"UPDATE vpdt_journal_seal SET root = '{forged.root}', digest = '{forged.digest()}' WHERE number = 3")
    code, report = sealed.call("verify")
    assert code == 1 and "signature" in report["first_bad"]["problem"]


def test_a_seal_signed_with_a_strange_key_is_found(sealed, tmp_path):
    bad = sealed.ids[23]
    sealed.damage(f"UPDATE vpdt_journal_row SET user_id = 7 WHERE id = {bad}")
    forged = _forged(sealed, 3)
    stranger = journal_seal.KeyRing(tmp_path / "strange", tmp_path / "strange.key")
    key_id, signature = stranger.sign(forged.payload())
    sealed.damage(
        f"UPDATE vpdt_journal_seal SET root = '{forged.root}', digest = '{forged.digest()}',"
        f" key_id = '{key_id}', signature = '{signature}' WHERE number = 3"
    )
    code, report = sealed.call("verify")
    assert code == 1 and "signature" in report["first_bad"]["problem"]


def _forged(journal, number):
    """The seal as it would have to be for the rows as they are now."""
    with journal.connection.cursor() as cursor:
        cursor.execute("SELECT origin, from_txn, to_txn FROM vpdt_journal_seal WHERE number = %s", [number])
        span = cursor.fetchone()
        seal, _leaves = sealing._make(cursor, *span)
        cursor.execute("SELECT at, previous FROM vpdt_journal_seal WHERE number = %s", [number])
        at, previous = cursor.fetchone()
    journal.connection.rollback()
    return journal_seal.Seal(number, at, *span, seal.first_id, seal.last_id, seal.count, seal.root, previous)


@pytest.mark.parametrize(
    "change",
    ["count = count - 1", "to_txn = to_txn + 5", "at = at - interval '1 day'", "first_id = 1000", "number = 9"],
)
def test_a_changed_seal_is_found(sealed, change):
    sealed.damage(f"UPDATE vpdt_journal_seal SET {change} WHERE number = 2")
    assert sealed.call("verify")[0] == 1


def test_leaves_that_were_changed_do_not_matter(sealed):
    """They only help to name the row; the root is the proof."""
    sealed.damage("UPDATE vpdt_journal_seal SET leaves = '' WHERE number = 2")
    assert sealed.call("verify")[0] == 0


def test_a_trigger_switched_off_is_found(sealed):
    sealed.damage("ALTER TABLE vpdt_journal_row DISABLE TRIGGER vpdt_journal_append_only")
    code, report = sealed.call("verify")
    assert code == 1 and "trigger" in report["first_bad"]["problem"]


def test_a_month_taken_away_is_found(sealed):
    month = sealed.one("SELECT tableoid::regclass::text FROM vpdt_journal_row LIMIT 1")
    sealed.damage(f"ALTER TABLE vpdt_journal_row DETACH PARTITION {month}")
    assert sealed.call("verify")[0] == 1


def test_rows_removed_before_sealing_leave_ids_without_a_row(sealed):
    """No proof, since a rolled-back transaction does the same: it is counted, not called damage."""
    ids = sealed.add(3)
    sealed.damage(f"DELETE FROM vpdt_journal_row WHERE id >= {ids[1]}")
    code, report = sealed.call("verify")
    assert (code, report["lost_ids"]) == (0, 2)


# -- the database itself --------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE vpdt_journal_entry SET detail = ''",
        "UPDATE vpdt_journal_row SET detail = ''",
        "DELETE FROM vpdt_journal_entry",
        "DELETE FROM vpdt_journal_row",
        "TRUNCATE vpdt_journal_row",
        "UPDATE vpdt_journal_seal SET root = ''",
        "UPDATE vpdt_journal_seal SET time_stamp = 'x', root = ''",
        "DELETE FROM vpdt_journal_seal",
        "TRUNCATE vpdt_journal_seal",
    ],
)
def test_the_database_refuses(sealed, statement):
    with sealed.connection.cursor() as cursor, pytest.raises(psycopg2.errors.RaiseException, match="only ever added"):
        cursor.execute(statement)
    sealed.connection.rollback()


def test_a_month_refuses_too(sealed):
    month = sealed.one("SELECT tableoid::regclass::text FROM vpdt_journal_row LIMIT 1")
    for statement in (f"TRUNCATE {month}", f"DELETE FROM {month}", f"UPDATE {month} SET detail = ''"):
        with sealed.connection.cursor() as cursor, pytest.raises(psycopg2.errors.RaiseException):
            cursor.execute(statement)
        sealed.connection.rollback()


def test_a_seal_takes_its_time_stamp_once(sealed):
    with sealed.connection.cursor() as cursor:
        cursor.execute("UPDATE vpdt_journal_seal SET time_stamp = 'x', stamped_at = now() WHERE number = 1")
        with pytest.raises(psycopg2.errors.RaiseException):
            cursor.execute("UPDATE vpdt_journal_seal SET time_stamp = 'y' WHERE number = 1")
    sealed.connection.rollback()


def test_a_real_time_stamp_must_be_for_its_seal(sealed):
    service = _time_stamping_service()
    with sealed.connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, at, origin, from_txn, to_txn, first_id, last_id, count, root, previous"
            " FROM vpdt_journal_seal WHERE number = 3"
        )
        token = service.timestamp(stamps.imprint(journal_seal.Seal(*cursor.fetchone())), "sha256").dump()
        cursor.execute("UPDATE vpdt_journal_seal SET time_stamp = %s, stamped_at = now() WHERE number = 3", [token])
    sealed.connection.commit()
    assert sealed.check().damaged == 0
    sealed.damage(
        "UPDATE vpdt_journal_seal SET time_stamp = (SELECT time_stamp FROM vpdt_journal_seal WHERE number = 3)"
        " WHERE number = 2"
    )
    assert sealed.check().first_bad == {"seal": 2, "entry": None, "problem": "its time stamp is for something else"}


def _time_stamping_service():
    """One inside the process, with keys of its own."""
    from asn1crypto import keys
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
    from signing import pki, signers

    identity = pki.make_authority("VPDT Test").issue_tsa()
    der = identity.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    embedded = signers.certificate_store(identity.chain)

    class Service(DummyTimeStamper):
        def timestamp(self, digest, algorithm):
            return asyncio.run(self.async_timestamp(digest, algorithm))

    return Service(identity.asn1, keys.PrivateKeyInfo.load(der), certs_to_embed=embedded)


def test_months(journal):
    names = "SELECT array_agg(relname ORDER BY relname) FROM pg_class WHERE relname ~ '^vpdt_journal_row_[0-9_]+$'"
    assert len(journal.one(names)) == 4
    with journal.connection.cursor() as cursor:
        for _twice in range(2):
            cursor.execute("SELECT vpdt_journal_make_month('2031-02-14')")
    journal.connection.commit()
    assert journal.one(names)[-1] == "vpdt_journal_row_2031_02"


def test_a_journal_of_the_first_version_moves_over(journal):
    with journal.connection.cursor() as cursor:
        cursor.execute("DROP VIEW vpdt_journal_entry; DROP TABLE vpdt_journal_row, vpdt_journal_seal")
        cursor.execute(
            "DROP SEQUENCE vpdt_journal_entry_id_seq;"
            "CREATE TABLE vpdt_journal_entry (id serial PRIMARY KEY, user_id int, company_id int, res_id int,"
            " kind varchar, res_model varchar, record_name varchar, detail text, at timestamp);"
        )
        cursor.execute("INSERT INTO vpdt_journal_entry VALUES (DEFAULT, 1, 1, 1, 'view', 'x', 'y', '{}', '2024-05-06')")
        schema.create(cursor, foreign_keys=False)
    journal.connection.commit()
    assert journal.add(1) == [2]
    assert [seal.count for seal in journal.seal()] == [2]


def test_a_restored_copy_in_another_cluster_counts_anew(sealed):
    """There the transaction numbers begin again below those that are sealed."""
    sealed.damage(
        "CREATE OR REPLACE FUNCTION vpdt_journal_origin() RETURNS bigint AS 'SELECT 42::bigint' LANGUAGE sql STABLE"
    )
    sealed.add(4)
    assert [(seal.origin, seal.from_txn, seal.count) for seal in sealed.seal()] == [(42, 0, 4)]
    assert sealed.check().damaged == 0


# -- keys -----------------------------------------------------------------------------


def test_another_master_key_signs_nothing(sealed):
    master_key(sealed.folder).write_bytes(os.urandom(32))
    sealed.add(1)
    with sealed.connection.cursor() as cursor, pytest.raises(journal_seal.KeyRingError):
        journal_seal.seal_next(cursor, sealed.ring)
    sealed.connection.rollback()


def test_a_key_id_is_never_a_path(sealed):
    assert sealed.ring.verify("../../etc/passwd", "00", b"") is False


def test_no_private_key_lies_in_clear(sealed):
    for path in keys_folder(sealed.folder).iterdir():
        assert path.stat().st_mode & 0o077 == 0
        assert b"PRIVATE" not in path.read_bytes()


def test_help_names_every_action(capsys):
    with pytest.raises(SystemExit):
        command.parser().parse_args(["--help"])
    told = capsys.readouterr().out
    assert all(action in told for action in command.ACTIONS)
