"""A small client of clamd: INSTREAM, PING and VERSION over a Unix socket or TCP.

Protocol: clamd(8), "COMMANDS". A command starts with ``z`` and ends with a zero byte, and so does the answer. After
INSTREAM come chunks, each with its length as four bytes in network order; a chunk of length zero ends the stream.
"""

import re
import socket
import struct
import time
from dataclasses import dataclass

try:
    from ..outgoing import way_out
except ImportError:  # the package stands alone
    from outgoing import way_out

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 60.0  # of silence
TOTAL_SECONDS = 300.0  # for one file, whatever the scanner says meanwhile
CHUNK_BYTES = 1 << 17
_MAX_ANSWER_BYTES = 4096


class ScannerError(Exception):
    """The scanner gave no verdict.

    ``code`` is one of address, not_allowed, down, timeout, protocol, blind (it knows no virus), damaged (the file to be
    checked), and of `BEYOND`: too_large for its stream, limits (it has not looked into all of the file), closed
    (encrypted).
    ``retryable`` says whether the same call may succeed later without anybody changing anything.
    """

    RETRYABLE = frozenset({"down", "timeout", "protocol", "blind"})
    #: The scanner works, but has not looked into this file, or not into all of it.
    BEYOND = frozenset({"too_large", "limits", "closed"})

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code

    @property
    def retryable(self):
        return self.code in self.RETRYABLE


@dataclass(frozen=True)
class Address:
    """Where clamd listens: ``path`` of a Unix socket, or ``host`` and ``port``."""

    path: str = ""
    host: str = ""
    port: int = 0

    def __str__(self):
        return f"unix:{self.path}" if self.path else f"tcp:{self.host}:{self.port}"


@dataclass(frozen=True)
class Verdict:
    """What clamd said of one stream; ``signature`` is the name of the virus, empty when clean."""

    signature: str = ""

    @property
    def clean(self):
        return not self.signature


def parse_address(text, allowed_hosts=()):
    """``unix:/run/clamav/clamd.ctl`` or ``tcp:127.0.0.1:3310`` (``tcp:[::1]:3310``) → Address.

    :param text: as an administrator writes it
    :param allowed_hosts: names or numbers that a TCP address may name, compared as written; a socket is of this machine
    :raises ScannerError: not an address (``address``), or a host not on the list (``not_allowed``)
    """
    text = text.strip()
    if text.startswith("unix:/"):
        return Address(path=text.removeprefix("unix:"))
    match = re.fullmatch(r"tcp:(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})", text)
    if not match or not 0 < int(match.group(3)) < 65536:
        raise ScannerError("address", f"not an address of clamd: {text}")
    host = match.group(1) or match.group(2)
    if host.lower() not in {allowed.strip().lower() for allowed in allowed_hosts}:
        raise ScannerError("not_allowed", f"{host} is not on the list of hosts that may be called")
    return Address(host=host, port=int(match.group(3)))


class Scanner:
    """One clamd; each call is a connection of its own.

    :param address: Address
    :param connect_seconds, answer_seconds, total_seconds: time-outs in seconds: of connecting, of silence, of one call
    """

    def __init__(
        self,
        address,
        connect_seconds=CONNECT_SECONDS,
        answer_seconds=ANSWER_SECONDS,
        total_seconds=TOTAL_SECONDS,
    ):
        self.address = address
        self.connect_seconds = connect_seconds
        self.answer_seconds = answer_seconds
        self.total_seconds = total_seconds

    def version(self):
        """Program, number and date of the signature database, as clamd says them.

        :raises ScannerError: see there
        """
        return self._ask(b"zVERSION\0")

    def ping(self):
        """:raises ScannerError: nobody answers, or not as clamd does."""
        answer = self._ask(b"zPING\0")
        if answer != "PONG":
            raise ScannerError("protocol", f"not the answer of clamd: {answer[:80]}")

    def scan(self, file):
        """Send an open binary file from its present position to its end; memory does not grow with it.

        :return: Verdict
        :raises ScannerError: no verdict
        """
        return _verdict(self._ask(b"zINSTREAM\0", file))

    def _ask(self, command, file=None):
        deadline = time.monotonic() + self.total_seconds
        try:
            with self._connect() as connection:
                connection.sendall(command)
                if file is not None:
                    self._send(connection, file, deadline)
                return self._answer(connection, deadline)
        except TimeoutError as error:
            raise ScannerError("timeout", f"{self.address} did not answer in time") from error
        except OSError as error:
            raise ScannerError("down", f"{self.address}: {error.strerror or error}") from error

    def _connect(self):
        if self.address.path:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self.connect_seconds)
            try:
                connection.connect(self.address.path)
            except OSError:
                connection.close()
                raise
        else:
            with way_out():  # the host is on the list of the configuration
                connection = socket.create_connection((self.address.host, self.address.port), self.connect_seconds)
        connection.settimeout(self.answer_seconds)
        return connection

    def _send(self, connection, file, deadline):
        try:
            while chunk := file.read(CHUNK_BYTES):
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
                _check_deadline(deadline)
            connection.sendall(struct.pack("!L", 0))
        except (BrokenPipeError, ConnectionResetError):
            # clamd hangs up when a stream is longer than its StreamMaxLength, and has said so before.
            return

    def _answer(self, connection, deadline):
        answer = b""
        while not answer.endswith(b"\0"):
            _check_deadline(deadline)
            part = connection.recv(_MAX_ANSWER_BYTES)
            if not part:
                break
            answer += part
            if len(answer) > _MAX_ANSWER_BYTES:
                raise ScannerError("protocol", "the answer is too long for clamd")
        if not answer:
            raise ScannerError("down", f"{self.address} hung up without an answer")
        return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _check_deadline(deadline):
    if time.monotonic() > deadline:
        raise TimeoutError


def _verdict(answer):
    """``stream: OK``, ``stream: Eicar-Test-Signature FOUND``, or what went wrong."""
    if answer == "stream: OK":
        return Verdict()
    match = re.fullmatch(r"stream: (.+) FOUND", answer)
    if match:
        return _signature(match.group(1))
    if "size limit exceeded" in answer:
        raise ScannerError("too_large", "the file is larger than clamd's StreamMaxLength")
    raise ScannerError("protocol", f"not a verdict of clamd: {answer[:200]}")


def _signature(name):
    """A name that stands for a virus, or for what clamd has not looked into (AlertExceedsMax, AlertEncrypted)."""
    if name.startswith("Heuristics.Limits.Exceeded"):
        raise ScannerError("limits", f"clamd has not looked into all of the file ({name})")
    if name.startswith("Heuristics.Encrypted"):
        raise ScannerError("closed", f"clamd cannot look into what is encrypted ({name})")
    return Verdict(name)
