"""The mixins of steps, of participants and of what may be written, on a model of their own and one that extends it."""

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo_test_helper import FakeModelLoader

from .common import VpdtCase


@tagged("post_install", "-at_install")
class TestMixinsAlone(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loader = FakeModelLoader(cls.env, cls.__module__)
        cls.loader.backup_registry()
        cls.addClassCleanup(cls.loader.restore_registry)
        from .fake_models import FakePaper, FakePaperAbove

        cls.loader.update_registry((FakePaper, FakePaperAbove))
        cls.env["ir.model.access"].create(
            {
                "name": "fake",
                "model_id": cls.env["ir.model"]._get_id("vpdt.fake.paper"),
                "group_id": cls.env.ref("vpdt_base.group_user").id,
                **{f"perm_{act}": True for act in ("read", "write", "create", "unlink")},
            }
        )
        cls.specialist = cls._make_user("specialist", cls.agency, "group_specialist")
        cls.paper = cls.papers(cls.specialist).create({"name": "A", "shelf": "1"})

    @classmethod
    def papers(cls, user):
        return cls.env["vpdt.fake.paper"].with_user(user).with_context(allowed_company_ids=cls.agency.ids)

    def test_two_addons_add_their_steps(self):
        self.assertEqual([move.target for move in self.paper._get_moves()], ["done", "kept"])
        self.assertEqual([step["action"] for step in self.paper.next_steps], ["action_finish"])
        self.assertTrue(self.paper.action_finish())
        self.assertFalse(self.paper.action_finish())  # the second press finds the work done
        self.paper.action_keep()
        self.assertEqual((self.paper.state, self.paper.note), ("kept", "kept"))
        with self.assertRaisesRegex(UserError, "cannot become"):
            self.paper._move_to("draft")

    def test_a_guard_stops_the_step(self):
        nameless = self.papers(self.specialist).create({"shelf": "2"})
        with self.assertRaisesRegex(UserError, "has a name"):
            nameless.action_finish()
        self.assertEqual(nameless.state, "draft")

    def test_the_state_is_written_by_steps_only(self):
        for values in ({"state": "done"}, {"note": "x"}, {"shelf": "3"}):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.paper.write(values)
        with self.assertRaises(UserError):
            self.papers(self.specialist).create({"name": "B", "state": "done"})
        self.paper.name = "C"
        self.paper.action_finish()
        with self.assertRaises(UserError):
            self.paper.name = "D"

    def test_who_sees_it(self):
        other = self._make_user("other_specialist", self.agency, "group_specialist")
        for user, sees in ((self.specialist, True), (self.clerk, True), (other, False)):
            with self.subTest(user=user.login):
                found = self.papers(user).search([("visible", "=", True), ("id", "=", self.paper.id)])
                self.assertEqual(bool(found), sees)
        self.paper.sudo()._add_participants(other, "Author")
        self.assertTrue(self.papers(other).search([("visible", "=", True), ("id", "=", self.paper.id)]))
