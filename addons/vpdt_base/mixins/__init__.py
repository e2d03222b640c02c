from . import (
    vpdt_file_owner_mixin,
    vpdt_isolation_mixin,
    vpdt_move_mixin,
    vpdt_participant_mixin,
    vpdt_search_mixin,
    vpdt_text_mixin,
)
