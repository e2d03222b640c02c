from . import vpdt_desk, vpdt_incoming_desk, vpdt_mark
