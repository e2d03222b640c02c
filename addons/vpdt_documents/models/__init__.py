from . import (
    res_company,
    vpdt_assignment,
    vpdt_delegation,
    vpdt_document_type,
    vpdt_file,
    vpdt_incoming,
    vpdt_incoming_routing,
    vpdt_outgoing,
    vpdt_outgoing_deputy,
    vpdt_outgoing_issue,
    vpdt_outgoing_recipient,
    vpdt_register,
    vpdt_register_volume,
    vpdt_review,
)

# isort: split
from . import common_behaviour  # adds to the models above
