from odoo import api, models


class VpdtOrganization(models.Model):
    """By which channel a document reaches an organization."""

    _inherit = "vpdt.organization"

    def _channels(self):
        found, left = super()._channels(), self
        for channel in self.env["vpdt.exchange.channel"]._in_order().filtered(lambda c: c.kind != "here"):
            left = left.filtered(lambda organization: organization.id not in found)
            found.update(dict.fromkeys(channel._reaches(left).ids, f"channel-{channel.id}"))
        return found

    @api.model
    def _channel_labels(self):
        channels = self.env["vpdt.exchange.channel"]._in_order()
        return {**super()._channel_labels(), **{f"channel-{channel.id}": channel.name for channel in channels}}

    @api.model
    def _reachable_domain(self):
        domain = super()._reachable_domain()
        for channel in self.env["vpdt.exchange.channel"]._in_order().filtered(lambda c: c.kind != "here"):
            domain |= channel._reach_domain()
        return domain

    def _exchange_channels(self):
        """Organization id → the channel that carries what is sent there (vpdt.exchange.channel in superuser mode)."""
        channels = {}
        for channel in self.env["vpdt.exchange.channel"]._in_order():
            channels["here" if channel.kind == "here" else f"channel-{channel.id}"] = channel
        return {organization: channels[code] for organization, code in self._channels().items() if code in channels}

    def _exchange_channel(self):
        """The channel that carries what is sent to this organization (vpdt.exchange.channel, possibly empty)."""
        self.ensure_one()
        return self._exchange_channels().get(self.id, self.env["vpdt.exchange.channel"])
