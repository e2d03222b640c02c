from . import (
    hr_department,
    hr_employee,
    ir_actions_report,
    ir_attachment,
    res_company,
    res_company_signing,
    res_users,
    vpdt_file,
    vpdt_file_signatures,
    vpdt_journal_entry,
    vpdt_organization,
    vpdt_participant,
    vpdt_signature,
    vpdt_signing_key,
    vpdt_trust_anchor,
)
from . import (  # extend the models above
    vpdt_file_levels,
    vpdt_file_verdict,
    vpdt_signature_words,
    vpdt_trust_anchor_details,
)
