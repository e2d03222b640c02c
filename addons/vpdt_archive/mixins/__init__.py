from . import vpdt_document_mixin
