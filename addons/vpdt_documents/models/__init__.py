from . import (
    res_company,
    vpdt_assignment,
    vpdt_document_type,
    vpdt_file,
    vpdt_incoming,
    vpdt_incoming_routing,
    vpdt_outgoing,
    vpdt_outgoing_issue,
    vpdt_outgoing_recipient,
    vpdt_register,
    vpdt_register_volume,
    vpdt_review,
)
from . import (  # extend the models above
    vpdt_file_published,
    vpdt_outgoing_places,
    vpdt_outgoing_annex,
    vpdt_outgoing_signer,
    vpdt_outgoing_batch,
    vpdt_outgoing_issued,
)
