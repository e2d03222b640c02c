from . import (
    vpdt_file_owner_mixin,
    vpdt_file_owner_mixin_content,
    vpdt_file_owner_mixin_upload,
    vpdt_history_mixin,
    vpdt_isolation_mixin,
    vpdt_move_mixin,
    vpdt_participant_mixin,
    vpdt_participant_sharing_mixin,
    vpdt_search_mixin,
    vpdt_signable_mixin,
    vpdt_text_mixin,
)
