"""How other systems are spoken to over HTTP: requests and answers, no Odoo, no database."""

from .errors import WireError
from .peer import PeerClient, canonical, signature
from .vxp import Entry, VxpClient

__all__ = ["Entry", "PeerClient", "VxpClient", "WireError", "canonical", "signature"]
