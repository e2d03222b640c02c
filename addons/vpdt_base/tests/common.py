"""What the tests of the models share: two agencies and their people, built once a class."""

from odoo import fields
from odoo.tests import TransactionCase, new_test_user

from ..deadlines.dates import to_vietnam


def today():
    """The day of the office, which is one ahead of UTC from 17:00 on; asked anew, as a run may last past midnight."""
    return to_vietnam(fields.Datetime.now()).date()


class VpdtCase(TransactionCase):
    """Sở Nội vụ with a clerk, a leader and an auditor; Sở Tài chính with a clerk who is a stranger to all of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agency = cls._make_agency("Sở Nội vụ thử", "H99.01")
        cls.other_agency = cls._make_agency("Sở Tài chính thử", "H99.02")
        cls.clerk = cls._make_user("clerk", cls.agency, "group_clerk")
        cls.leader = cls._make_user("leader", cls.agency, "group_leader")
        cls.auditor = cls._make_user("auditor", cls.agency, "group_auditor")
        cls.stranger = cls._make_user("stranger", cls.other_agency, "group_clerk")

    @classmethod
    def _make_agency(cls, name, identifier):
        organization = cls.env["vpdt.organization"].create({"name": name, "identifier": identifier})
        return cls.env["res.company"].create({"name": name, "organization_id": organization.id})

    @classmethod
    def _make_user(cls, login, agency, *groups):
        """A user of one agency with the given roles of vpdt_base."""
        return new_test_user(
            cls.env,
            f"vpdt_test_{login}",
            groups=",".join(f"vpdt_base.{group}" for group in groups),
            company_id=agency.id,
            company_ids=[(6, 0, agency.ids)],
        )
