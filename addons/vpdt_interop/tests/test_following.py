"""What would stop the packet is said at submission; each recipient is followed by a grid of statuses with times."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_exchange import ExchangeCase


@tagged("post_install", "-at_install")
class TestFollowing(ExchangeCase):
    def test_what_would_stop_the_packet_is_said_at_submission(self):
        document = self.draft(due_date=False)
        self.agency.place = "Đ" * 60  # a packet has room for 50 letters
        with self.assertRaisesRegex(UserError, "50"):
            document.action_submit()
        self.assertEqual(document.state, "draft")
        self.agency.place = "Gia Lai"
        self.agency.sudo().organization_id.write({"identifier": False, "identifier_legacy": False})
        with self.assertRaisesRegex(UserError, "mã định danh"):
            document.action_submit()

    def test_the_grid(self):
        recipient = self.issued().recipient_ids
        Status = self.env["vpdt.exchange.status"]
        for code, at in (("01", "2026-11-23 01:00:00"), ("03", "2026-11-23 02:00:00"), ("03", "2026-11-23 05:00:00")):
            Status.create({"recipient_id": recipient.id, "code": code, "at": at})
        self.assertEqual(str(recipient.arrived_on), "2026-11-23 01:00:00")
        self.assertEqual(str(recipient.registered_on), "2026-11-23 02:00:00", "the first time that it was said")
        self.assertFalse(recipient.finished_on)
        action = self.env.ref("vpdt_interop.vpdt_outgoing_recipient_action")
        listed = self.env["vpdt.outgoing.recipient"].search(
            [("outgoing_id.state", "in", ("issued", "recalled", "replaced")), ("list_id", "=", False)]
        )
        self.assertIn(recipient, listed)
        self.assertIn("list_id", action.domain)
        waiting = [("way", "=", "exchange"), ("status_ids", "not any", [("code", "in", ("02", "03"))])]
        self.assertNotIn(recipient, listed.search(waiting))
