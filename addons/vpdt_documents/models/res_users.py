import logging

from markupsafe import Markup
from odoo import api, fields, models

from odoo.addons.vpdt_base.vietnam import today

_logger = logging.getLogger(__name__)
MONDAY = 0


class ResUsers(models.Model):
    """The e-mail that says what waits: each person chooses whether and how often (Phụ lục VI: P6-1.i)."""

    _inherit = "res.users"

    vpdt_digest = fields.Selection(
        [("none", "Never"), ("daily", "Each working day"), ("weekly", "Each Monday")],
        "E-mail about waiting work",
        default="none",
        required=True,
        help="How many things wait and since when; never what the documents say.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "vpdt_digest"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [*super().SELF_WRITEABLE_FIELDS, "vpdt_digest"]

    @api.model
    def _cron_vpdt_digest(self):
        """Send everybody the summary that he has asked for; one that fails keeps no other back."""
        now = today()
        asked = ["daily", "weekly"] if now.weekday() == MONDAY else ["daily"]
        users = self.search([("vpdt_digest", "in", asked), ("share", "=", False), ("email", "!=", False)])
        for user in users:
            if not self.env["vpdt.day.exception"]._calendar(user.company_id).is_working_day(now):
                continue
            try:
                with self.env.cr.savepoint():
                    user._send_vpdt_digest()
            except Exception:  # whatever one person's desk does, the others get theirs
                _logger.exception("No digest for the user %s", user.id)

    def _send_vpdt_digest(self):
        """One mail of what waits for this person; none when nothing does."""
        self.ensure_one()
        desk = self.env(user=self, su=False, context={"allowed_company_ids": self.company_ids.ids, "lang": self.lang})
        cards = [card for card in desk["vpdt.desk"].cards() if card["count"] and card["kind"] != "watch"]
        if not cards:
            return False
        line = Markup("<li>%s: <b>%s</b>%s</li>")
        lines = Markup("").join(
            line % (card["label"], card["count"], f" ({card['words']})" if card["words"] else "") for card in cards
        )
        address = f"{self.get_base_url()}/odoo/viec-cua-toi"
        words = desk._("What waits for you today")
        body = Markup('<p>%s</p><ul>%s</ul><p><a href="%s">%s</a></p>') % (
            words,
            lines,
            address,
            desk._("Open my work"),
        )
        self._send_vpdt_mail(words, body)
        return True
