"""People of other agencies: their names stand where they took part, the rest of them is not told.

The record rules (security/vpdt_people_rules.xml) close accounts and addresses of other agencies. A name and a face
belong to what a person did, so the code that shows an author or an actor may read these few fields of everybody; what
comes in over RPC is checked in full.
"""

from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"  # pylint: disable=consider-merging-classes-inherited

    #: What is told of everybody: who he is and whether he is there.
    _CARD = ("name", "partner_id", "active", "share")

    def _fetch_field(self, field):
        if field.name in self._CARD and not self.env.su:
            return self.sudo().fetch(self._CARD)  # the card only, see the module
        return super()._fetch_field(field)

    def read(self, fields=None, load="_classic_read"):
        """See there; asked from outside, also the card is read by right only."""
        if not self.env.su and self != self.env.user:
            self.check_access("read")
        return super().read(fields=fields, load=load)

    def has_group(self, group_ext_id):
        """See there.

        :raises AccessError: of somebody in another agency
        """
        if not self.env.su and self.id != self.env.uid:
            self.check_access("read")
        return super().has_group(group_ext_id)


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
