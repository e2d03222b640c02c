from . import file, report, upload
from . import file, report, signing
