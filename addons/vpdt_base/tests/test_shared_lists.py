"""What Odoo keeps once for a whole database is not one agency's to change for all others."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import VpdtCase

ROLES = "user specialist unit_head leader clerk archivist unit_admin auditor".split()

#: What people of an office may write outside our own models, and what keeps it apart; a new one is looked at first.
LOOKED_AT = {
    "auth.passkey.key": "one's own",
    "base_import.mapping": "one's own",
    "discuss.channel": "members",
    "discuss.channel.member": "members, of people one sees",
    "hr.department": "agency",
    "hr.employee": "agency",
    "hr.employee.location": "one's own",
    "hr.employee.skill": "agency",
    "hr.job": "agency",
    "hr.job.skill": "agency",
    "hr.resume.line": "agency",
    "hr.version": "agency",
    "ir.attachment": "one's own, and of what one may see",
    "ir.default": "one's own",
    "ir.embedded.actions": "one's own",
    "ir.exports.line": "one's own",
    "ir.filters": "one's own",
    "mail.activity": "of what one may see",
    "mail.canned.response": "one's own",
    "mail.message": "of what one may see",
    "mail.notification": "one's own",
    "mail.scheduled.message": "of what one may see",
    "res.users.settings": "one's own",
    "res.users.settings.embedded.action": "one's own",
    "res.users.settings.volumes": "one's own",
    "resource.calendar.leaves": "agency",
    "resource.resource": "agency",
}


@tagged("post_install", "-at_install")
class TestSharedLists(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin, cls.other_admin = cls._make_users(
            ("unit_admin", cls.agency, "group_unit_admin"),
            ("other_admin", cls.other_agency, "group_unit_admin"),
        )

    def as_(self, user):
        return self.env(user=user, context={"allowed_company_ids": user.company_ids.ids})

    def refused(self, work, *args):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            work(*args)
            self.env.flush_all()
        self.env.invalidate_all()

    def test_lists_that_everybody_shares_are_kept_by_the_system_administrator(self):
        """Of each model of Odoo that a role has rights to write: a row is made and changed by him alone."""
        people = self._make_users(*((f"shared_{role}", self.agency, f"group_{role}") for role in ROLES))
        open_models = set()
        for name, model in self.env.items():
            if model._abstract or model._transient or name.startswith("vpdt."):
                continue
            for user in people:
                mine = self.as_(user)[name]
                if any(
                    mine.env["ir.model.access"].check(name, mode, raise_exception=False)
                    and not mine.env["ir.rule"]._compute_domain(name, mode).is_false()
                    for mode in ("create", "write", "unlink")
                ):
                    open_models.add(name)
        self.assertFalse(open_models - LOOKED_AT.keys())

    def test_a_shared_list_is_read(self):
        self.assertTrue(self.as_(self.clerk)["report.layout"].search([]))
        layout = self.as_(self.clerk)["report.layout"].search([], limit=1)
        self.refused(layout.write, {"name": "AUDIT"})
        self.refused(layout.unlink)

    def test_working_hours_of_another_agency(self):
        calendar = self.env["resource.calendar"].create({"name": "Giờ", "company_id": self.other_agency.id})
        self.refused(calendar.with_env(self.as_(self.admin)).write, {"name": "AUDIT"})
        self.assertEqual(calendar.name, "Giờ")

    def test_a_button_for_oneself_only(self):
        """Odoo shows an embedded action of nobody to everybody, and runs its method as whoever presses it."""
        menu = self.env["ir.actions.act_window"].create({"name": "Thử", "res_model": "res.partner"})
        values = {"name": "Xem", "parent_action_id": menu.id, "parent_res_model": "res.partner",
                  "python_method": "action_archive"}  # fmt: skip
        mine = self.as_(self.clerk)["ir.embedded.actions"]
        self.refused(mine.create, values)
        self.refused(mine.create, {**values, "user_id": self.leader.id})
        own = mine.create({**values, "user_id": self.clerk.id})
        self.refused(own.write, {"user_id": False})
        of_all = self.env["ir.embedded.actions"].create(values)
        self.refused(of_all.with_env(mine.env).write, {"python_method": "unlink"})

    def test_columns_that_others_learned(self):
        values = {"res_model": "res.partner", "column_name": "Trích yếu", "field_name": "comment"}
        learned = self.as_(self.stranger)["base_import.mapping"].create(values)
        mine = self.as_(self.clerk)["base_import.mapping"]
        self.assertFalse(mine.search([("id", "=", learned.id)]))
        self.refused(learned.with_env(mine.env).write, {"field_name": "name"})

    def test_ready_answers_stay_in_the_agency(self):
        group = self.env.ref("base.group_user")
        made = self.as_(self.stranger)["mail.canned.response"].create(
            {"source": "x", "substitution": "AUDIT", "group_ids": [(6, 0, group.ids)]}
        )
        self.assertFalse(self.as_(self.clerk)["mail.canned.response"].search([("id", "=", made.id)]))
        colleague = self.as_(self.other_admin)["mail.canned.response"]
        self.assertTrue(colleague.search([("id", "=", made.id)]))

    def test_a_unit_belongs_to_an_agency(self):
        """One without would be everybody's: the administrator of another agency took it, and its documents with it."""
        units = self.as_(self.admin)["hr.department"]
        self.refused(units.create, {"name": "Phòng chung", "company_id": False})
        unit = units.create({"name": "Phòng thử"})
        self.assertEqual(unit.company_id, self.agency)
        self.refused(unit.write, {"company_id": False})
        self.assertEqual(unit.company_id, self.agency)
        of_nobody = self.env["hr.department"].create({"name": "Của không ai", "company_id": False})
        self.refused(of_nobody.with_env(units.env).write, {"company_id": self.agency.id})
        self.refused(self.as_(self.admin)["hr.job"].create, {"name": "Chức vụ chung", "company_id": False})

    def test_nor_are_people_carried_out(self):
        employee = self.as_(self.admin)["hr.employee"].create({"name": "Người mới"})
        self.refused(employee.resource_id.write, {"company_id": False})
        self.assertEqual(employee.company_id, self.agency)

    def test_what_is_told_of_people_of_other_agencies(self):
        employee = self.env["hr.employee"].create({"name": "Người khác", "company_id": self.other_agency.id})
        line = self.env["hr.resume.line"].create({"name": "AUDIT", "employee_id": employee.id})
        self.assertFalse(self.as_(self.admin)["hr.resume.line"].search([("id", "=", line.id)]))
        self.refused(line.with_env(self.as_(self.admin)).write, {"name": "x"})
        self.assertTrue(self.as_(self.other_admin)["hr.resume.line"].search([("id", "=", line.id)]))

    def test_rooms_are_of_people_who_see_each_other(self):
        room = self.as_(self.clerk)["discuss.channel"].create({"name": "Nhóm", "channel_type": "group"})
        strange = self.stranger.partner_id
        self.refused(lambda: room.add_members(partner_ids=strange.ids))
        self.refused(
            lambda: room.env["discuss.channel.member"].create({"channel_id": room.id, "partner_id": strange.id})
        )
        below = room._create_sub_channel()
        self.refused(lambda: below.add_members(partner_ids=strange.ids))
        room.add_members(partner_ids=self.leader.partner_id.ids)
        self.assertIn(self.leader.partner_id, room.sudo().channel_partner_ids)
        self.assertNotIn(strange, (room | below).sudo().channel_partner_ids)


@tagged("post_install", "-at_install")
class TestHugeQuestions(VpdtCase):
    """What one person asks or types does not occupy everybody's server."""

    def as_(self, user):
        return self.env(user=user, context={"allowed_company_ids": user.company_ids.ids})

    def groups(self, **fill):
        partners = self.as_(self.clerk)["res.partner"].with_context(fill_temporal=fill)
        return partners.formatted_read_group([("id", "=", self.clerk.partner_id.id)], ["create_date:day"], ["__count"])

    def test_days_without_anything_are_not_counted_by_the_million(self):
        self.assertEqual(len(self.groups(min_groups=5)), 5)
        self.assertEqual(len(self.groups(min_groups=3_000_000)), 1)
        self.assertEqual(len(self.groups(fill_from="0001-01-01", fill_to="9999-12-30")), 1)
        self.assertEqual(len(self.groups(min_groups="7")), 1)

    def test_a_text_has_an_end(self):
        """Each list would carry it to everybody, and nobody may delete a document."""
        answers = self.as_(self.clerk)["mail.canned.response"]
        with self.assertRaises(UserError):
            answers.create({"source": "a" * 5001, "substitution": "b"})
        with self.assertRaises(UserError):
            answers.create({"source": "a", "substitution": "b" * 200_001})
        answer = answers.create({"source": "a" * 5000, "substitution": "b" * 200_000})
        with self.assertRaises(UserError):
            answer.substitution = "b" * 200_001
        answer.sudo().substitution = "b" * 200_001  # what code of ours makes is its own affair
