"""P1: to register an incoming document with its scan, beside a bare record of Odoo that has a conversation."""

import base64

from odoo.addons.vpdt_base.tests.builders import tiny_pdf

from . import incoming_rows, measuring

NAME = "p1-registering"
GOAL = "register a document with a 100 KB PDF at ≥ 0.5 of the rate of creating and writing a bare mail.thread record"
RATIO_AT_MOST = 2.0
ROUNDS = 60
SIZE = 100_000


def run(env):
    """A clerk's request: document, file, number, journal, search text, commit; the yardstick: res.partner, commit."""
    clerk = incoming_rows.office(env)["clerk"]
    clerk.cr.commit()  # pylint: disable=invalid-commit  # the measured transactions stand on it
    counter = iter(range(10**6))

    def register():
        number = next(counter)
        scan = tiny_pdf(str(number)) + b"\n%" + b"x" * (SIZE - 2000)
        values = {"author_name": "Cơ quan gửi", "subject": f"V/v đo {number}", "number": str(number)}
        document = clerk["vpdt.incoming"].create(
            {**values, "upload": base64.b64encode(scan), "upload_name": f"{number}.pdf"}
        )
        document.action_register()
        _end(clerk)

    def bare():
        partner = env["res.partner"].create({"name": f"Đo {next(counter)}"})
        partner.write({"comment": "x"})
        _end(env)

    return measuring.in_turn(register, bare, ROUNDS, warm_up=5)


def _end(env):
    env.cr.commit()  # pylint: disable=invalid-commit  # this is what is measured
    env.invalidate_all()
