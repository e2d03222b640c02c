"""P9: what a journal row costs: a clerk's registration of an incoming document with it and without it."""

from unittest import mock

from odoo import Command

from . import measuring

NAME = "p9-journal"
GOAL = "a transaction with its journal row takes ≤ 1.1 × the time of the same without it"
RATIO_AT_MOST = 1.1
ROUNDS = 120


def run(env):
    """Create, register, commit; once as it is, once with the writing of the journal left out."""
    clerk = _office(env)
    env.cr.commit()  # pylint: disable=invalid-commit  # the measured transactions stand on it
    Entry = type(env["vpdt.journal.entry"])
    env = env(user=clerk, context={"allowed_company_ids": clerk.company_id.ids})

    def with_journal():
        _register_one(env)

    def without_journal():
        with mock.patch.object(Entry, "_record", lambda self, *args, **kwargs: self.browse()):
            _register_one(env)

    before = _rows(env)
    times = measuring.in_turn(with_journal, without_journal, ROUNDS, warm_up=10)
    written = _rows(env) - before
    return {**times, "detail": {"rows_a_transaction": written / (ROUNDS + 10)}}


def _register_one(env):
    document = env["vpdt.incoming"].create({"author_name": "Cơ quan thử", "subject": "V/v thử nghiệm", "number": "1"})
    document.action_register()
    env.cr.commit()  # pylint: disable=invalid-commit  # this is what is measured
    env.invalidate_all()


def _rows(env):
    env.cr.execute("SELECT count(*) FROM vpdt_journal_entry")
    return env.cr.fetchone()[0]


def _office(env):
    """A clerk of an agency with a register of incoming documents."""
    company = env["res.company"].create({"name": "Cơ quan đo"})
    env["vpdt.register"].create({"name": "Sổ đến", "direction": "incoming", "company_id": company.id})
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": "Văn thư đo",
                "login": "bench.clerk",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set(env.ref("vpdt_base.group_clerk").ids)],
            }
        )
    )
