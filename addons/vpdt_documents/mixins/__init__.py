from . import vpdt_document_mixin, vpdt_document_mixin_handover
