"""What an account can start, open or give away by asking Odoo's own addresses for it."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import VpdtCase


@tagged("post_install", "-at_install")
class TestStartedByHand(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit_admin = cls._make_user("hand_admin", cls.agency, "group_unit_admin")
        cls.system_admin = cls._make_user("hand_system", cls.agency, "group_system_admin")

    def as_(self, user, model):
        return self.env[model].with_user(user).with_context(allowed_company_ids=self.agency.ids)

    def test_nobody_starts_a_job_of_the_clock_or_a_step_of_odoo(self):
        actions = self.env["ir.actions.server"].search([])
        own = {id_ for id_, name in actions.get_external_id().items() if name.startswith("vpdt_")}
        closed = actions.filtered(lambda action: action.usage != "ir_actions_server" or action.id not in own)
        self.assertIn(self.env.ref("base.autovacuum_job").ir_actions_server_id, closed)
        for user in (self.clerk, self.unit_admin):
            for action in closed:
                with self.subTest(user=user.login, action=action.name), self.assertRaises(AccessError):
                    self.as_(user, "ir.actions.server").browse(action.id).run()

    def test_the_clock_starts_them(self):
        cron = self.env["ir.cron"].search([("code", "=", "model._cron_end()")])
        cron.ir_actions_server_id.with_user(cron.user_id).run()

    def test_a_bound_step_of_the_office_is_started(self):
        action = self.env["ir.actions.server"].search([("code", "like", "action_reorganize")])
        records = self.env["vpdt.organization"].search([], limit=1)
        context = {"active_model": records._name, "active_id": records.id, "active_ids": records.ids}
        with self.assertRaises(AccessError) as caught:
            self.as_(self.clerk, "ir.actions.server").browse(action.id).with_context(**context).run()
        self.assertNotIn("system administrator's", str(caught.exception))
        self.as_(self.system_admin, "ir.actions.server").browse(action.id).with_context(**context).run()

    def test_no_room_for_all_agencies(self):
        channels = self.as_(self.clerk, "discuss.channel")
        with self.assertRaises(AccessError):
            channels.create({"name": "Mọi người", "channel_type": "channel"})
        with self.assertRaises(AccessError):
            channels._create_channel("Mọi người", group_id=None)
        self.assertTrue(channels._create_group(partners_to=(self.clerk | self.leader).partner_id.ids))

    def test_no_file_in_a_talk(self):
        talk = self.as_(self.clerk, "discuss.channel")._create_group(
            partners_to=(self.clerk | self.leader).partner_id.ids
        )
        loose = self.as_(self.clerk, "ir.attachment").create({"name": "a.exe", "raw": b"MZ"})
        for values in ({"attachment_ids": loose.ids}, {"attachments": [("a.exe", b"MZ")]}):
            with self.assertRaises(UserError):
                talk.message_post(body="xem", message_type="comment", **values)
        self.assertTrue(talk.message_post(body="xem", message_type="comment"))

    def test_no_file_for_strangers(self):
        attachments = self.as_(self.clerk, "ir.attachment")
        with self.assertRaises(AccessError):
            attachments.create({"name": "a.html", "raw": b"<p>", "public": True})
        kept = attachments.create({"name": "a.txt", "raw": b"x"})
        with self.assertRaises(AccessError):
            kept.write({"public": True})
