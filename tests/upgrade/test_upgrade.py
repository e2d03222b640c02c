"""A kept copy of the previous release, with open documents, jobs, keys and volumes, is brought up to these sources.

`release-*.tar.xz` holds a database (pg_dump -Fc), its files and the key of its vault; the newest one is taken. Each
change of a model brings its migration, and this test goes through it. Two upgrades at once: the second waits. One that
fails leaves the database as it was.
"""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from house import House, shell

RELEASES = sorted(Path(__file__).parent.glob("release-*.tar.xz"))
STATES = (
    "SELECT 'out', state, count(*) FROM vpdt_outgoing GROUP BY state UNION ALL "
    "SELECT 'in', state, count(*) FROM vpdt_incoming GROUP BY state UNION ALL "
    "SELECT 'job', state, count(*) FROM queue_job GROUP BY state UNION ALL "
    "SELECT 'key', state, count(*) FROM vpdt_signing_key GROUP BY state UNION ALL "
    "SELECT 'packet', state, count(*) FROM vpdt_exchange_message GROUP BY state UNION ALL "
    "SELECT 'volume', '', count(*) FROM vpdt_register_volume UNION ALL "
    "SELECT 'counter', '', sum(last_number) FROM vpdt_register_counter ORDER BY 1, 2"
)
# A key of the old release still signs, and the register goes on where it was.
GO_ON = """
leader = env["res.users"].search([("login", "=", "lanhdao.xa1")])
clerk = env["res.users"].search([("login", "=", "vanthu.xa1")])
def as_user(user):
    return env(user=user, context={"allowed_company_ids": user.company_id.ids, "lang": "vi_VN"})
document = env["vpdt.outgoing"].search([("state", "=", "review")], limit=1)
document._move_to("to_sign")
key = as_user(leader)["vpdt.signing.key"].search([("user_id", "=", leader.id)], limit=1)
document.with_env(as_user(leader)).sign(key.id, "123456")
seal = as_user(clerk)["vpdt.signing.key"].search([("holder", "=", "agency")], limit=1)
document.with_env(as_user(clerk)).take_number()
document.with_env(as_user(clerk)).seal(seal.id, "123456")
print("ANSWER" + str([document.state, document.register_number]).replace("'", '"'))
env.cr.rollback()
"""


@pytest.fixture(scope="module")
def house():
    house = House()
    try:
        with tarfile.open(RELEASES[-1]) as kept:
            kept.extractall(house.folder / "release")
        release = house.folder / "release"
        shutil.copy2(release / "vpdt_master.key", house.data / "vpdt_master.key")
        house.fill(release / "db.dump", release / "filestore", mark="vpdt_template:previous")
        yield house
    finally:
        house.leave()


def test_a_failed_upgrade_leaves_everything_as_it_was(house):
    with house.cluster.serving():
        before = house.sql(STATES)
        names = house.sql("SELECT datname FROM pg_database ORDER BY 1")
        # what the sources cannot know: a table stands in the way of one that they make
        house.sql("CREATE VIEW vpdt_backup AS SELECT 1 AS id")
        said = house.call("upgrade", "--no-backup", code=1)
        assert "the database is what it was before" in said
        assert house.sql(STATES) == before
        assert house.sql("SELECT datname FROM pg_database ORDER BY 1") == names
        house.sql("DROP VIEW vpdt_backup")


def test_the_previous_release_is_upgraded_once(house):
    with house.cluster.serving():
        before = house.sql(STATES)
        command = [sys.executable, house.root / "vpdt", "upgrade", "--no-backup"]
        second = subprocess.Popen(command, cwd=house.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = [house.call("upgrade", "--no-backup"), second.communicate(timeout=900)[0]]
        assert second.returncode == 0, said[1]
        assert sorted("không phải làm gì" in words for words in said) == [False, True], said
        assert house.sql(STATES) == before
        assert house.sql("SELECT state FROM vpdt_backup WHERE kind = 'upgrade' ORDER BY id")[-1] == ["good"]
        assert house.sql("SELECT datname FROM pg_database WHERE datname LIKE '%before%'") == []
        assert shell(house, GO_ON) == ["issued", 2]
