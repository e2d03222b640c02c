from . import (
    vpdt_agency_opening,
    vpdt_backup_release,
    vpdt_copy_signers,
    vpdt_duplicate_dialog,
    vpdt_handling_dialog,
    vpdt_incoming_correction,
)
