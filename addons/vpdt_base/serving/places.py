"""Few places for many: counted in the memory of one process."""

import threading
import time
from collections import Counter, OrderedDict
from contextlib import contextmanager


class Busy(Exception):
    """All places are taken, and stay so."""


class Places:
    """Places that are taken at once or not at all, few of them by one ``owner``.

    :param count: of all; :param each: of one owner
    """

    def __init__(self, count, each):
        self._count, self._each = count, each
        self._lock, self._taken = threading.Lock(), Counter()

    def take(self, owner):
        """
        :raises Busy: none is free, or the owner has his share
        """
        with self._lock:
            if self._taken.total() >= self._count or self._taken[owner] >= self._each:
                raise Busy
            self._taken[owner] += 1

    def leave(self, owner):
        """Give a taken one back."""
        with self._lock:
            self._taken[owner] -= 1
            if not self._taken[owner]:
                del self._taken[owner]


class Queue:
    """Places that are waited for, first come, first served.

    :param count: of places; :param waiting: how many may wait, each of which costs a thread
    """

    def __init__(self, count, waiting):
        self._free, self._longest, self._waiting = count, waiting, OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, patience):
        """A place for the time of the block.

        :param patience: seconds to wait for one
        :raises Busy: none became free, or too many wait already
        """
        self._enter(patience)
        try:
            yield
        finally:
            self._leave()

    def _enter(self, patience):
        turn = threading.Event()
        with self._lock:
            if self._free:
                self._free -= 1
                return
            if len(self._waiting) >= self._longest:
                raise Busy
            self._waiting[turn] = None
        if turn.wait(patience):
            return
        with self._lock:
            if turn.is_set():  # it came at the last moment
                return
            del self._waiting[turn]
        raise Busy

    def _leave(self):
        with self._lock:
            if self._waiting:
                self._waiting.popitem(last=False)[0].set()
            else:
                self._free += 1


class Arrivals:
    """The connections whose request has not come whole yet.

    A connection costs a thread. When they are too many, one that has waited long is closed: the oldest of the address
    that has most, so that an address which opens hundreds hurts itself. Browsers open some in advance and do not mind.

    :param count: of all; :param each: of one address
    :param age: seconds in which every connection is left alone
    """

    def __init__(self, count, each, age=3, clock=time.monotonic):
        self._count, self._each, self._age, self._clock = count, each, age, clock
        self._lock, self._since = threading.Lock(), {}  # address: {connection: time}, the oldest first

    def enter(self, address, connection):
        """A connection has come.

        :return: one that has to be closed instead, or None; the new one itself when no other may be
        """
        now = self._clock()
        with self._lock:
            own = self._since.setdefault(address, {})
            own[connection] = now
            crowd = own
            if len(own) <= self._each:
                if sum(map(len, self._since.values())) <= self._count:
                    return None
                crowd = max(self._since.values(), key=len)
            oldest = next(iter(crowd))
            victim = oldest if now - crowd[oldest] >= self._age else connection
            self._remove(address if victim in own else self._address_of(crowd), victim)
            return victim

    def _address_of(self, crowd):
        return next(address for address, connections in self._since.items() if connections is crowd)

    def leave(self, address, connection):
        """Its request is here, or it is closed. May be said twice."""
        with self._lock:
            self._remove(address, connection)

    def _remove(self, address, connection):
        own = self._since.get(address, {})
        own.pop(connection, None)
        if not own:
            self._since.pop(address, None)
