"""What became of one try to hand a packet over: a value, never an exception.

Each is one of four: the recipient has it; somebody on the way has taken it and will hand it on; it was refused for
good; nobody knows, so that the same packet is sent again.
"""

from dataclasses import dataclass

#: Why a packet is not delivered (selection of ``vpdt.exchange.message.cause``), English source.
CAUSES = (
    ("no_channel", "No channel leads there"),
    ("no_answer", "No answer"),
    ("login", "The channel does not accept our login"),
    ("unknown_recipient", "The recipient is unknown there"),
    ("unknown_sender", "Another sender than the one who brought it"),
    ("unreadable", "The packet cannot be read"),
    ("policy", "The recipient does not take such a file"),
    ("not_ours", "It fits no document here"),
    ("refused", "The other side refused it"),
    ("unexpected", "Something unexpected"),
)


@dataclass(frozen=True)
class Delivered:
    """The recipient's system has it and has said so."""

    reference: str = ""


@dataclass(frozen=True)
class Sent:
    """An axis has accepted it; ``reference`` is what the axis calls it (docId)."""

    reference: str = ""


@dataclass(frozen=True)
class Refused:
    """It will never be taken as it is. ``words``: translated, for the clerk; ``cause``: a key of :data:`CAUSES`."""

    words: str
    cause: str = "refused"


@dataclass(frozen=True)
class Later:
    """No answer, or one that says “not now”. The same packet goes again under the same identifier.

    :param words: translated, shown beside the waiting packet
    :param down: the whole channel gave no answer: its packets wait together, and none of them uses up its tries
    """

    words: str
    cause: str = "no_answer"
    down: bool = False
