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
sys.path.insert(0, str(ROOT / "tools"))

from vpdt_cli.testing import HEAVY, PART, files_of_part, running_server  # noqa: E402


@pytest.fixture(scope="session")
def server():
    with running_server() as running:
        yield running


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Mark the tests with the running server, and let them come last: Odoo's own test classes end every child process
    when they are done. After pytest has chosen by mark and word, keep those of this part of the run."""
    for item in items:
        if "server" in getattr(item, "fixturenames", ()):
            item.add_marker("server")
    items.sort(key=lambda item: item.get_closest_marker("server") is not None)
    result = yield
    if HEAVY not in os.environ:
        heavy = [item for item in items if item.get_closest_marker("heavy")]
        config.hook.pytest_deselected(items=heavy)
        items[:] = [item for item in items if item not in heavy]
    if PART in os.environ:
        mine = files_of_part(Counter(item.path for item in items), os.environ[PART])
        config.hook.pytest_deselected(items=[item for item in items if item.path not in mine])
        items[:] = [item for item in items if item.path in mine]
    return result
