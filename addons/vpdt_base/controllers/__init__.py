from . import file, report, signing
