from odoo import models


class VpdtIncoming(models.Model):
    """Not registered yet: the successor enters it in its own register."""

    _inherit = "vpdt.incoming"

    def _after_hand_over(self, former):
        clerks = self._users_of_role("vpdt_base.group_clerk")
        self._notify_people(clerks, self.env._("Taken over from %s: enter in register", former.name))
