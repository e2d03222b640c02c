import tempfile
from pathlib import Path

from .sandbox import ConversionError, result, run

TIMEOUT_SECONDS = 60
MEMORY_BYTES = 4 * 1024**3  # address space; LibreOffice maps about 2 GB before it opens anything

# Extension → filter of LibreOffice that writes the PDF
_FILTERS = {
    **dict.fromkeys(("doc", "dot", "docx", "odt", "rtf"), "writer_pdf_Export"),
    **dict.fromkeys(("xls", "xlsx", "ods"), "calc_pdf_Export"),
    **dict.fromkeys(("ppt", "pps", "pptx", "ppsx", "odp"), "impress_pdf_Export"),
}
OFFICE_EXTENSIONS = frozenset(_FILTERS)

__all__ = ["OFFICE_EXTENSIONS", "ConversionError", "to_pdf"]


def to_pdf(content, extension, hidden=()):
    """Convert an office document to PDF with LibreOffice.

    :param content: bytes of the document
    :param extension: its extension without the dot, for example "docx"; never its name
    :param hidden: folders that LibreOffice must not see, see `sandbox.run`
    :return: bytes of the PDF
    :raises ConversionError: ``missing`` LibreOffice, ``no_wall``, ``timeout`` it took longer than TIMEOUT_SECONDS,
        ``crashed``, ``failed`` it cannot read the file
    """
    with tempfile.TemporaryDirectory(prefix="vpdt-office-") as folder:
        source = Path(folder, f"document.{extension}")
        source.write_bytes(content)
        command = ["soffice", *_options(folder, extension), str(source)]
        try:
            run(command, folder, seconds=TIMEOUT_SECONDS, memory=MEMORY_BYTES, hidden=hidden)
        except ConversionError as error:
            if error.code == "failed":  # of a document that it cannot read LibreOffice says so and ends with 0
                raise ConversionError("crashed", str(error)) from None
            raise
        try:
            return result(source.with_suffix(".pdf"))
        except ConversionError:
            raise ConversionError("failed", "LibreOffice could not read the document") from None


def _options(folder, extension):
    return [
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--convert-to",
        f"pdf:{_FILTERS.get(extension, 'writer_pdf_Export')}",
        "--outdir",
        folder,
    ]
