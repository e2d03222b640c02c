"""Arrival numbers may bear a letter; a part and a word may belong to a task instead of a document."""

from odoo.tools import SQL


def migrate(cr, version):
    """Let the index of the numbers be made anew with the letter, and let parts and words be without a document.

    :param cr: cursor of the database
    :param version: version of the addon that was installed, None when it is installed anew
    """
    cr.execute(SQL("DROP INDEX IF EXISTS vpdt_incoming_number_unique"))
    for table in ("vpdt_assignment", "vpdt_handling_note", "vpdt_handling_dialog"):
        cr.execute(SQL("ALTER TABLE IF EXISTS %s ALTER COLUMN incoming_id DROP NOT NULL", SQL.identifier(table)))
