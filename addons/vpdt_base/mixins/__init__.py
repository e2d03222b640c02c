from . import (
    gate,
    vpdt_history_mixin,
    vpdt_isolation_mixin,
    vpdt_job_mixin,
    vpdt_move_mixin,
    vpdt_owned_mixin,
    vpdt_people_mixin,
    vpdt_secret_mixin,
    vpdt_text_mixin,
)

# These stand on the ones above.
from . import (  # isort: skip
    vpdt_deadline_mixin,
    vpdt_file_owner_mixin,
    vpdt_file_owner_mixin_content,
    vpdt_file_owner_mixin_upload,
    vpdt_participant_mixin,
    vpdt_search_mixin,
)

# And these on all of them.
from . import vpdt_deputy_mixin, vpdt_signable_mixin  # isort: skip
