"""Reading from and writing to a connection whose other end may be slow, silent or malicious."""

import io
import time
from dataclasses import dataclass

PIECE = 1 << 16


class TooSlow(TimeoutError):
    """The other end has taken longer than its pace allows."""


@dataclass(frozen=True)
class Limits:
    """What is expected of the other end; seconds and bytes.

    :param grace: seconds that do not count for the mean rate
    :param rate: bytes a second that must come on average after that
    :param longest: seconds for all of it
    :param silence: seconds without a single byte
    """

    grace: float
    rate: float
    longest: float
    silence: float = 20


class Pace:
    """One transfer under its limits.

    :param quick: seconds after which the transfer is a slow one and ``when_slow`` is called, once; what that raises
        ends the transfer
    """

    def __init__(self, limits, *, quick=None, when_slow=None, clock=time.monotonic):
        self._limits, self._clock = limits, clock
        self._start = self._last = clock()
        self._quick, self._when_slow = quick, when_slow
        self._count = 0

    def patience(self):
        """Seconds that the next bytes may take before this is asked again.

        :raises TooSlow: the other end has had its time
        """
        now, limits = self._clock(), self._limits
        end = min(
            self._start + limits.grace + self._count / limits.rate,
            self._start + limits.longest,
            self._last + limits.silence,
        )
        if now >= end:
            raise TooSlow("the other end is too slow")
        if self._when_slow:
            if now >= self._start + self._quick:
                ask, self._when_slow = self._when_slow, None
                ask()
            else:
                end = min(end, self._start + self._quick)
        return end - now

    def moved(self, count):
        """Bytes have come."""
        self._count += count
        self._last = self._clock()


class Reader(io.RawIOBase):
    """The reading half of a socket; what is read has to keep the present ``pace``.

    The socket's own time-out is left as it was found: a websocket goes on with the socket itself.
    """

    def __init__(self, sock, pace):
        super().__init__()
        self._socket, self.pace = sock, pace
        self._usual = sock.gettimeout()
        self._ending = False

    def end_within(self, seconds):
        """The request is answered: what still comes is thrown away for so long, then it is the end of the stream."""
        self.pace, self._ending = Pace(Limits(seconds, 1e9, seconds)), True

    def readable(self):
        return True

    def readinto(self, buffer):
        """Wait for bytes; 0 when the other end has closed.

        :raises TooSlow: see :class:`Pace`
        """
        try:
            return self._receive(buffer)
        except TooSlow:
            if self._ending:
                return 0
            raise
        finally:
            self._socket.settimeout(self._usual)

    def _receive(self, buffer):
        while True:
            patience = self.pace.patience()
            strict = self._usual is not None and self._usual < patience
            self._socket.settimeout(self._usual if strict else patience)
            try:
                count = self._socket.recv_into(buffer)
            except TimeoutError:
                if strict:
                    raise TooSlow("silent for longer than the socket's time-out") from None
                continue
            self.pace.moved(count)
            return count


class Writer(io.BufferedIOBase):
    """The writing half. Only the time spent in writing counts, not the time in which the answer was made.

    :param limits: of the whole answer; ``longest`` is not looked at
    """

    def __init__(self, sock, limits, clock=time.monotonic):
        super().__init__()
        self._socket, self._limits, self._clock = sock, limits, clock
        self._usual = sock.gettimeout()
        self._spent = self._sent = 0

    def writable(self):
        return True

    def write(self, data):  # pylint: disable=method-required-super
        """Send all of it.

        :raises TooSlow: the other end does not take it
        """
        with memoryview(data) as whole:
            view, size = whole.cast("B"), whole.nbytes
            try:
                done = 0
                while done < size:
                    done += self._send(view[done : done + PIECE])
            finally:
                self._socket.settimeout(self._usual)
                view.release()
        return size

    def _send(self, piece):
        limits, before = self._limits, self._clock()
        left = limits.grace + self._sent / limits.rate - self._spent
        if left <= 0:
            raise TooSlow("the other end does not take the answer")
        self._socket.settimeout(min(left, limits.silence, self._usual or left))
        count = self._socket.send(piece)
        self._sent += count
        self._spent += self._clock() - before
        return count

    def fileno(self):
        return self._socket.fileno()
