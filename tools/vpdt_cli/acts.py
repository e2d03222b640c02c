"""One real act of each external program: that a program is installed does not say that it works.

`./vpdt doctor` runs them each time, side by side; `./vpdt setup` when packages, requirements or this code have changed.
"""

import json
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import acts_worker, postgres, programs, system
from .project import ADDONS, DATA, PYTHON, REQUIREMENTS, Failure, digest, write_atomically

STAMP = DATA / "acts.json"
TIMEOUT = 120  # seconds; a slow machine that is doing other things
WORKER = Path(acts_worker.__file__)


@dataclass(frozen=True)
class Finding:
    """What an act showed.

    :param words: what was done, or what went wrong
    :param hint: what to do when it went wrong
    """

    act: str
    well: bool
    words: str
    hint: str = ""
    needed: bool = True


# Acts done by acts_worker.py, and what to do when one fails
_REINSTALL = "apt-get install --reinstall --no-install-recommends {packages}, then ./vpdt doctor"
_WORKED = {
    "walls": (
        ("bubblewrap", "libseccomp2"),
        "office files, scans and PDF of strangers are not opened by any program meanwhile. A container needs a kernel "
        "with Landlock (5.13 or newer) and libseccomp2, see docker-compose.yml; or allow unprivileged user namespaces",
    ),
    "docx": (("libreoffice-writer-nogui",), _REINSTALL),
    "xlsx": (("libreoffice-calc-nogui",), _REINSTALL),
    "pptx": (("libreoffice-impress-nogui",), _REINSTALL),
    "ocr": (("tesseract-ocr", "tesseract-ocr-vie", "ghostscript"), _REINSTALL),
    "fonts": (("fonts-liberation2", "fonts-croscore", "fonts-crosextra-carlito", "fontconfig"), _REINSTALL),
    "ghostscript": (("ghostscript",), _REINSTALL),
    "poppler": (("poppler-utils",), _REINSTALL),
    "pdfsig": (("poppler-utils",), _REINSTALL),
    "clamd": (("clamav-daemon",), _REINSTALL),
    "softhsm": (("softhsm2",), _REINSTALL),
}


def examine():
    """Run all acts side by side; gives a Finding each, those of programs that nobody needs here left out."""
    with ThreadPoolExecutor(max_workers=max(4, os.cpu_count() or 1)) as pool:
        # the long ones first
        order = sorted(_WORKED, key=lambda act: act not in ("docx", "xlsx", "pptx", "ocr"))
        running = [pool.submit(_worked, act) for act in order]
        running += [pool.submit(act) for act in (_machine, _postgresql, _restic, _chromium, _git, _shellcheck)]
        return [finding for work in running if (finding := work.result())]


def _worked(act):
    packages, hint = _WORKED[act]
    if act_is_unwanted(packages):
        return None
    command = [str(PYTHON), str(WORKER), str(ADDONS / "vpdt_base"), act]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(act, False, str(error), hint.format(packages=" ".join(packages)))
    said = (done.stderr if done.returncode else done.stdout).strip().splitlines()
    words = said[-1] if said else f"ended with {done.returncode}"
    return Finding(act, done.returncode == 0, words, hint.format(packages=" ".join(packages)))


def act_is_unwanted(packages):
    """Whether all of these belong to developers and are not installed."""
    missing = system.missing_packages(packages)
    return bool(missing) and all(name in system.DEVELOPMENT_PACKAGES for name in packages)


def _machine():
    absent = [name for name, program in programs.PROGRAMS.items() if program.act == "machine" and not _path(name)]
    if absent:
        return Finding("machine", False, f"not found: {', '.join(absent)}", "use Debian 12 with its essential packages")
    with tempfile.NamedTemporaryFile() as file:
        words = ["setpriv", "--pdeathsig", "TERM", "--", "cat", file.name]
        if subprocess.run(words, capture_output=True, check=False).returncode:
            return Finding("machine", False, "setpriv --pdeathsig does not work", "apt-get install util-linux")
    return Finding("machine", True, "the programs of Debian itself are there")


def _path(name):
    import shutil

    return shutil.which(name, path="/usr/bin:/bin:/usr/sbin:/sbin:/usr/lib/apt")


def _postgresql():
    """A cluster that is there answers (the doctor looks further); that there is none yet is said elsewhere."""
    hint = _REINSTALL.format(packages="postgresql")
    try:
        cluster = postgres.Cluster()
        if not cluster.ready():
            return None
        with cluster.serving():
            said = cluster.sql("SELECT upper('đơn vị')")
    except (Failure, OSError) as error:
        return Finding("postgresql", False, str(error), hint)
    if said != "ĐƠN VỊ":
        return Finding("postgresql", False, f"upper('đơn vị') is {said}: its locale is not UTF-8", "see initdb in .pg")
    return Finding("postgresql", True, "PostgreSQL answers, in letters of Vietnamese")


def _restic():
    """A copy of a file in an encrypted folder, read back."""
    if act_is_unwanted(("restic",)):
        return None
    hint = _REINSTALL.format(packages="restic")
    with tempfile.TemporaryDirectory() as folder:
        origin = Path(folder, "văn bản.txt")
        origin.write_text("đơn vị", encoding="utf-8")
        environment = {**os.environ, "RESTIC_REPOSITORY": f"{folder}/copies", "RESTIC_PASSWORD": "x"}
        back = Path(folder, "back")
        for words in (["init"], ["backup", str(origin)], ["check"], ["restore", "latest", "--target", str(back)]):
            done = subprocess.run(
                ["restic", "--no-cache", *words], env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode:
                return Finding("restic", False, " ".join((done.stderr or done.stdout).split())[-200:], hint)
        same = (back / str(origin).lstrip("/")).read_text(encoding="utf-8") == "đơn vị"
    return Finding("restic", same, "restic keeps a file and gives it back" if same else "restic changed a file", hint)


def _chromium():
    if act_is_unwanted(("chromium",)):
        return None
    with tempfile.TemporaryDirectory() as profile:
        words = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", "--dump-dom"]
        return _says("chromium", [*words, "data:text/html,<p>vpdt</p>"], "vpdt", "chromium opens a page")


def _git():
    if act_is_unwanted(("git",)):
        return None
    return _says("git", ["git", "--version"], "git version", "git answers")


def _shellcheck():
    if act_is_unwanted(("shellcheck",)):
        return None
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as script:
        script.write("#!/bin/sh\necho $1\n")
        script.flush()
        return _says("shellcheck", ["shellcheck", script.name], "SC2086", "shellcheck finds a fault")


def _says(act, words, expected, well):
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(act, False, str(error), _REINSTALL.format(packages=act))
    if expected in done.stdout:
        return Finding(act, True, well)
    said = " ".join((done.stderr or done.stdout).split())[-200:]
    return Finding(act, False, f"{words[0]} ended with {done.returncode}: {said}", _REINSTALL.format(packages=act))


def key():
    """Changes with the packages installed, the requirements and the code of the acts."""
    command = ["dpkg-query", "--show", *system.PACKAGES]
    packages = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    sources = sorted(Path(ADDONS, "vpdt_base", "conversion").glob("*.*"))
    return digest(packages, *(file.read_bytes() for file in (REQUIREMENTS, WORKER, Path(__file__), *sources)))


def ensure():
    """Run the acts unless they went well with what is installed now.

    :return: list of the Findings that went wrong
    """
    now = key()
    try:
        if json.loads(STAMP.read_text(encoding="utf-8")) == now:
            return []
    except (OSError, ValueError):
        pass
    wrong = [finding for finding in examine() if not finding.well]
    if not wrong:
        write_atomically(STAMP, json.dumps(now))
    return wrong
