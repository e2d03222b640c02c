from . import vpdt_filing
