"""An organization is named once in a document by an index: a recipient need not be an organization now."""

from odoo.tools import SQL


def migrate(cr, version):
    """Drop the constraint of the former version, whose column may be empty now.

    :param cr: cursor of the database
    :param version: version of the addon that was installed, None when it is installed anew
    """
    cr.execute(
        SQL(
            "ALTER TABLE vpdt_outgoing_recipient"
            " DROP CONSTRAINT IF EXISTS vpdt_outgoing_recipient_recipient_unique,"
            " ALTER COLUMN organization_id DROP NOT NULL"
        )
    )
