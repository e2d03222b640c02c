"""What the tests of the addons need again and again is made once a run.

Only where models ask for it: the tests of the conversion itself call `vpdt_base.conversion`, and convert.
"""

import hashlib
import importlib
import io
import zipfile
from contextlib import ExitStack
from unittest.mock import patch

import pytest

CONVERTING_MODELS = (
    "odoo.addons.vpdt_base.models.file.vpdt_file_reading",
    "odoo.addons.vpdt_documents.models.vpdt_outgoing_files",
)
# What a test may change to see a conversion fail
TERMS = ("TIMEOUT_SECONDS", "MEMORY_BYTES", "run")
CONVERSIONS = pytest.StashKey[str]()


def fingerprint(content):
    """Of what an Office file says: the times in its wrapping do not count."""
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            for name in parts.namelist():
                part = parts.read(name)
                digest.update(f"{name}\0{len(part)}\0".encode())
                digest.update(part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        digest.update(content)
    return digest.hexdigest()


class Once:
    """LibreOffice, asked once for the PDF of the same Office file. What fails is tried anew each time."""

    def __init__(self, office, convert):
        self._office, self._convert, self._made = office, convert, {}
        self.asked = 0

    def __call__(self, content, extension, hidden=()):
        self.asked += 1
        key = extension, fingerprint(content), *(getattr(self._office, name) for name in TERMS)
        if key not in self._made:
            self._made[key] = self._convert(content, extension, hidden)
        return self._made[key]


@pytest.fixture(scope="session", autouse=True)
def converted_once(request):
    office = importlib.import_module("odoo.addons.vpdt_base.conversion.office")
    models = [importlib.import_module(name) for name in CONVERTING_MODELS]
    once = Once(office, models[0].to_pdf)
    with ExitStack() as stack:  # not `start()`: Odoo ends after a class whatever was begun that way
        for model in models:
            stack.enter_context(patch.object(model, "to_pdf", once))
        yield
    request.config.stash[CONVERSIONS] = f"{once.asked} PDFs asked of LibreOffice, {len(once._made)} made"


def pytest_terminal_summary(terminalreporter, config):
    """One line: what this file has spared."""
    if said := config.stash.get(CONVERSIONS, None):
        terminalreporter.write_line(said)
