"""What the axis holds: systems with their agencies, packets, and what became of each. In memory, behind one lock."""

import hashlib
import itertools
import json
import threading
import time
from dataclasses import dataclass, field

SHOWN = ("doc_id", "kind", "sender", "recipient", "status", "fetched")


@dataclass
class Packet:
    """One packet for one recipient."""

    doc_id: str
    kind: str
    sender: str
    recipient: str
    content: bytes
    at: float
    visible_from: float
    status: str = "initial"
    fetched: int = 0
    said: list = field(default_factory=list)

    @property
    def sha256(self):
        return hashlib.sha256(self.content).hexdigest()


class Store:
    """The axis itself, without HTTP."""

    def __init__(self):
        self.lock = threading.RLock()
        self.systems = {}  # system id → {"secret", "agencies": [codes]}
        self.directory = []
        self.packets = []
        self.log = []
        self._numbers = itertools.count(1)

    def system_of(self, code):
        """The system that speaks for an agency, or None."""
        return next((name for name, system in self.systems.items() if code in system["agencies"]), None)

    def add(self, kind, sender, recipients, content, delay=0.0):
        """Keep a packet for each recipient; gives the docId of the sending."""
        with self.lock:
            doc_id = f"{next(self._numbers):024x}"
            now = time.time()
            for place, recipient in enumerate(recipients):
                name = doc_id if place == 0 else f"{next(self._numbers):024x}"
                self.packets.append(Packet(name, kind, sender, recipient, content, now, now + delay))
            return doc_id

    def for_system(self, name, kind):
        """What waits for a system: packets for its agencies, the oldest first."""
        mine, now = self.systems[name]["agencies"], time.time()
        with self.lock:
            return [p for p in self.packets if p.kind == kind and p.recipient in mine and p.visible_from <= now]

    def find(self, doc_id):
        """A packet by its docId, or None."""
        return next((packet for packet in self.packets if packet.doc_id == doc_id), None)

    def report(self):
        """Everything, for the test."""
        with self.lock:
            packets = [
                {
                    **{name: getattr(p, name) for name in SHOWN},
                    "said": p.said,
                    "sha256": p.sha256,
                    "size": len(p.content),
                }
                for p in self.packets
            ]
            return json.dumps({"packets": packets, "log": self.log})
