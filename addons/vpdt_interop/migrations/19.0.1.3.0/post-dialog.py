"""The dialog that asks recipients has a name of its own now; its old tables, of a dialog's length of life, go."""

from odoo.tools import SQL

TABLES = ("vpdt_exchange_recall_vpdt_outgoing_recipient_rel", "vpdt_exchange_recall")


def migrate(cr, version):
    """Drop the tables of `vpdt.exchange.recall`.

    :param cr: cursor of the database
    :param version: version of the addon that was installed, None when it is installed anew
    """
    for table in TABLES:
        cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(table)))
