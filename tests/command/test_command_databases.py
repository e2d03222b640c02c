"""The cluster, its role, and the templates' keys."""

import getpass
from pathlib import Path

import pytest
from vpdt_cli import databases, postgres
from vpdt_cli.databases import Databases
from vpdt_cli.odoo_source import Source
from vpdt_cli.postgres import Cluster
from vpdt_cli.project import Failure

SOURCE = Source("home", "19.0", "/nowhere", "key")


@pytest.fixture
def found(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "DATA", tmp_path)
    monkeypatch.setattr(databases, "ACCOUNTS", tmp_path / "accounts")
    monkeypatch.setattr(databases, "TEMPLATES_LOCK", tmp_path / "lock")
    return Databases(cluster, SOURCE)


def make(found, name):
    """A database with just what a copy needs."""
    found.create(name)
    found.cluster.sql("CREATE TABLE ir_config_parameter (key text, value text)", name)
    found.cluster.sql("INSERT INTO ir_config_parameter VALUES ('database.uuid', 'old'), ('kept', 'old')", name)


@pytest.fixture
def template(found, tmp_path, monkeypatch):
    """The databases with one template, which has an attachment."""

    def build(name):
        attachment = tmp_path / "filestore" / name / "ab" / "abcd"
        attachment.parent.mkdir(parents=True)
        attachment.write_bytes(b"attachment")

    monkeypatch.setattr(databases, "LOGS", tmp_path)
    below = databases.Layer("layer_below", None, "below", lambda name: None)
    make(found, below.name)
    found.set_mark(below.name, below.key)
    layer = databases.Layer("layer_copied", below.name, "key", build)
    monkeypatch.setattr(found, "layers", lambda: (below, layer))
    found.drop("layer_copied")
    yield found
    found.drop("layer_below")


def test_the_role_of_odoo_is_no_superuser(cluster):
    row = cluster.sql("SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = 'vpdt'")
    assert row == "f|t|f"


def test_a_wrong_password_is_refused(cluster, monkeypatch):
    monkeypatch.setattr(Cluster, "password", lambda self: "wrong")
    with pytest.raises(Failure, match="authentication failed"):
        cluster.sql("SELECT 1")


def test_the_password_is_for_its_owner_only(cluster):
    assert cluster.password_file.stat().st_mode & 0o777 == 0o600


def test_a_second_ensure_changes_nothing(cluster):
    before = cluster.password()
    cluster.ensure()
    assert cluster.password() == before and cluster.running()


def test_a_server_that_does_not_start_shows_its_last_words(cluster):
    settings = cluster.data / "postgresql.conf"
    good = settings.read_text()
    with cluster.serving():
        cluster.release()
        try:
            settings.write_text(good + "\nno_such_setting = 1\n")
            with pytest.raises(Failure, match=r"(?s)does not start.*no_such_setting"):
                cluster.keep()
        finally:
            settings.write_text(good)
            cluster.keep()
            cluster._ours.touch()


def test_a_long_path_puts_the_socket_elsewhere():
    cluster = Cluster(Path("/srv") / ("x" * 120) / ".pg")
    assert cluster.socket_folder.parent in (Path("/run"), Path("/tmp"))
    assert Cluster(Path("/srv/.pg")).socket_folder == Path("/srv/.pg/socket")


def test_the_server_runs_as_postgres_for_root_and_as_the_user_otherwise(monkeypatch):
    monkeypatch.setattr(postgres, "is_root", lambda: True)
    assert postgres.server_user() == "postgres"
    monkeypatch.setattr(postgres, "is_root", lambda: False)
    assert postgres.server_user() == getpass.getuser()


def test_a_copy_has_the_files_the_mark_and_an_identity_of_its_own(template, tmp_path):
    template.copy("layer_copied", "copy_to")
    assert (tmp_path / "filestore" / "copy_to" / "ab" / "abcd").read_bytes() == b"attachment"
    assert template.template_of("copy_to") == ("layer_copied", "key")
    values = template.cluster.sql("SELECT value FROM ir_config_parameter ORDER BY key", "copy_to").splitlines()
    assert values[0] != "old" and values[1] == "old"
    template.drop("copy_to")
    assert not template.exists("copy_to") and not (tmp_path / "filestore" / "copy_to").exists()
    assert (tmp_path / "filestore" / "layer_copied" / "ab" / "abcd").exists()


def test_a_copy_that_is_broken_off_has_no_name_yet_and_is_made_anew(template):
    def interrupt(_making):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        template.copy("layer_copied", "copy_again", interrupt)
    assert not template.exists("copy_again")
    assert template.copy("layer_copied", "copy_again", lambda making: "finished") == "finished"
    assert template.exists("copy_again") and not template.exists("copy_again_making")


def test_files_whose_database_is_gone_are_put_aside(template, tmp_path, capsys):
    """PostgreSQL's disk is lost, and the files are all that is left: whatever is made of that name spares them."""
    left = tmp_path / "filestore" / "copy_left"
    (left / "cd").mkdir(parents=True)
    (left / "cd" / "cdef").write_bytes(b"all that is left")
    template.copy("layer_copied", "copy_left")
    assert (left / "ab" / "abcd").exists() and not (left / "cd").exists()
    assert (left.with_name("copy_left.left-1") / "cd" / "cdef").read_bytes() == b"all that is left"
    assert "copy_left.left-1" in capsys.readouterr().err
    template.drop("copy_left")


def test_a_renaming_that_was_cut_off_is_finished_with_its_files(template, tmp_path):
    """The power goes when the files have their new name and the database has not."""
    template.copy("layer_copied", "copy_before")
    databases.filestore("copy_before").rename(databases.filestore("copy_cut"))
    template.rename("copy_before", "copy_cut")
    assert (tmp_path / "filestore" / "copy_cut" / "ab" / "abcd").read_bytes() == b"attachment"
    assert template.exists("copy_cut") and not template.exists("copy_before")
    template.drop("copy_cut")


def test_a_database_of_newer_sources_is_left_alone(found, monkeypatch):
    make(found, "newer")
    rows = "('vpdt_try', 'installed', '19.0.1.10.0'), ('hr', 'installed', '19.0.9.9'), ('x', 'uninstalled', NULL)"
    found.cluster.sql(
        "CREATE TABLE ir_module_module (name text, state text, latest_version text);"
        f"INSERT INTO ir_module_module VALUES {rows}",
        "newer",
    )
    here = {"vpdt_try": {"version": "19.0.1.9.0"}}
    monkeypatch.setattr(databases, "manifests", lambda: here)
    with pytest.raises(Failure, match=r"newer sources than these: vpdt_try 19.0.1.10.0, here 19.0.1.9.0\."):
        found.check_not_newer("newer")
    here["vpdt_try"]["version"] = "19.0.1.10.0"
    found.check_not_newer("newer")


def test_unaccent_can_serve_an_index(found):
    make(found, "with_index")
    found.cluster.sql("CREATE INDEX ON ir_config_parameter (unaccent(value))", "with_index")


def test_databases_of_dead_processes_are_removed(found):
    for name in ("gone_4194305", "gone_4194305_making", "gone_1", "gone_by"):
        make(found, name)
    found.drop_abandoned("gone_")
    assert sorted(found.names("gone_%")) == ["gone_1", "gone_by"]


def test_a_layer_whose_building_fails_is_not_taken_for_finished(found, tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "LOGS", tmp_path)

    def fail(_name):
        raise Failure("a module is broken")

    layer = databases.Layer("layer_try", None, "key", fail)
    monkeypatch.setattr(found, "layers", lambda: (layer,))
    for _attempt in range(2):
        with pytest.raises(Failure, match="a module is broken"):
            found.ensure_template("layer_try")
    assert not found.exists("layer_try")


def test_a_layer_is_built_once_for_its_sources(found, tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "LOGS", tmp_path)
    built = []
    for key in ("one", "one", "two"):
        layer = databases.Layer("layer_key", None, key, built.append)
        monkeypatch.setattr(found, "layers", lambda layer=layer: (layer,))
        assert found.ensure_template("layer_key") == key
    assert len(built) == 2


@pytest.fixture
def addons(tmp_path):
    module = tmp_path / "vpdt_try"
    for folder in ("models", "tests"):
        (module / folder).mkdir(parents=True)
    (module / "__manifest__.py").write_text("{'name': 'Try', 'depends': ['mail', 'vpdt_other']}")
    (module / "models" / "thing.py").write_text("x = 1\n")
    (module / "tests" / "test_thing.py").write_text("x = 1\n")
    other = tmp_path / "vpdt_other"
    other.mkdir()
    (other / "__manifest__.py").write_text("{'name': 'Other', 'depends': ['hr']}")
    return tmp_path


def test_the_key_follows_the_sources_and_not_the_tests(addons):
    key = databases.tree_key(addons)
    (addons / "vpdt_try" / "tests" / "test_thing.py").write_text("x = 2\n")
    assert databases.tree_key(addons) == key
    (addons / "vpdt_try" / "models" / "thing.py").write_text("x = 2\n")
    assert databases.tree_key(addons) != key


def test_the_lowest_layer_holds_what_is_not_ours(addons):
    found = databases.manifests(addons)
    assert sorted(found) == ["vpdt_other", "vpdt_try"]
    assert databases.dependencies(found) == ["base", "hr", "mail", "queue_job", "web"]


def test_a_broken_manifest_is_named(addons):
    (addons / "vpdt_try" / "__manifest__.py").write_text("{'name': ")
    with pytest.raises(Failure, match=r"vpdt_try/__manifest__\.py"):
        databases.manifests(addons)


@pytest.mark.parametrize("name", ["", "Vpdt", "1st", "x; drop", "vpdt_template", "vpdt_template_demo", "x" * 60])
def test_names_of_databases(name):
    with pytest.raises(Failure):
        databases.check_name(name)
