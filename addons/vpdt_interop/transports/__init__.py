"""Ways by which packets leave and come: a class each behind one interface, configured as ``vpdt.exchange.channel``."""

from .here import HereTransport
from .interface import Transport
from .outcome import CAUSES, Delivered, Later, Refused, Sent
from .peer import PeerTransport
from .remote import RemoteTransport
from .vxp import VxpTransport

__all__ = [
    "CAUSES",
    "Delivered",
    "HereTransport",
    "Later",
    "PeerTransport",
    "Refused",
    "RemoteTransport",
    "Sent",
    "Transport",
    "VxpTransport",
]
