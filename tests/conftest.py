"""What the tests of the whole product share.

`server` is one running Odoo for the session, with queue_job's runner on, on a database of its own
with the demo province. It starts when the first test asks for it::

    def test_login_page(server):
        page.goto(f"{server.url}/web/login")

`server.accounts` lists the demo's people (role, login, password, agency), `server.db`, `server.port`
and `server.log_path` say what they say, and `server.env_call("result = env['res.users'].search_count([])")`
runs Python in an Odoo shell on its database.
"""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))


@pytest.fixture(scope="session")
def server():
    from vpdt_cli.testing import running_server

    with running_server() as running:
        yield running


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark the tests with the running server, and let them come last: Odoo's own test classes end every child process
    when they are done."""
    for item in items:
        if "server" in getattr(item, "fixturenames", ()):
            item.add_marker("server")
    items.sort(key=lambda item: item.get_closest_marker("server") is not None)
