from odoo import api, fields, models


class ResCompany(models.Model):
    """Who answers for the system in an agency (Đồng Tháp, khoản 7 Điều 17; Gia Lai 2026, khoản 6 Điều 5)."""

    _inherit = "res.company"

    contact_id = fields.Many2one(
        "res.users", "Contact person", ondelete="set null", help="Đầu mối phụ trách Hệ thống of the agency."
    )
    it_officer_id = fields.Many2one(
        "res.users", "IT officer", ondelete="set null", help="Faults are reported to this person first."
    )

    @api.model
    def _load_demo(self):
        """In the demo Sở Khoa học và Công nghệ keeps the accounts; its administrator carries requests out."""
        result = super()._load_demo()
        keeper = self.search([("organization_id.identifier", "=", "H21.03")])
        policy = self.env["vpdt.account.policy"]._current()
        if not policy.keeper_id:
            policy.write({"keeper_id": keeper.id, "mailbox_domain": "example.vn"})
            person = self.env["res.users"].search([("login", "=", "quantri.skhcn")])
            person.group_ids += self.env.ref("vpdt_accounts.group_account_keeper")
        return result
