from . import (
    vpdt_agency_opening,
    vpdt_agency_opening_lines,
    vpdt_backup_release,
    vpdt_organization_reorganization,
    vpdt_signing_key_confirmation,
)
