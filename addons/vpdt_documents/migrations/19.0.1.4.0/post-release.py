"""Signed documents that wait to go out get the moment by which they do."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Start the clock of documents that were signed before there was one.

    :param cr: cursor of the database
    :param version: version of the addon that was installed, None when it is installed anew
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["vpdt.outgoing"].search([("state", "in", ("signed", "numbered"))])._start_release_clock()
