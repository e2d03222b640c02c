"""Packets are read by nobody as attachments and by no administrator; Odoo's copy of their text goes.

Rules and job functions are noupdate data: a file does not change them in a database that has them.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Bring noupdate data up to date, and drop the text that was kept of packets.

    :param cr: cursor of the database
    :param version: version of the addon that was installed, None when it is installed anew
    """
    if not version:
        return
    cr.execute("UPDATE ir_attachment SET index_content = NULL WHERE res_model = 'vpdt.exchange.message'")
    env = api.Environment(cr, SUPERUSER_ID, {})
    rule = env.ref("vpdt_interop.rule_exchange_message_clerk", raise_if_not_found=False)
    if rule:
        rule.groups -= env.ref("vpdt_base.group_unit_admin")
    function = env.ref("vpdt_interop.job_function_deliver", raise_if_not_found=False)
    if function:
        function.on_fail_method = "_delivery_given_up"
