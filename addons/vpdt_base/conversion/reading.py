"""The text of a PDF page by page, read by a process of its own: a hostile file may crash it or fill its memory."""

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .sandbox import result, run

TIMEOUT_SECONDS = 120
MEMORY_BYTES = 2 * 1024**3
MAX_CHARACTERS = 4_000_000


@dataclass(frozen=True)
class PdfText:
    """``pages``: the text of each page (list of str); ``scanned``: True when a page has a picture and no text;
    ``resolution``: dots per inch of the coarsest of these pages, 0 where nothing is scanned."""

    pages: list
    scanned: bool
    resolution: int = 0


def read_text(content, hidden=()):
    """Read the text of a PDF.

    :param content: bytes of the PDF
    :param hidden: folders that the reader must not see, see `sandbox.run`
    :return: PdfText; at most MAX_CHARACTERS characters, the rest is left out
    :raises ConversionError: ``timeout`` or ``failed``
    """
    with tempfile.TemporaryDirectory(prefix="vpdt-text-") as folder:
        source, text = Path(folder, "document.pdf"), Path(folder, "text.json")
        source.write_bytes(content)
        worker = Path(__file__).with_name("reading_worker.py")
        command = [sys.executable, str(worker), str(source), str(text), str(MAX_CHARACTERS)]
        run(command, folder, seconds=TIMEOUT_SECONDS, memory=MEMORY_BYTES, hidden=hidden)
        return PdfText(**json.loads(result(text)))
