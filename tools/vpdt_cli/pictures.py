"""The pictures of the guides and of README, taken by the browser tests that show these screens."""

import re
import shutil
import tempfile
from pathlib import Path

from . import testing
from .project import ROOT, Failure

_IMAGE = re.compile(r"!\[[^\]]*\]\(([^)]+\.png)\)")


def wanted():
    """Paths of the pictures that the guides and README show.

    :return: set of Path, of which no two have one name
    """
    found = {}
    for text in (ROOT / "README.md", *sorted((ROOT / "addons").glob("*/static/guide/*.md"))):
        for link in _IMAGE.findall(text.read_text(encoding="utf-8")):
            path = (text.parent / link).resolve()
            if found.setdefault(path.stem, path) != path:
                raise Failure(f"two pictures are called {path.name}")
    return set(found.values())


def takers(names):
    """The browser tests that take these pictures.

    :param names: names without ``.png``
    :return: sorted paths relative to the project
    :raises Failure: nobody takes one
    """
    tests, left = set(), set(names)
    for test in sorted((ROOT / "tests" / "browser").glob("test_*.py")):
        taken = {name for name in names if f'("{name}")' in test.read_text(encoding="utf-8")}
        if taken:
            tests.add(str(test.relative_to(ROOT)))
            left -= taken
    if left:
        raise Failure(f"no browser test takes {', '.join(sorted(left))}")
    return sorted(tests)


def take():
    """Run these tests and put their pictures where they are shown; those of screens that were not reached stay.

    :return: exit code of the tests
    """
    paths = wanted()
    with tempfile.TemporaryDirectory() as folder:
        code = testing.run_pytest(takers({path.stem for path in paths}), {"VPDT_SCREENSHOTS": folder})
        for path in paths:
            taken = Path(folder) / path.name
            if taken.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(taken, path)
    return code
