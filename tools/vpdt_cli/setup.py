"""`./vpdt setup`: everything that the product needs, inside the project's folder.

Each part knows by a stamp of its own, written last, whether it is done: an interrupted setup goes
on where it was.
"""

import time

from . import acts, configuration, console, databases, environment, locks, odoo_source, system
from .house import House, standing
from .postgres import Cluster
from .project import DATA, ODOO, PYTHON, ROOT


def setup(development=True, *, templates=True):
    """Do all of it, or what of it is missing.

    :param development: with the tools of tests and lint
    :param templates: end with a real start of Odoo's registry, by building the template database
    :return: House
    :raises Failure: with what to do
    """
    start = time.monotonic()
    Cluster().check_owner()
    with locks.exclusive(ROOT / ".setup.lock", busy="another setup is running"):
        house = _prepare(development)
        if templates:
            with house.databases() as found:
                found.ensure_template(databases.TEMPLATE)
            _try_programs()
    console.say(f"Setup complete ({time.monotonic() - start:.1f} s).")
    return house


def _try_programs():
    """What does not work is said now, and not by the first user; the rest of the product runs without it."""
    with console.step("one act of each program"):
        for finding in acts.ensure():
            console.warn(f"{finding.act}: {finding.words}\n  what to do: {finding.hint}")


def _prepare(development):
    system.check_operating_system()
    complete = odoo_source.current() and PYTHON.exists()
    if not complete:
        system.check_disk()
    system.install_packages(development)
    ODOO.mkdir(exist_ok=True)
    source = odoo_source.ensure()
    environment.ensure(source, development)
    cluster = Cluster()
    cluster.ensure()
    DATA.mkdir(mode=0o700, exist_ok=True)
    configuration.write(source, cluster)
    return House(source, cluster)


def ensure():
    """The house as it stands, after a setup when a part of it is missing or has changed."""
    return standing() or setup(templates=False)
