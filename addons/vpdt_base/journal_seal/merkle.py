"""The root over a sequence of leaves (Merkle tree of RFC 6962, 2.1), computed while the leaves stream by."""

import hashlib

EMPTY = hashlib.sha256(b"").digest()


class Root:
    """Takes leaves one by one and knows their root; memory grows with the logarithm of their number."""

    def __init__(self):
        self.count = 0
        self._peaks = []  # (height, digest), highest first

    def add(self, leaf):
        """Add the next leaf (32 bytes)."""
        height = 0
        while self._peaks and self._peaks[-1][0] == height:
            leaf = _node(self._peaks.pop()[1], leaf)
            height += 1
        self._peaks.append((height, leaf))
        self.count += 1

    def digest(self):
        """The root over all leaves so far (32 bytes)."""
        if not self._peaks:
            return EMPTY
        digest = self._peaks[-1][1]
        for _height, left in reversed(self._peaks[:-1]):
            digest = _node(left, digest)
        return digest


def _node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()
