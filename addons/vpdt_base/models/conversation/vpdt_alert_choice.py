from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from odoo.addons.queue_job.exception import RetryableJobError

from ...vietnam import vietnam_day
from .vpdt_chat_service import NotReached

#: What people are told of, in the order of a day.
EVENTS = [
    ("arrival", "A document has arrived"),
    ("work", "Work waits for me"),
    ("returned", "Something was returned to me"),
    ("answered", "An answer, an opinion, a result has come"),
    ("deadline", "A deadline is near or past, or I am chased"),
    ("failed", "Something could not be sent"),
    ("news", "Other news"),
]
WAYS = ("mail", "push", "chat")


class VpdtAlertChoice(models.Model):
    """How one person wants to be told of one kind of event when he is not in the office (Phụ lục VI, P6-1.i).

    What is told is which kind of event, and by when; never what a document says. Nothing leaves the office by itself:
    every way is off until the person turns it on.
    """

    _name = "vpdt.alert.choice"
    _description = "How one is told"
    _order = "sequence, id"
    _rec_name = "event"

    user_id = fields.Many2one("res.users", required=True, readonly=True, index=True, ondelete="cascade")
    event = fields.Selection(EVENTS, required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    by_mail = fields.Boolean("E-mail")
    by_push = fields.Boolean(
        "Browser", help="Also when VPĐT is closed there: every browser and phone where notifications are allowed."
    )
    by_chat = fields.Boolean("Chat")

    _person_writes = frozenset({"by_mail", "by_push", "by_chat"})
    _one_each = models.Constraint("UNIQUE (user_id, event)", "There is a choice for this event already.")

    @api.model
    def action_open(self):
        """The choices of the current user, one row an event, to be ticked."""
        if not self.env.user._is_internal():
            raise UserError(self.env._("This is for the staff of the office."))
        mine = self.search([("user_id", "=", self.env.uid)])
        missing = [
            {"user_id": self.env.uid, "event": event, "sequence": index}
            for index, (event, _label) in enumerate(EVENTS)
            if event not in mine.mapped("event")
        ]
        self.sudo().create(missing)  # his own rows; what is in them he says himself
        action = self.env["ir.actions.act_window"]._for_xml_id("vpdt_base.vpdt_alert_choice_action")
        return {**action, "domain": [("user_id", "=", self.env.uid)]}

    # Telling ----------------------------------------------------------------------------------------------------------

    @api.model
    def _tell(self, users, event, record, deadline=None):
        """Queue what ``users`` want to be told of ``event``, after commit.

        :param users: res.users
        :param str event: of EVENTS
        :param record: what it is about, one record
        :param deadline: date, or None
        """
        wanted = ["|", "|", *((f"by_{way}", "=", True) for way in WAYS)]
        # how colleagues want to be told is theirs; the system obeys it
        for choice in self.sudo().search([("user_id", "in", users.ids), ("event", "=", event), *wanted]):
            for way in WAYS:
                if choice[f"by_{way}"]:
                    choice._queue(way, record, deadline)

    def _queue(self, way, record, deadline=None):
        job = self.with_delay(description=f"{self._description}: {way}")
        day = fields.Date.to_string(fields.Date.to_date(deadline)) if deadline else ""
        job._send(way, record._name, record.id, day)

    def _send(self, way, res_model, res_id, deadline):
        """Tell the person, if he may still see what it is about; what he has to mend himself stands in his preferences.

        :param str way: of WAYS
        :param str deadline: ISO date, or empty
        :raises RetryableJobError: the service gave no answer
        """
        choice = self.sudo().exists()  # a job; whose choice it is
        user = choice.user_id
        if not user.active or not choice[f"by_{way}"]:
            return
        record = self.env(user=user.id, su=False, context={"allowed_company_ids": user.company_ids.ids})[res_model]
        record = record.browse(res_id).exists()
        if not record or not record.has_access("read"):
            return
        speaker = choice.with_context(lang=user.lang)
        title = dict(speaker._fields["event"]._description_selection(speaker.env))[choice.event]
        due = speaker.env._("Deadline: %s", vietnam_day(fields.Date.to_date(deadline))) if deadline else ""
        try:
            getattr(speaker, f"_send_by_{way}")(title, due, record)
        except NotReached as trouble:
            user.vpdt_alert_failure = str(trouble)
            return
        if user.vpdt_alert_failure:
            user.vpdt_alert_failure = False

    def _send_given_up(self, exc_name="", exc_message="", exc_info=""):
        """It reached nobody: the person sees why, the next time he is here."""
        for choice in self.sudo().exists():  # a job; written where he reads it
            choice.user_id.vpdt_alert_failure = exc_message or exc_name

    def _send_by_mail(self, title, due, record):
        if not email_normalize(self.user_id.email):
            raise NotReached(self._no_mail_message())
        body = Markup('<p>%s</p><p><a href="%s">%s</a></p>') % (due, self._link(record), self.env._("Open it in VPĐT"))
        self.user_id._send_vpdt_mail(title, body)

    def _send_by_chat(self, title, due, record):
        text = "\n".join(filter(None, (title, due, self._link(record))))
        self.env["vpdt.chat.service"]._tell(self.user_id, text)

    def _send_by_push(self, title, due, record):
        devices = self.user_id._vpdt_push_devices()
        data = {"model": record._name, "res_id": record.id}
        payload = {
            "title": title,
            "options": {"body": due, "icon": "/web/static/img/odoo-icon-192x192.png", "data": data},
        }
        taken = [device for device in devices if device._vpdt_push(payload)]
        if not devices.exists():
            raise NotReached(self.env._("No browser of yours takes notices any more. Allow them there once more."))
        if not taken:
            raise RetryableJobError(self.env._("The push service of your browser gave no answer."))

    @api.model
    def _link(self, record):
        return f"{self.get_base_url()}/odoo/{record._name}/{record.id}"

    def write(self, vals):
        """See there.

        :raises UserError: a way that does not lead to this person yet
        """
        if vals.get("by_mail"):
            # whether the person whose row this is can be written to
            for choice in self.filtered(lambda choice: not email_normalize(choice.user_id.sudo().email)):
                raise UserError(choice._no_mail_message())
        if vals.get("by_chat"):
            # whether the person whose row this is has entered a name
            for choice in self.filtered(lambda choice: not choice.user_id.sudo()._vpdt_chat_to()):
                raise UserError(choice._no_chat_message())
        if vals.get("by_push"):
            for choice in self.filtered(lambda choice: not choice.user_id._vpdt_push_devices()):
                raise UserError(choice._no_push_message())
        return super().write(vals)

    def _no_mail_message(self):
        return self.env._("Enter your e-mail address in your preferences first.")

    def _no_chat_message(self):
        service = self.env["vpdt.chat.service"]._in_use()
        if not service:
            return self.env._("There is no chat service yet. The system administrator sets one up.")
        return self.env._("Enter your name at %s in your preferences first.", service.name)

    def _no_push_message(self):
        return self.env._(
            "No browser of yours takes notices yet. Open VPĐT where you want to be told, in a browser or on the phone, "
            "allow notifications there, and tick again. If this does not help, the push service of that browser is not "
            "among the allowed hosts: ask the system administrator."
        )
