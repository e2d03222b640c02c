"""Record rules are the product's, not the customer's: they follow the addon at each update from now on."""

from odoo.tools import SQL


def migrate(cr, version):
    """Let the rules that an earlier version has marked as kept be updated.

    :param cr: cursor of the database
    :param version: version of the addon that was installed, None when it is installed anew
    """
    cr.execute(SQL("UPDATE ir_model_data SET noupdate = false WHERE module = 'vpdt_archive' AND model = 'ir.rule'"))
