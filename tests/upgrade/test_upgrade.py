"""Kept copies of the releases, with open documents, jobs, keys and volumes, are brought up to these sources.

`release-*.tar.xz` holds a database (pg_dump -Fc), its files and the key of its vault (`keep_release.py` makes it). Each
change of a model brings its migration, and this test goes through it. Two upgrades at once: the second waits. One that
fails leaves the database as it was.
"""

import re
import shutil
import sys
import tarfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from house import House, shell
from vpdt_cli import databases
from vpdt_cli.project import ROOT

RELEASES = sorted(Path(__file__).parent.glob("release-*.tar.xz"))
# The one before this each time; those before it with `./vpdt test --heavy`.
EACH = [*(pytest.param(path, marks=pytest.mark.heavy) for path in RELEASES[:-1]), RELEASES[-1]]
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
document = env["vpdt.outgoing"].search([("state", "=", "review")], order="id", limit=1)
def as_user(user):
    return env(user=user, context={"allowed_company_ids": document.company_id.ids, "lang": "vi_VN"})
leader = document.signer_id
clerk = env["res.users"].search([("login", "=like", "vanthu.%"), ("company_id", "=", document.company_id.id)])
counters = env["vpdt.register.counter"].search([])
last = {(counter.register_id, counter.year): counter.last_number for counter in counters}
document._move_to("to_sign")
key = as_user(leader)["vpdt.signing.key"].search([("user_id", "=", leader.id)], limit=1)
document.with_env(as_user(leader)).sign(key.id, "123456")
seal = as_user(clerk)["vpdt.signing.key"].search([("holder", "=", "agency")], limit=1)
document.with_env(as_user(clerk)).take_number()
document.with_env(as_user(clerk)).seal(seal.id, "123456")
before = last.get((document.register_id, document.register_year), 0)
print("ANSWER" + str([document.state, document.register_number, before]).replace("'", '"'))
env.cr.rollback()
"""
# An upgrade that has gone half its way: vpdt_base is through and committed, the next one of ours is not.
STAND_IN_THE_WAY = """
CREATE FUNCTION stand_in_the_way() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'it stands in the way'; END $$;
CREATE TRIGGER stand_in_the_way BEFORE UPDATE ON ir_module_module FOR EACH ROW
    WHEN (NEW.name LIKE 'vpdt_%' AND NEW.name <> 'vpdt_base' AND NEW.state = 'installed' AND OLD.state <> 'installed')
    EXECUTE FUNCTION stand_in_the_way()
"""


@pytest.fixture(scope="module", params=EACH, ids=lambda path: path.name.removesuffix(".tar.xz"))
def house(request):
    house = House()
    try:
        with tarfile.open(request.param) as kept:
            kept.extractall(house.folder / "release")
        release = house.folder / "release"
        shutil.copy2(release / "vpdt_master.key", house.data / "vpdt_master.key")
        house.fill(release / "db.dump", release / "filestore", mark="vpdt_template:previous")
        with house.cluster.serving():
            yield house
    finally:
        house.leave()


def versions(house):
    return dict(house.sql("SELECT name, latest_version FROM ir_module_module WHERE name LIKE 'vpdt%'"))


def number(version):
    return tuple(map(int, version.split(".")))


def migrations(before):
    """Paths of the scripts between these versions and the sources, as the log names their modules and versions."""
    for folder in sorted(Path(ROOT, "addons").glob("*/migrations/*")):
        module, version = folder.parts[-3], folder.name
        if before.get(module) and number(version) > number(before[module]):
            for script in folder.glob("*.py"):
                yield module, version, script.stem


def test_a_failed_upgrade_leaves_everything_as_it_was(house):
    before = house.sql(STATES)
    known = versions(house)
    names = house.sql("SELECT datname FROM pg_database ORDER BY 1")
    house.sql(STAND_IN_THE_WAY)
    said = house.call("upgrade", "--no-backup", code=1)
    assert "the database is what it was before" in said and "it stands in the way" in said
    assert house.sql(STATES) == before
    assert versions(house) == known
    assert house.sql("SELECT datname FROM pg_database ORDER BY 1") == names
    house.sql("DROP FUNCTION stand_in_the_way CASCADE")


def test_a_release_is_upgraded_once(house):
    """Two at once: the second waits, and finds nothing left to do."""
    before, known = house.sql(STATES), versions(house)
    with house.begin("upgrade", "--no-backup") as second:
        said = [house.call("upgrade", "--no-backup"), second.communicate(timeout=900)[0]]
    assert second.returncode == 0, said[1]
    assert sorted("không phải làm gì" in words for words in said) == [False, True], said
    assert house.sql(STATES) == before
    assert versions(house) == {name: found["version"] for name, found in databases.manifests().items()}
    log = (house.data / "log" / "vpdt-upgrade.log").read_text(encoding="utf-8")
    for module, version, script in migrations(known):
        told = rf"module {module}: Running migration \[[>$]?{re.escape(version)}>?\] {script}"
        assert re.search(told, log), f"{module} {version} {script} did not run"
    assert house.sql("SELECT state FROM vpdt_backup WHERE kind = 'upgrade' ORDER BY id")[-1] == ["good"]
    assert house.sql("SELECT datname FROM pg_database WHERE datname LIKE '%before%'") == []
    state, given, last = shell(house, GO_ON)
    assert state == "issued" and given == last + 1
