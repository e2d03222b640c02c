from . import vpdt_account_request, vpdt_outgoing
