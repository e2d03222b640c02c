"""Writing to an organization, or registering what it wrote, puts it first in the choice lists of the agency."""

from odoo.tests import tagged

from .common import OfficeCase


@tagged("post_install", "-at_install")
class TestRecentOrganizations(OfficeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.offices = cls.env["vpdt.organization"].create(
            [{"name": f"Trung tâm thử {n}", "identifier": f"H96.1{n}"} for n in range(1, 5)]
        )

    def proposed(self, user):
        Organization = self.as_user(user)["vpdt.organization"]
        return [found for found, _name in Organization.name_search("trung tam thu")]

    def test_recipients_of_what_was_issued(self):
        third = self.offices[2]
        self.issued(recipient_ids=[(0, 0, {"organization_id": third.id})])
        self.assertEqual(self.proposed(self.specialist)[0], third.id)
        self.assertEqual(self.proposed(self.stranger)[0], self.offices[0].id, "of no concern to others")

    def test_a_draft_says_nothing(self):
        self.draft(recipient_ids=[(0, 0, {"organization_id": self.offices[2].id})])
        self.assertEqual(self.proposed(self.specialist)[0], self.offices[0].id)

    def test_author_of_what_was_registered(self):
        document = self.as_user(self.clerk)["vpdt.incoming"].create(
            {"subject": "Về việc thử", "author_id": self.offices[3].id}
        )
        self.assertEqual(self.proposed(self.clerk)[0], self.offices[0].id)
        document.action_register()
        self.assertEqual(self.proposed(self.clerk)[0], self.offices[3].id)

    def test_an_author_who_is_not_in_the_directory(self):
        document = self.as_user(self.clerk)["vpdt.incoming"].create({"subject": "Thư", "author_name": "Ông A"})
        self.assertTrue(document.action_register())
