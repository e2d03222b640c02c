"""Who works here, in whose place, and who may see what."""

from . import (  # isort: skip
    vpdt_access_change,
    vpdt_delegation,
    vpdt_delegation_standing,
    vpdt_participant,
    hr_department,
    hr_employee,
    hr_employee_login,
    res_partner_account,
    res_partner_zone,
    res_users,
    res_users_login,
    res_people,
    res_users_succession,
    res_users_name,
    vpdt_participant_journal,
)
