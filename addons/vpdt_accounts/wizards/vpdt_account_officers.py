from odoo import api, fields, models
from odoo.exceptions import AccessError


class VpdtAccountOfficers(models.TransientModel):
    """Who answers for the system in an agency, and whom its people tell of faults (Đồng Tháp, khoản 7 Điều 17)."""

    _name = "vpdt.account.officers"
    _description = "Contact person and IT officer"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", "Agency", required=True, readonly=True, default=lambda self: self.env.company
    )
    contact_id = fields.Many2one(
        "res.users", "Contact person", check_company=True, default=lambda self: self._default_officer("contact_id")
    )
    it_officer_id = fields.Many2one(
        "res.users", "IT officer", check_company=True, default=lambda self: self._default_officer("it_officer_id")
    )

    @api.model
    def _default_officer(self, name):
        return self.env.company.sudo()[name].id  # of one's own agency

    def action_set(self):
        """Name them, for everybody in the agency and for who keeps the system.

        :raises AccessError: no administrator of the agency, or a person of another one
        """
        self.ensure_one()
        user, company = self.env.user, self.env.company
        if not user.has_group("vpdt_base.group_unit_admin") or company not in user.company_ids:
            raise AccessError(self.env._("The unit administrator names them."))
        if any(company not in person.sudo().company_ids for person in self.contact_id | self.it_officer_id):
            raise AccessError(self.env._("Choose people of your own agency."))
        values = {"contact_id": self.contact_id.id, "it_officer_id": self.it_officer_id.id}
        company.sudo().write(values)  # these two only; the rest of an agency is the system administrator's
        names = [person.name for person in self.contact_id | self.it_officer_id]
        self.env["vpdt.journal.entry"]._record("permission", company, {"contact": names})
        return {"type": "ir.actions.act_window_close"}
