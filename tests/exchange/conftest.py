import pytest

from .offices import two_provinces


@pytest.fixture(scope="package")
def provinces(server):  # after `server`, which marks the test as one of the running servers
    with two_provinces() as offices:
        yield offices
