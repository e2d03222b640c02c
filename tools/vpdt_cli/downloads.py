"""Debian packages fetched beside the machine's own, for their files only.

apt checks its signed lists and tells address and SHA-256 of a package; a file is fetched under a
name ending in `.part`, checked, and only then renamed: a broken download is never taken for a
finished one. VPDT_CACHE keeps the finished files with a list of their sums, so that a machine
without network can be fed.
"""

import json
import os
import re
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from . import console, processes
from .project import Failure, is_root, sha256_of, write_atomically

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

NO_NETWORK = (
    "check the network (or the proxy of apt) and run ./vpdt setup again: what was fetched is kept.\n"
    "Without any network, set VPDT_CACHE to a folder filled by a run on another machine."
)


@dataclass(frozen=True)
class Package:
    """One file of a package archive, as apt's signed lists tell it."""

    name: str
    file: str
    sha256: str
    uri: str = ""


def debian_mirror(folder=Path("/etc/apt")):
    """Address of the Debian mirror that this machine already uses, or that VPDT_DEBIAN_MIRROR names.

    :raises Failure: the machine uses none
    """
    if named := os.environ.get("VPDT_DEBIAN_MIRROR"):
        return named.rstrip("/")
    known = []
    sources = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]
    for source in sources:
        if not source.is_file():
            continue
        for line in source.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.lstrip().startswith("#"):
                continue
            for uri in re.findall(r"https?://\S+", line):
                if uri.rstrip("/").endswith("/debian"):
                    return uri.rstrip("/")
                if "security" not in uri:
                    known.append(uri.rstrip("/"))
    if not known:
        raise Failure(
            "this machine knows no Debian mirror.",
            "name one in /etc/apt/sources.list or in VPDT_DEBIAN_MIRROR, or point ODOO_HOME at an Odoo 19.",
        )
    return known[0]


class Archive:
    """apt with lists of its own: the machine's configuration stays as it is."""

    def __init__(self, folder, suites, mirror=None):
        """
        :param folder: where the lists live, ours alone
        :param suites: names of Debian releases to ask
        """
        self.folder = folder
        self.suites = suites
        self.mirror = mirror or debian_mirror()

    def update(self):
        """Fetch the lists of the releases."""
        if not Path(KEYRING).exists():
            raise Failure(
                f"{KEYRING} is missing: Debian's packages cannot be checked.",
                "apt-get install debian-archive-keyring, then run ./vpdt setup again.",
            )
        for name in ("lists/partial", "archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        lines = [f"deb [signed-by={KEYRING}] {self.mirror} {suite} main" for suite in self.suites]
        write_atomically(self.folder / "sources.list", "\n".join(lines) + "\n")
        processes.run(
            # without this, lists that could not be fetched are only warned about
            ["apt-get", *self._options(), "-o", "APT::Update::Error-Mode=any", "update", "-q"],
            failure=f"the package lists of {self.mirror} could not be fetched",
            hint=NO_NETWORK,
        )

    def locate(self, requests):
        """Ask apt for address and sum of packages.

        :param requests: as apt writes them: `name`, `name=version` or `name/suite`
        :return: one Package a request that exists
        """
        found = []
        for request in requests:
            result = subprocess.run(
                ["apt-get", *self._options(), "--print-uris", "download", request],
                capture_output=True,
                text=True,
                check=False,
            )
            found += [
                Package(re.split("[=/]", request)[0], file, sha256, uri)
                for uri, file, sha256 in re.findall(r"^'([^']+)' (\S+) \d+ SHA256:([0-9a-f]{64})", result.stdout, re.M)
            ]
        return found

    def fetch(self, package, target):
        """Download one package to `target`; an interrupted download is continued."""
        command = ["/usr/lib/apt/apt-helper", *self._options(), "download-file", package.uri, target]
        processes.run(
            [*command, f"SHA256:{package.sha256}"],
            failure=f"{package.file} could not be fetched",
            hint=NO_NETWORK,
        )

    def _options(self):
        settings = {
            "Dir::Etc::sourcelist": self.folder / "sources.list",
            "Dir::Etc::sourceparts": "-",
            "Dir::State::lists": self.folder / "lists",
            "Dir::Cache::archives": self.folder / "archives",
            "Dir::Cache::pkgcache": "",
            "Dir::Cache::srcpkgcache": "",
            "Acquire::Retries": 3,
        }
        if is_root():
            # apt would otherwise download as a user who cannot reach the project's folder
            settings["APT::Sandbox::User"] = "root"
        return [word for item in settings.items() for word in ("-o", "{}={}".format(*item))]


def fetch_checked(package, folder, fetch):
    """Bring one file into a folder, whole and with the right sum, or raise.

    :param fetch: called with (package, path); may continue the file found there
    :return: path of the finished file
    :raises Failure: wrong sum (the bad file is removed) or what `fetch` raises (it is kept)
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / package.file
    if target.exists() and sha256_of(target) == package.sha256:
        return target
    partial = folder / f"{package.file}.part"
    fetch(package, partial)
    found = sha256_of(partial)
    if found != package.sha256:
        partial.unlink()
        raise Failure(
            f"{package.file} has the wrong SHA-256 ({found}, expected {package.sha256}); it was removed.",
            "run ./vpdt setup again; if it happens again, the mirror or a proxy alters files.",
        )
    os.replace(partial, target)
    return target


class Shelf:
    """The Debian packages kept in VPDT_CACHE, with the sums they had when they were fetched."""

    def __init__(self, folder):
        self.folder = folder
        self.index = folder / "index.json"

    def packages(self):
        """What the shelf holds, by package name."""
        try:
            entries = json.loads(self.index.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {entry["name"]: Package(**entry) for entry in entries}

    def add(self, package, path):
        """Put a finished file on the shelf."""
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / f"{package.file}.part"
        shutil.copyfile(path, partial)
        os.replace(partial, self.folder / package.file)
        entries = {**self.packages(), package.name: package}
        write_atomically(self.index, json.dumps([asdict(p) for p in entries.values()], indent=1))

    def copy(self, package, target):
        """Give a file of the shelf, as a `fetch` of :func:`fetch_checked`."""
        try:
            shutil.copyfile(self.folder / package.file, target)
        except OSError as error:
            raise Failure(
                f"{package.file} is missing in {self.folder}: {error}",
                "fill the folder again by running ./vpdt setup on a machine with network.",
            ) from error
        console.say(f"  {package.file} from {self.folder}")
