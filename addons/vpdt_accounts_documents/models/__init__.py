from . import vpdt_account_letter, vpdt_account_request, vpdt_handover, vpdt_outgoing
