from odoo import api, models
from odoo.exceptions import AccessError


class DiscussChannel(models.Model):
    """People talk to colleagues whom they see; rooms for everybody would join all agencies of the database."""

    _inherit = "discuss.channel"

    @api.model_create_multi
    def create(self, vals_list):
        """See there.

        :raises AccessError: a person opens a room that others can find and enter
        """
        channels = super().create(vals_list)
        by_hand = not (self.env.uid == api.SUPERUSER_ID or self.env.user.has_group("base.group_system"))
        if by_hand and any(channel.channel_type not in ("chat", "group") for channel in channels.sudo()):  # its kind
            raise AccessError(
                self.env._("Rooms for everybody are not open here: write to a colleague, or beside the document.")
            )
        return channels
