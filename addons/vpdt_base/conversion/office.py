import os
import resource
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

TIMEOUT_SECONDS = 60
MEMORY_BYTES = 4 * 1024**3  # address space; LibreOffice maps about 2 GB before it opens anything


class ConversionError(Exception):
    """LibreOffice could not make a PDF; ``code`` is one of missing, timeout, failed."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def to_pdf(content, extension):
    """Convert an office document to PDF.

    :param content: bytes of the document
    :param extension: its extension without the dot, for example "docx"
    :return: bytes of the PDF
    :raises ConversionError: LibreOffice is missing, took longer than TIMEOUT_SECONDS, or refused the file
    """
    office = shutil.which("soffice")
    if not office:
        raise ConversionError("missing", "LibreOffice is not installed")
    with tempfile.TemporaryDirectory(prefix="vpdt-office-") as folder:
        source = Path(folder, f"document.{extension}")
        source.write_bytes(content)
        _run([*_without_network(), office, *_options(folder), str(source)], folder)
        result = source.with_suffix(".pdf")
        if not result.exists():
            raise ConversionError("failed", "LibreOffice could not read the document")
        return result.read_bytes()


def _options(folder):
    return [
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--convert-to",
        "pdf:writer_pdf_Export",
        "--outdir",
        folder,
    ]


def _without_network():
    """A document must not call out (linked pictures, remote templates): no network where the system allows it."""
    bwrap = shutil.which("bwrap")
    if bwrap and _bwrap_works(bwrap):
        return [bwrap, "--unshare-net", "--die-with-parent", "--dev-bind", "/", "/"]
    return []


_bwrap_probe = {}


def _bwrap_works(bwrap):
    """Containers often forbid new namespaces; asked once a process."""
    if bwrap not in _bwrap_probe:
        probe = [bwrap, "--unshare-net", "--dev-bind", "/", "/", "true"]
        _bwrap_probe[bwrap] = subprocess.run(probe, capture_output=True, check=False).returncode == 0
    return _bwrap_probe[bwrap]


def _run(command, folder):
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={"PATH": os.environ.get("PATH", ""), "HOME": folder, "LANG": "C.UTF-8"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES)),
    )
    try:
        process.wait(TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise ConversionError("timeout", f"the conversion took longer than {TIMEOUT_SECONDS} seconds") from None
