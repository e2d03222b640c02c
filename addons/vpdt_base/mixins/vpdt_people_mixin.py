from odoo import models


class VpdtPeopleMixin(models.AbstractModel):
    """Whom a record of an agency asks, reminds and shows what has changed."""

    _name = "vpdt.people.mixin"
    _description = "People of a record"
    _inherit = ["mail.activity.mixin"]

    def _users_of_role(self, group):
        """Active users of this agency who have the role ``group`` (XML id)."""
        self.ensure_one()
        role = self.env.ref(group).sudo()  # who has which role in the own agency is known to everybody
        return role.all_user_ids.filtered(lambda u: self.company_id in u.company_ids and u._is_internal() and u.active)

    def _notify_people(self, users, summary, event="work"):
        """Leave an activity for each of ``users`` (not for oneself): what must be done now, until it is done.

        :param users: res.users
        :param summary: translated text
        :param str event: see `_ask`
        """
        self._ask(users - self.env.user, summary, event=event)

    def _done_activities(self):
        """Close what waited for the present step; what people have noted for themselves stays."""
        waiting = self.sudo().activity_ids  # activities of colleagues that the step has settled
        waiting.filtered("automated").unlink()

    def _people_at_screens(self):
        """Hook: whose open screens show this record (res.users)."""
        self.ensure_one()
        return self.env["res.users"]

    def _tell_screens(self):
        """Have the open screens of everybody concerned show the record as it is now."""
        for record in self:
            users = record.sudo()._people_at_screens()  # whose screens; nothing of it is shown to anybody
            users._bus_send("vpdt_document_changed", {"model": record._name, "id": record.id})
