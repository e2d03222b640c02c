"""One HTTP request with time limits; what comes of it is an answer or a :class:`WireError`."""

import requests

from .errors import LOGIN, NO_ANSWER, NOT_NOW, REFUSED, WireError

#: Seconds to connect, and between two pieces of an answer.
TIMEOUT = 60
SHOWN = 200

_LOGIN = frozenset({401, 403})
_DOWN = frozenset({502, 503, 504})
_NOT_NOW = frozenset({408, 409, 423, 425, 429})


def call(method, url, **options):
    """Make a request; redirects are not followed, for a signature holds for one address.

    :param options: as for ``requests.request``
    :return: requests.Response with a status of 2xx
    :raise WireError: anything else
    """
    try:
        answer = requests.request(method, url, allow_redirects=False, timeout=TIMEOUT, **options)
    except requests.RequestException as error:
        raise WireError(NO_ANSWER, _in_short(error)) from error
    except OSError as error:  # refused by the wall around the process, for instance
        raise WireError(NO_ANSWER, _in_short(error)) from error
    if answer.ok and not answer.is_redirect:
        return answer
    raise WireError(_kind_of(answer.status_code), f"HTTP {answer.status_code} {answer.text[:SHOWN]}".strip(),
                    str(answer.status_code))  # fmt: skip


def _kind_of(status):
    if status in _LOGIN:
        return LOGIN
    if status in _DOWN:
        return NO_ANSWER
    return NOT_NOW if status in _NOT_NOW or status >= 500 else REFUSED


def _in_short(error):
    """The innermost reason: the outer ones repeat it with addresses of objects."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return f"{type(error).__name__}: {error}"[:SHOWN]


def as_json(answer):
    """The JSON of an answer.

    :raise WireError: it is none: the answer was cut, or somebody on the way gave it
    """
    try:
        return answer.json()
    except ValueError as error:
        words = answer.text[:SHOWN].strip()
        # Said in plain text where the login has run out, with status 200 (seen at a province).
        kind = LOGIN if words.lower().startswith("unauthorized") else NOT_NOW
        raise WireError(kind, words or "an empty answer") from error
    except requests.RequestException as error:
        raise WireError(NOT_NOW, _in_short(error)) from error


def save(answer, stream):
    """Write the body of a streamed answer to a binary file, in pieces.

    :raise WireError: it ended in the middle
    """
    try:
        for piece in answer.iter_content(1 << 18):
            stream.write(piece)
    except requests.RequestException as error:
        raise WireError(NOT_NOW, _in_short(error)) from error
    finally:
        answer.close()


class Body:
    """A body of known length that is read in pieces: a large packet is never in memory as a whole."""

    def __init__(self, pieces, length):
        self._pieces = iter(pieces)
        self._length = length
        self._held = b""

    def __len__(self):
        return self._length

    def read(self, size=-1):  # pylint: disable=method-required-super  # no model: a stream
        """Give at most ``size`` bytes."""
        while len(self._held) < size or size < 0:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._held += piece
        if size < 0:
            size = len(self._held)
        given, self._held = self._held[:size], self._held[size:]
        return given
