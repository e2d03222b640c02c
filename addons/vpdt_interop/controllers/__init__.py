from . import packet, peer
