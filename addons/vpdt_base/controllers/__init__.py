from . import file, report, signing, upload
