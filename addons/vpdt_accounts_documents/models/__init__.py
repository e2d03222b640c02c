from . import vpdt_account_letter, vpdt_account_request, vpdt_handover, vpdt_journal_entry, vpdt_outgoing
