from . import (
    vpdt_exchange_message,
    vpdt_exchange_message_delivery,
    vpdt_exchange_status,
    vpdt_incoming,
    vpdt_journal_entry,
    vpdt_outgoing,
)
