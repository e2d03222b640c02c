"""Everybody is in the zone of Viet Nam: logins had written the zone of the browser into people."""

from odoo.tools import SQL

ZONE = "Asia/Ho_Chi_Minh"


def migrate(cr, version):
    """Put the zone right, of people and of what follows from them.

    :param cr: cursor of the database
    :param version: version of the addon that was installed, None when it is installed anew
    """
    for table in ("res_partner", "resource_resource", "resource_calendar"):
        cr.execute(SQL("UPDATE %s SET tz = %s WHERE tz IS DISTINCT FROM %s", SQL.identifier(table), ZONE, ZONE))
