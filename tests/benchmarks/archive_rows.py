"""A hundred thousand dossiers in an archive, written straight into the database."""

from odoo.tests import new_test_user

DOSSIERS = 100_000
_SPREAD = 40  # years of which the work ended, evenly

FILL = """
    INSERT INTO vpdt_dossier (company_id, title, year, notation, code, holder_id, retention_id, date_start, date_end,
                access_mode, language, state, retention_term, retention_years, retention_until, search_text, held,
                create_uid, write_uid, create_date, write_date)
    SELECT %(company)s, 'Hồ sơ ' || n, 1990 + n %% %(spread)s, n || '.DO', 'H99.' || n, %(user)s, %(rule)s,
           make_date(1990 + n %% %(spread)s, 1, 5), make_date(1990 + n %% %(spread)s, 12, 20), '02', '01', 'kept',
           'years', 20, make_date(2010 + n %% %(spread)s, 12, 31), 'ho so ' || n, n %% 100 = 0, %(user)s, %(user)s,
           now(), now()
      FROM generate_series(1, %(count)s) AS n
"""


def fill(env):
    """An agency whose archive keeps DOSSIERS dossiers by one rule, one in a hundred of them held.

    :return: (env of its archivist, vpdt.retention.rule)
    """
    company = env["res.company"].create({"name": "Lưu trữ đo"})
    groups = "vpdt_base.group_archivist"
    archivist = new_test_user(env, "bench_archivist", groups=groups, company_id=company.id, company_ids=company.ids)
    rule = env["vpdt.retention.rule"].create({"name": "Thời hạn đo", "term": "years", "years": 20})
    env.flush_all()
    values = {"company": company.id, "user": archivist.id, "rule": rule.id, "count": DOSSIERS, "spread": _SPREAD}
    env.cr.execute(FILL, values)
    env.cr.execute("ANALYZE vpdt_dossier")
    env.invalidate_all()
    return env(user=archivist, context={"allowed_company_ids": company.ids}), rule
