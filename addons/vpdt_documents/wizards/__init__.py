from . import vpdt_agency_opening, vpdt_incoming_correction
