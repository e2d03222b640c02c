"""Agencies from before there were copies get their register of copies."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Make the registers that are missing; nothing is done where each agency at work has one.

    :param cr: cursor of the database
    :param version: version of the addon that was installed, None when it is installed anew
    """
    api.Environment(cr, SUPERUSER_ID, {})["res.company"]._open_copy_registers()
