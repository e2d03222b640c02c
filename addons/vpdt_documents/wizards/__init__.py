from . import vpdt_agency_opening, vpdt_backup_release, vpdt_incoming_correction
