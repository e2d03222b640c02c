from . import doors, file, report, signing, upload
