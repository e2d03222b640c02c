"""Odoo 19 by three routes: a folder the user names, the Debian package, the public source branch."""

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from . import console, processes
from .downloads import Archive, Package, Shelf, fetch_checked
from .project import ODOO, VENV, Failure, digest, download_cache, write_atomically

PACKAGE = "odoo-19"
VERSION = "19.0.0+dfsg-1"
SHA256 = "9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf"
SUITE = "unstable"

# The Odoo package links to files of these. Font Awesome must be 4.7: Debian 12 has it, unstable
# has version 5 without these files; Montserrat is in Debian from 13 on.
LINKED = {
    "libjs-jquery": "bookworm",
    "libjs-jquery-form": "bookworm",
    "libjs-underscore": "bookworm",
    "fonts-font-awesome": "bookworm",
    "fonts-roboto-unhinted": "bookworm",
    "fonts-inconsolata": "bookworm",
    "fonts-ocr-b": "bookworm",
    "fonts-montserrat": "unstable",
}

BRANCH = "19.0"
REPOSITORY = "https://github.com/odoo/odoo.git"

ROUTE_FILE = ODOO / "route.json"


@dataclass(frozen=True)
class Source:
    """An Odoo that is ready to be imported.

    :param kind: home, debian or git
    :param python_path: the folder that goes on Python's path
    :param key: changes when another Odoo is taken
    """

    kind: str
    version: str
    python_path: str
    key: str

    def addons_paths(self):
        """Odoo's own addons folders, in the order of the addons path."""
        root = Path(self.python_path)
        folders = [root / "odoo" / "addons", root / "addons"]
        return [str(folder) for folder in folders if (folder / "web").is_dir()][:1] or [
            str(folder) for folder in folders if folder.is_dir()
        ]


def current():
    """The Odoo of the last successful setup, or None."""
    try:
        source = Source(**json.loads(ROUTE_FILE.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return source if (Path(source.python_path) / "odoo" / "release.py").exists() else None


def ensure():
    """Have an Odoo 19: the recorded one if it still fits, otherwise by the first route that works.

    :return: Source
    :raises Failure: when no route works, with the reason of each
    """
    home = os.environ.get("ODOO_HOME")
    source = current()
    if source and (not home or source.python_path == str(Path(home).expanduser().resolve())):
        return source
    with console.step("Odoo 19"):
        source = _from_home(home) if home else _from_debian_or_git()
        write_atomically(ROUTE_FILE, json.dumps(asdict(source), indent=1))
    return source


def _from_home(home):
    folder = Path(home).expanduser().resolve()
    release = folder / "odoo" / "release.py"
    if not release.is_file() or "19, 0" not in release.read_text(encoding="utf-8"):
        raise Failure(
            f"ODOO_HOME={home} is not a folder of Odoo 19.0.",
            "name a checkout of branch 19.0 (it has odoo/release.py), or unset ODOO_HOME.",
        )
    return Source("home", "19.0", str(folder), digest("home", folder))


def _from_debian_or_git():
    try:
        return _from_debian()
    except Failure as failure:
        console.warn(f"Odoo from Debian: {failure}")
        first = failure
    try:
        return _from_git()
    except Failure as failure:
        raise Failure(
            f"Odoo 19 could not be had.\n  Debian: {first.message}\n  git: {failure.message}",
            first.hint + "\nOr set ODOO_HOME to a checkout of Odoo 19.0.",
        ) from failure


def _from_debian():
    files = _debian_files(ODOO / "debs")
    odoo_file, version = files[0]
    target = ODOO / f"odoo-{version}"
    unpacking = ODOO / "unpacking"
    for folder in (unpacking, target):
        shutil.rmtree(folder, ignore_errors=True)
    for file, _version in files:
        processes.run(
            ["dpkg-deb", "--extract", file, unpacking],
            failure=f"{file.name} could not be unpacked",
            hint="check the free room on the disk, then run ./vpdt setup again.",
        )
    _check_links(unpacking)
    unpacking.rename(target)
    shutil.rmtree(ODOO / "debs")
    path = target / "usr/lib/python3/dist-packages"
    return Source("debian", version, str(path), digest("debian", version, path, *sorted(LINKED)))


def _check_links(root):
    broken = [path for path in root.rglob("*") if path.is_symlink() and not path.exists()]
    if broken:
        raise Failure(
            f"{len(broken)} links of the Odoo package lead nowhere, the first is {broken[0]}.",
            "Odoo's package has changed; report this with the version printed above.",
        )


def _debian_files(folder):
    """All package files, checked; Odoo's first.

    :return: list of (path, version)
    """
    cache = download_cache()
    shelf = Shelf(cache / "debs") if cache else None
    on_shelf = shelf.packages() if shelf else {}
    names = [PACKAGE, *LINKED]
    if all(name in on_shelf for name in names):
        packages, fetch = [on_shelf[name] for name in names], shelf.copy
    else:
        archive = Archive(ODOO / "apt", sorted({SUITE, *LINKED.values()}))
        archive.update()
        packages = [_odoo_package(archive), *_linked_packages(archive)]
        fetch = archive.fetch
    files = []
    for package in packages:
        path = fetch_checked(package, folder, fetch)
        if shelf and package.name not in on_shelf:
            shelf.add(package, path)
        files.append((path, package.file.split("_")[1]))
    return files


def _odoo_package(archive):
    found = archive.locate([f"{PACKAGE}={VERSION}"])
    if found:
        # The sum is ours, not the mirror's: the version pinned must be the bytes pinned.
        return Package(PACKAGE, found[0].file, SHA256, found[0].uri)
    found = archive.locate([PACKAGE])
    if not found or "_19.0" not in found[0].file:
        raise Failure(
            f"{archive.mirror} has no {PACKAGE} {VERSION} in {SUITE}, and no later 19.0.",
            "set ODOO_HOME to a checkout of Odoo 19.0 and run ./vpdt setup again.",
        )
    console.warn(f"{PACKAGE} {VERSION} is gone from {SUITE}; taking {found[0].file}, never tried here.")
    return found[0]


def _linked_packages(archive):
    found = archive.locate([f"{name}/{suite}" for name, suite in LINKED.items()])
    missing = set(LINKED) - {package.name for package in found}
    if missing:
        raise Failure(
            f"{archive.mirror} does not have {', '.join(sorted(missing))}.",
            "set ODOO_HOME to a checkout of Odoo 19.0 and run ./vpdt setup again.",
        )
    return found


def _from_git():
    if not shutil.which("git"):
        raise Failure("git is not installed.", "apt-get install git")
    target, cloning = ODOO / "odoo-git", ODOO / "cloning"
    shutil.rmtree(cloning, ignore_errors=True)
    processes.run(
        ["git", "clone", "--quiet", "--depth", "1", "--branch", BRANCH, REPOSITORY, cloning],
        failure=f"branch {BRANCH} of {REPOSITORY} could not be cloned",
        hint="check the network, then run ./vpdt setup again.",
        env=dict(os.environ, GIT_TERMINAL_PROMPT="0"),
    )
    shutil.rmtree(target, ignore_errors=True)
    cloning.rename(target)
    commit = processes.run(["git", "-C", target, "rev-parse", "HEAD"], failure="git rev-parse failed").strip()
    console.warn(f"Odoo from the public branch at {commit[:12]}: newer than the version tried here.")
    return Source("git", f"19.0 {commit[:12]}", str(target), digest("git", commit, target))


def addons_path(source, project_addons):
    """The whole addons path: Odoo's, the OCA wheels' in the venv, ours."""
    wheels = sorted(VENV.glob("lib/python3.*/site-packages/odoo/addons"))
    folders = [*source.addons_paths(), *map(str, wheels)]
    if project_addons.is_dir():
        folders.append(str(project_addons))
    return folders
