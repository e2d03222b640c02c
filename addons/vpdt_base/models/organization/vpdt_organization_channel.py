from odoo import api, fields, models
from odoo.fields import Domain


class VpdtOrganization(models.Model):
    """Whether a document can be sent to an organization, and over which channel.

    Hook: an addon that brings a channel extends the three methods at the end with its own code and domain.
    """

    _inherit = "vpdt.organization"

    listed_on_axis = fields.Boolean(readonly=True, help="In the last directory read from the exchange axis.")
    reachable = fields.Boolean(compute="_compute_channel", search="_search_reachable")
    channel = fields.Char("Way to send", compute="_compute_channel", help="How documents reach this organization.")

    @api.depends("company_ids", "active", "listed_on_axis")
    def _compute_channel(self):
        codes, labels = self._channels(), self._channel_labels()
        for organization in self:
            code = codes.get(organization.id)
            organization.reachable = bool(code)
            organization.channel = labels.get(code, code or False)

    @api.model
    def _search_reachable(self, operator, value):
        if operator not in ("in", "="):
            return NotImplemented
        wanted = True in value if operator == "in" else bool(value)
        domain = self._reachable_domain()
        return domain if wanted else ~domain

    def _channels(self):
        """Organization id → code of the channel that reaches it; those without one are absent.

        Hook: call super, and add what your channel reaches and no better one does.
        """
        served = self._companies_here().organization_id.sudo(False) & self
        here = served.filtered("active")
        followed = (self - here).filtered(lambda o: o in served or o._takes_its_work())
        return {organization.id: "here" for organization in here | followed.filtered(lambda o: o._served_by())}

    @api.model
    def _channel_labels(self):
        """Code of a channel → words. Hook: add those of your channel."""
        return {"here": self.env._("In this system")}

    @api.model
    def _reachable_domain(self):
        """Domain of the organizations that some channel reaches. Hook: OR the domain of your channel."""
        # Which organizations are served here is no secret; companies of others are hidden from a clerk.
        companies = self.env["res.company"].sudo().search([("organization_id.active", "=", True)])
        served = companies.organization_id.sudo(False)
        return Domain("id", "in", (served | served._succeeded()).ids)
