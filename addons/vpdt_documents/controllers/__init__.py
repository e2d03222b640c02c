from . import intake, public_check
