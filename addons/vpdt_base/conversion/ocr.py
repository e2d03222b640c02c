"""A searchable copy of a scan, with ocrmypdf and tesseract; the scan itself is never touched."""

import sys
import tempfile
from pathlib import Path

from .sandbox import ConversionError, result, run

TIMEOUT_SECONDS = 900
PAGE_SECONDS = 120
MEMORY_BYTES = 3 * 1024**3
MAX_MEGAPIXELS = 100  # an A4 page at 600 dpi has 35
LANGUAGES = "vie+eng"


def to_searchable_pdf(content, extension="pdf", hidden=()):
    """Add the recognised text behind the pictures; pages that have text already stay as they are (``--skip-text``).

    :param content: bytes of a PDF or a picture
    :param extension: pdf, png, jpg, jpeg, tif or tiff
    :param hidden: folders that the programs must not see, see `sandbox.run`
    :return: bytes of a PDF, a copy
    :raises ConversionError: ``missing`` ocrmypdf or tesseract is not installed, ``timeout``, ``failed``
    """
    with tempfile.TemporaryDirectory(prefix="vpdt-ocr-") as folder:
        source, copy = Path(folder, f"scan.{extension}"), Path(folder, "copy.pdf")
        source.write_bytes(content)
        command = [sys.executable, "-m", "ocrmypdf", *_options(extension), str(source), str(copy)]
        try:
            run(command, folder, seconds=TIMEOUT_SECONDS, memory=MEMORY_BYTES, hidden=hidden)
        except ConversionError as error:
            if "No module named ocrmypdf" in str(error) or "ended with 3:" in str(error):  # 3: a program is missing
                raise ConversionError("missing", str(error)) from None
            raise
        return result(copy)


def _options(extension):
    options = ["--language", LANGUAGES, "--skip-text", "--output-type", "pdf", "--optimize", "0", "--jobs", "1"]
    options += ["--tesseract-timeout", str(PAGE_SECONDS), "--max-image-mpixels", str(MAX_MEGAPIXELS), "--quiet"]
    # A picture may say nothing of its size; offices scan at 300 dpi.
    return options if extension == "pdf" else [*options, "--image-dpi", "300"]
