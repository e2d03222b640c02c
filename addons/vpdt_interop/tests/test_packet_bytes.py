"""The bytes of packets: one door, journalled, for those who may see the document, after the virus check."""

import base64
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .test_exchange import ExchangeCase, raw

PASSWORD = "vpdt-Pass-1"


@tagged("post_install", "-at_install")
class TestPacketBytes(HttpCase, ExchangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = cls.signed()
        # By the moves alone: numbering takes a connection of its own, which there is not while pages are served.
        number = {"number": "01", "register_number": 1, "register_year": 2026, "date": "2026-01-05"}
        register = cls.registers[cls.agency, "outgoing"]
        cls.document._move_to("numbered", {**number, "register_id": register.id})
        cls.document._move_to("issued", {"issued_at": "2026-01-05 03:00:00"})
        cls.message = cls.Message.search([("outgoing_id", "=", cls.document.id)])
        cls.system_admin = cls._make_user("system_admin", cls.agency, "group_system_admin")
        cls.everybody = (
            *(cls.clerk, cls.leader, cls.specialist, cls.unit_head, cls.colleague),
            *(cls.unit_admin, cls.system_admin, cls.stranger),
        )
        for user in cls.everybody:
            user.password = PASSWORD
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.env.cr.postcommit.clear()

    def open_as(self, user, path):
        self.authenticate(user.login, PASSWORD)
        return self.url_open(path)

    def attachments(self):
        """All that holds bytes of packets: packed, whole as before, and those of a received one."""
        whole = self.Message._keep_in_store(raw(self.message))
        before = self.env["ir.attachment"].create(
            {"name": "x.edxml", "raw": b"<edXML/>", "res_model": "vpdt.exchange.message", "res_id": self.message.id}
        )
        return self.message.packed_id | whole | before

    def test_no_attachment_gives_them_to_anybody(self):
        attachments = self.attachments()
        for user in self.everybody:
            for attachment in attachments.with_env(self.as_user(user)):
                with self.subTest(user=user.login, attachment=attachment.id):
                    self.assertFalse(attachment.search([("id", "=", attachment.id)]))
                    for attempt in (
                        lambda a=attachment: a.read(["raw"]),
                        lambda a=attachment: a.read(["datas"]),
                        lambda a=attachment: a.copy({"res_model": False, "res_id": False}),
                        lambda a=attachment: a.generate_access_token(),
                        lambda a=attachment: a.write({"res_model": "res.partner"}),
                    ):
                        with self.assertRaises(UserError), self.env.cr.savepoint():
                            attempt()

    @mute_logger("odoo.http")
    def test_no_address_of_odoo_gives_them_to_anybody(self):
        attachments = self.attachments()
        self.env.flush_all()
        for user in (self.clerk, self.leader, self.unit_admin, self.system_admin):
            for attachment in attachments:
                for path in (
                    f"/web/content/{attachment.id}",
                    f"/web/content/ir.attachment/{attachment.id}/raw",
                    f"/web/image/{attachment.id}",
                    f"/web/content/vpdt.exchange.message/{self.message.id}/envelope",
                    f"/web/content?model=ir.attachment&id={attachment.id}&field=datas",
                ):
                    with self.subTest(user=user.login, path=path):
                        answer = self.open_as(user, path)
                        self.assertNotIn(b"edXML", answer.content)
                        self.assertNotIn(b"PK", answer.content[:4096])

    @mute_logger("odoo.http")
    def test_the_envelope_is_read_by_nobody(self):
        for user in (self.clerk, self.leader, self.unit_admin):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.message.with_env(self.as_user(user)).read(["envelope"])
            self.authenticate(user.login, PASSWORD)
            call = {
                "model": "vpdt.exchange.message",
                "method": "export_data",
                "args": [[self.message.id], ["envelope"]],
            }
            answer = self.url_open(
                "/web/dataset/call_kw",
                data=json.dumps({"jsonrpc": "2.0", "params": {**call, "kwargs": {}}}),
                headers={"Content-Type": "application/json"},
            )
            self.assertNotIn("edXMLEnvelope", answer.text)

    @mute_logger("odoo.http")
    def test_the_door(self):
        whole = raw(self.message)
        Journal = self.env["vpdt.journal.entry"].sudo()
        mine = [("res_model", "=", self.message._name), ("res_id", "=", self.message.id), ("kind", "=", "download")]
        for user in (self.clerk, self.leader, self.specialist):
            with self.subTest(user.login):
                before = Journal.search_count(mine)
                answer = self.open_as(user, f"/vpdt/packet/{self.message.id}")
                self.assertEqual((answer.status_code, answer.content), (200, whole))
                self.assertIn("attachment", answer.headers["Content-Disposition"])
                row = Journal.search(mine, limit=1)
                self.assertEqual((Journal.search_count(mine), row.user_id), (before + 1, user))
        for user in (self.unit_admin, self.system_admin, self.colleague, self.stranger):
            with self.subTest(user.login):
                self.assertEqual(self.open_as(user, f"/vpdt/packet/{self.message.id}").status_code, 404)
        self.assertEqual(self.open_as(self.clerk, f"/vpdt/packet/{self.message.id + 99999}").status_code, 404)

    @mute_logger("odoo.http")
    def test_not_before_the_virus_check(self):
        for state in ("waiting", "failed", "infected"):
            with self.subTest(state):
                self.document.sudo().file_ids[:1]._work_to("scan_state", state)
                self.env.flush_all()
                answer = self.open_as(self.clerk, f"/vpdt/packet/{self.message.id}")
                self.assertNotEqual(answer.status_code, 200)
                self.assertNotIn(b"edXMLEnvelope", answer.content)
                with self.assertRaises(UserError):
                    self.message.with_env(self.as_user(self.clerk)).action_download()

    def test_what_nobody_could_read_is_given_to_nobody(self):
        kept = self.Message._receive(b"<edXML", self.agency, "H99")
        with self.assertRaises(UserError):
            kept.with_env(self.as_user(self.clerk)).action_download()

    def test_a_status_is_given(self):
        self.deliver()
        status = self.Message.search([("kind", "=", "status"), ("direction", "=", "in")], limit=1)
        self.assertEqual(status.state, "delivered")
        status.with_env(self.as_user(self.clerk)).action_download()  # what is hidden in one: see test_packet_offered

    def test_a_packet_kept_whole_before_is_read_still(self):
        whole = raw(self.message)
        old = self.env["ir.attachment"].create(
            {"name": "x.edxml", "raw": whole, "res_model": "vpdt.exchange.message", "res_id": self.message.id}
        )
        self.message.write({"packet_id": old.id, "envelope": False, "packed_id": False})
        self.assertEqual(raw(self.message), whole)
        self.deliver()
        self.assertEqual(self.message.state, "delivered")
        self.assertTrue(self.received(self.document).file_ids)


@tagged("post_install", "-at_install")
class TestPackedOnce(ExchangeCase):
    def test_the_files_are_packed_once_for_all_recipients(self):
        organizations = self.other_agency.organization_id | self.ministry
        document = self.issued(recipient_ids=[(0, 0, {"organization_id": o.id}) for o in organizations])
        messages = self.Message.search([("outgoing_id", "=", document.id)])
        self.assertEqual(len(messages), 2)
        self.assertEqual(len(messages.packed_id), 1)
        self.assertFalse(messages.packet_id)
        self.assertFalse(messages.packed_id.index_content)
        self.deliver()
        received = self.Message.search([("direction", "=", "in"), ("company_id", "=", self.other_agency.id)])
        self.assertEqual(received.packed_id, messages.packed_id, "no second copy for who is served here")
        sent = messages.filtered(lambda m: m.state == "delivered")
        self.assertEqual((raw(received), received.sha256), (raw(sent), sent.sha256))

    def test_what_comes_from_outside_is_not_indexed(self):
        for storage in ("file", "db"):
            with self.subTest(storage):
                self.env["ir.config_parameter"].set_param("ir_attachment.location", storage)
                kept = self.Message._keep_in_store(b"<edXML>Noi dung mat</edXML>" + storage.encode())
                self.assertFalse(kept.index_content)
                self.assertEqual(base64.b64decode(kept.datas)[:7], b"<edXML>")
