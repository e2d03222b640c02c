from . import (
    vpdt_disposal,
    vpdt_disposal_line,
    vpdt_dossier,
    vpdt_dossier_item,
    vpdt_file_plan,
    vpdt_file_plan_line,
    vpdt_fonds,
    vpdt_package,
    vpdt_retention_rule,
    vpdt_transfer,
    vpdt_transfer_line,
)

# These extend the models above, and those of others.
from . import (  # isort: skip
    ir_attachment,
    res_company,
    vpdt_backup,
    vpdt_disposal_forms,
    vpdt_dossier_closing,
    vpdt_dossier_destruction,
    vpdt_dossier_forms,
    vpdt_dossier_hold,
    vpdt_dossier_retention,
    vpdt_file,
    vpdt_file_plan_forms,
    vpdt_incoming,
    vpdt_journal_entry,
    vpdt_outgoing,
    vpdt_package_content,
    vpdt_transfer_forms,
)
