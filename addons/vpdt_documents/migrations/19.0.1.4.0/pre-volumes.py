"""A register has several books now, each with volumes of its own: an index keeps their numbers apart."""

from odoo.tools import SQL


def migrate(cr, version):
    """Drop the constraint of the former version, whose name the index takes.

    :param cr: cursor of the database
    :param version: version of the addon that was installed, None when it is installed anew
    """
    cr.execute(SQL("ALTER TABLE vpdt_register_volume DROP CONSTRAINT IF EXISTS vpdt_register_volume_volume_unique"))
