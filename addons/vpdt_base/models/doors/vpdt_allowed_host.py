import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...signing import hosts

_HOST = re.compile(r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$")


class VpdtAllowedHost(models.Model):
    """A host that this server may call: OCSP, revocation lists, remote signing, time stamps, chat, push services.

    An address in a certificate, a document or a setting leads nowhere unless its host is on this list.
    """

    _name = "vpdt.allowed.host"
    _description = "Allowed host"
    _inherit = ["vpdt.text.mixin"]
    _order = "name"

    name = fields.Char("Host", required=True, help="For example ocsp.example.vn, or with a port: ocsp.example.vn:8080.")
    note = fields.Char("What for")
    for_push = fields.Boolean(
        "Tells browsers",
        help="A push service of browsers. Only there are notices pushed: the address comes from the browser of a "
        "person, and must lead to no other service.",
    )
    active = fields.Boolean(default=True)

    _person_writes = frozenset({"name", "note", "for_push", "active"})
    _name_unique = models.UniqueIndex("(name)", "This host is on the list already.")

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, "name": (vals.get("name") or "").strip().lower()} for vals in vals_list])

    @api.constrains("name")
    def _check_name(self):
        for host in self:
            if not _HOST.match(host.name or ""):
                raise ValidationError(
                    self.env._(
                        "“%s” is not the name of a host. Write it without http:// and without a path.", host.name
                    )
                )

    @api.model
    def _allowed(self, for_push=False):
        """The list as :func:`signing.hosts.parse_allowed` gives it; ``for_push``: only push services of browsers."""
        domain = [("for_push", "=", True)] if for_push else []
        found = self.sudo().search(domain)  # the server obeys the list, whoever works
        return hosts.parse_allowed(" ".join(found.mapped("name")))

    @api.model
    def _is_allowed(self, url, for_push=False):
        """Tell whether a URL leads to a host of the list; ``for_push``: to a push service of browsers."""
        return hosts.is_allowed(url or "", self._allowed(for_push))
