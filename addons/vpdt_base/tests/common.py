"""What the tests of the models share: two agencies and their people, built once a class."""

from odoo.tests import TransactionCase

# The day of the office, which is one ahead of UTC from 17:00 on; asked anew, as a run may last past midnight.
from ..vietnam import today  # noqa: F401


class VpdtCase(TransactionCase):
    """Sở Nội vụ with a clerk, a leader and an auditor; Sở Tài chính with a clerk who is a stranger to all of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agency = cls._make_agency("Sở Nội vụ thử", "H99.01")
        cls.other_agency = cls._make_agency("Sở Tài chính thử", "H99.02")
        cls.clerk, cls.leader, cls.auditor, cls.stranger = cls._make_users(
            ("clerk", cls.agency, "group_clerk"),
            ("leader", cls.agency, "group_leader"),
            ("auditor", cls.agency, "group_auditor"),
            ("stranger", cls.other_agency, "group_clerk"),
        )

    @classmethod
    def _make_agency(cls, name, identifier):
        organization = cls.env["vpdt.organization"].create({"name": name, "identifier": identifier})
        return cls.env["res.company"].create({"name": name, "organization_id": organization.id})

    @classmethod
    def _make_user(cls, login, agency, *groups):
        """A user of one agency with the given roles of vpdt_base."""
        return cls._make_users((login, agency, *groups))

    @classmethod
    def _make_users(cls, *people):
        """Users in one go, which costs little more than one of them.

        :param people: of each (login, agency, group of vpdt_base, …)
        """
        return cls.env["res.users"].create([cls._prepare_user_vals(*person) for person in people])

    @classmethod
    def _prepare_user_vals(cls, login, agency, *groups):
        login, names = f"vpdt_test_{login}", [f"vpdt_base.{group}" for group in groups]
        return {
            "login": login,
            "password": login,
            "name": f"{login} ({','.join(names)})",
            "email": "v.v@example.com",
            "group_ids": [(6, 0, [cls.env.ref(name).id for name in names])],
            "company_id": agency.id,
            "company_ids": [(6, 0, agency.ids)],
        }
