from . import (
    res_company,
    vpdt_assignment,
    vpdt_copy,
    vpdt_delegation,
    vpdt_document_type,
    vpdt_file,
    vpdt_incoming,
    vpdt_journal_entry,
    vpdt_outgoing,
    vpdt_outgoing_recipient,
    vpdt_outgoing_signer,
    vpdt_register,
    vpdt_register_volume,
    vpdt_review,
)

# Further faces of the models above; no method of a model is defined twice.
from . import (  # isort: skip
    vpdt_copy_issue,
    vpdt_incoming_correction,
    vpdt_incoming_routing,
    vpdt_outgoing_batch,
    vpdt_outgoing_checks,
    vpdt_outgoing_files,
    vpdt_outgoing_issue,
    vpdt_outgoing_places,
    vpdt_outgoing_signature,
)

from . import desk  # isort: skip  # what waits for whom, of all of the above
