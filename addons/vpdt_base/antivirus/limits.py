"""What a clamd looks into, found out by trying it: it says "OK" of what it has skipped, and tells nobody its limits.

Two things are tried with the harmless EICAR test file (eicar.org), which every signature database knows:

* an archive in archives, deeper than clamd can be told to go. A clamd with ``AlertExceedsMax yes`` answers
  ``Heuristics.Limits.Exceeded…``: it will say so of every file that it has not looked into wholly, and nothing more
  need be asked.
* else, before a file counts as clean, a canary: an archive as large, as deep and as full as the file, with the test
  file at its end. When that is not found, a virus in the file would not have been found either.

Limits: clamd.conf(5), StreamMaxLength, MaxFileSize, MaxScanSize, MaxFiles, MaxRecursion. No ORM.
"""

import io
import os
import re
import shutil
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from .clamd import ScannerError

MB = 1 << 20
# In two parts, so that no scanner takes this source for the test file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
TOO_DEEP = 120  # clamd takes at most 100 for MaxRecursion
VALID_SECONDS = 900.0  # clamd may be started anew with other limits
CONFIGURATIONS = ("/etc/clamav/clamd.conf", "/usr/local/etc/clamd.conf", "/etc/clamd.d/scan.conf", "/etc/clamd.conf")
LIMITS = ("StreamMaxLength", "MaxFileSize", "MaxScanSize", "MaxFiles", "MaxRecursion", "AlertExceedsMax")
# clamd.conf(5) of ClamAV 1.x
DEFAULTS = {
    "StreamMaxLength": "100M", "MaxFileSize": "100M", "MaxScanSize": "400M", "MaxFiles": "10000", "MaxRecursion": "17",
    "AlertExceedsMax": "no",
}  # fmt: skip


class Demand(NamedTuple):
    """What a file asks of a scanner: sizes in bytes.

    `size` of the file, `largest` of what lies in it, `total` of all that is looked at (the file and what it unpacks
    to), `entries` in it, and how `deep` they lie (1: an archive, 2: an archive in it).
    """

    size: int
    largest: int = 0
    total: int = 0
    entries: int = 1
    deep: int = 1

    def covers(self, other):
        return all(mine >= its for mine, its in zip(self, other, strict=True))

    def rounded(self):
        """The next round demand, so that one canary speaks for many files."""
        sizes = (max(MB, 1 << (value - 1).bit_length()) if value else MB for value in self[:3])
        return Demand(*sizes, entries=max(100, 1 << (self.entries - 1).bit_length()), deep=max(3, self.deep))


class Prover:
    """What one clamd has been seen to look into; kept by who scans many files.

    :param scanner: `clamd.Scanner`
    """

    def __init__(self, scanner, clock=time.monotonic):
        self.scanner = scanner
        self._clock = clock
        self._until = 0.0
        self._alerts = False
        self._proven = []

    @property
    def alerts(self):
        """Whether clamd says by itself when its limits kept it from looking into all of a file.

        :raises ScannerError: no answer, or it does not know the test file (``blind``)
        """
        if self._clock() > self._until:
            if self.scanner.scan(io.BytesIO(EICAR)).clean:
                raise ScannerError("blind", "the scanner does not know the EICAR test file: its database is missing")
            self._alerts = _exceeds(self.scanner, _nested(TOO_DEEP))
            self._proven = []
            self._until = self._clock() + VALID_SECONDS
        return self._alerts

    def check(self, demand):
        """:raises ScannerError: ``limits`` when clamd would not look into all of a file with this demand."""
        if self.alerts or any(proven.covers(demand) for proven in self._proven):
            return
        for tried in (demand.rounded(), demand):
            if self._finds(tried):
                self._proven.append(tried)
                return
        raise ScannerError("limits", f"clamd does not look into all of {-(-demand.size // MB)} MB like these")

    def reach(self, most):
        """The largest file in MB, up to ``most``, that is looked into; for people to read, as it costs some canaries.

        :raises ScannerError: no answer
        """
        if self._finds(Demand(most * MB)):
            return most
        low, high = 0, most - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self._finds(Demand(middle * MB)):
                low = middle
            else:
                high = middle - 1
        return low

    def _finds(self, demand):
        with tempfile.TemporaryFile(prefix="vpdt-canary-") as canary:
            write_canary(canary, demand)
            canary.seek(0)
            try:
                return not self.scanner.scan(canary).clean
            except ScannerError as error:
                if error.code in ("limits", "too_large"):
                    return False
                raise


def write_canary(file, demand):
    """Write an archive with at least this demand into an open binary file; the test file lies at its end, packed."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for number in range(demand.entries - 2):
            archive.writestr(f"{number}.txt", b"%d" % number)
        # Zeros, packed: they count unpacked only. What lies in the inner archive counts a second time.
        left, part = demand.total - demand.size - 2 * demand.largest, max(demand.largest, MB)
        for begun in range(0, left, part):
            _write_zeros(archive, f"zeros-{begun}.bin", min(part, left - begun), zipfile.ZIP_DEFLATED)
        for written in range(file.tell(), demand.size, MB):  # not packed; no two alike, as clamd knows what it has seen
            archive.writestr(f"{written}.bin", b"%d" % written + bytes(min(MB, demand.size - written)))
        with tempfile.TemporaryFile(prefix="vpdt-canary-") as copy:
            with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as inner:
                _write_zeros(inner, "zeros.bin", demand.largest, zipfile.ZIP_STORED)
                inner.writestr("core.zip", _nested(max(demand.deep - 1, 1)))
            copy.seek(0)
            with archive.open(_packed("inner.zip"), "w", force_zip64=True) as member:
                shutil.copyfileobj(copy, member, MB)


def _packed(name, method=zipfile.ZIP_DEFLATED):
    info = zipfile.ZipInfo(name)
    info.compress_type = method
    return info


def _write_zeros(archive, name, size, method):
    with archive.open(_packed(name, method), "w", force_zip64=True) as member:
        member.write(name.encode())
        for part in range(0, size, MB):
            member.write(bytes(min(MB, size - part)))


def _nested(depth):
    """The test file in so many archives, one in the other (bytes)."""
    content = EICAR
    for _level in range(depth):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner.zip", content)
        content = stream.getvalue()
    return content


def _exceeds(scanner, content):
    try:
        scanner.scan(io.BytesIO(content))
    except ScannerError as error:
        if error.code == "limits":
            return True
        raise
    return False


# For people to read --------------------------------------------------------------------------------------------------


def configured(address, paths=CONFIGURATIONS):
    """What the configuration file of a clamd on this machine says of its limits, where it can be read.

    :param address: `clamd.Address`; the file must name it, or it is that of another clamd
    :return: ``{limit: text}`` with the defaults of ClamAV 1.x for what it leaves out; empty when there is no such file
    """
    for path in map(Path, paths):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        said = dict(re.findall(r"(?m)^[ \t]*([A-Za-z0-9]+)[ \t]+(.*?)[ \t]*$", text))
        if _is_of(said, address):
            return {limit: said.get(limit, DEFAULTS[limit]) for limit in LIMITS}
    return {}


def _is_of(said, address):
    if address.path:
        return bool(said.get("LocalSocket")) and os.path.realpath(said["LocalSocket"]) == os.path.realpath(address.path)
    return address.host in ("127.0.0.1", "::1", "localhost") and said.get("TCPSocket") == str(address.port)


@dataclass(frozen=True)
class Examination:
    """What one clamd does, for a screen or a command.

    `alerts`: it says by itself what it has skipped; `reach`: MB of the largest file that it looks into, tried up to
    ``wanted``; `configured`: see there.
    """

    version: str
    alerts: bool
    reach: int
    wanted: int
    configured: dict

    @property
    def sound(self):
        return self.alerts and self.reach >= self.wanted


def examine(scanner, wanted):
    """Try a clamd.

    :param wanted: MB of the largest file that may come in
    :raises ScannerError: no answer, or it knows no virus
    """
    prover = Prover(scanner)
    alerts = prover.alerts
    return Examination(scanner.version(), alerts, prover.reach(wanted), wanted, configured(scanner.address))
