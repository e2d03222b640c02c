from . import vpdt_deputy_mixin, vpdt_document_mixin, vpdt_document_mixin_handover
