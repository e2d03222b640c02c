from . import conversation, doors, file, guide, report, signing, upload, vgca
