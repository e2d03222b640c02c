from . import public_check
