"""Since when the bytes of a file are known to exist.

What a signer writes as the time of signing proves nothing. A time stamp does, and so does the moment at which a server
stored the file: a signature that was there then cannot have been made later (the proof of existence of ETSI EN 319
102-1, 5.2.10).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Arrivals:
    """Moments at which parts of a file were there.

    :param datetime whole: aware; the whole file, the moment of the check at the latest
    :param tuple parts: of (number of bytes from the start, aware datetime): earlier versions that the file continues
    """

    whole: object
    parts: tuple = ()

    def of(self, end, timestamp=None):
        """Give the earliest moment at which the first ``end`` bytes are proven to have been there.

        :param datetime timestamp: aware; time of a trusted time stamp, or None
        """
        moments = [self.whole, *(moment for size, moment in self.parts if size >= end)]
        return min(moments if timestamp is None else [*moments, timestamp])
