"""The first step after a security incident rests on another article; the steps are noupdate data."""

from odoo import SUPERUSER_ID, api

WRONG, RIGHT = "khoản 6 Điều 17 Quy chế", "điểm a khoản 4 Điều 5 Quy chế"


def migrate(cr, version):
    """Cite the right article, unless somebody has written another one.

    :param cr: cursor of the database
    :param version: version of the addon that was installed, None when it is installed anew
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    step = env.ref("vpdt_accounts.step_security_1", raise_if_not_found=False)
    if step and step.legal_basis == WRONG:
        step.legal_basis = RIGHT
