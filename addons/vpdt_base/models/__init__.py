from . import (
    base_import_import,
    hr_department,
    hr_employee,
    ir_actions_report,
    ir_attachment,
    res_company,
    res_users,
    vpdt_day_exception,
    vpdt_delegation,
    vpdt_file,
    vpdt_file_signatures,
    vpdt_journal_entry,
    vpdt_organization,
    vpdt_participant,
    vpdt_signature,
    vpdt_signing_key,
    vpdt_signing_picture,
    vpdt_text,
    vpdt_trust_anchor,
)

# isort: split
from . import common_behaviour  # adds to the models above
