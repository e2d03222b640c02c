"""The day of registration was that of arrival before; whole numbers are searched; packets asked for answers."""


def migrate(cr, version):
    cr.execute("UPDATE vpdt_incoming SET registered_day = arrival_day WHERE registered_day IS NULL")
    # What the sender asks for is the day of the answer, not ours of handling.
    cr.execute(
        "UPDATE vpdt_incoming SET answer_by = due_date, needs_answer = due_date IS NOT NULL WHERE source = 'axis'"
    )
    for table in ("vpdt_incoming", "vpdt_outgoing"):
        cr.execute(  # names of our own tables
            f"""
            UPDATE {table} SET search_text = concat_ws(' ', search_text, lower(unaccent(code)))
             WHERE code IS NOT NULL AND code <> ''
            """
        )
