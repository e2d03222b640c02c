"""Common ground of the tests of the domain packages, which need no database.

The tests run with all others (``./vpdt test``, as `odoo.addons.vpdt_base.tests`) and, in
seconds, alone: ``cd addons/vpdt_base/tests && python -m unittest test_deadlines_clocks``.
"""

import importlib
import sys
import unittest
from pathlib import Path

from hypothesis import HealthCheck, settings

ADDON = Path(__file__).resolve().parent.parent

# Reproducible and without a database folder in the tree; a shared machine is slow at times.
settings.register_profile(
    "vpdt",
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("vpdt")


def load(package):
    """Return a domain package of this addon, through Odoo or as a top-level package."""
    if __name__.startswith("odoo.addons."):
        return importlib.import_module(f"odoo.addons.vpdt_base.{package}")
    if str(ADDON) not in sys.path:
        sys.path.insert(0, str(ADDON))
    return importlib.import_module(package)


if __name__.startswith("odoo.addons."):
    from odoo.tests import BaseCase as DomainCase
else:
    DomainCase = unittest.TestCase

# Every letter of Vietnamese, lower case, without the plain Latin ones.
MARKED_LETTERS = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"
