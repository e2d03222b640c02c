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

    def _add_members(self, *, guests=None, partners=None, users=None, **options):
        """See there; below a room of one's own Odoo enters people in superuser mode.

        :raises AccessError: somebody whom the current user does not see
        """
        if not self.env.su:
            _check_seen(self.env, (partners or self.env["res.partner"]) | (users or self.env["res.users"]).partner_id)
        return super()._add_members(guests=guests, partners=partners, users=users, **options)


class DiscussChannelMember(models.Model):
    _inherit = "discuss.channel.member"

    @api.model_create_multi
    def create(self, vals_list):
        """See there.

        :raises AccessError: somebody whom the current user does not see
        """
        members = super().create(vals_list)
        if not self.env.su:
            _check_seen(self.env, members.sudo().partner_id)  # who was entered
        return members


def _check_seen(env, partners):
    # oneself, and the robot that Odoo lets greet everybody
    robot = env.ref("base.partner_root")
    (partners - env.user.partner_id - robot).with_env(env).check_access("read")
