from . import (
    vpdt_deputy_mixin,
    vpdt_document_mixin,
    vpdt_document_mixin_copies,
    vpdt_document_mixin_entry,
    vpdt_document_mixin_handover,
    vpdt_document_mixin_mark,
    vpdt_signable_mixin_dialog,
)
