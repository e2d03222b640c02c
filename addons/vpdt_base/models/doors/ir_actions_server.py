from odoo import models
from odoo.exceptions import AccessError


class IrActionsServer(models.Model):
    """What the server does by its clock is not started by hand, and Odoo's own steps are the administrator's.

    Anybody can ask for any action by its number (``/web/action/run``, RPC), and Odoo looks only at rights to the model,
    which many of its steps do not need: sample data, mail queues, reminders to everybody.
    """

    _inherit = "ir.actions.server"

    def run(self):
        """See there.

        :raises AccessError: a person who is not the system administrator starts a job of the clock or a step of Odoo
        """
        if not (self.env.su or self.env.user.has_group("base.group_system")):
            self._check_started_by_hand()
        return super().run()

    def _check_started_by_hand(self):
        names = self.sudo().get_external_id()  # where an action comes from is no secret
        for action in self.sudo():
            if action.usage != "ir_actions_server" or not names[action.id].startswith("vpdt_"):
                raise AccessError(self.env._("This step is the system administrator's."))
