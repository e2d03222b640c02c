from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

NAMES = ("copy_signer_ids", "copy_decision", "copy_decided_on")


class VpdtCopySigners(models.TransientModel):
    """Who signs copies besides the head of the agency, as his decision says (Nghị định 30/2020, khoản 1 Điều 27)."""

    _name = "vpdt.copy.signers"
    _description = "Who signs copies"
    _inherit = ["vpdt.text.mixin"]
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", "Agency", required=True, readonly=True, default=lambda self: self.env.company
    )
    copy_signer_ids = fields.Many2many("res.users", string="Sign copies", check_company=True)
    copy_decision = fields.Char("Decision of the head", help="Number and notation, for example 12/QĐ-SNV.")
    copy_decided_on = fields.Date("Date of the decision")

    @api.model
    def default_get(self, fields):
        company = self.env.company.sudo()  # of one's own agency
        known = {"copy_signer_ids": [(6, 0, company.copy_signer_ids.ids)], "copy_decision": company.copy_decision}
        known["copy_decided_on"] = company.copy_decided_on
        return {**super().default_get(fields), **{name: known[name] for name in NAMES if name in fields}}

    def action_set(self):
        """Enter the decision; with nobody named, the head alone signs copies.

        :raises AccessError: no administrator of the agency, or a person of another one
        :raises UserError: people without a decision
        """
        self.ensure_one()
        user, company = self.env.user, self.env.company
        if not user.has_group("vpdt_base.group_unit_admin") or company not in user.company_ids:
            raise AccessError(self.env._("The unit administrator enters the decision."))
        if any(company not in person.sudo().company_ids for person in self.copy_signer_ids):  # of a colleague
            raise AccessError(self.env._("Choose people of your own agency."))
        if self.copy_signer_ids and not ((self.copy_decision or "").strip() and self.copy_decided_on):
            raise UserError(self.env._("Enter number and date of the decision by which the head names them."))
        decision, day = (self.copy_decision or "").strip(), self.copy_decided_on
        values = {"copy_signer_ids": [(6, 0, self.copy_signer_ids.ids)]}
        values |= {"copy_decision": decision, "copy_decided_on": day}
        company.sudo().write(values)  # these only; the rest of an agency is the system administrator's
        detail = {"copies": self.copy_signer_ids.mapped("name"), "decision": decision, "day": day}
        self.env["vpdt.journal.entry"]._record("permission", company, detail)
        return {"type": "ir.actions.act_window_close"}
