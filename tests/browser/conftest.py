import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from office import Office, chromium


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture
def office(browser, server):
    return Office(browser, server)
