"""Channels as data: tried, paused, resumed; what waits goes out in its order."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .channel_common import ChannelCase


@tagged("post_install", "-at_install")
class TestChannel(ChannelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here = cls.env.ref("vpdt_interop.exchange_channel_here")
        cls.admin = cls._make_user("channel_admin", cls.agency, "group_system_admin")

    def of_admin(self, channel):
        return channel.with_env(self.as_user(self.admin))

    def test_what_waits_for_a_paused_channel_goes_out_after_it(self):
        self.of_admin(self.here).action_pause()
        document = self.issued()
        self.run_jobs()
        message = self.Message.search([("outgoing_id", "=", document.id)])
        self.assertEqual(message.state, "queued")
        self.assertIn(self.here.name, message.error)
        self.assertEqual((self.here.waiting_count, document.recipient_ids.message_state), (1, "queued"))
        self.of_admin(self.here).action_resume()
        self.run_jobs()
        self.here.invalidate_recordset()
        self.assertEqual((message.state, message.error, self.here.waiting_count), ("delivered", False, 0))
        self.assertTrue(message.delivered_at)
        self.received(document)

    def test_the_oldest_first_for_each_recipient(self):
        first, second = self.issued(), self.issued(subject="V/v hai")
        one, two = (self.Message.search([("outgoing_id", "=", document.id)]) for document in (first, second))
        two._deliver()
        self.assertEqual((one.state, two.state), ("queued", "queued"))
        self.run_jobs()
        self.assertEqual((one.state, two.state), ("delivered", "delivered"))
        self.assertLess(self.received(first).id, self.received(second).id)

    def test_a_failed_one_does_not_stop_those_behind_it(self):
        first, second = self.issued(), self.issued(subject="V/v hai")
        one, two = (self.Message.search([("outgoing_id", "=", document.id)]) for document in (first, second))
        self.env["queue.job"].search([("identity_key", "in", [one._job_key(), two._job_key()])]).unlink()
        one._delivery_given_up("x.RetryableJobError", "lâu quá")
        self.assertEqual((one.state, one.cause), ("failed", "no_answer"))
        self.run_jobs()
        self.assertEqual(two.state, "delivered")

    def test_nothing_waits_without_a_job(self):
        message = self.Message.search([("outgoing_id", "=", self.issued().id)])
        self.env["queue.job"].search([("identity_key", "=", message._job_key())]).unlink()
        self.env["vpdt.exchange.channel"]._cron_watch()
        self.env["vpdt.exchange.channel"]._cron_watch()
        self.assertEqual(self.env["queue.job"].search_count([("identity_key", "=", message._job_key())]), 1)

    def test_steps_are_of_the_administrator(self):
        for user in (self.clerk, self.leader, self.unit_admin):
            for step in ("action_pause", "action_test"):
                with self.assertRaises(AccessError):
                    getattr(self.here.with_env(self.as_user(user)), step)()

    def test_the_test_button_inside(self):
        shown = self.of_admin(self.here).action_test()
        self.assertEqual(shown["params"]["type"], "success")
        self.assertTrue(self.here.last_success_at)

    def test_a_new_channel_starts_paused_and_needs_all_it_uses(self):
        channel = self.of_admin(self.env["vpdt.exchange.channel"]).create({"name": "Trục", "kind": "vxp"})
        self.assertEqual(channel.state, "paused")
        with self.assertRaises(UserError):
            channel.action_resume()
        self.assertEqual(channel.action_test()["params"]["type"], "danger")
        self.assertNotIn(f"channel-{channel.id}", self.ministry._channels().values())

    def test_an_address_is_on_the_list_and_encrypted(self):
        channel = self.of_admin(self.env["vpdt.exchange.channel"]).create({"name": "Trục", "kind": "vxp"})
        with self.assertRaises(ValidationError):
            channel.url = "https://truc.example.vn"
        self.env["vpdt.allowed.host"].create({"name": "truc.example.vn"})
        with self.assertRaises(ValidationError):
            channel.url = "http://truc.example.vn"
        channel.url = "https://truc.example.vn"

    def test_the_secret_is_in_no_dump(self):
        channel = self.of_admin(self.env["vpdt.exchange.channel"]).create(
            {"name": "Trục", "kind": "vxp", "new_secret": "rất bí mật"}
        )
        self.env.flush_all()
        self.env.cr.execute("SELECT row_to_json(c)::text FROM vpdt_exchange_channel c WHERE id = %s", [channel.id])
        self.assertNotIn("rất bí mật", self.env.cr.fetchone()[0])
        channel.invalidate_recordset()
        self.assertEqual((channel.new_secret, channel.has_secret), (False, True))
        self.assertEqual(channel.sudo()._secret(), "rất bí mật")

    def test_failures_are_counted_by_cause(self):
        document = self.issued(recipient_ids=[(0, 0, {"organization_id": self.ministry.id})])
        self.run_jobs()
        message = self.Message.search([("outgoing_id", "=", document.id)])
        self.assertEqual((message.state, message.cause), ("failed", "no_channel"))
        message.channel_id = self.here
        self.here.invalidate_recordset()
        self.assertEqual(self.here.failed_count, 1)
        self.assertIn("1", self.here.failures)
