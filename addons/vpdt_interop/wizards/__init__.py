from . import vpdt_exchange_request_dialog
