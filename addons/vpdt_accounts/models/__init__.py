from . import (
    vpdt_account,
    vpdt_account_form,
    vpdt_account_link,
    vpdt_account_policy,
    vpdt_account_request,
    vpdt_account_request_line,
    vpdt_account_role,
)

# These extend the models above, and those of others; one may stand on another, in this order.
from . import (  # isort: skip
    res_company,
    res_users,
    vpdt_account_request_checks,
    vpdt_account_request_paper,
    vpdt_account_request_doing,
    vpdt_file,
    vpdt_journal_entry,
)
