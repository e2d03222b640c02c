from . import vpdt_filing, vpdt_handing_over, vpdt_hold, vpdt_plan_import
