"""Packing a dossier of large files: memory flat, and not slower than half of storing and hashing the same files."""

import hashlib
import os
import tempfile
import zipfile
from datetime import date
from pathlib import Path

from odoo.addons.vpdt_archive.packages import Agency, Document, Dossier, File, write_package

from . import measuring

NAME = "archive-packing"
GOAL = "packing 256 MB takes ≤ 2 × storing them in a ZIP and hashing them; ≤ 150 MB over idle"
RATIO_AT_MOST = 2.0
MB = 1 << 20
FILES, SIZE = 8, 32 * MB
ROUNDS = 3


def run(_env):
    """Write the package and a bare ZIP of the same files in turn; the peak of memory is that of the packages."""
    with tempfile.TemporaryDirectory(prefix="vpdt-bench-") as name:
        folder = Path(name)
        sources = [_file(folder / f"source-{number}.pdf") for number in range(FILES)]
        dossier, peaks = _dossier(sources), []

        def ours():
            _reset_peak()
            idle = _memory("VmRSS")
            write_package(folder / "ours.zip", dossier)
            peaks.append(_memory("VmHWM") - idle)
            (folder / "ours.zip").unlink()

        def yardstick():
            with zipfile.ZipFile(folder / "bare.zip", "w", zipfile.ZIP_STORED) as archive:
                for source in sources:
                    archive.write(source, source.name)
            for source in sources:
                with open(source, "rb") as stream:
                    hashlib.file_digest(stream, "sha256")
            (folder / "bare.zip").unlink()

        times = measuring.in_turn(ours, yardstick, ROUNDS)
    detail = {"MB": FILES * SIZE // MB, "memory MB over idle": round(max(peaks))}
    return {**times, "met": max(peaks) <= 150, "detail": detail}


def _file(path):
    with open(path, "wb") as stream:
        stream.write(b"%PDF-1.7\n")
        for _part in range(SIZE // MB):
            stream.write(os.urandom(MB))
    return path


def _dossier(sources):
    documents = [
        Document(
            uid=f"bench-{number}", subject=f"Tài liệu {number}", issued=date(2026, 1, 5), organ_name="Cơ quan đo",
            pages=1, ordinal=number,
            files=[File(name=source.name, source=source, size=source.stat().st_size, mimetype="application/pdf")],
        )
        for number, source in enumerate(sources, 1)
    ]  # fmt: skip
    agency = Agency("Cơ quan đo", "H99")
    return Dossier(
        uuid="0" * 8 + "-0000-4000-8000-" + "0" * 12, code="H99.2026.01.DO", title="Hồ sơ đo", year=2026,
        maintenance="01", creator=agency, archive=agency, documents=documents,
    )  # fmt: skip


def _reset_peak():
    Path("/proc/self/clear_refs").write_text("5")


def _memory(field):
    """MB of this process: VmRSS now, or VmHWM at its peak."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(field)
