import sys
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error

sys.path.insert(0, str(Path(__file__).parent))

from office import Office, chromium, pictures_folder


@pytest.fixture(scope="session")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture
def office(browser, server):
    return Office(browser, server)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Leave a picture of every page that is open when a test fails, and close what it has opened in any case."""
    report = yield
    browser = item.funcargs.get("browser")
    if browser and call.when == "call":
        for number, context in enumerate(browser.contexts):
            if report.failed:
                for page in context.pages:
                    with suppress(Error):  # a page that hangs has no picture
                        page.screenshot(path=pictures_folder() / f"failed-{item.name}-{number}.png", timeout=10_000)
            context.close()
    return report
