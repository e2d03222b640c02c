"""The participants of documents get the agency of their document, and the rule that goes by it.

Before, a colleague who works for two agencies was told of by both. Done in SQL, before the column becomes required:
a province has tens of millions of these rows.
"""

from odoo.tools import SQL, sql


def migrate(cr, version):
    """Fill in ``vpdt_participant.company_id``; rows of documents that are gone go as well.

    :param cr: cursor of the database
    :param version: version of the addon that was installed, None when it is installed anew
    """
    if not version or not sql.table_exists(cr, "vpdt_participant"):
        return
    cr.execute(SQL("ALTER TABLE vpdt_participant ADD COLUMN IF NOT EXISTS company_id integer"))
    cr.execute(SQL("SELECT DISTINCT res_model FROM vpdt_participant WHERE company_id IS NULL"))
    for (model,) in cr.fetchall():
        table = model.replace(".", "_")
        if sql.column_exists(cr, table, "company_id"):
            cr.execute(
                SQL(
                    """
                    UPDATE vpdt_participant AS participant SET company_id = document.company_id
                      FROM %s AS document
                     WHERE participant.company_id IS NULL
                       AND participant.res_model = %s AND participant.res_id = document.id
                    """,
                    SQL.identifier(table),
                    model,
                )
            )
    cr.execute(SQL("DELETE FROM vpdt_participant WHERE company_id IS NULL"))
    cr.execute(  # a rule is noupdate data: the file does not change it in a database that has it
        SQL(
            """
            UPDATE ir_rule SET domain_force = %s
             WHERE id = (SELECT res_id FROM ir_model_data
                          WHERE module = 'vpdt_base' AND name = 'rule_participant_company' AND model = 'ir.rule')
               AND domain_force = %s
            """,
            "[('company_id', 'in', company_ids)]",
            "[('user_id.company_ids', 'in', company_ids)]",
        )
    )
