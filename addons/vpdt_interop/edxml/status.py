"""Business status codes of the exchange axis: a table and the rules that follow from it.

Source: the nine codes seen in genuine status packets (QCVN 102:2016 as observed; provincial
guides call them "the nine codes of Quyết định 28/2018"). Codes 07-12 and 14 were never seen.
Who may send what after what is a design rule of this project, not of the regulation.
"""

from dataclasses import dataclass
from enum import Enum

RECEIVER_TO_SENDER = "receiver_to_sender"
SENDER_TO_RECEIVER = "sender_to_receiver"


class StatusCode(str, Enum):  # enum.StrEnum needs Python 3.11, Odoo runs on 3.10
    """A status code as it stands in ``StatusCode`` (two digits, text)."""

    ARRIVED = "01"
    REFUSED = "02"
    ACCEPTED = "03"
    ASSIGNED = "04"
    PROCESSING = "05"
    DONE = "06"
    TAKE_BACK = "13"
    AGREED = "15"
    DECLINED = "16"

    def __str__(self):
        return self.value

    @property
    def rule(self):
        """Return the :class:`StatusRule` of this code."""
        return STATUS_RULES[self]

    @property
    def words(self):
        """Return the Vietnamese words of this code, e.g. ``Đã tiếp nhận``."""
        return STATUS_RULES[self].words


@dataclass(frozen=True)
class StatusRule:
    """What is known of one code.

    ``rank`` orders the handling at the receiver (1 arrived … 5 done); 0 means that the code
    belongs to the take-back dialogue and does not move the handling.
    """

    code: StatusCode
    words: str
    direction: str
    final: bool
    rank: int
    needs_reason: bool = False


def _rule(code, words, rank, final=False, needs_reason=False, direction=RECEIVER_TO_SENDER):
    return StatusRule(code, words, direction, final, rank, needs_reason)


STATUS_RULES = {
    rule.code: rule
    for rule in (
        _rule(StatusCode.ARRIVED, "Đã đến", 1),
        _rule(StatusCode.REFUSED, "Từ chối tiếp nhận", 2, final=True, needs_reason=True),
        _rule(StatusCode.ACCEPTED, "Đã tiếp nhận", 2),
        _rule(StatusCode.ASSIGNED, "Phân công xử lý", 3),
        _rule(StatusCode.PROCESSING, "Đang xử lý", 4),
        _rule(StatusCode.DONE, "Hoàn thành", 5, final=True),
        _rule(
            StatusCode.TAKE_BACK,
            "Yêu cầu lấy lại",
            0,
            needs_reason=True,
            direction=SENDER_TO_RECEIVER,
        ),
        _rule(StatusCode.AGREED, "Đồng ý yêu cầu cập nhật/lấy lại", 0, final=True),
        _rule(StatusCode.DECLINED, "Từ chối yêu cầu cập nhật/lấy lại", 0, needs_reason=True),
    )
}

_HANDLED = frozenset({StatusCode.ACCEPTED, StatusCode.ASSIGNED, StatusCode.PROCESSING, StatusCode.DONE})
_TAKE_BACK_DIALOGUE = frozenset({StatusCode.TAKE_BACK, StatusCode.AGREED, StatusCode.DECLINED})
_ANSWERS = frozenset({StatusCode.AGREED, StatusCode.DECLINED})
_OPEN_HANDLING = frozenset(
    {
        StatusCode.ASSIGNED,
        StatusCode.PROCESSING,
        StatusCode.DONE,
        StatusCode.TAKE_BACK,
        *_ANSWERS,
    }
)

# What this system lets itself send next, by either party. Answers 15/16 also reply to an update
# or recall packet, which is not a status, so they are allowed wherever such a packet can arrive.
_FOLLOWS = {
    None: frozenset({StatusCode.ARRIVED}),
    StatusCode.ARRIVED: frozenset({StatusCode.REFUSED, StatusCode.ACCEPTED, StatusCode.TAKE_BACK, *_ANSWERS}),
    StatusCode.REFUSED: frozenset(),
    StatusCode.ACCEPTED: _OPEN_HANDLING,
    StatusCode.ASSIGNED: _OPEN_HANDLING,
    StatusCode.PROCESSING: _OPEN_HANDLING,
    # A finished document can still be corrected by its author (update, recall, replacement).
    StatusCode.DONE: _ANSWERS,
    StatusCode.TAKE_BACK: _ANSWERS,
    StatusCode.AGREED: frozenset(),
    # A refused take-back may be tried again, and the handling goes on from where it was.
    StatusCode.DECLINED: frozenset({StatusCode.REFUSED, StatusCode.ACCEPTED, *_OPEN_HANDLING} - _ANSWERS),
}


def may_follow(previous, new):
    """Say whether this system may itself send ``new`` after ``previous`` (None: nothing yet).

    Strict, for the sending side of either party. What comes from elsewhere is judged by
    :func:`contradicts` instead, because foreign systems skip, repeat and reorder.
    """
    previous = None if previous is None else StatusCode(previous)
    return StatusCode(new) in _FOLLOWS[previous]


def codes_of(direction):
    """Return the codes that go in ``direction`` (``receiver_to_sender`` or the reverse)."""
    return [rule.code for rule in STATUS_RULES.values() if rule.direction == direction]


def contradicts(history, new):
    """Say whether ``new`` cannot be true beside the codes already received.

    Skipped, repeated and late codes are normal; a refusal beside an acceptance is not, in
    whatever order they arrive, and a clerk must look at it.

    :param history: iterable of codes already stored for one recipient
    """
    known = {StatusCode(code) for code in history}
    new = StatusCode(new)
    if new is StatusCode.REFUSED:
        return bool(known & _HANDLED)
    return new in _HANDLED and StatusCode.REFUSED in known


def current(history):
    """Return the one code to show for a recipient, or None when nothing came yet.

    The highest rank of the handling wins (a late 03 does not hide 05), then the later
    timestamp, then the higher code. An open or agreed take-back is shown in front of it;
    a declined one gives the handling back.

    :param history: iterable of ``(timestamp, code)``, in any order
    """
    entries = [(at, StatusCode(code)) for at, code in history]
    handling = [entry for entry in entries if entry[1] not in _TAKE_BACK_DIALOGUE]
    dialogue = [entry for entry in entries if entry[1] in _TAKE_BACK_DIALOGUE]
    shown = max(handling, key=lambda entry: (entry[1].rule.rank, *entry), default=(None, None))[1]
    last_word = max(dialogue, default=(None, None))[1]
    if last_word is StatusCode.AGREED:
        return last_word
    if last_word is StatusCode.TAKE_BACK and not (shown and shown.rule.final):
        return last_word
    return shown or last_word
