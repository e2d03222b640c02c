"""What goes wrong, and when: asked for by a test, or at random from a seed."""

import random
import threading

#: What a call may do instead of answering well.
KINDS = (
    "500",  # an error before anything was done
    "401",  # the login is not accepted
    "503",  # the hub is being restarted
    "drop",  # the connection ends before anything was done
    "drop_after",  # everything was done, and the connection ends without an answer
    "garbage",  # an answer that is no JSON
    "cut",  # half of a file
    "wrong_hash",  # a file that is not the one announced
    "hold_before",  # nobody is answered until the test says so, and nothing is done until then
    "hold_after",  # everything was done, and nobody is answered until the test says so
)
#: Those that pass by themselves, for random faults. A refused login is not here: it stops a channel on purpose.
PASSING = {
    "sendEdoc": ("500", "drop", "drop_after", "garbage"),
    "getReceivedEdocList": ("500", "drop", "garbage"),
    "downloadEdoc": ("500", "drop", "cut", "wrong_hash"),
    "getEdoc": ("500", "drop"),
    "updateStatus": ("500", "drop", "drop_after", "garbage"),
    "getSentEdocList": ("500", "drop", "garbage"),
}


class Faults:
    """The faults of one simulator."""

    def __init__(self):
        self._asked = []
        self._random = None
        self._rate = 0.0
        self.duplicate = self.reorder = False
        self.delay = 0.0
        self.refuse = {}  # code of a recipient → (ErrorCode, ErrorDesc)
        self.held = threading.Semaphore(0)  # a call has come to where it waits
        self.release = threading.Event()
        self.down = False

    def set(self, wanted):
        """Take over what a test asks for: keys as the attributes, ``asked`` a list of {call, what, times}."""
        if "asked" in wanted:
            self._asked = [dict(fault) for fault in wanted["asked"]]
            self.release.clear()
        if "random" in wanted:
            seed, self._rate = wanted["random"]["seed"], wanted["random"]["rate"]
            self._random = random.Random(seed)
        for name in ("duplicate", "reorder", "delay", "down", "refuse"):
            if name in wanted:
                setattr(self, name, wanted[name])

    def of(self, call):
        """The fault of this call, or an empty string."""
        if self.down:
            return "503"
        for fault in self._asked:
            if fault["call"] == call and fault.get("times", 1) > 0:
                fault["times"] = fault.get("times", 1) - 1
                return fault["what"]
        if self._random and call in PASSING and self._random.random() < self._rate:
            return self._random.choice(PASSING[call])
        return ""

    def shuffled(self, rows):
        """The rows as a list of the axis gives them."""
        rows = list(rows) * (2 if self.duplicate else 1)
        if self.reorder:
            (self._random or random.Random(1)).shuffle(rows)
        return rows

    def wait(self):
        """Stay until the test lets go."""
        self.held.release()
        self.release.wait(120)
