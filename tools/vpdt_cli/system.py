"""The machine: its operating system, its packages, its room on disk, its ports."""

import os
import shutil
import socket
import subprocess

from . import console, processes
from .project import ROOT, Failure, download_cache, is_root

# Debian package -> why the product needs it; the list of `apt-get install` is made of it.
PACKAGES = {
    "postgresql": "database server",
    "python3-venv": "virtual environment",
    "python3-dev": "to compile psycopg2",
    "gcc": "to compile psycopg2",
    "libc6-dev": "to compile psycopg2",
    "libpq-dev": "to compile psycopg2",
    "ca-certificates": "downloads over TLS",
    "libmagic1": "type of a file by its content",
    "libreoffice-writer-nogui": "docx to PDF",
    "libreoffice-calc-nogui": "xlsx to PDF",
    "libreoffice-impress-nogui": "pptx to PDF",
    "poppler-utils": "second opinion on signatures (pdfsig), previews",
    "ghostscript": "OCR",
    "tesseract-ocr": "OCR",
    "tesseract-ocr-vie": "OCR in Vietnamese",
    "fonts-liberation2": "letters of Vietnamese in the metrics of Times New Roman",
    "fonts-crosextra-carlito": "letters of Vietnamese in the metrics of Calibri",
    "fontconfig": "which fonts are there",
    "libseccomp2": "closed room for converters, where bubblewrap does not work",
    "fonts-croscore": "Tinos, for documents and registers",
    "clamav-daemon": "virus scan",
    "softhsm2": "software token of the tests",
    "bubblewrap": "closed room for converters",
    "restic": "backups: encrypted, each piece of data once",
    "chromium": "browser tests",
    "shellcheck": "lint",
    "faketime": "tests at another time",
    "git": "lint, Odoo from its sources",
}
# Wanted only by developers; a production image leaves them out.
DEVELOPMENT_PACKAGES = frozenset({"chromium", "shellcheck", "softhsm2", "faketime", "git"})

NEEDED_DISK = 4 << 30


def release():
    """The fields of /etc/os-release, empty when there is none."""
    fields = {}
    try:
        with open("/etc/os-release", encoding="utf-8") as handle:
            for line in handle:
                name, _, value = line.strip().partition("=")
                fields[name] = value.strip('"')
    except OSError:
        pass
    return fields


def check_operating_system():
    """Refuse a system without apt and dpkg; warn about one that was never tried."""
    fields = release()
    name = fields.get("PRETTY_NAME", "this operating system")
    if not shutil.which("apt-get") or not shutil.which("dpkg-query"):
        raise Failure(
            f"{name} is not supported: setup needs Debian's apt and dpkg.",
            "use Debian 12, or build the container: docker compose up --build",
        )
    if fields.get("ID") != "debian" or fields.get("VERSION_ID") != "12":
        console.warn(f"{name}: VPĐT is tried on Debian 12 only; going on.")


def free_bytes(path=ROOT):
    """Free bytes for this user on the disk of a folder."""
    return shutil.disk_usage(path).free


def check_disk(needed=NEEDED_DISK, path=ROOT):
    """Refuse to start what the disk cannot hold.

    :raises Failure: with the missing amount
    """
    free = free_bytes(path)
    if free < needed:
        raise Failure(
            f"disk nearly full: {free / 2**30:.1f} GB free at {path}, {needed / 2**30:.1f} GB needed.",
            "free some room, or move the project to a larger disk, then run the command again.",
        )


def wanted_packages(development=True):
    """Names of the system packages, without those of developers when not wanted."""
    return [name for name in PACKAGES if development or name not in DEVELOPMENT_PACKAGES]


def missing_packages(names):
    """Those of the Debian packages that are not installed."""
    command = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *names]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    installed = {line.split()[0] for line in result.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in names if name not in installed]


def install_packages(development=True):
    """Install what is missing; as an ordinary user say which line an administrator must type."""
    missing = missing_packages(wanted_packages(development))
    if not missing:
        return
    if not is_root():
        raise Failure(
            f"system packages are missing: {', '.join(missing)}",
            "ask an administrator to run this one line, then run ./vpdt setup again:\n"
            f"sudo apt-get install --no-install-recommends {' '.join(missing)}",
        )
    with console.step(f"system packages ({len(missing)} missing)"):
        options = _apt_options()
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        no_network = (
            "check the network and the sources of apt (apt-get update), or set VPDT_CACHE to a\n"
            "folder filled by a machine with network, then run ./vpdt setup again: it goes on here."
        )
        try:
            processes.run(
                ["apt-get", *options, "-o", "APT::Update::Error-Mode=any", "update", "-q"],
                env=environment,
                failure="apt-get update failed",
                hint=no_network,
            )
        except Failure as failure:
            # Old lists and packages fetched before may well do; if not, the install says so.
            console.warn(failure.message.splitlines()[0])
        processes.run(
            ["apt-get", *options, "install", "-q", "-y", "--no-install-recommends", *missing],
            env=environment,
            failure="apt-get install failed",
            hint=no_network,
        )


def _apt_options():
    """Keep lists and packages in the download cache, when there is one."""
    options = ["-o", "Acquire::Retries=3", "-o", "Dpkg::Use-Pty=0"]
    cache = download_cache()
    if cache:
        lists, archives = cache / "apt-lists", cache / "apt-archives"
        for folder in (lists, archives):
            (folder / "partial").mkdir(parents=True, exist_ok=True)
        options += ["-o", f"Dir::State::lists={lists}", "-o", f"Dir::Cache::archives={archives}"]
        options += ["-o", "APT::Keep-Downloaded-Packages=true", "-o", "APT::Sandbox::User=root"]
    return options


def port_is_free(port, host="127.0.0.1"):
    """True when a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def check_port(port, host="127.0.0.1", option="--port"):
    """Refuse a port that is out of range, forbidden or taken."""
    if not 1 <= port <= 65535:
        raise Failure(f"{port} is not a port number.", f"give {option} a number from 1024 to 65535.")
    if not port_is_free(port, host):
        raise Failure(
            f"port {port} on {host} is taken by another program, or not allowed to this user.",
            f"stop that program, or choose another port: ./vpdt run {option} {port + 1}",
        )


def free_port():
    """A port that nobody uses at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
