"""How much a packet may ask of us. Sizes in bytes unless said otherwise."""

from dataclasses import dataclass

MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Caps of one read; a packet beyond any of them is refused before the memory is spent.

    The numbers are this project's: QCVN 102:2016 names none and the limits of the axis are
    unknown. ``zip_ratio`` counts only for files that expand beyond 1 MiB, because a short text
    may compress a thousand times and do no harm.
    """

    attachment_bytes: int = 50 * MEBIBYTE
    total_attachment_bytes: int = 200 * MEBIBYTE
    packet_bytes: int = 300 * MEBIBYTE
    attachments: int = 100
    zip_ratio: int = 250
    depth: int = 32
    elements: int = 100_000
    text_characters: int = 64 * 1024
    total_text_characters: int = 8 * MEBIBYTE
    # A tag, comment or instruction is buffered whole by the parser.
    token_bytes: int = MEBIBYTE
    # Attachments up to this size are given as bytes, larger ones as a temporary file.
    memory_bytes: int = MEBIBYTE


DEFAULT_LIMITS = Limits()


def shown_size(size):
    """Return ``size`` bytes for a person, e.g. ``50 MB`` or ``2,999 bytes``."""
    return f"{size // MEBIBYTE} MB" if size >= MEBIBYTE else f"{size:,} bytes"
