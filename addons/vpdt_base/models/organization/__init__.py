"""The directory of agencies, and the agencies served here."""

from . import (  # isort: skip
    vpdt_organization,
    vpdt_organization_group,
    vpdt_organization_import,
    vpdt_organization_import_line,
    vpdt_organization_name,
    vpdt_organization_succession,
    vpdt_organization_use,
    res_company,
    res_company_opening,
    res_company_reorganization,
    res_company_signing,
    vpdt_organization_import_apply,
    vpdt_organization_import_sql,
    vpdt_organization_import_stage,
    vpdt_organization_renaming,
)
