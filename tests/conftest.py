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
            sizes[_together(item)] += _weight(item)
        mine = files_of_part(sizes, os.environ[PART])
        config.hook.pytest_deselected(items=[item for item in items if _together(item) not in mine])
        items[:] = [item for item in items if _together(item) in mine]
    return result


def _together(item):
    return SERVED if item.get_closest_marker("server") else str(item.path)


def _weight(item):
    """How many ordinary tests of a model this one takes as long as."""
    marker = item.get_closest_marker("as_long_as")
    return marker.args[0] if marker else 1
