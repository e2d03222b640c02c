from . import (
    vpdt_assignment,
    vpdt_copy,
    vpdt_document_type,
    vpdt_incoming,
    vpdt_outgoing,
    vpdt_outgoing_deputy,
    vpdt_outgoing_issue,
    vpdt_outgoing_recipient,
    vpdt_outgoing_signer,
    vpdt_register,
    vpdt_register_series,
    vpdt_register_volume,
    vpdt_review,
)

# These extend the models above, and those of others; one may stand on another, in the order of their names.
from . import (  # isort: skip
    common_behaviour,
    res_company,
    res_company_opening,
    res_company_reorganization,
    vpdt_copy_making,
    vpdt_delegation,
    vpdt_file,
    vpdt_file_published,
    vpdt_journal_entry,
    vpdt_incoming_correction,
    vpdt_incoming_files,
    vpdt_incoming_routing,
    vpdt_incoming_signatures,
    vpdt_outgoing_annex,
    vpdt_outgoing_batch,
    vpdt_outgoing_files,
    vpdt_outgoing_issued,
    vpdt_outgoing_places,
    vpdt_outgoing_checks,
    vpdt_copy_issue,
)

from . import desk  # isort: skip  # what waits for whom, of all of the above
