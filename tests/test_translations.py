"""Every term that an addon shows is in its vi.po, for every record that has it, and not in English; that it is
translated there is checked by ./vpdt lint."""

from io import BytesIO
from pathlib import Path

import odoo
import polib
import pytest
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name
from odoo.tools.translate import trans_export

from odoo.addons.vpdt_base.tests.words import english_in

ADDONS = Path(__file__).resolve().parents[1] / "addons"
FILES = sorted(ADDONS.glob("*/i18n*/vi.po"))
NAMED = ["/".join(file.parts[-3:-1]) for file in FILES]
MODULES = sorted(manifest.parent.name for manifest in ADDONS.glob("*/__manifest__.py"))


def terms_of(catalogue):
    """{(term, record that has it, or "" for one of the code)} of a catalogue."""
    for entry in catalogue:
        places = {place for place, _line in entry.occurrences if place.startswith("model")}
        yield from ((entry.msgid, place) for place in places or {""})


def exported_terms(module):
    """The terms that Odoo finds in the installed module."""
    buffer = BytesIO()
    with Registry(get_db_name()).cursor() as cr:
        env = odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
        if not trans_export("vi_VN", [module], buffer, "po", env):
            return set()
    return set(terms_of(polib.pofile(buffer.getvalue().decode())))


@pytest.mark.parametrize("module", MODULES)
def test_every_term_is_in_the_vietnamese_file(module):
    file = ADDONS / module / "i18n" / "vi.po"
    translated = set(terms_of(polib.pofile(str(file)))) if file.exists() else set()
    translated |= {(term, "") for term, _place in translated}
    missing = sorted(exported_terms(module) - translated)
    assert not missing, f"{len(missing)} terms are missing in {file} (./vpdt translate adds them): {missing[:20]}"


@pytest.mark.parametrize("file", FILES, ids=NAMED)
def test_no_record_is_translated_twice(file):
    """Odoo takes the last one, which may be that of a label that was given up."""
    terms = {}
    for term, place in terms_of(polib.pofile(str(file))):
        if place.startswith("model:"):
            terms.setdefault(place, set()).add(term)
    twice = {place: sorted(found) for place, found in terms.items() if len(found) > 1}
    assert not twice, twice


@pytest.mark.parametrize("file", FILES, ids=NAMED)
def test_no_translation_is_english(file):
    english = []
    for entry in polib.pofile(str(file)):
        code = any("print_report_name" in place for place, _line in entry.occurrences)  # it makes the name of a file
        if entry.msgstr != entry.msgid if code else english_in(entry.msgstr):
            english.append(f"{entry.msgid!r}: {entry.msgstr!r}")
    assert not english, "\n".join(english)


@pytest.mark.parametrize("module", MODULES)
def test_no_record_is_called_by_two_terms(module):
    """Where a term has changed and its record still stands at the old one, whichever comes last is shown."""
    places = {}
    for term, place in terms_of(polib.pofile(str(ADDONS / module / "i18n" / "vi.po"))):
        places.setdefault(place, set()).add(term)
    twice = [f"{place}: {terms}" for place, terms in places.items() if place.startswith("model:") and len(terms) > 1]
    assert not twice, "\n".join(twice)
