"""Every term that an addon shows is in its vi.po; that it is translated there is checked by ./vpdt lint."""

from io import BytesIO
from pathlib import Path

import odoo
import polib
import pytest
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name
from odoo.tools.translate import trans_export

ADDONS = Path(__file__).resolve().parents[1] / "addons"
MODULES = sorted(manifest.parent.name for manifest in ADDONS.glob("*/__manifest__.py"))


def exported_terms(module):
    """The terms that Odoo finds in the installed module."""
    buffer = BytesIO()
    with Registry(get_db_name()).cursor() as cr:
        env = odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
        if not trans_export("vi_VN", [module], buffer, "po", env):
            return set()
    return {entry.msgid for entry in polib.pofile(buffer.getvalue().decode())}


@pytest.mark.parametrize("module", MODULES)
def test_every_term_is_in_the_vietnamese_file(module):
    terms = exported_terms(module)
    file = ADDONS / module / "i18n" / "vi.po"
    translated = {entry.msgid for entry in polib.pofile(str(file))} if file.exists() else set()
    missing = sorted(terms - translated)
    assert not missing, f"{len(missing)} terms are missing in {file} (./vpdt translate adds them): {missing[:20]}"
