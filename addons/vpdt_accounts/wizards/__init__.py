from . import vpdt_account_officers, vpdt_account_roles
