from . import (
    vpdt_account,
    vpdt_account_form,
    vpdt_account_letter,
    vpdt_account_link,
    vpdt_account_policy,
    vpdt_account_request,
    vpdt_account_request_line,
    vpdt_account_role,
    vpdt_handover,
    vpdt_health,
    vpdt_incident,
    vpdt_notice,
    vpdt_usage_day,
)

# These extend the models above, and those of others; one may stand on another, in this order.
from . import (  # isort: skip
    res_company,
    res_users,
    second_factor,
    vpdt_account_life,
    vpdt_account_request_checks,
    vpdt_account_request_paper,
    vpdt_account_request_doing,
    vpdt_account_request_list,
    vpdt_file,
    vpdt_journal_entry,
    vpdt_signing_key_handover,
)
