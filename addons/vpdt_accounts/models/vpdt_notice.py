from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.vietnam import to_utc_naive, to_vietnam, vietnam_time

from .vpdt_account import KEEPER

#: Kinds that stop the service: told beforehand (Đồng Tháp, khoản 3 Điều 6; Kon Tum, khoản 4 Điều 17).
STOPS = ("maintenance", "upgrade")


class VpdtNotice(models.Model):
    """A notice of who keeps the system to everybody: a banner above every page, and who has read it."""

    _name = "vpdt.notice"
    _description = "Notice"
    _inherit = ["vpdt.move.mixin", "vpdt.history.mixin", "mail.thread", "vpdt.people.mixin", "vpdt.text.mixin"]
    _order = "id DESC"

    name = fields.Char("Title", required=True)
    text = fields.Text(required=True)
    kind = fields.Selection(
        [("maintenance", "Maintenance"), ("upgrade", "New version"), ("information", "Information"),
         ("incident", "Incident")],
        required=True,
        default="information",
    )  # fmt: skip
    starts_at = fields.Datetime("From")
    ends_at = fields.Datetime("To")
    shown_until = fields.Datetime("Banner until", help="Empty: until the end of the stop, or until it is taken down.")
    company_ids = fields.Many2many("res.company", string="Agencies", help="Empty: all of them.")
    keeper_id = fields.Many2one(
        "res.company", "Posted by", required=True, readonly=True, default=lambda self: self.env.company, index=True
    )
    emergency = fields.Char("Why it cannot wait", help="Only an emergency is told less than a working day before.")
    posted_at = fields.Datetime("Posted on", readonly=True, copy=False)
    reading_ids = fields.One2many("vpdt.notice.reading", "notice_id", "Read by", readonly=True)
    reading_count = fields.Integer("Number of readers", compute="_compute_reading_count")
    state = fields.Selection([("draft", "Draft"), ("posted", "Posted"), ("ended", "Taken down")], tracking=True)

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(
                ("draft",), "posted", self.env._("Post"), "action_post", (KEEPER,), "_check_in_time", "_effect_posted"
            ),
            Move(("posted",), "ended", self.env._("Take down"), "action_end", (KEEPER,), "", "_effect_ended"),
        )

    @api.depends("reading_ids")
    def _compute_reading_count(self):
        counts = self.env["vpdt.notice.reading"]._read_group(
            [("notice_id", "in", self.ids)], ["notice_id"], ["__count"]
        )
        by_notice = {notice.id: count for notice, count in counts}
        for notice in self:
            notice.reading_count = by_notice.get(notice.id, 0)

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"name", "text", "kind", "starts_at", "ends_at", "shown_until", "company_ids",
                                          "emergency"}  # fmt: skip

    def _editable_fields(self):
        return super()._editable_fields() | (self._first_fields() if self.state == "draft" else set())

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if any(notice.state != "draft" for notice in self):
            raise UserError(self.env._("What was posted is kept; take it down instead."))

    # Steps ------------------------------------------------------------------------------------------------------------

    def action_post(self):
        """Show the notice to everybody, in time before a stop."""
        self.ensure_one()
        return self._move_to("posted", {"posted_at": fields.Datetime.now()})

    def action_end(self):
        """Take the banner down."""
        self.ensure_one()
        return self._move_to("ended")

    def _check_in_time(self):
        if self.kind not in STOPS:
            return
        if not (self.starts_at and self.ends_at and self.starts_at < self.ends_at):
            raise UserError(self.env._("Say from when to when the service stops."))
        earliest = self._earliest_stop(fields.Datetime.now())
        if self.starts_at < earliest and not (self.emergency or "").strip():
            raise UserError(
                self.env._(
                    "A stop is told at least one working day before (clause 3, Article 6): not before %s. In an "
                    "emergency write why it cannot wait.",
                    vietnam_time(earliest),
                )
            )

    def _earliest_stop(self, now):
        """One working day after ``now`` at the same time of day; naive UTC both."""
        here = to_vietnam(now)
        calendar = self.env["vpdt.day.exception"]._calendar()
        day = calendar.add_working_days(here.date(), 1)
        return to_utc_naive(datetime.combine(day, here.time(), tzinfo=here.tzinfo))

    def _effect_posted(self):
        self._tell_browsers()

    def _effect_ended(self):
        self._tell_browsers()

    def _tell_browsers(self):
        """Let open pages show or drop the banner."""
        self.env["res.users"]._broadcast_notices()

    # Readers ----------------------------------------------------------------------------------------------------------

    @api.model
    def current(self):
        """The notices that the current user is to see, newest first.

        :return: ``[{"id", "name", "text", "kind", "time"}]``
        """
        now, user = fields.Datetime.now(), self.env.user
        if not user._is_internal():
            return []
        domain = Domain("state", "=", "posted")
        domain &= Domain("company_ids", "=", False) | Domain("company_ids", "in", user.company_ids.ids)
        domain &= Domain("shown_until", "=", False) | Domain("shown_until", ">", now)
        domain &= Domain("ends_at", "=", False) | Domain("ends_at", ">", now)
        notices = self.sudo().search(domain, limit=5)  # what is posted is for everybody
        read = self.env["vpdt.notice.reading"].sudo().search(
            [("notice_id", "in", notices.ids), ("user_id", "=", user.id)]
        )  # fmt: skip
        return [notice._for_banner() for notice in notices - read.notice_id]

    def _for_banner(self):
        time = ""
        if self.starts_at:
            time = " – ".join(vietnam_time(moment)[:-3] for moment in (self.starts_at, self.ends_at) if moment)
        return {"id": self.id, "name": self.name, "text": self.text, "kind": self.kind, "time": time}

    @api.model
    def read_by_me(self, notice_id):
        """Note that the current user has read a notice; the banner is gone for him. A second call changes nothing."""
        if notice_id not in [notice["id"] for notice in self.current()]:
            return False
        reading = {"notice_id": notice_id, "user_id": self.env.uid, "at": fields.Datetime.now()}
        self.env["vpdt.notice.reading"].sudo().create(reading)  # of himself only
        return True

    @api.model
    def _cron_end(self):
        """Take down what is over."""
        now = fields.Datetime.now()
        over = self.search(
            [("state", "=", "posted"), "|", ("shown_until", "<", now), ("ends_at", "<", now - timedelta(hours=1))]
        )
        for notice in over:
            notice._move_to("ended")


class VpdtNoticeReading(models.Model):
    _name = "vpdt.notice.reading"
    _description = "Reader of a notice"
    _inherit = "vpdt.text.mixin"
    _order = "id DESC"

    notice_id = fields.Many2one("vpdt.notice", required=True, readonly=True, index=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True, ondelete="cascade")
    at = fields.Datetime("Read on", required=True, readonly=True)

    _once = models.UniqueIndex("(notice_id, user_id)", "Read already.")


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _broadcast_notices(self):
        """Tell every open page to ask for the notices anew."""
        self.env["bus.bus"]._sendone("broadcast", "vpdt_notices", {})
