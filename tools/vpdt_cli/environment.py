"""The virtual environment: exactly the pinned packages, with Odoo visible through a `.pth` file."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from . import console, processes
from .project import (
    PYTHON,
    REQUIREMENTS,
    REQUIREMENTS_DEV,
    ROOT,
    VENV,
    Failure,
    digest,
    download_cache,
    write_atomically,
)

STAMP = VENV / "vpdt.json"
OLDEST = (3, 10)
# Not in our lists: what a venv brings by itself, and Odoo seen through the .pth file.
UNLISTED = frozenset({"pip", "setuptools", "wheel", "odoo"})
# Odoo's metadata asks for it; see config/requirements.txt.
KEPT_OUT = "pypdf2"
# A program of the tests that pins its libraries to the versions of its day; its test runs it with ours.
TOO_STRICT = "eark-validator "


def base_python():
    """The interpreter for the venv: Debian's, whose headers apt installed; else ours.

    :raises Failure: when both are too old
    """
    for python in ("/usr/bin/python3", sys.executable):
        version = _version(python)
        if version and version >= OLDEST:
            return python, version
    raise Failure(
        f"no Python {OLDEST[0]}.{OLDEST[1]} or newer in /usr/bin.",
        "install one (Debian 12: apt-get install python3 python3-venv python3-dev).",
    )


def _version(python):
    code = "import sys; print(*sys.version_info[:2])"
    try:
        result = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return tuple(int(part) for part in result.stdout.split())


def requirement_files(development=True):
    """The pinned lists in force."""
    return [REQUIREMENTS, REQUIREMENTS_DEV] if development else [REQUIREMENTS]


def requirements_key():
    """Changes with any line of the pinned lists."""
    return digest(*(file.read_bytes() for file in requirement_files()))


def _stamp(source, version, development):
    return {
        "root": str(ROOT),
        "python": list(version),
        "odoo": source.key,
        "requirements": digest(*(f.read_bytes() for f in requirement_files(development))),
    }


def ready(source, development=True):
    """True when the venv is the one that the pinned lists describe."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return PYTHON.exists() and stamp == _stamp(source, base_python()[1], development)


def ensure(source, development=True):
    """Make or bring up to date the venv.

    :param source: the Odoo that it must see
    :raises Failure: no network, a package that does not compile, a wrong sum
    """
    if ready(source, development):
        return
    with console.step("Python packages"):
        python, version = base_python()
        STAMP.unlink(missing_ok=True)
        _create(python, version)
        _show_odoo(source)
        _install(development)
        _remove_unlisted(development)
        _check(source)
        stamp = _stamp(source, version, development)
        write_atomically(STAMP, json.dumps(stamp, indent=1))


def _create(python, version):
    if PYTHON.exists() and _version(str(PYTHON)) == version:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    processes.run(
        [python, "-m", "venv", VENV],
        failure="the virtual environment could not be made",
        hint="apt-get install python3-venv, then run ./vpdt setup again.",
    )


def site_packages():
    """The venv's folder of packages."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(processes.run([PYTHON, "-c", code], failure="the venv is broken").strip())


def _show_odoo(source):
    write_atomically(site_packages() / "odoo-source.pth", source.python_path + "\n")


def _install(development):
    lists = [word for file in requirement_files(development) for word in ("-r", file)]
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    hint = (
        "check the network (pip's index, proxy) and run ./vpdt setup again: it goes on from here.\n"
        "Without any network, set VPDT_CACHE to a folder filled by a run on another machine.\n"
        "If a package does not compile: apt-get install gcc python3-dev libpq-dev."
    )
    cache = download_cache()
    # old packages without wheels are built the new way, which needs nothing of the venv
    options = ["--no-deps", "--use-pep517"]
    if cache:
        wheels = _wheels(cache, pip, lists, development, hint)
        options += ["--no-index", "--find-links", wheels]
    processes.run(
        [*pip, "install", *options, *lists],
        failure="the Python packages could not be installed",
        hint=hint,
    )


def _wheels(cache, pip, lists, development, hint):
    """A folder of wheels for these lists, this Python and this machine, made once."""
    machine = f"py{''.join(map(str, base_python()[1]))}-{os.uname().machine}"
    key = digest(*(file.read_bytes() for file in requirement_files(development)))
    folder = cache / "wheels" / f"{machine}-{key}"
    if not folder.is_dir():
        making = folder.with_name(f"{folder.name}.part")
        processes.run(
            [*pip, "wheel", "--no-deps", "--use-pep517", "--find-links", making, "--wheel-dir", making, *lists],
            failure="the wheels for VPDT_CACHE could not be fetched",
            hint=hint,
        )
        making.rename(folder)
    return folder


def _normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def listed_names(development=True):
    """Normal names of all pinned packages."""
    names = set()
    for file in requirement_files(development):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                names.add(_normal(line.split("==")[0]))
    return names


def _remove_unlisted(development):
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check"]
    listing = processes.run([*pip, "list", "--format=json"], failure="pip list failed")
    installed = {_normal(entry["name"]): entry["name"] for entry in json.loads(listing)}
    unlisted = set(installed) - listed_names(development) - UNLISTED
    if unlisted:
        names = [installed[name] for name in sorted(unlisted)]
        processes.run([*pip, "uninstall", "--quiet", "--yes", *names], failure="pip uninstall failed")


def problems():
    """What `pip check` finds wrong, without what we keep out on purpose."""
    result = subprocess.run(
        [PYTHON, "-m", "pip", "--disable-pip-version-check", "check"],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = result.stdout.splitlines() if result.returncode else []
    return [line for line in lines if KEPT_OUT not in line.lower() and not line.startswith(TOO_STRICT)]


def _check(source):
    found = problems()
    if found:
        raise Failure(
            "the Python packages do not fit together:\n    " + "\n    ".join(found),
            "add what is missing to config/requirements.txt, then run ./vpdt setup again.",
        )
    processes.run(
        [PYTHON, "-c", "import odoo.tools.config, odoo.release; assert odoo.release.version_info[0] == 19"],
        failure=f"Odoo at {source.python_path} cannot be imported",
        hint="delete .odoo and .venv, then run ./vpdt setup again.",
    )
