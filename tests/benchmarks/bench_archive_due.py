"""The list of dossiers whose retention has ended, as the archivist opens it, in an archive of 100,000."""

from odoo.addons.vpdt_base.vietnam import today

from . import archive_rows, measuring

NAME = "archive-due"
GOAL = "the list of due dossiers of 100,000 takes ≤ 1.5 × the bare SQL"
RATIO_AT_MOST = 1.5
ROUNDS = 40
PAGE = 80
COLUMNS = ("archive_code", "notation", "title", "year", "retention_until", "state")


def run(env):
    """A page and the count of what is due, through the model with its rules and by hand."""
    archivist, _rule = archive_rows.fill(env)
    company, day = archivist.company, today()
    Dossier = archivist["vpdt.dossier"]
    domain = [("state", "=", "kept"), ("held", "=", False), ("retention_until", "<", day)]
    found = []

    def ours():
        archivist.invalidate_all()
        page = Dossier.search_fetch(domain, COLUMNS, limit=PAGE)
        found[:] = [Dossier.search_count(domain), [[record[name] for name in COLUMNS] for record in page]]

    where = "company_id = %s AND state = 'kept' AND held IS NOT TRUE AND retention_until < %s"
    by_hand = []

    def yardstick():
        columns = ", ".join(COLUMNS)
        env.cr.execute(  # pylint: disable=sql-injection
            f"SELECT id, {columns} FROM vpdt_dossier WHERE {where} ORDER BY year DESC, id DESC LIMIT {PAGE}",
            [company.id, day],
        )
        rows = env.cr.fetchall()
        env.cr.execute(f"SELECT count(*) FROM vpdt_dossier WHERE {where}", [company.id, day])  # pylint: disable=E8103
        by_hand[:] = [env.cr.fetchone()[0], rows]

    times = measuring.in_turn(ours, yardstick, ROUNDS, warm_up=5)
    same = found[0] == by_hand[0] and len(found[1]) == len(by_hand[1])
    return {**times, "met": same, "detail": {"dossiers": archive_rows.DOSSIERS, "due": found[0], "same": same}}
