from . import conversation, doors, file, report, signing, upload, vgca
