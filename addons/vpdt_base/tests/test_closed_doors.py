"""What strangers and people are not given over HTTP: addresses that fetch, databases, versions, tracebacks."""

import inspect
import json
import re
import threading
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import config

from .. import outgoing
from .common import VpdtCase

ELSEWHERE = "http://203.0.113.7/x"
LOOKS_LIKE_ADDRESS = re.compile(r"url|uri|src|link|href|endpoint|address$")
CLOSED = """
    /web/database/manager /web/database/selector /web/database/list /web/database/backup /web/database/restore
    /web/version /web/webclient/version_info /jsonrpc /xmlrpc/2/common /xmlrpc/2/db /xmlrpc/db
    /web/signup /web/reset_password /web/become /web/session/account /web/set_profiling /web/speedscope/1 /web/tests
    /html_editor/link_preview_external /html_editor/attachment/add_url
    /html_editor/generate_text /html_editor/media_library_search /web_unsplash/fetch_images /mail/link_preview
    /mail/message/translate /discuss/gif/search /sms/status /google_gmail/confirm /microsoft_outlook/confirm
    /base_import_module/login_upload /my /my/account /my/address/submit /digest/1/unsubscribe /chat/a /meet/a
    /report/barcode /queue_job/create_test_job /mail/font_to_img/f /web_editor/font_to_img/f /html_editor/shape/a/b
    /web/partner/vcard /scoped_app /scoped_app_icon_png /web/manifest.scoped_app_manifest /web/sign/get_fonts
""".split()


class _Recorder:
    """In the place of the wall's check: refuses as it does, and remembers who knocked."""

    def __init__(self):
        self.tried = []

    def __call__(self, connection, address):
        if address[0] not in ("127.0.0.1", "::1") or "8998" in str(address):
            self.tried.append(address)
            raise outgoing.OutgoingRefused(address)


class DoorsCase(HttpCase, VpdtCase):
    def json(self, path, params=None, headers=None):
        """The answer to a JSON-RPC call: dict with ``result`` or ``error``."""
        body = params if isinstance(params, str) else json.dumps({"params": params or {}})
        return self.url_open(path, data=body, headers={"Content-Type": "application/json", **(headers or {})})

    def call(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.json(f"/web/dataset/call_kw/{model}/{method}", params).json()

    def recorded(self):
        recorder = _Recorder()
        self.startPatcher(patch.object(outgoing, "_check", recorder))
        return recorder


@tagged("post_install", "-at_install")
class TestClosedDoors(DoorsCase):
    def test_closed_addresses_do_not_exist(self):
        for path in CLOSED:
            with self.subTest(path=path):
                self.assertEqual(self.url_open(path).status_code, 404)
                self.assertEqual(self.json(path).status_code, 404)
        self.authenticate(self.leader.login, self.leader.login)
        for path in CLOSED:
            with self.subTest(path=path, person="leader"):
                self.assertEqual(self.json(path).status_code, 404)

    def test_addresses_of_reports_that_mean_nothing(self):
        self.assertIn("/web/login", self.url_open("/report/barcode/QR/x").url)  # no barcodes for strangers
        self.authenticate(self.leader.login, self.leader.login)
        for path, status in {
            "/report/barcode/QR/x": 404,
            "/report/exe/vpdt_base.none/1": 404,
            "/report/html/no.such/1": 404,
            "/report/html/web.report_layout/x?context={": 404,
            "/report/html/hr.print_employee_badge/1?options=7": 400,
        }.items():
            self.assertEqual(self.url_open(path).status_code, status, path)

    def test_no_address_breaks_without_what_it_needs(self):
        self.startPatcher(patch.object(threading.current_thread(), "dbname", self.env.cr.dbname, create=True))
        rules = [rule for rule in self.env["ir.http"].routing_map().iter_rules() if not rule.arguments]
        self.authenticate(self.leader.login, self.leader.login)
        broken = [
            (rule.rule, status)
            for rule in rules
            if rule.endpoint.routing["type"] == "http" and "GET" in (rule.methods or ["GET"])
            if not re.search(r"logout|websocket|/poll", rule.rule)
            if (status := self.url_open(rule.rule, allow_redirects=False).status_code) >= 500
        ]
        self.assertEqual((broken, len(rules) > 50), ([], True))

    def test_no_preview_is_fetched_for_strangers(self):
        recorder = self.recorded()
        answer = self.json("/html_editor/link_preview_external", {"preview_url": "http://127.0.0.1:8998/AUDIT"})
        self.assertEqual((answer.status_code, recorder.tried), (404, []))
        self.assertEqual(answer.json()["error"]["code"], 404)
        self.authenticate(self.leader.login, self.leader.login)
        own = self.json("/html_editor/link_preview_internal", {"preview_url": ELSEWHERE}).json()
        self.assertEqual((own["result"], recorder.tried), ({}, []))

    def test_no_route_fetches_an_address_that_it_is_given(self):
        self.authenticate(self.leader.login, self.leader.login)
        recorder, asked = self.recorded(), []
        self.startPatcher(patch.object(threading.current_thread(), "dbname", self.env.cr.dbname, create=True))
        for rule in self.env["ir.http"].routing_map().iter_rules():
            endpoint = getattr(rule.endpoint, "original_endpoint", rule.endpoint)
            names = [name for name in inspect.signature(endpoint).parameters if LOOKS_LIKE_ADDRESS.search(name)]
            if not names or rule.arguments:
                continue
            asked.append(rule.rule)
            values = dict.fromkeys(names, ELSEWHERE)
            if rule.endpoint.routing["type"] == "jsonrpc":
                self.json(rule.rule, values)
            else:
                self.url_open(f"{rule.rule}?{'&'.join(f'{name}={ELSEWHERE}' for name in names)}")
        self.assertTrue(asked)
        self.assertEqual(recorder.tried, [], "\n".join(asked))

    def test_methods_that_call_outside_are_off(self):
        recorder = self.recorded()
        self.authenticate(self.leader.login, self.leader.login)
        self.call("mail.push.device", "register_devices", endpoint=ELSEWHERE, keys={}, vapid_public_key="x")
        self.assertFalse(self.env["mail.push.device"].search([]))
        self.assertFalse(self.env["mail.link.preview"]._is_link_preview_enabled())
        action = self.env["ir.actions.server"].create(
            {
                "name": "Gọi ra ngoài",
                "model_id": self.env.ref("base.model_res_partner").id,
                "state": "webhook",
                "webhook_url": ELSEWHERE,
            }
        )
        with self.assertRaisesRegex(Exception, "calls nobody|không gọi"):
            action.with_context(active_model="res.partner", active_id=self.leader.partner_id.id).run()
        self.assertIsNone(self.env["ir.qweb.field.image"].load_remote_url(ELSEWHERE))
        self.assertEqual(recorder.tried, [])

    def test_no_cron_calls_anybody(self):
        recorder = self.recorded()
        with self.enter_registry_test_mode():
            for cron in self.env["ir.cron"].with_context(active_test=False).search([]):
                with self.subTest(cron=cron.cron_name):
                    try:
                        cron.method_direct_trigger()
                    except Exception as error:  # whatever else may be wrong with it in a test
                        self.assertNotIsInstance(error, outgoing.OutgoingRefused)
        self.assertEqual(recorder.tried, [])

    def test_what_would_call_is_switched_off_in_the_data(self):
        for name in ("mail.ir_cron_module_update_notification", "digest.ir_cron_digest_scheduler_action"):
            if cron := self.env.ref(name, raise_if_not_found=False):
                self.assertFalse(cron.active, name)
        parameter = self.env["ir.config_parameter"].sudo().get_param
        self.assertEqual(parameter("auth_signup.reset_password"), "False")
        self.assertEqual(parameter("digest.default_digest_emails"), "False")

    def test_nobody_is_offered_the_shop(self):
        for user in (self.leader, self.env.ref("base.user_admin")):
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertNotIn(self.env.ref("base.menu_management").id, visible)
            if user == self.leader:
                self.assertNotIn(self.env.ref("hr.menu_hr_root").id, visible)

    def test_no_robot_greets(self):
        if "odoobot_state" not in self.leader._fields:
            self.skipTest("mail_bot is not installed")
        self.leader.with_user(self.leader)._on_webclient_bootstrap()
        robot = self.env.ref("base.partner_root")
        self.assertFalse(
            self.env["discuss.channel"]
            .search([("channel_partner_ids", "in", robot.id)])
            .message_ids.filtered(lambda message: message.author_id == robot and "emoji" in (message.body or ""))
        )


@tagged("post_install", "-at_install")
class TestAnswers(DoorsCase):
    def test_an_unexpected_error_tells_a_number_and_no_path(self):
        self.authenticate(self.leader.login, self.leader.login)
        with self.assertLogs("odoo", "ERROR") as log:
            error = self.call("res.partner", "search_read", [["no_such_field", "=", 1]])["error"]["data"]
        self.assertRegex(error["debug"], r"^[0-9A-F]{4}-[0-9A-F]{4}$")
        self.assertIn(error["debug"], error["message"])
        self.assertIn(error["debug"], "\n".join(log.output))
        self.assertNotRegex(json.dumps(error), r"Traceback|\.py|no_such_field")

    def test_strangers_get_no_traceback(self):
        answer = self.url_open("/doc/index.json", headers={"Content-Type": "application/json"})
        self.assertNotRegex(answer.text, r"Traceback|\.py")
        answer = self.json("/web/dataset/call_kw/res.partner/read", {})
        self.assertNotRegex(answer.text, r"Traceback|\.py")
        page = self.url_open("/no/such/page?debug=1").text
        self.assertNotRegex(page, r"Traceback|werkzeug|[Oo]doo\.com|Powered")

    def test_words_for_people_stay(self):
        self.authenticate(self.leader.login, self.leader.login)
        error = self.call("vpdt.journal.entry", "unlink", [])["error"]["data"]
        self.assertEqual(error["name"], "odoo.exceptions.UserError")
        self.assertFalse(error["debug"])

    def test_text_that_cannot_be_stored_ends_in_words(self):
        self.authenticate(self.leader.login, self.leader.login)
        for text in ("a\0b", "a\ud800b", "\udfff"):
            with self.subTest(text=ascii(text)):
                error = self.call("res.partner", "search_read", [["name", "ilike", text]])["error"]["data"]
                self.assertEqual(error["name"], "odoo.exceptions.UserError")
        self.assertIn("result", self.call("res.partner", "search_read", [["name", "=", "\\u0000 😀"]], ["id"]))
        for path in ("/web/login?redirect=%00", "/web/content/%00", "/web/login/%00"):
            self.assertEqual(self.url_open(path).status_code, 400, path)

    def test_cookies_are_for_our_own_pages(self):
        cookies = self.url_open("/web/login").raw.headers.getlist("Set-Cookie")
        session = next(cookie for cookie in cookies if cookie.startswith("session_id="))
        self.assertIn("SameSite=Lax", session)
        self.assertIn("HttpOnly", session)
        self.assertNotIn("Secure", session)

    def test_behind_tls_cookies_are_secure(self):
        headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "van-phong.example.vn"}
        self.addCleanup(config.__setitem__, "proxy_mode", config["proxy_mode"])
        config["proxy_mode"] = True
        cookies = self.url_open("/web/login", headers=headers).raw.headers.getlist("Set-Cookie")
        self.assertTrue(cookies)
        self.assertTrue(all("Secure" in cookie for cookie in cookies), cookies)

    def test_pages_load_from_here_only(self):
        answer = self.url_open("/web/login")
        policy = answer.headers["Content-Security-Policy"]
        for part in ("default-src 'self'", "object-src 'none'", "frame-ancestors 'self'", "base-uri 'self'"):
            self.assertIn(part, policy)
        self.assertNotRegex(policy, r"https?://(?!127\.0\.0\.1:17172)")
        self.assertEqual(answer.headers["Server"], "VPDT")

    def test_an_error_page_is_ours_and_in_vietnamese(self):
        answer = self.url_open("/no/such/page")
        self.assertEqual(answer.status_code, 404)
        self.assertIn("Không có trang này", answer.text)
