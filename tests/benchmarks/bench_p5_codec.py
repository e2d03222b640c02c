"""P5: packing and unpacking a packet with an attachment of 50 MB, beside zlib and base64 of the same bytes."""

import base64
import os
import random
import tempfile
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

from odoo.addons.vpdt_interop.edxml import (
    Attachment,
    DocumentPacket,
    Organization,
    PacketParts,
    add_trace,
    document_id,
    read,
    write_envelope,
    write_packed,
)

from .measuring import in_turn

NAME = "p5-codec"
GOAL = "pack and unpack 50 MB: ≤ 2 × the time of zlib and base64; ≤ 150 MB over idle"
RATIO_AT_MOST = 2
MB = 1 << 20
SIZE = 50 * MB


def run(_env):
    """Both three times in turn, from a file to a packet in a file and back.

    :return: ``ours``, ``yardstick`` in seconds; ``detail``: peak of memory of ours over idle
    """
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "phu-luc.pdf")
        source.write_bytes(_content())
        peak = []

        def ours():
            idle = _reset()
            _there_and_back(source, Path(folder))
            peak.append(_memory("VmHWM") - idle)

        def yardstick():
            packed = base64.b64encode(zlib.compress(source.read_bytes()))
            zlib.decompress(base64.b64decode(packed))

        measured = in_turn(ours, yardstick, rounds=3)
        over = round(max(peak) / MB)
    return {**measured, "met": over <= 150, "detail": {"memory MB over idle": over}}


def _there_and_back(source, folder):
    attachment = Attachment(source.name, source, "application/pdf")
    packed, whole = folder / "packed", folder / "whole.edxml"
    with packed.open("wb") as stream:
        write_packed([attachment], stream)
    with whole.open("wb") as stream:
        for piece in PacketParts(write_envelope(_packet(attachment)), packed).chunks():
            stream.write(piece)
    with read(whole) as found:
        size = found.attachments[0].size
    if size != SIZE:
        raise AssertionError(f"{size} bytes came back")


def _packet(attachment):
    day = date(2026, 1, 5)
    packet = DocumentPacket(
        sender=Organization("H99.01", "Sở đo"),
        recipients=[Organization("H99.02", "Sở nhận")],
        document_id=document_id("H99.01", day, "1", "SĐ-VP"),
        number="1",
        notation="SĐ-VP",
        promulgation_date=day,
        type_name="Công văn",
        subject="V/v đo",
        attachments=[attachment],
    )
    add_trace(packet, "H99.01", datetime.now(UTC))
    return packet


def _content():
    """Half noise, half text, as a PDF with pictures is."""
    head = b"%PDF-1.7\n"
    line = b"".join(b"%d 0 obj << /Type /Page >> endobj\n" % random.randrange(10**6) for _ in range(1000))
    text = line * (SIZE // 2 // len(line) + 1)
    return (head + os.urandom(SIZE // 2) + text)[:SIZE]


def _reset():
    Path("/proc/self/clear_refs").write_text("5")
    return _memory("VmRSS")


def _memory(name):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) << 10
    return 0
