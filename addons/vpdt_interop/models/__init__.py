from . import (
    vpdt_exchange_channel,
    vpdt_exchange_event,
    vpdt_exchange_figure,
    vpdt_exchange_message,
    vpdt_exchange_request,
)

# These extend the model above, and those of others.
from . import (  # isort: skip
    ir_attachment,
    vpdt_exchange_channel_fetching,
    vpdt_exchange_channel_handing_in,
    vpdt_exchange_channel_watch,
    vpdt_exchange_message_delivery,
    vpdt_exchange_message_receiving,
    vpdt_exchange_message_requests,
    vpdt_exchange_status,
    vpdt_file,
    vpdt_incoming,
    vpdt_incoming_requests,
    vpdt_journal_entry,
    vpdt_organization,
    vpdt_outgoing,
    vpdt_outgoing_following,
    vpdt_outgoing_requests,
)
