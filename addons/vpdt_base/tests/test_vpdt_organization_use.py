"""Recent ones first: what an agency used lately heads its choice lists, and nobody else's."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import VpdtCase


@tagged("post_install", "-at_install")
class TestRecentFirst(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Organization = cls.env["vpdt.organization"]
        cls.offices = cls.Organization.create(
            [{"name": f"Ban Quản lý thử {n}", "identifier": f"H96.0{n}", "level": "2"} for n in range(1, 6)]
        )
        cls.first, cls.second, cls.third = cls.offices[:3]

    def use(self, *organizations, agency=None):
        for organization in organizations:
            self.env["vpdt.organization.use"]._record(agency or self.agency, organization)

    def found(self, words="ban quan ly thu", user=None, **options):
        Organization = self.Organization.with_user(user or self.clerk)
        return self.Organization.browse([found for found, _name in Organization.name_search(words, **options)])

    def test_the_latest_first_then_the_order_of_the_directory(self):
        self.assertEqual(self.found(), self.offices)
        self.use(self.third, self.second)
        self.assertEqual(self.found()[:3].ids, (self.second + self.third + self.first).ids)
        self.use(self.third)
        self.assertEqual(self.found()[:3].ids, (self.third + self.second + self.first).ids)

    def test_before_a_letter_is_typed(self):
        self.use(self.second)
        self.assertEqual(self.found("")[0], self.second)
        self.assertEqual(len(self.found("", limit=1)), 1)
        self.assertEqual(len(self.found("", limit=3)), 3)

    def test_only_those_that_match(self):
        self.use(self.second)
        self.assertEqual(self.found("quan thu 3 ly"), self.third)
        self.assertEqual(self.found(domain=[("id", "!=", self.second.id)])[0], self.first)
        self.assertFalse(self.found("%_"))

    def test_a_typed_code_comes_before_them(self):
        self.Organization.create({"name": "Phòng", "identifier": "H96.01.05"})
        child = self.Organization._find_by_identifier("H96.01.05")
        self.use(child)
        self.assertEqual(self.found("h96.01").ids, [self.first.id, child.id])

    def test_each_one_once_and_limits_hold(self):
        self.use(self.first, self.second, self.first, self.second)
        self.assertEqual(len(self.found()), 5)
        self.assertEqual(self.found(limit=1), self.second)
        self.assertEqual(self.found(limit=3).ids, (self.second + self.first + self.third).ids)
        self.assertEqual(len(self.found(limit=None)), 5)

    def test_of_another_agency_is_of_no_concern(self):
        self.use(self.third, agency=self.other_agency)
        self.assertEqual(self.found()[0], self.first)
        self.assertEqual(self.found(user=self.stranger)[0], self.third)

    def test_an_ended_one_is_not_offered(self):
        self.use(self.second)
        self.second.active = False
        self.assertNotIn(self.second, self.found())

    def test_the_same_number_of_queries_however_many_were_used(self):
        self.use(self.first)
        self.found()
        before = self.env.cr.sql_log_count
        self.found(limit=2)
        once = self.env.cr.sql_log_count - before
        self.use(*self.offices)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.found(limit=2)
        self.assertLessEqual(self.env.cr.sql_log_count - before, once)

    def test_older_uses_are_cleared_away(self):
        Use = self.env["vpdt.organization.use"]
        self.use(self.first, self.second, self.first)
        Use.create({"company_id": self.agency.id, "organization_id": self.third.id, "used_at": "2020-01-01"})
        Use._gc_uses()
        left = Use.search([("company_id", "=", self.agency.id)])
        self.assertEqual(left.organization_id, self.first + self.second)
        self.assertEqual(len(left), 2)
        self.assertGreater(left[0].used_at, fields.Datetime.now() - timedelta(minutes=5))
        self.assertEqual(self.found()[:2].ids, (self.first + self.second).ids)

    def test_nobody_reads_the_uses_themselves(self):
        self.use(self.first)
        for user in (self.clerk, self.leader):
            with self.assertRaises(AccessError):
                self.env["vpdt.organization.use"].with_user(user).search([]).read()
