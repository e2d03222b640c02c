"""What the tests of the whole product share.

`server` is one running Odoo for the session, with queue_job's runner on, on a database of its own
with the demo province. It starts when the first test asks for it::

    def test_login_page(server):
        page.goto(f"{server.url}/web/login")

`server.accounts` lists the demo's people (role, login, password, agency), `server.db`, `server.port`
and `server.log_path` say what they say, and `server.env_call("result = env['res.users'].search_count([])")`
runs Python in an Odoo shell on its database.
"""

import os
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BROWSER = ROOT / "tests" / "browser"
sys.path.insert(0, str(ROOT / "tools"))

from vpdt_cli.testing import HEAVY, PART, files_of_part, running_server  # noqa: E402


@pytest.fixture(scope="session")
def server():
    with running_server() as running:
        yield running


# Files whose tests take longer than others: as long as how many more, about 0.7 s each on a busy machine of two cores.
# Parts of a run are made alike by this; `--durations` says what a run has taken.
LONG = {
    "addons/vpdt_accounts/tests/test_write_sweep.py": 30,
    "addons/vpdt_archive/tests/test_reading_sweep.py": 100,
    "addons/vpdt_archive/tests/test_write_sweep.py": 60,
    "addons/vpdt_base/tests/test_conversion_office.py": 60,
    "addons/vpdt_base/tests/test_signing_hostile.py": 30,
    "addons/vpdt_base/tests/test_write_sweep.py": 20,
    "addons/vpdt_documents/tests/test_permission_matrix_documents.py": 30,
    "addons/vpdt_documents/tests/test_signing_levels.py": 150,
    "addons/vpdt_documents/tests/test_submission_checks.py": 80,
    "addons/vpdt_documents/tests/test_write_sweep.py": 130,
    "addons/vpdt_interop/tests/test_channel_axis.py": 40,
    "addons/vpdt_interop/tests/test_edxml_roundtrip.py": 40,
    "addons/vpdt_interop/tests/test_exchange.py": 30,
    "addons/vpdt_interop/tests/test_reading_sweep.py": 280,
    "addons/vpdt_interop/tests/test_write_sweep.py": 20,
    "tests/command/test_command_agency.py": 60,
    "tests/faults/test_bursts.py": 60,
    "tests/faults/test_numbering.py": 400,
    "tests/test_neutralize.py": 30,
    "tests/upgrade/test_upgrade.py": 160,
}

# What the tests with the running server stay together as in a part of a run: it is started once.
SERVED = "the tests with the running server"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Mark the tests with the running server and with a browser, and let them come last: Odoo's own test classes end
    every child process when they are done. After pytest has chosen by mark and word, keep those of this part of the
    run."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "server" in names:
            item.add_marker("server")
        if "server" in names and BROWSER in item.path.parents:
            item.add_marker("browser")
    items.sort(key=lambda item: item.get_closest_marker("server") is not None)
    result = yield
    if HEAVY not in os.environ:
        heavy = [item for item in items if item.get_closest_marker("heavy")]
        config.hook.pytest_deselected(items=heavy)
        items[:] = [item for item in items if item not in heavy]
    if PART in os.environ:
        sizes = Counter()
        for item in items:
            sizes[_together(item)] += 1
        for file, more in LONG.items():
            path = ROOT / file
            for place in {_together(item) for item in items if item.path == path}:
                sizes[place] += more
        mine = files_of_part(sizes, os.environ[PART])
        config.hook.pytest_deselected(items=[item for item in items if _together(item) not in mine])
        items[:] = [item for item in items if _together(item) in mine]
    return result


def _together(item):
    return SERVED if item.get_closest_marker("server") else str(item.path)
