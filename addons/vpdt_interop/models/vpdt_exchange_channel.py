import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move

from ..transports import HereTransport, PeerTransport, VxpTransport

ADMIN = "vpdt_base.group_system_admin"
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")  # it travels in headers


class VpdtExchangeChannel(models.Model):
    """A way by which documents reach other organizations: its address, its state and what it reaches.

    While a channel is paused or gives no answer, what it should carry waits, and goes out by itself afterwards.
    """

    _name = "vpdt.exchange.channel"
    _description = "Exchange channel"
    _inherit = ["vpdt.move.mixin", "vpdt.job.mixin", "vpdt.secret.mixin", "vpdt.text.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10, help="Where several channels lead to one place, the first is taken.")
    kind = fields.Selection(
        [("here", "In this system"), ("peer", "Another installation of VPĐT"), ("vxp", "National axis (VXP)")],
        required=True,
    )
    state = fields.Selection([("active", "In use"), ("paused", "Paused"), ("down", "No answer")], copy=False)
    url = fields.Char(groups=ADMIN, copy=False)
    system_code = fields.Char("Our name there", groups=ADMIN, copy=False, help="System ID, or the name of the access.")
    has_secret = fields.Boolean(groups=ADMIN)
    organization_ids = fields.Many2many(
        "vpdt.organization", string="Reaches", help="Organizations to which this channel leads.", copy=False
    )
    reaches_listed = fields.Boolean("All that the axis lists", help="Also every organization of its directory.")
    message_ids = fields.One2many("vpdt.exchange.message", "channel_id", "Packets", readonly=True)
    last_success_at = fields.Datetime("Last success", readonly=True, copy=False)
    trouble = fields.Char(readonly=True, copy=False, help="The last thing that went wrong.")
    trouble_at = fields.Datetime("Last trouble", readonly=True, copy=False)
    probes = fields.Integer(readonly=True, copy=False, help="How often it was tried in vain since it gave no answer.")
    probe_at = fields.Datetime("Tried again at", readonly=True, copy=False)

    _person_writes = frozenset(
        {"name", "sequence", "url", "system_code", "new_secret", "organization_ids", "reaches_listed"}
    )
    _one_here = models.UniqueIndex("(kind) WHERE kind = 'here'", "There is one channel inside this system already.")

    @api.model
    def _get_moves(self):
        waits = self.env._("What should go this way waits until you press Resume.")
        return super()._get_moves() + (
            Move(("active", "down"), "paused", self.env._("Pause"), "action_pause", (ADMIN,), danger=True,
                 confirmation=waits),
            Move(("paused", "down"), "active", self.env._("Resume"), "action_resume", (ADMIN,), "", "_effect_resumed"),
            Move(("active",), "down", ""),
        )  # fmt: skip

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"kind"}

    @api.model_create_multi
    def create(self, vals_list):
        """A channel to somebody else starts paused: it is tried first, and then put to use."""
        channels = super().create(vals_list)
        for channel in channels.filtered(lambda c: c.kind != "here"):
            channel._move_to("paused")
        return channels

    @api.constrains("system_code")
    def _check_system_code(self):
        for channel in self.sudo().filtered("system_code"):  # seen by administrators only
            if not _NAME.fullmatch(channel.system_code):
                raise ValidationError(
                    self.env._(
                        "“%s”: only letters without marks, digits and . _ - may stand here.", channel.system_code
                    )
                )

    # The way ---------------------------------------------------------------------------------------------------------

    def _transport(self):
        """The transport of this channel. A kind of an addon brings a method ``_transport_<kind>``."""
        self.ensure_one()
        return getattr(self, f"_transport_{self.kind}")()

    def _transport_here(self):
        return HereTransport(self)

    def _transport_peer(self):
        return PeerTransport(self)

    def _transport_vxp(self):
        return VxpTransport(self)

    def _check_allowed(self):
        """:raises UserError: the host of this channel is not on the list (any more)"""
        if not self.env["vpdt.allowed.host"]._is_allowed(self.url):
            raise UserError(self._not_allowed_message())

    def _is_set_up(self):
        """Whether the channel can be used at all: it has what its transport needs."""
        self.ensure_one()
        return all(self[name] for name in self._transport().needs)

    @api.model
    def _in_order(self):
        """The channels that carry documents, the preferred one first, in superuser mode: addresses are not shown."""
        return self.sudo().search([]).filtered(lambda channel: channel._is_set_up())

    def _reaches(self, organizations):
        """Those of ``organizations`` to which this channel leads. Hook for kinds that know better."""
        self.ensure_one()
        if self.kind == "here":
            return organizations.filtered(lambda organization: organization._served_by())
        listed = organizations.filtered("listed_on_axis") if self.reaches_listed else organizations.browse()
        return organizations & (self.organization_ids.with_env(organizations.env) | listed)

    def _reach_domain(self):
        """Domain of the organizations to which this channel leads, apart from those served here."""
        self.ensure_one()
        domain = Domain("id", "in", self.organization_ids.ids)
        return domain | Domain("listed_on_axis", "=", True) if self.reaches_listed else domain

    # Buttons ---------------------------------------------------------------------------------------------------------

    def action_pause(self):
        """What should go this way waits from now on."""
        self.ensure_one()
        return self._move_to("paused")

    def action_resume(self):
        """Use the channel (again); what waits goes out, the oldest first."""
        self.ensure_one()
        if not self.sudo()._is_set_up():  # whether there is a secret
            raise UserError(self.env._("Enter address, name and secret of “%s” first.", self.name))
        return self._move_to("active")

    def _effect_resumed(self):
        self.sudo().write({"probes": 0, "probe_at": False})  # written by steps only
        self.sudo()._wake()

    def action_test(self):
        """Try the way without sending anything, and say what came of it.

        :raises AccessError: not a system administrator
        """
        self.ensure_one()
        self.check_access("write")
        channel = self.sudo()  # the way uses the secret
        works, words = channel._try_out()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.name,
                "message": words,
                "type": "success" if works else "danger",
                "sticky": not works,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _try_out(self):
        if not self._is_set_up():
            return False, self.env._("Enter address, name and secret of “%s” first.", self.name)
        try:
            works, words = self._transport().test()
        except UserError as error:
            works, words = False, str(error)
        self._note_success() if works else self._note_trouble(words)
        return works, words
