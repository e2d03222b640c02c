from . import vpdt_agency_opening
