from . import file, report, upload
