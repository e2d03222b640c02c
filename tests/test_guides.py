"""The guides tell of screens as they are: their pictures are there, and what they call a button is called so."""

import re
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tools"))

from vpdt_cli import pictures  # noqa: E402

GUIDES = sorted((ROOT / "addons").glob("*/static/guide/*.md"))
# Of Odoo's own client, and of the menu of the person.
OF_ODOO = {"Thao tác", "Thiết lập của tôi", "Mới"}
QUOTED = re.compile(r"\*\*([^*]+)\*\*|(?<![*])\*([^*]+)\*(?![*])")


def terms():
    catalogues = [*(ROOT / "addons").glob("*/i18n/vi.po"), *(ROOT / "addons").glob("*/i18n_extra/vi.po")]
    return OF_ODOO | {" ".join(entry.msgstr.split()) for file in catalogues for entry in polib.pofile(str(file))}


def test_every_role_has_a_guide_and_it_is_found_in_the_documentation():
    named = {path.name for path in (ROOT / "docs/guide").iterdir()}
    assert named == {path.name for path in GUIDES}
    assert {"van-thu.md", "lanh-dao.md", "lanh-dao-phong.md", "chuyen-vien.md", "luu-tru.md", "quan-tri.md"} == named
    assert all(path.read_text(encoding="utf-8").startswith("# ") for path in (ROOT / "docs/guide").iterdir())


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: f"{path.parts[-4]}-{path.stem}")
def test_what_a_guide_names_is_called_so(guide):
    known, wrong = terms(), []
    for strong, soft in QUOTED.findall(guide.read_text(encoding="utf-8")):
        for name in (strong or soft).split("→"):
            if " ".join(name.split()) not in known and "Ctrl" not in name:
                wrong.append(" ".join(name.split()))
    assert not wrong


def test_every_picture_is_there_is_shown_and_some_test_takes_it():
    wanted = pictures.wanted()
    assert wanted and not [str(path) for path in wanted if not path.is_file()]
    kept = {path.resolve() for path in (ROOT / "addons").glob("*/static/guide/pictures/*")}
    assert kept == wanted
    assert pictures.takers({path.stem for path in wanted})
