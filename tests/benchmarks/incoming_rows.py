"""Incoming documents by the million, cloned from one that came its whole way, straight in the database."""

from odoo import Command
from odoo.tests import new_test_user

# Words of subjects: 40 × 40 × 40 of them differ, and each pair of words is in one of 1,600 documents.
WORDS = (
    "báo cáo kế hoạch dự toán ngân sách đầu tư công trình giao thông nông thôn y tế giáo dục đào tạo văn hóa du lịch "
    "thể thao môi trường đất đai xây dựng quy hoạch đô thị thương mại công nghiệp lao động xã hội thi đua khen thưởng"
).split()[:40]
SEEN_BY_SPECIALIST = 20  # one of so many


def office(env):
    """An agency with its people and register.

    :return: ``{role: env of that person}`` for clerk, leader and specialist
    """
    company = env["res.company"].create({"name": "Cơ quan đo"})
    env["vpdt.register"].create({"name": "Sổ đến", "direction": "incoming", "company_id": company.id})
    people = {}
    for role in ("clerk", "leader", "specialist"):
        groups = f"vpdt_base.group_{role}"
        user = new_test_user(
            env, f"bench_{role}", groups=groups, company_id=company.id, company_ids=[Command.set(company.ids)]
        )
        env["hr.employee"].create({"name": user.name, "user_id": user.id, "company_id": company.id})
        people[role] = env(user=user, context={"allowed_company_ids": company.ids, "lang": "vi_VN"})
    return people


def fill(people, count):
    """Clone one document that was directed to the specialist until there are ``count``; he sees one of twenty.

    :param people: from :func:`office`
    :param int count: documents that there are in the end
    """
    values = {"author_name": "Cơ quan gửi", "subject": "V/v đo", "number": "1", "leader_id": people["leader"].uid}
    document = people["clerk"]["vpdt.incoming"].create(values)
    document.action_register()
    document.action_submit()
    of_leader = document.with_env(people["leader"])
    of_leader.direct([{"kind": "user", "id": people["specialist"].uid, "part": "lead", "deadline": ""}], "Xử lý.")
    env = people["clerk"]
    env.flush_all()
    cr = env.cr
    cr.execute("SELECT count(*) FROM vpdt_incoming")
    missing = count - cr.fetchone()[0]
    cr.execute("CREATE TEMP TABLE cloned ON COMMIT DROP AS SELECT n, nextval('vpdt_incoming_id_seq') AS id"
               " FROM generate_series(1, %s) AS n", [missing])  # fmt: skip
    words = "(%(words)s::text[])"
    subject = f"concat_ws(' ', {words}[1 + n %% 40], {words}[1 + n / 40 %% 40], {words}[1 + n / 1600 %% 40], n)"
    _clone(cr, "vpdt_incoming", document.id, {
        "id": "c.id", "number": "n::text", "arrival_number": "n + 1", "subject": subject,
        "search_text": f"unaccent(replace(replace({subject}, 'đ', 'd'), 'Đ', 'd'))",
        "arrived_at": "now() at time zone 'UTC' - n * interval '1 minute'",
    })  # fmt: skip
    part = document.sudo().assignment_ids.id
    _clone(cr, "vpdt_assignment", part, {"id": "nextval('vpdt_assignment_id_seq')", "incoming_id": "c.id"},
           f"c.n %% {SEEN_BY_SPECIALIST} = 0")  # fmt: skip
    for participant in env["vpdt.participant"].sudo().search([("res_id", "=", document.id)]):
        seen = f"c.n %% {SEEN_BY_SPECIALIST} = 0" if participant.user_id.id == people["specialist"].uid else "true"
        _clone(cr, "vpdt_participant", participant.id, {"id": "nextval('vpdt_participant_id_seq')", "res_id": "c.id"},
               seen)  # fmt: skip
    cr.commit()
    cr.execute("ANALYZE vpdt_incoming; ANALYZE vpdt_assignment; ANALYZE vpdt_participant")
    cr.commit()
    env.invalidate_all()


def _clone(cr, table, row, changed, where="true"):
    """Copy a row for each of the temporary table ``cloned`` (as ``c``), with some columns computed."""
    cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
               [table])  # fmt: skip
    kept = [f't."{name}"' for (name,) in cr.fetchall() if name not in changed]
    names = ", ".join([*changed, *(name.removeprefix("t.") for name in kept)])
    values = ", ".join([*changed.values(), *kept])
    source = f"{table} t, cloned c WHERE t.id = %(row)s AND {where}"
    cr.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {source}", {"row": row, "words": WORDS})
