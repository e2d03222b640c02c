"""The zone of everybody is that of Viet Nam, whatever a browser or a context says."""

import importlib.util
import json
from pathlib import Path

from freezegun import freeze_time
from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import VpdtCase

VIETNAM, ELSEWHERE = "Asia/Ho_Chi_Minh", "America/New_York"
MIGRATION = Path(__file__).parents[1] / "migrations" / "19.0.1.2.0" / "post-time-zone.py"


@tagged("post_install", "-at_install")
class TestTimeZone(HttpCase, VpdtCase):
    def test_a_login_writes_no_zone_of_a_browser(self):
        params = {"db": self.env.cr.dbname, "login": self.leader.login, "password": self.leader.login}
        self.opener.cookies.set("tz", ELSEWHERE)
        answer = self.url_open(
            "/web/session/authenticate",
            data=json.dumps({"params": params}),
            headers={"Content-Type": "application/json"},
        ).json()
        self.assertEqual(answer["result"]["user_context"]["tz"], VIETNAM)
        self.leader.invalidate_recordset()
        self.assertEqual(self.leader.tz, VIETNAM)

    def test_nobody_writes_or_brings_another(self):
        user = self.env["res.users"].with_context(tz=ELSEWHERE).create({"name": "Người mới", "login": "vpdt_tz"})
        self.assertEqual(user.tz, VIETNAM)
        user.with_user(user).write({"tz": ELSEWHERE})
        self.assertEqual(user.tz, VIETNAM)
        self.assertEqual(str(self.env(context={"tz": ELSEWHERE}).tz), VIETNAM)

    @freeze_time("2026-11-28 18:30:00")
    def test_today_is_the_day_of_viet_nam(self):
        partner = self.leader.partner_id.with_context(tz="Pacific/Midway")
        self.assertEqual(str(fields.Date.context_today(partner)), "2026-11-29")

    def test_the_update_puts_existing_people_right(self):
        self.env.cr.execute("UPDATE res_partner SET tz = 'UTC' WHERE id = %s", [self.leader.partner_id.id])
        spec = importlib.util.spec_from_file_location("post_time_zone", MIGRATION)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, "19.0.1.1.0")
        self.leader.invalidate_recordset()
        self.assertEqual(self.leader.tz, VIETNAM)
