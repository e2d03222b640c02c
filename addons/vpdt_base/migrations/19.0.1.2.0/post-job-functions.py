"""How jobs are tried again is said by their functions, which are noupdate data: a file does not change them."""

from odoo import SUPERUSER_ID, api

FUNCTIONS = {
    "job_function_scan": ("_scan_given_up", {1: 30, 2: 60, 3: 300, 4: 900, 5: 1800}),
    "job_function_prepare_reading": ("_reading_given_up", {1: 60, 2: 300, 3: 1800}),
    "job_function_upgrade_level": ("_level_given_up", {1: 180, 2: 600, 3: 1800, 4: 7200, 5: 28800}),
    "job_function_ask_revocation": ("_revocation_given_up", {1: 120, 2: 900, 3: 7200, 4: 43200}),
}


def migrate(cr, version):
    """Give the job functions of before their retry_pattern and on_fail_method.

    :param cr: cursor of the database
    :param version: version of the addon that was installed, None when it is installed anew
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, (method, pattern) in FUNCTIONS.items():
        function = env.ref(f"vpdt_base.{name}", raise_if_not_found=False)
        if function:
            function.write({"on_fail_method": method, "retry_pattern": pattern})
