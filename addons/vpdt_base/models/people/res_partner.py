"""People: their names stand where they took part; the rest of them is told in their agency only.

The record rules (security/vpdt_people_rules.xml) close accounts and addresses of other agencies. A name and a face
belong to what a person did, so the code that shows an author or an actor may read these few fields of everybody; what
comes in over RPC is checked in full.
"""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize, escape_psql

from ...doors.zone import NAME


class ResPartner(models.Model):
    _inherit = "res.partner"

    #: What a context adds to the name that is shown.
    _MORE = ("show_email", "show_address", "show_vat", "partner_show_db_id")

    _CARD = ("name", "complete_name", "active", "partner_share", "is_company", "parent_id", "type", "company_name")

    def _fetch_field(self, field):
        if field.name in self._CARD and not self.env.su:
            return self.sudo().fetch(self._CARD)  # the card only, see the module
        return super()._fetch_field(field)

    @api.depends_context("uid")
    def _compute_display_name(self):
        """A name that a context wants with e-mail and address comes with them by right only: Odoo makes the names of
        what a record points at in superuser mode."""
        super()._compute_display_name()
        if not any(self.env.context.get(key) for key in self._MORE):
            return
        person = self.sudo(False)
        closed = self.filtered("id") - person._filtered_access("read").with_env(self.env)
        bare = closed.with_context(**dict.fromkeys(self._MORE, False))
        super(ResPartner, bare)._compute_display_name()
        for partner, named in zip(closed, bare, strict=True):
            partner.display_name = named.display_name

    def read(self, fields=None, load="_classic_read"):
        """See there; asked from outside, also the card is read by right only."""
        if not self.env.su:
            self.check_access("read")
        return super().read(fields=fields, load=load)

    @api.model_create_multi
    def create(self, vals_list):
        """The zone of a person is that of Viet Nam: Odoo's login would write the browser's."""
        return super().create([{**vals, "tz": NAME} for vals in vals_list])

    def write(self, vals):
        """Name and e-mail of who has an account are not changed by way of the employee, the contact or an import.

        :raises AccessError: somebody else than the system administrator does it
        """
        names = [name for name in ("name", "email") if name in vals]
        if names and not self._keeps_accounts():
            self._check_accounts_kept(vals, names)
        return super().write({**vals, "tz": NAME} if "tz" in vals else vals)

    def _check_accounts_kept(self, vals, names):
        partners = self.sudo().with_context(active_test=False)  # only who has an account is asked, and what changes
        changed = partners.filtered(
            lambda partner: (
                any((partner[name] or "") != (vals[name] or "") for name in names)
                and any(not user.share for user in partner.user_ids)
            )
        )
        if names == ["email"] and not self._is_address_of_another(vals["email"]):
            changed -= self.env.user.partner_id  # where one's own notices go
        if changed:
            self._refuse_account_change(changed.mapped("name"))

    def _is_address_of_another(self, address):
        """Tell whether an account of somebody else is reached at this address or logs in with it."""
        address = email_normalize(address)
        if not address:
            return False
        others = Domain("id", "!=", self.env.uid) & Domain("share", "=", False)
        same = Domain("partner_id.email_normalized", "=", address) | Domain("login", "=ilike", escape_psql(address))
        # only whether there is one, in whatever agency
        return bool(self.env["res.users"].sudo().with_context(active_test=False).search_count(others & same, limit=1))
