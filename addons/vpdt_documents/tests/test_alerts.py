"""Being told outside the office by mail, browser or chat, as each person chooses; never what a document says."""

import json
from unittest.mock import patch
from urllib.parse import quote

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import mute_logger, new_test_user, tagged
from urllib3.exceptions import DecodeError, ProtocolError, ReadTimeoutError

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.tests.common import trap_jobs
from odoo.addons.vpdt_base.tests.fake_notices import Browser, FakeNotices
from odoo.addons.vpdt_base.vietnam import vietnam_day

from .common import OfficeCase

SUBJECT = "Điều không ai được đọc ngoài cơ quan"


class AlertCase(OfficeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.unit_head | cls.specialist | cls.clerk).write({"email": "a@b.vn", "lang": "vi_VN"})
        cls.fake = FakeNotices()
        cls.addClassCleanup(cls.fake.close)

    def setUp(self):
        super().setUp()
        self.fake.taken.clear()
        self.fake.status, self.fake.said = 201, b"{}"

    def allow(self):
        self.env["vpdt.allowed.host"].create({"name": self.fake.host, "for_push": True})

    def choices(self, user):
        """The rows of ``user``, as he opens them, by event."""
        env = self.as_user(user)
        rows = env["vpdt.alert.choice"].search(env["vpdt.alert.choice"].action_open()["domain"])
        return {row.event: row for row in rows}

    def chat(self, **values):
        self.allow()
        values = {"name": "Zalo của tỉnh", "kind": "gateway", "url": f"http://{self.fake.host}/tin", **values}
        return self.env["vpdt.chat.service"].create({"new_secret": "bí-mật-của-cổng", **values})

    def name_at_chat(self, user, name="0905123456"):
        self.as_user(user)["res.users"].browse(user.id).vpdt_chat_name = name

    def register_browser(self, user, path="/push/1", **values):
        browser, devices = Browser(), self.as_user(user)["mail.push.device"]
        key = devices.get_web_push_vapid_public_key()
        endpoint = f"http://{self.fake.host}{path}"
        devices.register_devices(**{"endpoint": endpoint, "keys": browser.keys, "vapid_public_key": key, **values})
        return browser

    def trouble(self, user):
        """What ``user`` reads of the last notice that did not reach him."""
        return self.as_user(user)["res.users"].browse(user.id).vpdt_alert_trouble

    def sent(self, trap):
        return [job for job in trap.enqueued_jobs if job.method_name == "_send"]

    def devices_of(self, user):
        return self.env["mail.push.device"].search([("partner_id", "=", user.partner_id.id)])


@tagged("post_install", "-at_install")
class TestAlerts(AlertCase):
    def test_nobody_is_told_who_has_not_asked_for_it(self):
        self.choices(self.unit_head)
        with trap_jobs() as trap:
            self.directed(subject=SUBJECT)
        self.assertFalse(self.sent(trap))

    def test_by_mail_the_kind_of_event_and_the_deadline_and_nothing_else(self):
        self.choices(self.unit_head)["work"].by_mail = True
        before = self.env["mail.mail"].search([])
        with trap_jobs() as trap:
            document = self.directed(subject=SUBJECT)
            self.assertEqual(len(self.sent(trap)), 1)
            trap.perform_enqueued_jobs()
        mail = self.env["mail.mail"].search([]) - before
        self.assertEqual((len(mail), mail.email_to, mail.subject), (1, "a@b.vn", "Có việc chờ tôi"))
        part = document.sudo().assignment_ids.filtered(lambda part: part.user_id == self.unit_head)
        self.assertIn(vietnam_day(part.deadline), mail.body_html)
        self.assertIn(f"/odoo/vpdt.incoming/{document.id}", mail.body_html)
        self.assertNotIn("không ai được đọc", mail.body_html)

    def test_each_event_is_a_choice_of_its_own(self):
        rows = self.choices(self.unit_head)
        document = self.directed()
        for event in ("news", "deadline"):
            rows[event].by_mail = True
        with trap_jobs() as trap:
            document._ask(self.unit_head, "Việc", event="returned")
            document._remind_people(self.unit_head, "Tin")
            document._remind_people(self.unit_head, "Đến hạn", event="deadline")
        self.assertEqual([job.recordset for job in self.sent(trap)], [rows["news"].sudo(), rows["deadline"].sudo()])

    def test_who_may_not_see_it_any_more_is_not_told(self):
        row = self.choices(self.unit_head)["work"]
        row.by_mail = True
        document = self.directed(subject=SUBJECT)
        before = self.env["mail.mail"].search_count([])
        self.env["vpdt.alert.choice"].browse(row.id)._send("mail", "vpdt.incoming", document.id, "")
        self.assertEqual(self.env["mail.mail"].search_count([]), before + 1)
        for res_id in (self.arrived().id, 0):
            row.sudo()._send("mail", "vpdt.incoming", res_id, "")
        row.by_mail = False  # ticked off meanwhile
        row.sudo()._send("mail", "vpdt.incoming", document.id, "")
        self.assertEqual(self.env["mail.mail"].search_count([]), before + 1)

    def test_by_chat_through_a_gateway(self):
        row = self.choices(self.unit_head)["deadline"]
        with self.assertRaisesRegex(UserError, "no chat service|dịch vụ"):
            row.by_chat = True
        self.chat()
        with self.assertRaisesRegex(UserError, "Zalo của tỉnh"):
            row.by_chat = True
        self.name_at_chat(self.unit_head)
        row.by_chat = True
        document = self.directed(subject=SUBJECT)
        with trap_jobs() as trap:
            document.with_env(self.as_user(self.leader))._chase("remind", "Nói riêng", self.unit_head)
            trap.perform_enqueued_jobs()
        [(path, headers, body)] = self.fake.taken
        self.assertEqual(
            (path, headers["Authorization"]), ("/tin", "Bearer bí-mật-của-cổng".encode().decode("latin-1"))
        )
        said = json.loads(body)
        self.assertEqual(said["to"], "0905123456")
        self.assertTrue(said["text"].startswith("Sắp đến hạn, quá hạn hoặc bị đôn đốc\n"), said)
        self.assertNotIn("Nói riêng", said["text"])
        self.assertNotIn("không ai", said["text"])

    def test_a_bot_of_telegram_and_what_it_refuses(self):
        service = self.chat(kind="telegram", url=f"http://{self.fake.host}", new_secret="123:ABC")
        self.name_at_chat(self.unit_head, "4711")
        row, document = self.choices(self.unit_head)["work"], self.directed()
        row.by_chat = True
        row.sudo()._send("chat", "vpdt.incoming", document.id, "2026-12-05")
        [(path, _headers, body)] = self.fake.taken
        self.assertEqual(path, "/bot123:ABC/sendMessage")
        self.assertEqual(json.loads(body)["chat_id"], "4711")
        self.assertIn("Hạn: 05/12/2026", json.loads(body)["text"])
        self.fake.status, self.fake.said = 400, b'{"description":"chat not found","token":"123:ABC"}'
        row.sudo()._send("chat", "vpdt.incoming", document.id, "")
        self.assertIn("chat not found", self.trouble(self.unit_head))
        self.assertNotIn("123:ABC", self.trouble(self.unit_head))
        self.fake.status, self.fake.said = 401, b'{"description":"Unauthorized","token":"123:ABC"}'
        with self.assertRaisesRegex(UserError, "Unauthorized") as refused:
            row.sudo()._send("chat", "vpdt.incoming", document.id, "")
        self.assertNotIn("123:ABC", str(refused.exception))
        row.sudo()._send_given_up("UserError", "Unauthorized")
        self.assertEqual(self.trouble(self.unit_head), "Unauthorized")
        self.fake.status = 502
        with self.assertRaises(RetryableJobError):
            row.sudo()._send("chat", "vpdt.incoming", document.id, "")
        service.active = False
        row.sudo()._send("chat", "vpdt.incoming", document.id, "")
        self.assertIn("Chưa có dịch vụ nhắn tin", self.trouble(self.unit_head))

    def test_the_address_of_a_chat_service_must_be_allowed_and_stays_so(self):
        with self.assertRaises(ValidationError):
            self.env["vpdt.chat.service"].create({"name": "x", "url": "https://elsewhere.example.vn"})
        service = self.chat()
        self.env["vpdt.allowed.host"].search([("name", "=", self.fake.host)]).active = False
        with self.assertRaises(UserError):
            service._carry("1", "x")
        self.assertFalse(self.fake.taken)

    def test_trying_the_chat(self):
        self.chat()
        self.name_at_chat(self.unit_head)
        me = self.as_user(self.unit_head)["res.users"].browse(self.unit_head.id)
        with trap_jobs() as trap:
            me.action_vpdt_try_chat()
            me.action_vpdt_try_chat()
            trap.assert_jobs_count(1)
            trap.perform_enqueued_jobs()
        self.assertEqual(json.loads(self.fake.taken[0][2])["text"], "Tin báo của VPĐT sẽ đến đây.")
        for method in ("action_vpdt_try_chat", "action_vpdt_alerts"):
            with self.assertRaises(AccessError):
                getattr(self.as_user(self.specialist)["res.users"].browse(self.unit_head.id), method)()

    def test_by_push_only_the_browser_can_read_it(self):
        row, document = self.choices(self.unit_head)["work"], self.directed(subject=SUBJECT)
        self.register_browser(self.unit_head)
        self.assertFalse(self.devices_of(self.unit_head), "nobody has allowed its service")
        with self.assertRaisesRegex(UserError, "trình duyệt|browser"):
            row.by_push = True
        self.allow()
        browser = self.register_browser(self.unit_head)
        row.by_push = True
        row.sudo()._send("push", "vpdt.incoming", document.id, "2026-12-05")
        [(path, headers, body)] = self.fake.taken
        self.assertEqual((path, headers["Content-Encoding"]), ("/push/1", "aes128gcm"))
        told = browser.opened(body)
        self.assertEqual((told["title"], told["options"]["body"]), ("Có việc chờ tôi", "Hạn: 05/12/2026"))
        self.assertEqual(told["options"]["data"], {"model": "vpdt.incoming", "res_id": document.id})

    @mute_logger("odoo.addons.mail.tools.web_push")
    def test_browsers_that_are_gone_or_lead_elsewhere(self):
        self.allow()
        self.register_browser(self.unit_head)
        row, document = self.choices(self.unit_head)["work"], self.directed()
        row.by_push = True
        self.fake.status = 302
        with self.assertRaises(RetryableJobError):
            row.sudo()._send("push", "vpdt.incoming", document.id, "")
        self.fake.status = 410
        row.sudo()._send("push", "vpdt.incoming", document.id, "")
        self.assertFalse(self.devices_of(self.unit_head))
        self.assertIn("Không còn trình duyệt", self.trouble(self.unit_head))
        self.unit_head.vpdt_alert_failure = False
        row.sudo()._send("push", "vpdt.incoming", document.id, "")
        self.assertIn("Không còn trình duyệt", self.trouble(self.unit_head))

    def test_the_browser_of_another_is_not_taken_over_nor_forgotten(self):
        self.allow()
        self.register_browser(self.unit_head)
        kept = self.devices_of(self.unit_head)
        endpoint = kept.endpoint
        self.register_browser(self.specialist, "/push/2", previousEndpoint=endpoint)
        self.as_user(self.specialist)["mail.push.device"].unregister_devices(endpoint=endpoint)
        self.assertEqual(self.devices_of(self.unit_head), kept)
        self.assertEqual(len(self.devices_of(self.specialist)), 1)
        for number in range(12):
            self.register_browser(self.specialist, f"/push/x{number}")
        self.assertEqual(len(self.devices_of(self.specialist)), 10)
        for hostile in (
            ["x"],
            None,
            {"a": 1},
            "http://" + self.fake.host + "/" + "x" * 3000,
            "ftp://" + self.fake.host,
        ):
            self.register_browser(self.specialist, endpoint=hostile)
        self.assertEqual(len(self.devices_of(self.specialist)), 10)
        self.as_user(self.unit_head)["mail.push.device"].unregister_devices(endpoint=endpoint)
        self.assertFalse(kept.exists())

    def test_what_is_said_beside_a_document_is_not_pushed(self):
        self.allow()
        self.register_browser(self.unit_head)
        document = self.directed(subject=SUBJECT)
        document.with_env(self.as_user(self.leader)).message_post(
            body="Lời riêng", partner_ids=self.unit_head.partner_id.ids, message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )  # fmt: skip
        self.assertFalse(self.fake.taken)
        self.assertFalse(self.env["mail.push"].search([]))

    def test_everybody_chooses_for_himself(self):
        row = self.choices(self.unit_head)["work"]
        self.assertEqual(len(self.choices(self.unit_head)), 7, "opened twice, made once")
        foreign = self.as_user(self.specialist)["vpdt.alert.choice"].browse(row.id)
        for attempt in (foreign.read, lambda: foreign.write({"by_mail": True}), foreign.unlink):
            with self.assertRaises(AccessError):
                attempt()
        self.name_at_chat(self.unit_head)
        me = self.as_user(self.specialist)["res.users"].browse(self.unit_head.id)
        self.assertFalse(me.read(["vpdt_chat_name"])[0]["vpdt_chat_name"], "a telephone number, perhaps")
        with self.assertRaises(AccessError):
            me.read(["vpdt_chat_address"])
        with self.assertRaises(AccessError):
            me.search([("vpdt_chat_address", "=like", "0905%")])
        for user in (self.specialist, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                self.as_user(user)["res.users"].browse(self.unit_head.id).vpdt_chat_name = "x"
        mine = self.as_user(self.unit_head)["vpdt.alert.choice"]
        for values in ({"user_id": self.specialist.id}, {"event": "news"}):
            with self.assertRaises(AccessError):
                mine.browse(row.id).write(values)
        with self.assertRaises(AccessError):
            mine.create({"user_id": self.unit_head.id, "event": "news"})

    def test_a_push_goes_to_push_services_only_as_long_as_they_are_allowed(self):
        host = self.env["vpdt.allowed.host"].create({"name": self.fake.host, "note": "Trục, ký số"})
        self.register_browser(self.unit_head)
        self.assertFalse(self.devices_of(self.unit_head), "an allowed host that is no push service")
        host.for_push = True
        self.register_browser(self.unit_head)
        row, document = self.choices(self.unit_head)["work"], self.directed()
        row.by_push = True
        host.active = False
        row.sudo()._send("push", "vpdt.incoming", document.id, "")
        self.assertFalse(self.fake.taken)
        self.assertFalse(self.devices_of(self.unit_head))

    @mute_logger("odoo.addons.mail.tools.web_push")
    def test_a_push_that_its_service_refuses_is_not_taken(self):
        self.allow()
        self.register_browser(self.unit_head)
        row, document = self.choices(self.unit_head)["work"], self.directed()
        row.by_push = True
        for status in (400, 403, 413, 429, 500):
            self.fake.status = status
            with self.assertRaises(RetryableJobError, msg=status):
                row.sudo()._send("push", "vpdt.incoming", document.id, "")

    def test_hostile_addresses_and_keys_of_browsers(self):
        self.allow()
        good = Browser().keys
        for keys in ([1], "abc", 5, {}, {"p256dh": 5, "auth": 5}, {**good, "auth": {}}, {**good, "x": "y" * 3000}):
            self.register_browser(self.unit_head, keys=keys)
        for rest in ("\n/x", "/a\r\nX: y", "/\x00", "/\ud800", "/é", "/ b"):
            self.register_browser(self.unit_head, endpoint=f"http://{self.fake.host}{rest}")
            self.as_user(self.unit_head)["mail.push.device"].unregister_devices(endpoint=rest)
        self.assertFalse(self.devices_of(self.unit_head))
        self.register_browser(self.unit_head, previousEndpoint="\x00")
        self.devices_of(self.unit_head).copy({"endpoint": f"http://{self.fake.host}/old", "keys": "[1]"})
        row, document = self.choices(self.unit_head)["work"], self.directed()
        row.by_push = True
        row.sudo()._send("push", "vpdt.incoming", document.id, "")
        self.assertEqual(len(self.fake.taken), 1, "one whose keys are of no use does not stop the other")

    def test_the_address_of_a_browser_is_shown_to_no_administrator(self):
        self.allow()
        self.register_browser(self.unit_head)
        devices = self.as_user(self.env.ref("base.user_admin"))["mail.push.device"].search([])
        for name in ("endpoint", "keys"):
            with self.assertRaises(AccessError):
                devices.read([name])
            with self.assertRaises(AccessError):
                devices.search([(name, "like", "x")])
            with self.assertRaises(AccessError):
                devices.write({name: "x"})

    def test_by_mail_without_an_address(self):
        row, document = self.choices(self.unit_head)["work"], self.directed()
        row.by_mail = True
        before = self.env["mail.mail"].search_count([])
        for slip in (False, "abc", "a@b.vn, c@d.vn"):
            self.unit_head.email = slip
            row.sudo()._send("mail", "vpdt.incoming", document.id, "")
            self.assertIn("thư điện tử", self.trouble(self.unit_head))
            with self.assertRaisesRegex(UserError, "thư điện tử"):
                row.by_mail = True
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_slips_with_the_name_at_the_chat(self):
        self.chat()
        for typed, kept in (
            (" 0905 123\n", "0905 123"),
            ("a\x00b\ud800", "a b"),
            ("e\u0302", "ê"),
            ("Trần 😀", "Trần 😀"),
        ):
            self.name_at_chat(self.unit_head, typed)
            self.assertEqual(self.unit_head.vpdt_chat_address, kept)
        row = self.choices(self.unit_head)["work"]
        row.by_chat = True
        for typed in ("  ", False):
            self.name_at_chat(self.unit_head, typed)
            self.assertFalse(self.unit_head.vpdt_chat_address)
            self.assertFalse(row.by_chat, "nothing is sent to no name")

    def test_a_name_at_one_chat_is_no_name_at_another(self):
        first = self.chat()
        self.name_at_chat(self.unit_head)
        row, document = self.choices(self.unit_head)["work"], self.directed()
        row.by_chat = True
        second = first.copy({"name": "Cổng mới", "new_secret": "khác", "sequence": 1})
        row.sudo()._send("chat", "vpdt.incoming", document.id, "")
        self.assertFalse(self.fake.taken, "it may be a stranger's there")
        self.assertIn("chưa nhập tên", self.trouble(self.unit_head))
        me = self.as_user(self.unit_head)["res.users"].browse(self.unit_head.id)
        self.assertFalse(me.vpdt_chat_name)
        with self.assertRaisesRegex(UserError, "Cổng mới"):
            row.by_chat = True
        self.name_at_chat(self.unit_head, "an.nguyen")
        row.sudo()._send("chat", "vpdt.incoming", document.id, "")
        self.assertEqual(json.loads(self.fake.taken[0][2])["to"], "an.nguyen")
        second.active = False
        self.assertFalse(me.vpdt_chat_name)

    def test_an_answer_of_the_chat_shows_no_secret_and_breaks_nothing(self):
        self.chat()
        self.name_at_chat(self.unit_head)
        row, document = self.choices(self.unit_head)["work"], self.directed()
        row.by_chat = True
        secret = "bí-mật-của-cổng"
        for said in (b"x" * 195 + secret.encode(), json.dumps(secret).encode(), quote(secret).encode(), b"a\x00\x1bb"):
            self.fake.status, self.fake.said = 400, said
            row.sudo()._send("chat", "vpdt.incoming", document.id, "")
            self.assertRegex(self.trouble(self.unit_head), "HTTP 400 .*(…|a b)")
            self.assertNotRegex(self.trouble(self.unit_head), "bí|b.u00ed|C3%AD")
        for error in (ReadTimeoutError(None, "u", "m"), DecodeError("x"), ProtocolError("x")):
            with patch("urllib3.response.HTTPResponse.read", side_effect=error):
                self.fake.status = 502
                with self.assertRaises(RetryableJobError):
                    row.sudo()._send("chat", "vpdt.incoming", document.id, "")
                self.fake.status = 201
                row.sudo()._send("chat", "vpdt.incoming", document.id, "")  # taken: not to be said twice

    def test_trying_a_chat_that_does_not_work(self):
        service = self.chat()
        self.name_at_chat(self.unit_head)
        me = self.as_user(self.unit_head)["res.users"].browse(self.unit_head.id)
        self.fake.status = 502
        with self.assertRaises(RetryableJobError):
            me._vpdt_try_chat()
        self.fake.status = 400
        me._vpdt_try_chat()
        self.assertIn("HTTP 400", self.trouble(self.unit_head))
        service.active = False
        me._vpdt_try_chat()
        self.assertIn("Chưa có dịch vụ nhắn tin", self.trouble(self.unit_head))

    def test_nobody_has_strangers_written_to_again_and_again(self):
        self.chat()
        self.name_at_chat(self.unit_head)
        me = self.as_user(self.unit_head)["res.users"].browse(self.unit_head.id)
        subject = f"try-chat-{me.id}"
        self.addCleanup(self.env["vpdt.attempt"]._forget, subject)
        with trap_jobs():
            for _time in range(5):
                me.action_vpdt_try_chat()
            with self.assertRaisesRegex(UserError, "thử nhiều lần"):
                me.action_vpdt_try_chat()
        portal = new_test_user(self.env, "portal_of_alerts", groups="base.group_portal")
        stranger = self.env(user=portal.id)["res.users"].browse(portal.id)
        with self.assertRaises(AccessError):
            stranger.vpdt_chat_name = "0905"
        with self.assertRaises(AccessError):
            stranger.action_vpdt_try_chat()

    def test_a_day_as_text_stops_no_step(self):
        self.choices(self.unit_head)["news"].by_mail = True
        document = self.directed()
        with trap_jobs() as trap:
            document._remind_people(self.unit_head, "Tin", date_deadline="2026-12-05")
        self.assertEqual(self.sent(trap)[0].args[-1], "2026-12-05")

    def test_a_document_that_one_has_silenced(self):
        self.choices(self.specialist)["news"].by_mail = True
        document = self.directed()
        document.with_env(self.as_user(self.specialist)).set_mute(True)
        with trap_jobs() as trap:
            document._remind_people(self.specialist, "Nhắc")
            self.assertFalse(self.sent(trap))
