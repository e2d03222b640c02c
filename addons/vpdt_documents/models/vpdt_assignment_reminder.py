from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.vpdt_base.vietnam import today

#: What was said last about the deadline of a part, in the order in which it is said.
REMINDED = [
    ("none", "Not yet"),
    ("before", "Before the deadline"),
    ("on", "On the day"),
    ("head", "Late: unit head"),
    ("leader", "Late: leader"),
]
_DAYS_BEFORE, _DAYS_TO_LEADER = 2, 3  # working days
_LOOKED_BACK = 365  # days: what is older is no reminder's business
_BATCH = 500


class VpdtAssignment(models.Model):
    """Reminders before and on the deadline; afterwards the head of the unit, then the leader learn of it (Điều 24)."""

    _inherit = "vpdt.assignment"

    reminded = fields.Selection(REMINDED, default=lambda self: "none", required=True, readonly=True)

    _open_by_deadline = models.Index("(deadline) WHERE state = 'open'")

    @api.model
    def _cron_remind(self):
        """Say once a day what is due; each thing once, whatever was missed meanwhile is said at its present height."""
        now = today()
        due = self.search(
            [
                ("state", "=", "open"),
                ("part", "!=", "information"),
                "|",
                ("incoming_id.state", "=", "directed"),
                ("task_id.state", "=", "given"),
                ("deadline", ">=", now - timedelta(days=_LOOKED_BACK)),
                ("deadline", "<=", now + timedelta(days=14)),  # two working days over the longest Tết
                ("reminded", "!=", "leader"),
            ],
            order="company_id, deadline",
        )
        for start in range(0, len(due), _BATCH):
            for part in due[start : start + _BATCH]:
                part._remind(now)

    def _remind(self, now):
        order = [value for value, _label in REMINDED]
        stage = self._reminder_stage(now)
        if order.index(stage) <= order.index(self.reminded):
            return
        document = self._work()
        words, _level = self.env["vpdt.day.exception"]._say_deadline(self.deadline, self.company_id)
        summary = self.env._("%(document)s: %(words)s", document=document._called(), words=words)
        document._remind_people(self._whom_to_tell(stage), summary, event="deadline", date_deadline=self.deadline)
        self.reminded = stage

    def _reminder_stage(self, now):
        """How far the deadline is: a code of REMINDED."""
        calendar = self.env["vpdt.day.exception"]._calendar(self.company_id)
        if self.deadline >= now:
            left = calendar.working_days_between(now, self.deadline)
            if self.deadline == now or not left:
                return "on"
            return "before" if left <= _DAYS_BEFORE else "none"
        late = calendar.working_days_between(self.deadline, now)
        return "leader" if late >= _DAYS_TO_LEADER else "head"

    def _whom_to_tell(self, stage):
        """The person himself, then also the head of his unit, then also who gave the part (res.users)."""
        people = self.user_id
        if stage in ("head", "leader"):
            people |= self.user_id._vpdt_department().manager_id.user_id
        if stage == "leader":
            people |= self._giver()
        return people.filtered(lambda user: self.company_id in user.company_ids)
