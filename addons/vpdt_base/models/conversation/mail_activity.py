from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .mail_thread import is_office_model


class MailActivity(models.Model):
    """To-dos beside the records of an office.

    What a step of the product asks for ends with that step: it is neither cancelled nor ticked off by hand, not even by
    the one it is asked of, who would lose his only sign of the work. A reminder is ticked off by the one it reminds.
    """

    _inherit = "mail.activity"

    settled_by_step = fields.Boolean(
        readonly=True, help="Ends with the step that it asks for; nobody cancels it or ticks it off."
    )

    @api.depends("res_model", "res_id")
    def _compute_res_name(self):
        """In a form, the name of a record is told only to who may read it."""
        result = super()._compute_res_name()
        for activity in self.filtered(lambda activity: not activity.id and activity.res_name):
            if not self.env[activity.res_model].sudo(False).browse(activity.res_id).has_access("read"):
                activity.res_name = False
        return result

    @api.model_create_multi
    def create(self, vals_list):
        """See there; what a person makes is a to-do, never a notice of the system.

        :raises AccessError: it is for somebody who may not see the record
        """
        mark = {"settled_by_step": False} if self.env.su else {"settled_by_step": False, "automated": False}
        if self.env.su:
            vals_list = [{**mark, **vals} for vals in vals_list]
        else:
            office = [is_office_model(vals.get("res_model") or self._model_of(vals)) for vals in vals_list]
            vals_list = [{**vals, **mark} if ours else vals for vals, ours in zip(vals_list, office, strict=True)]
        activities = super().create(vals_list)
        activities._check_for_whom()
        return activities

    @api.model
    def _model_of(self, vals):
        model_id = vals.get("res_model_id") or self.env.context.get("default_res_model_id")
        model = self.env["ir.model"].sudo().browse(model_id).exists().model if model_id else ""  # its technical name
        return model or self.env.context.get("default_res_model")

    def write(self, vals):
        if not self.env.su and {"settled_by_step", "automated", "res_model", "res_model_id", "res_id"} & vals.keys():
            if self.sudo().filtered(lambda activity: is_office_model(activity.res_model)):
                raise AccessError(self.env._("A to-do stays with its record."))
        result = super().write(vals)
        if "user_id" in vals:
            self._check_for_whom()
        return result

    def _check_for_whom(self):
        """:raises AccessError: a to-do of a person's is for somebody who may not see the record"""
        if self.env.su:
            return
        for activity in self.filtered(lambda activity: is_office_model(activity.res_model)):
            partner = activity.user_id.sudo().partner_id  # of whom it is for
            self.env[activity.res_model].browse(activity.res_id)._check_may_see(partner.ids)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or operation not in ("write", "unlink") or not self.ids:
            return result
        closed = self.sudo().filtered(  # to whom they are, and who made them
            lambda activity: (
                is_office_model(activity.res_model)
                and (
                    activity.settled_by_step
                    or (
                        activity.user_id != self.env.user
                        and (activity.automated or activity.create_uid != self.env.user)
                    )
                )
            )
        )
        if not closed:
            return result
        forbidden = self.browse(closed.ids) | (result[0] if result else self.browse())
        return forbidden, lambda: AccessError(self._not_by_hand_message(closed))

    @api.model
    def _not_by_hand_message(self, activities):
        if any(activity.settled_by_step for activity in activities):
            return self.env._(
                "This notice ends by itself with the step that it asks for. Open the document and take the step."
            )
        return self.env._("This notice is for somebody else; only that person ticks it off.")

    def _action_done(self, feedback=False, attachment_ids=None):
        if not self.env.su:
            self.check_access("write")
            if attachment_ids and any(is_office_model(activity.res_model) for activity in self):
                raise UserError(self.env["mail.thread"]._no_files_message())
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)


class MailActivityMixin(models.AbstractModel):
    """What the steps of the product leave at people, past what a person may do by hand."""

    _inherit = "mail.activity.mixin"

    def _ask(self, users, summary, activity_type="mail.mail_activity_data_todo", event="work", **values):
        """Leave a notice at each of ``users`` that the step it asks for will end (see `settled_by_step`).

        :param users: res.users
        :param str summary: translated text
        :param str event: which of `EVENTS` it is; by it people choose how they are told outside the office
        :param values: other fields of mail.activity
        """
        self._remind_people(users, summary, activity_type, event, settled_by_step=True, **values)

    def _remind_people(self, users, summary, activity_type="mail.mail_activity_data_todo", event="news", **values):
        """Leave a reminder at each of ``users``, which he ticks off himself; and tell him as he has chosen.

        :param users: res.users
        :param str summary: translated text
        :param str event: which of `EVENTS` it is
        :param values: other fields of mail.activity
        """
        for user in users:
            # people who take a step may not write to each other's lists; the system does
            self.sudo().activity_schedule(activity_type, user_id=user.id, summary=summary, **values)
        for record in self:
            self.env["vpdt.alert.choice"]._tell(users, event, record, values.get("date_deadline"))
