"""How often one address may ask, counted in the memory of one process; no ORM, no database row for a stranger."""

import ipaddress
import threading
import time
from collections import OrderedDict


class RateLimit:
    """At most ``count`` questions in ``seconds`` for each address; of at most ``addresses`` addresses a note is kept.

    Each server process counts for itself: with ``n`` workers an address gets up to ``n`` times as many. A network in
    front (nginx ``limit_req``) can be stricter.
    """

    def __init__(self, count, seconds, addresses=10_000, clock=time.monotonic):
        self.count, self.seconds, self.addresses, self._clock = count, seconds, addresses, clock
        self._lock, self._seen = threading.Lock(), OrderedDict()

    def allows(self, address):
        """Count one question of an address and tell whether it may be answered.

        :param str address: IPv4 or IPv6; all addresses of an IPv6 /64 count as one
        """
        key, now = network_of(address), self._clock()
        with self._lock:
            start, asked = self._seen.pop(key, (now, 0))
            if now - start >= self.seconds:
                start, asked = now, 0
            self._seen[key] = (start, asked + 1)
            while len(self._seen) > self.addresses:
                self._seen.popitem(last=False)
            return asked < self.count


def network_of(address):
    """The address itself, or the /64 that one IPv6 subscriber has to himself."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    if parsed.version == 6 and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
