"""Opening the accounts of a province: people with their employees and accounts, against bare users."""

from unittest import mock

from odoo import Command

from . import measuring

NAME = "accounts"
GOAL = "27,000 accounts take ≤ 1.3 × the time of making as many bare users with their employees"
RATIO_AT_MOST = 1.3
BATCH, ROUNDS, PROVINCE = 100, 6, 27_000


def run(env):
    """Batches of people of one agency, as an import makes them; without our accounts and their journal in turn."""
    company = env["res.company"].create({"name": "Cơ quan đo tài khoản"})
    env.cr.commit()  # pylint: disable=invalid-commit  # the measured transactions stand on it
    env = env(context={**env.context, "no_reset_password": True, "allowed_company_ids": company.ids})
    company = company.with_env(env)
    Users, Entry = type(env["res.users"]), type(env["vpdt.journal.entry"])
    made = iter(range(10**6))

    def ours():
        company._create_people([_person(next(made)) for _each in range(BATCH)], None)
        _commit(env)

    def bare():
        with (
            mock.patch.object(Users, "_open_accounts", lambda self: None),
            mock.patch.object(Entry, "_record", lambda self, *args, **kwargs: self.browse()),
        ):
            people = [_person(next(made)) for _each in range(BATCH)]
            users = env["res.users"].create([_user(env, company, person) for person in people])
            env["hr.employee"].create(
                [{"name": user.name, "user_id": user.id, "company_id": company.id} for user in users]
            )
        _commit(env)

    times = measuring.in_turn(ours, bare, ROUNDS)
    middle = measuring.summary(times["ours"])["median"]
    return {**times, "detail": {"minutes_of_a_province": round(middle * PROVINCE / BATCH / 60, 1)}}


def _person(number):
    login = f"nguoi{number}.do@example.vn"
    return {"name": f"Người đo {number}", "login": login, "email": login, "roles": ["specialist"], "title": "",
            "department": ""}  # fmt: skip


def _user(env, company, person):
    return {
        "name": person["name"],
        "login": person["login"],
        "email": person["email"],
        "company_id": company.id,
        "company_ids": [Command.set(company.ids)],
        "group_ids": [Command.set(env.ref("vpdt_base.group_specialist").ids)],
    }


def _commit(env):
    env.cr.commit()  # pylint: disable=invalid-commit  # this is what is measured
    env.invalidate_all()
