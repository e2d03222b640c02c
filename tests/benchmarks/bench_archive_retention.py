"""A changed rule reaches 100,000 dossiers, held ones left as they are, each listed before and after."""

from odoo.tools import SQL

from . import archive_rows, measuring

NAME = "archive-retention"
GOAL = "retention of 100,000 dossiers reckoned anew, with its list, takes ≤ 1.5 × the bare UPDATE and INSERT"
RATIO_AT_MOST = 1.5
ROUNDS = 3


def run(env):
    """The job of the rule, and the least that SQL by hand has to write: the dossiers and the list."""
    _archivist, rule = archive_rows.fill(env)
    changed = []

    def undone(work):
        def one():
            with env.cr.savepoint(flush=False) as savepoint:
                work()
                savepoint.rollback()

        return one

    def ours():
        changed[:] = rule._recompute_dossiers()

    def yardstick():
        env.cr.execute(
            SQL(
                """
                WITH written AS (
                    UPDATE vpdt_dossier SET retention_years = 30,
                           retention_until = retention_until + interval '10 years',
                           transfer_due = make_date(extract(year FROM date_end)::integer + 1, 12, 31)
                     WHERE retention_id = %(rule)s AND held IS NOT TRUE RETURNING id, company_id, retention_until
                )
                INSERT INTO vpdt_retention_change (dossier_id, company_id, rule_id, at, before_term, before_years,
                            before_until, after_term, after_years, after_until, applied)
                SELECT id, company_id, %(rule)s, now(), 'years', 20, retention_until, 'years', 30, retention_until, true
                  FROM written
                """,
                rule=rule.id,
            )
        )

    env.cr.execute("UPDATE vpdt_retention_rule SET years = 30 WHERE id = %s", [rule.id])
    env.invalidate_all()
    times = measuring.in_turn(undone(ours), undone(yardstick), ROUNDS)
    expected = archive_rows.DOSSIERS - archive_rows.DOSSIERS // 100, archive_rows.DOSSIERS // 100
    return {**times, "met": tuple(changed) == expected, "detail": {"changed": changed[0], "held": changed[1]}}
