from . import packet
