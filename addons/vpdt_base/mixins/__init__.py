from . import (
    vpdt_file_owner_mixin,
    vpdt_file_owner_mixin_content,
    vpdt_file_owner_mixin_upload,
    vpdt_move_mixin,
    vpdt_participant_mixin,
    vpdt_search_mixin,
)
