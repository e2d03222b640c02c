"""What was exchanged before there were channels went inside this system; waiting is doubled up to eight hours."""

from odoo import SUPERUSER_ID, api

PATTERN = {n: [27 * 2 ** (n - 1), 33 * 2 ** (n - 1)] if n < 11 else [25920, 31680] for n in range(1, 16)}


def migrate(cr, version):
    """Put packets on the channel inside this system, and bring the noupdate job function up to date.

    :param cr: cursor of the database
    :param version: version of the addon that was installed, None when it is installed anew
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    here = env.ref("vpdt_interop.exchange_channel_here", raise_if_not_found=False)
    if here:
        cr.execute(
            "UPDATE vpdt_exchange_message SET channel_id = %s"
            " WHERE channel_id IS NULL AND (direction = 'in' OR state = 'delivered')",
            [here.id],
        )
    cr.execute("UPDATE vpdt_exchange_message SET sent_at = write_date, delivered_at = write_date"
               " WHERE state = 'delivered' AND delivered_at IS NULL")  # fmt: skip
    function = env.ref("vpdt_interop.job_function_deliver", raise_if_not_found=False)
    if function:
        function.retry_pattern = PATTERN
