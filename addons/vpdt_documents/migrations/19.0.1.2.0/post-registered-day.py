"""The day of registration was that of arrival before; whole numbers are searched; packets asked for answers."""

from odoo.tools import SQL


def migrate(cr, version):
    """Fill in what is new from what it was before.

    :param cr: cursor of the database
    :param version: version of the addon that was installed, None when it is installed anew
    """
    cr.execute("UPDATE vpdt_incoming SET registered_day = arrival_day WHERE registered_day IS NULL")
    # What the sender asks for is the day of the answer, not ours of handling.
    cr.execute(
        "UPDATE vpdt_incoming SET answer_by = due_date, needs_answer = due_date IS NOT NULL WHERE source = 'axis'"
    )
    for table in ("vpdt_incoming", "vpdt_outgoing"):
        cr.execute(
            SQL(
                "UPDATE %s SET search_text = concat_ws(' ', search_text, lower(unaccent(code))) WHERE code <> ''",
                SQL.identifier(table),
            )
        )
