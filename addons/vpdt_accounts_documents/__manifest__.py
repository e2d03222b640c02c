{
    "name": "VPĐT: letters of accounts",
    "summary": "Requests about accounts and their answers are outgoing documents: signed, numbered, sealed, sent",
    "version": "19.0.1.0.0",
    "category": "Productivity/Documents",
    "author": "VPĐT",
    "license": "LGPL-3",
    "depends": ["vpdt_accounts", "vpdt_documents"],
    "data": ["views/vpdt_account_request_views.xml", "views/vpdt_account_letter_views.xml"],
    "auto_install": True,
}
