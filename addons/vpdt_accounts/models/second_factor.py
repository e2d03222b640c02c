from odoo import api, fields, models
from odoo.exceptions import AccessDenied, AccessError, UserError
from odoo.http import request
from werkzeug.exceptions import abort

from odoo.addons.vpdt_base.vietnam import today

ENROL = "/vpdt/second-factor"
#: Odoo looks for the session by itself there, and gives what the person of it may see.
_WITH_SESSION = ("/odoo/", "/web/content", "/mail/", "/discuss/")
#: What somebody who has not enrolled yet may still reach.
_OPEN = (ENROL, "/web/session/logout", "/web/assets/", "/web/image/", "/web/static/")


class ResUsers(models.Model):
    """Clerks, leaders and administrators sign in with a second factor: a code of their phone or a passkey."""

    _inherit = "res.users"

    def _must_enrol(self):
        """Whether this user has to set up a second factor before anything else."""
        return self._needs_second_factor() and not self._has_second_factor()

    def _needs_second_factor(self):
        """Whether the rules ask this user for a second factor today."""
        self.ensure_one()
        start, groups = self.env["vpdt.account.policy"]._second_factor_rules()
        if not start or start > today() or self.share:
            return False
        return bool(groups & set(self.sudo().all_group_ids.ids))  # one's own roles

    def _login(self, credential, user_agent_env):
        """A passkey is asked for in place of the password, not after it: where a second factor is needed and the
        passkey is the only one, the password alone opens nothing.

        :raises AccessDenied: says that it takes the passkey
        """
        auth_info = super()._login(credential, user_agent_env)
        user = self.sudo().browse(auth_info["uid"])  # who has just proven who he is
        alone = credential.get("type") == "password" and not user.totp_enabled
        if alone and user._needs_second_factor() and user.auth_passkey_key_ids:
            raise AccessDenied(self.env._("Sign in with your passkey: for your role the password alone is not enough."))
        return auth_info

    def _has_second_factor(self):
        self.ensure_one()
        return bool(self.totp_enabled or self.sudo().auth_passkey_key_ids)  # whether, not which


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _authenticate(cls, endpoint):
        result = super()._authenticate(endpoint)
        path, uid = request.httprequest.path, request.session.uid
        for_people = endpoint.routing["auth"] in ("user", "bearer")
        for_people |= path in ("/web", "/odoo") or path.startswith(_WITH_SESSION)
        if not uid or not for_people or path.startswith(_OPEN):
            return result
        if not request.env(user=uid)["res.users"].browse(uid)._must_enrol():
            return result
        if request.dispatcher.routing_type == "http":
            abort(request.redirect(ENROL))
        raise AccessDenied(request.env._("Set up your second factor first: open the first page again."))


class VpdtAccount(models.Model):
    _inherit = "vpdt.account"

    has_second_factor = fields.Boolean("Second factor", compute="_compute_has_second_factor", compute_sudo=True)

    @api.depends("user_id.totp_secret")
    def _compute_has_second_factor(self):
        for account in self:
            account.has_second_factor = account.user_id._has_second_factor()

    def action_reset_second_factor(self):
        """Forget the second factor of these people, who have lost their phone: they set one up at the next login.

        The person is told at the official mailbox. Of whoever keeps accounts or sees all documents, only the keeper of
        the province does it; nobody his own.

        :raises AccessError: not for this person
        """
        for account in self:
            account._check_may_help()
            user = account.sudo().user_id  # whose factor it is
            if user == self.env.user:
                raise AccessError(self.env._("Your own second factor is reset by somebody else."))
            weighty = user.all_group_ids & self._weighty_groups()
            if weighty and not self._keeps_accounts_of(account.sudo().company_id):
                raise AccessError(
                    self.env._("The second factor of %s is reset by who keeps the accounts of the province.", user.name)
                )
            user._revoke_all_devices()
            user.auth_passkey_key_ids.unlink()
            user.totp_secret = False
            self.env["vpdt.journal.entry"]._record("permission", user, {"second_factor": "reset"})
            self.env["vpdt.account.link"]._tell(
                account.sudo(), self.env._("Your second factor was reset by %s.", self.env.user.name)
            )
        return True

    @api.model
    def _weighty_groups(self):
        """Roles that a unit administrator does not give, nor help to by himself (res.groups)."""
        roles = self.env["vpdt.account.role"].sudo().search([("given_by_unit", "=", False)])
        return roles.group_id | self.env.ref("vpdt_base.group_auditor")

    # Roles, by the unit administrator ---------------------------------------------------------------------------------

    def _check_may_give_roles(self):
        """:raises AccessError: not a person of one's own agency, or oneself"""
        self._check_may_help()
        if self.sudo().user_id == self.env.user:
            raise AccessError(self.env._("Nobody changes his own roles."))
        if self.state != "active":
            raise UserError(self.env._("%s is not active.", self.display_name))

    def action_choose_roles(self):
        """Open the roles that the unit administrator gives to this person.

        :raises AccessError: not a person of one's own agency, or oneself
        """
        self.ensure_one()
        self._check_may_give_roles()
        own = self.sudo().role_ids.filtered("given_by_unit")  # of whom one administers
        roles = (
            self.env["vpdt.account.roles"]._by_system().create({"account_id": self.id, "role_ids": [(6, 0, own.ids)]})
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Roles of %s", self.name),
            "res_model": roles._name,
            "res_id": roles.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _set_roles(self, roles):
        """Give this person those of ``roles`` that a unit gives itself, and take the others of that kind away.

        :param roles: vpdt.account.role
        :raises AccessError: a role among them takes a request that the head has signed
        """
        self._check_may_give_roles()
        if roles.sudo().filtered(lambda role: not role.given_by_unit):
            raise AccessError(self.env._("Such a role takes a request that the head has signed (Mẫu 02)."))
        own = self.env["vpdt.account.role"].sudo().search([("given_by_unit", "=", True)])
        user = self.sudo().user_id  # of one's own unit, and these roles only
        user.group_ids = (user.group_ids - own.group_id) | roles.sudo().group_id | self.env.ref("vpdt_base.group_user")
