from . import vpdt_filing, vpdt_hold
