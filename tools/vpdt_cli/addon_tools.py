"""Commands that are packages of an addon with a `__main__`, run without Odoo and without the other commands."""

import os
import subprocess

from .house import standing
from .project import ADDONS, PYTHON, Failure

#: command → (addon, package, help)
TOOLS = {
    "pdf": ("vpdt_base", "signing", "sign, check and print PDF files"),
    "edxml": ("vpdt_interop", "edxml", "look into packets of the exchange axis"),
    "package": ("vpdt_archive", "packages", "make and check packages of the archive"),
}


def run(name, words):
    """Run a tool with the words of the command line; gives the exit code.

    The package is reached by its own name: importing it through the addon would import Odoo.
    """
    if not standing():
        from . import setup  # loads all that a setup needs

        setup.setup(templates=False)
    addon, package, _help = TOOLS[name]
    if not (ADDONS / addon / package / "__main__.py").exists():
        raise Failure(f"this version has no command in {addon}/{package}.")
    environment = {**os.environ, "PYTHONPATH": str(ADDONS / addon)}
    return subprocess.run([str(PYTHON), "-m", package, *words], env=environment, check=False).returncode
