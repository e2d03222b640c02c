"""Rename, merge, divide, dissolve: what stays, what goes over, who may, and what is refused."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import VpdtCase, today


class ReorganizationCase(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls._make_user("administrator", cls.agency, "group_system_admin")
        cls.old, cls.new = cls.agency.organization_id, cls.other_agency.organization_id

    def wizard(self, kind, organizations, successors=(), user=None, **values):
        return (
            self.env["vpdt.organization.reorganization"]
            .with_user(user or self.administrator)
            .create(
                {
                    "kind": kind,
                    "organization_ids": [(6, 0, organizations.ids)],
                    "decision_number": "12/QĐ-UBND",
                    "decision_date": today() - timedelta(days=3),
                    "successor_ids": [(0, 0, successor) for successor in successors],
                    **values,
                }
            )
        )


@tagged("post_install", "-at_install")
class TestRename(ReorganizationCase):
    def test_the_agency_gets_the_name_and_the_former_one_stays_findable(self):
        wizard = self.wizard("rename", self.old, new_name="Sở Mới", new_identifier="H99.91", new_abbreviation="SM")
        action = wizard.action_apply()
        self.assertEqual(action["res_id"], self.old.id)
        self.assertEqual((self.old.name, self.agency.name, self.old.abbreviation), ("Sở Mới", "Sở Mới", "SM"))
        self.assertEqual(self.old.name_ids.valid_to, today() - timedelta(days=1))
        Organization = self.env["vpdt.organization"]
        for code in ("H99.01", "H99.91"):
            self.assertEqual(Organization._find_by_identifier(code), self.old)
        self.assertIn(self.old.id, [found for found, _name in Organization.name_search("noi vu thu")])
        self.assertEqual(self.agency._name_on(today() - timedelta(days=1)), "Sở Nội vụ thử")
        self.assertEqual(self.agency._name_on(today()), "Sở Mới")

    def test_an_activity_reminds_of_the_notice(self):
        self.wizard("rename", self.old, new_name="Sở Mới").action_apply()
        activity = self.old.activity_ids
        self.assertEqual(activity.user_id, self.administrator)
        days = (activity.date_deadline - (today() - timedelta(days=3))).days
        self.assertTrue(15 <= days <= 26, "15 days, moved to the next working day")

    def test_the_reminder_goes_by_the_agencys_own_days(self):
        """A day off of the agency alone moves its deadline, khoản 5 Điều 148 Bộ luật Dân sự 2015."""
        decision = date(2026, 3, 2)  # the 15th day after is Tuesday, 17 March 2026
        Day = self.env["vpdt.day.exception"].sudo()
        Day.create({"name": "Nghỉ", "date": "2026-03-17", "kind": "off", "company_id": self.agency.id})
        Day.create({"name": "Nghỉ", "date": "2026-03-18", "kind": "off", "company_id": self.other_agency.id})
        self.wizard("rename", self.old, new_name="Sở Mới", decision_date=decision).action_apply()
        self.assertEqual(self.old.activity_ids.date_deadline, date(2026, 3, 18))

    def test_two_renamings_follow_each_other(self):
        self.wizard("rename", self.old, new_name="Hai", date=today() - timedelta(days=10)).action_apply()
        self.wizard("rename", self.old, new_name="Ba").action_apply()
        names = [self.old._name_on(today() - timedelta(days=days)) for days in (30, 5, 0)]
        self.assertEqual(names, ["Sở Nội vụ thử", "Hai", "Ba"])

    def test_it_is_journalled(self):
        self.wizard("rename", self.old, new_name="Sở Mới").action_apply()
        entry = self.env["vpdt.journal.entry"].search(
            [("res_model", "=", "vpdt.organization"), ("res_id", "=", self.old.id)], limit=1
        )
        self.assertIn("12/QĐ-UBND", entry.detail)


@tagged("post_install", "-at_install")
class TestMerge(ReorganizationCase):
    def merge(self, **values):
        wizard = self.wizard("merge", self.old, [{"organization_id": self.new.id}], **values)
        self.assertIn(self.other_agency.name, wizard.plan)
        wizard.action_apply()

    def test_the_former_one_ends_and_points_to_its_successor(self):
        child = self.env["vpdt.organization"].create({"name": "Chi cục", "parent_id": self.old.id})
        self.merge()
        self.assertFalse(self.old.active)
        self.assertEqual(self.old.valid_to, today() - timedelta(days=1))
        link = self.old.succession_ids
        self.assertEqual((link.successor_id, link.kind, link.certainty), (self.new, "merge", "certain"))
        self.assertIn("12/QĐ-UBND", link.legal_basis)
        self.assertEqual(child.parent_id, self.new)
        self.assertEqual(self.old._served_by(), self.other_agency)

    def test_people_go_over_and_keep_sight_of_what_they_began(self):
        department = self.env["hr.department"].create({"name": "VP", "company_id": self.agency.id})
        employee = self.env["hr.employee"].create(
            {"name": "X", "user_id": self.clerk.id, "company_id": self.agency.id, "department_id": department.id}
        )
        self.merge()
        self.assertEqual(self.clerk.company_id, self.other_agency)
        self.assertEqual(self.clerk.company_ids, self.agency + self.other_agency)
        self.assertEqual((employee.company_id, department.company_id), (self.other_agency, self.other_agency))
        self.assertIn(self.agency, self.stranger.company_ids, "the successor's clerk keeps the former books")
        kinds = self.env["vpdt.journal.entry"].search([("res_model", "=", "res.users")]).mapped("kind")
        self.assertIn("permission", kinds)

    def test_keepers_appointed_later_see_the_former_books(self):
        """By an account, by a role, by another agency, through two mergers; not by a role that keeps no books."""
        third = self._make_agency("Sở Ba thử", "H99.03")
        earlier = self._make_user("earlier", third, "group_specialist")
        elsewhere = self._make_user("elsewhere", self._make_agency("Sở Tư thử", "H99.04"), "group_clerk")
        self.merge()
        self.wizard("merge", self.new, [{"organization_id": third.organization_id.id}]).action_apply()
        former = self.agency + self.other_agency
        self.assertEqual(earlier.company_ids, third)
        earlier.group_ids += self.env.ref("vpdt_base.group_archivist")
        elsewhere.write({"company_ids": [(4, third.id)], "company_id": third.id})
        new = self._make_user("new", third, "group_leader")
        for user in earlier + elsewhere + new:
            self.assertLessEqual(former, user.company_ids, user.login)
        by_group = self._make_user("by_group", third, "group_specialist")
        self.assertFalse(former & by_group.company_ids)
        self.env.ref("vpdt_base.group_auditor").user_ids += by_group
        self.assertLessEqual(former, by_group.company_ids)
        self.assertIn(
            "sees_agency",
            " ".join(
                self.env["vpdt.journal.entry"]
                .search([("res_model", "=", "res.users"), ("res_id", "=", new.id)])
                .mapped("detail")
            ),
        )

    def test_without_the_people(self):
        self.merge(move_people=False)
        self.assertEqual(self.clerk.company_ids, self.agency)

    def test_into_a_new_organization_that_is_served_at_once(self):
        line = {"name": "Sở Hợp nhất", "identifier": "H99.77", "abbreviation": "SHN"}
        self.wizard("merge", self.old + self.new, [line]).action_apply()
        successor = self.env["vpdt.organization"]._find_by_identifier("H99.77")
        self.assertEqual(successor.predecessor_ids, self.old + self.new)
        self.assertEqual(successor.company_ids.name, "Sở Hợp nhất")
        self.assertEqual((self.clerk + self.stranger).company_id, successor.company_ids)
        self.assertEqual(successor.activity_ids.user_id, self.administrator)

    def test_into_one_of_the_directory_that_has_no_new_code(self):
        successor = self.env["vpdt.organization"].create({"name": "Sở Gộp", "identifier_legacy": "000.00.77.H99"})
        self.wizard("merge", self.old, [{"organization_id": successor.id}]).action_apply()
        self.assertEqual(successor.company_ids, self.clerk.company_id, "opened for it, and nothing beside it")
        self.assertEqual(self.env["vpdt.organization"].search_count([("name", "=", "Sở Gộp")]), 1)
        self.assertFalse(successor.identifier)

    def test_into_one_of_them(self):
        self.wizard("merge", self.old + self.new, [{"organization_id": self.new.id}]).action_apply()
        self.assertTrue(self.new.active)
        self.assertFalse(self.old.active)


@tagged("post_install", "-at_install")
class TestDivideAndDissolve(ReorganizationCase):
    def test_divided_in_two(self):
        lines = [{"organization_id": self.new.id, "takes_work": True}, {"name": "Sở Hai", "identifier": "H99.78"}]
        self.wizard("split", self.old, lines).action_apply()
        self.assertFalse(self.old.active)
        self.assertEqual(len(self.old.successor_ids), 2)
        self.assertEqual(self.old.succession_ids.filtered("takes_work").successor_id, self.new)
        self.assertEqual(self.clerk.company_id, self.other_agency)

    def test_a_part_is_taken_out(self):
        line = {"name": "Sở Tách", "identifier": "H99.79"}
        self.wizard("split", self.old, [line], continues=True).action_apply()
        self.assertTrue(self.old.active)
        self.assertEqual(self.old.succession_ids.kind, "transfer")
        self.assertEqual((self.old._served_by(), self.clerk.company_id), (self.agency, self.agency))

    def test_a_part_taken_out_comes_back(self):
        line = {"name": "Sở Tách", "identifier": "H99.79"}
        self.wizard("split", self.old, [line], continues=True, date=today() - timedelta(days=9)).action_apply()
        part = self.old.successor_ids
        self.wizard("merge", part, [{"organization_id": self.old.id}]).action_apply()
        self.assertTrue(self.old.active and not part.active)
        self.assertEqual((part._served_by(), self.old._served_by()), (self.agency, self.agency))
        found = self.env["vpdt.organization"].with_context(active_test=False).search([("reachable", "=", True)])
        self.assertLessEqual(self.old + part, found)

    def test_the_rest_follows_the_part_taken_out(self):
        """On another day and on the same one: the link of the part becomes that of the whole."""
        for day, links in ((today() - timedelta(days=9), 2), (today(), 1)):
            old = self.env["vpdt.organization"].create({"name": f"Cũ {links}", "identifier": f"H99.8{links}"})
            part = {"organization_id": self.new.id}
            self.wizard("split", old, [part], continues=True, date=day).action_apply()
            self.wizard("merge", old, [part]).action_apply()
            self.assertEqual((len(old.succession_ids), old._served_by()), (links, self.other_agency))

    def test_merged_then_divided_again_then_merged_with_another(self):
        self.wizard("merge", self.old, [{"organization_id": self.new.id}], move_people=False).action_apply()
        self.old.active = True
        lines = [{"organization_id": self.old.id, "takes_work": True}, {"name": "Sở Hai", "identifier": "H99.78"}]
        self.wizard("split", self.new, lines, move_people=False).action_apply()
        self.assertEqual((self.old._served_by(), self.new._served_by()), (self.agency, self.agency))
        third = self.env["vpdt.organization"].create({"name": "Sở Ba", "identifier": "H99.73"})
        self.wizard("merge", self.old, [{"organization_id": third.id}]).action_apply()
        self.assertEqual(self.old._takes_its_work(), third)
        self.assertEqual(third.company_ids, self.new._served_by())

    def test_dissolved_without_a_successor(self):
        self.wizard("dissolve", self.old).action_apply()
        self.assertFalse(self.old.active or self.old.succession_ids)
        self.assertEqual(self.clerk.company_ids, self.agency)
        self.assertTrue(self.old.activity_ids)


@tagged("post_install", "-at_install")
class TestRefusals(ReorganizationCase):
    def test_what_is_missing_is_said(self):
        new = {"organization_id": self.new.id}
        for kind, organizations, successors, values in (
            ("rename", self.old, (), {}),
            ("rename", self.old + self.new, (), {"new_name": "X"}),
            ("rename", self.old, (), {"new_name": "X", "date": today() + timedelta(days=2)}),
            ("rename", self.old, (), {"new_name": "X", "decision_date": today() + timedelta(days=2)}),
            ("merge", self.old, (), {}),
            ("merge", self.old, ({"organization_id": self.old.id},), {}),
            ("merge", self.old, ({"name": "không mã"},), {}),
            ("split", self.old, (new,), {}),
            ("split", self.old, (new, {"name": "A", "identifier": "H99.1A"}), {}),
            ("split", self.old + self.new, (new,), {"continues": True}),
            ("dissolve", self.old, (new, {"name": "A", "identifier": "H99.1A"}), {}),
            ("dissolve", self.old, ({"organization_id": self.old.id},), {}),
        ):
            with self.subTest(kind=kind, successors=successors, values=values), self.assertRaises(UserError):
                self.wizard(kind, organizations, successors, **values).action_apply()
        self.assertTrue(self.old.active and self.new.active)

    def test_one_that_has_ended(self):
        self.old.active = False
        with self.assertRaises(UserError):
            self.wizard("rename", self.old, new_name="X").action_apply()

    def test_the_system_administrator_only(self):
        for user in (self.clerk, self.leader, self._make_user("unit_admin", self.agency, "group_unit_admin")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.wizard("rename", self.old, new_name="X", user=user)
