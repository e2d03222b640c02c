"""Who works here, in whose place, and who may see what."""

from . import (  # isort: skip
    vpdt_access_change,
    vpdt_delegation,
    vpdt_delegation_standing,
    vpdt_participant,
    hr_department,
    hr_job,
    hr_employee,
    hr_employee_login,
    accounts_kept,
    res_partner,
    res_users,
    res_groups,
    res_users_login,
)
