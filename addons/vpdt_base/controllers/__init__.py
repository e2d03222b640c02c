from . import conversation, file, report, signing, upload
