"""Nothing half-made is taken for finished."""

import hashlib

import pytest
from vpdt_cli import odoo_source
from vpdt_cli.downloads import Package, Shelf, debian_mirror, fetch_checked
from vpdt_cli.project import Failure

CONTENT = b"the bytes of a package" * 1000
PACKAGE = Package("thing", "thing_1.0_all.deb", hashlib.sha256(CONTENT).hexdigest())


def whole(_package, path):
    path.write_bytes(CONTENT)


def never(_package, _path):
    raise AssertionError("nothing was to be fetched")


def broken_off(_package, path):
    path.write_bytes(CONTENT[:100])
    raise Failure("the network went away")


def test_a_whole_file_gets_its_name(tmp_path):
    path = fetch_checked(PACKAGE, tmp_path, whole)
    assert path == tmp_path / "thing_1.0_all.deb"
    assert path.read_bytes() == CONTENT
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_an_interrupted_download_is_kept_apart_and_continued(tmp_path):
    with pytest.raises(Failure, match="network went away"):
        fetch_checked(PACKAGE, tmp_path, broken_off)
    assert not (tmp_path / PACKAGE.file).exists()

    def rest(_package, path):
        with open(path, "ab") as handle:
            handle.write(CONTENT[path.stat().st_size :])

    assert fetch_checked(PACKAGE, tmp_path, rest).read_bytes() == CONTENT


def test_a_finished_file_is_not_fetched_again(tmp_path):
    fetch_checked(PACKAGE, tmp_path, whole)
    fetch_checked(PACKAGE, tmp_path, never)


def test_a_damaged_file_is_fetched_again(tmp_path):
    (tmp_path / PACKAGE.file).write_bytes(CONTENT[:-1])
    assert fetch_checked(PACKAGE, tmp_path, whole).read_bytes() == CONTENT


def test_a_wrong_sum_is_refused_and_removed(tmp_path):
    with pytest.raises(Failure, match="wrong SHA-256"):
        fetch_checked(PACKAGE, tmp_path, lambda _package, path: path.write_bytes(b"altered"))
    assert list(tmp_path.iterdir()) == []


def test_the_shelf_gives_back_what_was_put_on_it(tmp_path):
    shelf = Shelf(tmp_path / "shelf")
    shelf.add(PACKAGE, fetch_checked(PACKAGE, tmp_path, whole))
    assert shelf.packages() == {"thing": PACKAGE}
    again = fetch_checked(PACKAGE, tmp_path / "elsewhere", Shelf(tmp_path / "shelf").copy)
    assert again.read_bytes() == CONTENT


def test_a_file_missing_on_the_shelf_is_named(tmp_path):
    with pytest.raises(Failure, match=r"thing_1\.0_all\.deb is missing"):
        fetch_checked(PACKAGE, tmp_path, Shelf(tmp_path / "shelf").copy)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("sources.list", "deb http://mirror.example/debian bookworm main\n", "http://mirror.example/debian"),
        ("debian.sources", "Types: deb\nURIs: https://m.example/debian/\n", "https://m.example/debian"),
        ("debian.sources", "# http://old.example/debian\nURIs: http://m.example/deb12\n", "http://m.example/deb12"),
    ],
)
def test_the_mirror_is_the_one_that_the_machine_uses(tmp_path, name, text, expected):
    folder = tmp_path / "sources.list.d" if name.endswith(".sources") else tmp_path
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    assert debian_mirror(tmp_path) == expected


def test_a_mirror_may_be_named_and_none_is_guessed(tmp_path, monkeypatch):
    (tmp_path / "sources.list").write_text("deb http://security.example/debian-security bookworm-security main\n")
    monkeypatch.delenv("VPDT_DEBIAN_MIRROR", raising=False)
    with pytest.raises(Failure, match="VPDT_DEBIAN_MIRROR"):
        debian_mirror(tmp_path)
    monkeypatch.setenv("VPDT_DEBIAN_MIRROR", "http://named.example/debian/")
    assert debian_mirror(tmp_path) == "http://named.example/debian"


class Mirror:
    """Stands for apt: knows the packages it is given."""

    mirror = "http://mirror.example/debian"

    def __init__(self, **found):
        self.found = found

    def locate(self, requests):
        return [self.found[request] for request in requests if request in self.found]


def test_the_pinned_version_must_have_the_pinned_sum():
    theirs = Package("odoo-19", "odoo-19_19.0.0+dfsg-1_all.deb", "0" * 64, "http://mirror.example/x")
    mirror = Mirror(**{f"odoo-19={odoo_source.VERSION}": theirs})
    assert odoo_source._odoo_package(mirror).sha256 == odoo_source.SHA256


def test_a_later_build_of_19_is_taken_with_a_warning(capsys):
    later = Package("odoo-19", "odoo-19_19.0.1+dfsg-1_all.deb", "1" * 64)
    assert odoo_source._odoo_package(Mirror(**{"odoo-19": later})) == later
    assert "never tried" in capsys.readouterr().err


def test_another_odoo_is_not_taken():
    other = Package("odoo-19", "odoo-19_20.0+dfsg-1_all.deb", "1" * 64)
    with pytest.raises(Failure, match="no later 19"):
        odoo_source._odoo_package(Mirror(**{"odoo-19": other}))


def test_a_link_that_leads_nowhere_stops_the_setup(tmp_path):
    (tmp_path / "jquery.js").symlink_to("../gone/jquery.js")
    with pytest.raises(Failure, match=r"lead nowhere.*jquery\.js"):
        odoo_source._check_links(tmp_path)


def test_both_reasons_are_told_when_no_route_works(monkeypatch):
    def fail(reason):
        raise Failure(reason)

    monkeypatch.setattr(odoo_source, "_from_debian", lambda: fail("the mirror is away"))
    monkeypatch.setattr(odoo_source, "_from_git", lambda: fail("git is away"))
    with pytest.raises(Failure, match=r"(?s)mirror is away.*git is away.*ODOO_HOME") as caught:
        odoo_source._from_debian_or_git()
    assert "what to do" in str(caught.value)


def test_an_odoo_home_of_another_version_is_refused(tmp_path):
    (tmp_path / "odoo").mkdir()
    (tmp_path / "odoo" / "release.py").write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    with pytest.raises(Failure, match=r"not a folder of Odoo 19\.0"):
        odoo_source._from_home(str(tmp_path))
