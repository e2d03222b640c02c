"""Checking files from outside in processes of their own, with caps on time and memory.

Loading pyHanko takes a second, a check a tenth of that. So one *checker* a server process loads it once and stays; for
each file it forks a child, which puts its caps on, checks, answers and ends. A child that is killed takes nothing with
it. The checker speaks to nobody but its owner: a socket in a folder of its own, and it ends with him.

A request is a line of JSON (the options, sizes in bytes and seconds) and the file; the answer is one JSON object.

Signing, placing and copying open files in the server itself, with keys at hand. What they open is tried out in a child
first (:func:`require_readable`): a file that takes too much of anything, or ends the process, is refused in words.
"""

import atexit
import datetime
import gc
import hashlib
import json
import os
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import types
from pathlib import Path

from .errors import SigningError
from .verdicts import UNREADABLE, Problem, Verification

DEFAULT_TIMEOUT = 60  # seconds
DEFAULT_MEMORY = 256 << 20  # bytes that a check may take over what the libraries take
TRIAL_TIMEOUT = 60  # seconds, for opening a file in every way in which it is opened later
TRIAL_MEMORY = 400 << 20  # bytes, and some for each copy of the file that the libraries keep
_COPIES = 6
_REMEMBERED = 512  # files of which a process knows what came out
START_TIMEOUT = 60  # seconds, for loading the libraries on a busy machine
NO_ANSWER = '{"failed": "checker_ended"}'
NO_MEMORY = b'{"failed": "memory_exceeded"}'
_CHUNK = 1 << 20


def verify_isolated(
    pdf,
    *,
    trust_roots,
    at=None,
    proven_at=None,
    earlier=(),
    other_certs=(),
    crls=(),
    ocsps=(),
    timeout=DEFAULT_TIMEOUT,
    memory=DEFAULT_MEMORY,
):
    """Check a file from outside in a process of its own, with caps on time and memory.

    Parameters and result as for :func:`validation.verify`; a file that exceeds a cap or kills the process is
    ``unreadable``.

    :param float timeout: seconds
    :param int memory: bytes that the check may take over what the libraries take
    """
    if _inside:  # a child checks nothing in a child of its own
        return _verify_here(pdf, trust_roots, at, proven_at, earlier, other_certs, crls, ocsps)
    order = {
        "job": "verify",
        **_evidence(trust_roots, other_certs, crls, ocsps),
        "at": at and at.isoformat(),
        "proven_at": proven_at and proven_at.isoformat(),
        "earlier": [(size, moment.isoformat()) for size, moment in earlier],
        "memory": memory,
        "timeout": timeout,
    }
    try:
        answer = _checker().ask(json.dumps(order).encode() + b"\n" + pdf, timeout)
        if not answer:  # the child died of the file
            return _failed(pdf, "checker_ended")
        answer = json.loads(answer)
        return _failed(pdf, answer["failed"]) if "failed" in answer else Verification.from_dict(answer)
    except TimeoutError:
        return _failed(pdf, "time_exceeded")
    except (OSError, ValueError, KeyError, TypeError) as error:
        return _failed(pdf, "check_failed", str(error)[-300:])


def run_isolated(job, pdf, values, *, trust_roots=(), other_certs=(), crls=(), ocsps=()):
    """Have a child do another job than checking.

    :param str job: ``returned``, see :mod:`.returned`
    :param dict values: further parameters of it, JSON-ready
    :return: what it gives, JSON-ready
    :raises SigningError: ``too_heavy``: it took too much time or memory, or the process ended
    """
    evidence = _evidence(trust_roots, other_certs, crls, ocsps)
    order = {"job": job, **values, **evidence, "memory": TRIAL_MEMORY, "timeout": TRIAL_TIMEOUT}
    try:
        answer = json.loads(_checker().ask(json.dumps(order).encode() + b"\n" + pdf, TRIAL_TIMEOUT) or NO_ANSWER)
    except TimeoutError:
        answer = {"failed": "time_exceeded"}
    except (OSError, ValueError) as error:
        answer = {"failed": f"trial_failed: {error}"}
    if "failed" in answer:
        raise SigningError(
            "too_heavy", f"the file cannot be opened safely: {answer['failed']}", reason=answer["failed"]
        )
    return answer["found"]


def _evidence(trust_roots, other_certs, crls, ocsps):
    return {
        "trust_roots": [cert.dump().hex() for cert in _certificates(trust_roots)],
        "other_certs": [cert.dump().hex() for cert in _certificates(other_certs)],
        "crls": [_der(item).hex() for item in crls],
        "ocsps": [_der(item).hex() for item in ocsps],
    }


def _verify_here(pdf, trust_roots, at, proven_at, earlier, other_certs, crls, ocsps):
    from .validation import verify

    return verify(
        pdf,
        trust_roots=trust_roots,
        at=at,
        proven_at=proven_at,
        earlier=earlier,
        other_certs=other_certs,
        crls=crls,
        ocsps=ocsps,
    )


def _certificates(values):
    from . import trust

    return trust.certificates(values) if values else []


def _der(item):
    return bytes(item) if isinstance(item, (bytes, bytearray)) else item.dump()


def _failed(pdf, code, detail=""):
    return Verification(hashlib.sha256(pdf).hexdigest(), UNREADABLE, problems=[Problem(code, detail)])


# Before a file is opened in the server ------------------------------------------------------------------------------

_inside = False  # in a child: what it opens can hurt nobody
_tried = {}  # SHA-256 → reason of the refusal, or '' ; the oldest first


def require_readable(pdf):
    """Refuse a file that must not be opened in the process of the server.

    It is opened in a child in all the ways of signing, placing and copying (:mod:`.trial`). What came out is remembered
    for each file, so that many steps on one file cost one trial.

    :param bytes pdf: whatever bytes; that they are no PDF at all, those who open them say
    :raises SigningError: ``too_heavy`` with ``reason``
    """
    if _inside:
        return
    name = hashlib.sha256(pdf).digest()
    reason = _tried.get(name)
    if reason is None:
        reason = _try_out(pdf)
        _remember(name, reason)
    if reason:
        if reason == "trial_failed":  # says nothing about the file
            _tried.pop(name, None)
        raise SigningError("too_heavy", f"the file cannot be opened safely: {reason}", reason=reason)


def accept(pdf):
    """Remember that these bytes were made here, out of a file that was tried out.

    :return: the same bytes
    """
    if not _inside:
        _remember(hashlib.sha256(pdf).digest(), "")
    return pdf


def _remember(name, reason):
    with _lock:
        _tried[name] = reason
        while len(_tried) > _REMEMBERED:
            _tried.pop(next(iter(_tried)))


def _try_out(pdf):
    memory = TRIAL_MEMORY + _COPIES * len(pdf)
    order = {"job": "trial", "memory": memory, "timeout": TRIAL_TIMEOUT}
    try:
        answer = _checker().ask(json.dumps(order).encode() + b"\n" + pdf, TRIAL_TIMEOUT)
        return json.loads(answer)["failed"] if answer else "checker_ended"
    except TimeoutError:
        return "time_exceeded"
    except (OSError, ValueError, KeyError, TypeError):
        return "trial_failed"


def look_into_pdf(data, name):
    """As :func:`text.file_types.look_into_pdf`, in a child: any upload comes by here.

    :param data: bytes, or the path of a file
    """
    is_path = not isinstance(data, (bytes, bytearray, memoryview))
    size = os.path.getsize(data) if is_path else len(data)
    order = {"job": "look", "name": name, "path": _path_for_others(data) if is_path else ""}
    order |= {"memory": TRIAL_MEMORY + _COPIES * size, "timeout": TRIAL_TIMEOUT}
    try:
        body = b"" if is_path else bytes(data)
        answer = json.loads(_checker().ask(json.dumps(order).encode() + b"\n" + body, TRIAL_TIMEOUT) or NO_ANSWER)
        if "failed" not in answer:
            problems = [(code, params) for code, params in answer["problems"]]
            return _file_types().PdfLook(problems, answer["pages"], answer["encrypted"])
    except (TimeoutError, ValueError):
        pass
    return _file_types().PdfLook([("too_heavy", {"entry": name})], None, False)


def _file_types():
    """Loaded when it is asked for: checking a signature needs none of it."""
    if __package__ == "signing":  # ./vpdt pdf, pure tests
        from text import file_types
    else:
        from ..text import file_types
    return file_types


def _path_for_others(path):
    """An upload is named by its open file (``/proc/self/fd/7``), which is another one for another process."""
    return os.path.abspath(path).replace("/proc/self/", f"/proc/{os.getpid()}/", 1)


# The owner's side ----------------------------------------------------------------------------------------------------


class _Checker:
    """The process that forks the children; one for each process that asks."""

    def __init__(self):
        self.owner = os.getpid()
        self._folder = tempfile.mkdtemp(prefix="vpdt-check-")  # readable by this user only
        self.address = os.path.join(self._folder, "socket")
        package = Path(__file__).parent  # it stands alone, so that the checker does not load Odoo
        start = (
            f"import sys; sys.path.insert(0, {str(package.parent)!r}); "
            f"from {package.name}.isolation import serve; serve(sys.argv[1])"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", start, self.address], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._ready = False

    def _wait_ready(self):
        if self._ready:
            return
        ready, _writable, _broken = select.select([self._process.stdout], [], [], START_TIMEOUT)
        if not ready or not self._process.stdout.readline():
            self.close()
            raise OSError("the checker did not start")
        self._ready = True

    def alive(self):
        return self.owner == os.getpid() and self._process.poll() is None

    def close(self):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def ask(self, request, timeout):
        """
        :return: bytes of the answer
        :raises TimeoutError: none came in ``timeout`` seconds
        """
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(timeout)
            connection.connect(self.address)
            return _exchange(connection, request)


class _Forks:
    """Forks the children from this very process: for a command that has one thread, and ends after some files."""

    def __init__(self):
        self.owner = os.getpid()
        _load_checks()

    def _wait_ready(self):
        """It is, once it is made."""

    def alive(self):
        return self.owner == os.getpid()

    def close(self):
        """No child outlives its file."""

    def ask(self, request, timeout):
        """As :meth:`_Checker.ask`."""
        ours, theirs = socket.socketpair()
        child = os.fork()
        if child == 0:
            ours.close()
            _child(theirs)
        theirs.close()
        try:
            with ours:
                ours.settimeout(timeout)
                return _exchange(ours, request)
        except (BrokenPipeError, ConnectionResetError):
            return b""  # the child died of the file
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _exchange(connection, request):
    connection.sendall(request)
    connection.shutdown(socket.SHUT_WR)
    return _read_all(connection)


_current = None
_lock = threading.Lock()


def fork_here():
    """Check files in children of this process: a command then loads the libraries once."""
    global _current
    with _lock:
        if _current is None:
            _current = _Forks()


def _checker():
    """The checker of this process; started at the first file, and again when it has ended."""
    global _current
    with _lock:
        if _current is None or not _current.alive():
            mine = _current is not None and _current.owner == os.getpid()
            if mine:
                _current.close()
            _current = _Checker()
        _current._wait_ready()
        return _current


@atexit.register
def _end():
    if _current is not None and _current.owner == os.getpid():
        _current.close()


def _read_all(connection):
    parts = []
    while part := connection.recv(_CHUNK):
        parts.append(part)
    return b"".join(parts)


# The checker's side --------------------------------------------------------------------------------------------------


def serve(address):
    """Fork a child for each connection until the owner is gone (its end of standard input closes)."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at the terminal is for the owner
    _warm_up()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(address)
        listener.listen(64)
        os.write(1, b"ready\n")
        while True:
            readable, _writable, _broken = select.select([listener, 0], [], [])
            if 0 in readable:
                break
            connection, _address = listener.accept()
            if os.fork() == 0:
                listener.close()
                _child(connection)
            connection.close()
    shutil.rmtree(os.path.dirname(address), ignore_errors=True)


def _warm_up():
    """Load what every child would load again: the libraries, and the widths of the letters."""
    _load_checks()
    from . import drawn, returned, textfont, trial  # noqa: F401

    for style in drawn.FONT_BY_ALIAS.values():
        try:
            textfont.text_width("0", style, 10)
        except FileNotFoundError:
            pass  # without the font, a check that needs it says so


def _load_checks():
    """Load what checking a file needs, and no more: what draws, or signs, is loaded by the few files that need it."""
    # pyHanko loads a client for time stamping services, which takes a third of the time; a check calls nobody
    sys.modules.setdefault("aiohttp", _NoClient("aiohttp"))
    from . import validation  # noqa: F401 – the owner needs none of it

    gc.freeze()  # what is loaded stays: no child goes through it, or copies the pages that hold it


class _NoClient(types.ModuleType):
    """In the place of a library that is named and not used."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def _child(connection):
    """Check one file and end, whatever happens."""
    global _inside
    _inside = True
    try:
        connection.setblocking(True)
        signal.alarm(DEFAULT_TIMEOUT * 2)  # an owner that stops in the middle of a request does not keep a child
        head, _line, pdf = _read_all(connection).partition(b"\n")
        order = json.loads(head)
        signal.alarm(int(order["timeout"]) + 1)
        resource.setrlimit(resource.RLIMIT_CPU, (int(order["timeout"]) + 1,) * 2)
        resource.setrlimit(resource.RLIMIT_AS, (_address_space() + order["memory"],) * 2)
        connection.sendall(_answer(order, pdf))
    except MemoryError:
        os.write(connection.fileno(), NO_MEMORY)
    finally:
        os._exit(0)


def _address_space():
    """Bytes of address space that this process has now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


def _moment(text):
    return text and datetime.datetime.fromisoformat(text)


def _answer(order, pdf):
    if order["job"] == "trial":
        from .trial import trouble

        return json.dumps({"failed": trouble(pdf)}).encode()
    if order["job"] == "look":
        look = _file_types().look_into_pdf
        return json.dumps(look(order["path"] or pdf, order["name"])._asdict()).encode()
    evidence = {
        key: [bytes.fromhex(text) for text in order[key]] for key in ("trust_roots", "other_certs", "crls", "ocsps")
    }
    if order["job"] == "returned":
        from .returned import look

        return json.dumps({"found": look(pdf, order["size"], order["certificate"], **evidence)}).encode()
    result = _verify_here(
        pdf,
        at=_moment(order["at"]),
        proven_at=_moment(order["proven_at"]),
        earlier=[(size, _moment(text)) for size, text in order["earlier"]],
        **evidence,
    )
    if any(problem.detail.startswith("MemoryError") for problem in result.problems):
        raise MemoryError
    return json.dumps(result.as_dict()).encode()
