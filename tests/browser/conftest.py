import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from office import opened_office


@pytest.fixture
def office(server):
    with opened_office(server) as opened:
        yield opened
