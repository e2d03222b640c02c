from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.text import fold

#: Letters of the shortest password. Length makes one safe; signs that are asked for are the same with everybody.
SHORTEST = 10


class ResUsers(models.Model):
    """Everybody who works in the office has an account, however the user was made."""

    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        users._open_accounts()
        return users

    def write(self, vals):
        result = super().write(vals)
        if "group_ids" in vals:
            self._open_accounts()
        if "company_id" in vals:
            for account in self._accounts().filtered(lambda account: account.company_id != account.user_id.company_id):
                account.company_id = account.user_id.company_id
        return result

    def _change_password(self, new_passwd):
        self._check_new_password(new_passwd)
        return super()._change_password(new_passwd)

    def _check_new_password(self, password):
        """:raises UserError: too short, of one letter or two, or the name of the account in it"""
        self.ensure_one()
        said = fold(password or "")
        if len(password or "") < SHORTEST:
            raise UserError(self.env._("A password has at least %s letters, digits or signs.", SHORTEST))
        if len(set(said)) < 5:
            raise UserError(self.env._("This password repeats the same letters: choose a few words."))
        name = fold(self.login or "").partition("@")[0]
        if len(name) > 3 and name in said:
            raise UserError(self.env._("The name of the account is in this password: choose other words."))

    def _accounts(self):
        """The accounts of these users (vpdt.account, superuser mode: whoever may change a user changes his account)."""
        return self.env["vpdt.account"].sudo().search([("user_id", "in", self.ids)])

    def _open_accounts(self):
        """Make the accounts that are missing, in one go (a province has 27,000)."""
        office = self.env.ref("vpdt_base.group_user")
        workers = self.filtered(lambda user: not user.share and office in user.all_group_ids)
        missing = workers - self._accounts().user_id
        if not missing:
            return
        today = self.env["vpdt.delegation"]._today()
        # whoever makes a user makes his account with it
        self.env["vpdt.account"].sudo().with_context(tracking_disable=True, mail_create_nosubscribe=True).create(
            [
                {"user_id": user.id, "company_id": user.company_id.id, "granted_on": today, "kind": "person"}
                for user in missing
            ]
        )
