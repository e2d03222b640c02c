from odoo import models


class VpdtOutgoing(models.Model):
    """A draft begins anew: heading, notation and signer become the successor's."""

    _inherit = "vpdt.outgoing"

    def _prepare_hand_over(self):
        if self.state != "draft":
            self._move_to("draft")
        self._done_activities()

    def _after_hand_over(self, former):
        self.notation = self._default_notation()
        self._notify_people(
            self.drafter_id, self.env._("%s has ended: make this draft anew under the new name", former.name)
        )
