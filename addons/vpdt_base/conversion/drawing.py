"""One page of a PDF as a picture, drawn by a process of its own.

A hostile file may crash the drawer or fill its memory; and pdfium knows no threads, while pages are asked for several
at a time.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from .drawing_worker import NO_SUCH_PAGE
from .sandbox import ConversionError, result, run

TIMEOUT_SECONDS = 30
MEMORY_BYTES = 2 * 1024**3
DPI = 110
MAX_PIXELS = 16_000_000  # a page as large as a map is drawn smaller


def draw_page(path, number, hidden=()):
    """Draw one page of a PDF.

    :param path: of the PDF, which is read only
    :param number: of the page, from 1
    :param hidden: folders that the drawer must not see, see `sandbox.run`
    :return: bytes of a PNG, at DPI and of at most MAX_PIXELS; None when there is no such page
    :raises ConversionError: ``timeout``, ``crashed`` or ``failed``: it is no readable PDF
    """
    with tempfile.TemporaryDirectory(prefix="vpdt-page-") as folder:
        source, picture = Path(folder, "document.pdf"), Path(folder, "page.png")
        shutil.copyfile(path, source)
        worker = str(Path(__file__).with_name("drawing_worker.py"))
        command = [sys.executable, worker, str(source), str(number), str(picture), str(DPI), str(MAX_PIXELS)]
        try:
            run(command, folder, seconds=TIMEOUT_SECONDS, memory=MEMORY_BYTES, hidden=hidden)
        except ConversionError as error:
            if error.status == NO_SUCH_PAGE:
                return None
            raise
        return result(picture)
