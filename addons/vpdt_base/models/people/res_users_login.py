import hashlib
import hmac
import secrets
from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import AccessDenied, AccessError, UserError
from odoo.http import request

from ...text import fold

DEVICE_COOKIE, DEVICE_DAYS, DEVICE_PEOPLE = "vpdt_device", 180, 5


class ResUsers(models.Model):
    """Wrong passwords are counted for each account, whatever address they come from, and no name is told from another.

    A browser in which the account has logged in before has a count of its own (its cookie cannot be made elsewhere): a
    stranger who guesses shuts out neither the person at his own machine nor the others behind the same proxy.
    """

    # split by concern
    _inherit = "res.users"

    def _login(self, credential, user_agent_env):
        try:
            auth_info = super()._login(credential, user_agent_env)
        except AccessDenied:
            if credential.get("type") == "password" and not self._has_account(credential.get("login")):
                self._try_as_nobody(credential)
            raise
        if request and (user_agent_env or {}).get("interactive", True):
            self._remember_device(self.sudo().browse(auth_info["uid"]).login)  # of who has just logged in
        return auth_info

    def _check_credentials(self, credential, env):
        if credential.get("type") != "password" or not credential.get("password"):
            return super()._check_credentials(credential, env)
        user = self.env.user
        with self._counted(user.login) as count:
            try:
                return super()._check_credentials(credential, env)
            except AccessDenied:
                if not self._has_password(user):
                    self._take_time(credential)
                self._note_lock(user, count)
                raise

    def _assert_can_auth(self, user=None):
        """By address as Odoo does, but not for who is known at this machine."""
        if isinstance(user, str) and self._device_of(user):
            return _nothing()
        return super()._assert_can_auth(user=user)

    @contextmanager
    def _counted(self, login):
        device = self._device_of(login)
        subject = f"device:{device}" if device else self._attempt_subject(login)
        attempts = self.env["vpdt.attempt"].sudo()  # counted for everybody
        with attempts._trying(subject, self._refused, lambda error: isinstance(error, AccessDenied)) as count:
            yield count

    def _refused(self, minutes):
        return AccessDenied(
            self.env._(
                "Too many wrong passwords for this account. Wait %(minutes)s minutes, then try again, or ask the unit "
                "administrator to unlock it.",
                minutes=minutes,
            )
        )

    @api.model
    def _attempt_subject(self, login):
        """A hash, because people type passwords into the field of the name as well."""
        return f"account:{self._sealed(fold(login or '').strip())[:40]}"

    # A name that is no account ----------------------------------------------------------------------------------------

    @api.model
    def _has_account(self, login):
        return bool(self.sudo().search_count(self._get_login_domain(login or ""), limit=1))  # before any login

    def _try_as_nobody(self, credential):
        """What a wrong password costs, in time, in waits and in words."""
        with self._counted(credential.get("login")):
            self._take_time(credential)
            raise AccessDenied

    def _take_time(self, credential):
        self._crypt_context().hash(credential.get("password") or "")

    @api.model
    def _has_password(self, user):
        self.env.cr.execute("SELECT coalesce(password, '') <> '' FROM res_users WHERE id = %s", [user.id])
        return self.env.cr.fetchone()[0]

    # A machine that is known ------------------------------------------------------------------------------------------

    @api.model
    def _device_of(self, login):
        """The number of this browser, if the account has logged in here before; else None."""
        if not request or not login:
            return None
        for entry in request.cookies.get(DEVICE_COOKIE, "").split("~")[:DEVICE_PEOPLE]:
            number, _dot, seal = entry.partition(".")
            if number and hmac.compare_digest(seal.encode(), self._device_seal(login, number).encode()):
                return number
        return None

    @api.model
    def _device_seal(self, login, number):
        return self._sealed(f"{login}\n{number}")

    def _remember_device(self, login):
        if self._device_of(login):
            return
        number = secrets.token_hex(12)
        known = [entry for entry in request.cookies.get(DEVICE_COOKIE, "").split("~") if entry]
        entries = [f"{number}.{self._device_seal(login, number)}", *known][:DEVICE_PEOPLE]
        request.future_response.set_cookie(
            DEVICE_COOKIE, "~".join(entries), max_age=DEVICE_DAYS * 86400, expires=None, httponly=True
        )

    @api.model
    def _sealed(self, text):
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret")  # used, never shown
        return hmac.new(secret.encode(), b"vpdt login\n" + text.encode(), hashlib.sha256).hexdigest()

    # Locked -----------------------------------------------------------------------------------------------------------

    def _note_lock(self, user, count):
        """A row in the journal when the waits begin, and for each five further tries."""
        if count % 5 == 0:
            with self.env.registry.cursor() as cr:
                env = api.Environment(cr, api.SUPERUSER_ID, {})
                account = env["res.users"].browse(user.id).exists()
                env["vpdt.journal.entry"]._record("permission", account, {"account": "locked", "wrong": count})

    def action_unlock_login(self):
        """Let people log in again who are shut out by wrong passwords; a second press changes nothing.

        :raises AccessError: :meth:`_check_keeps_account`
        """
        for user in self:
            user._check_keeps_account()
        self._unlock_login()
        return True

    def _unlock_login(self):
        """Let people log in again; the caller has checked who asks."""
        attempts = self.env["vpdt.attempt"].sudo()  # who may was checked
        for user in self:
            if attempts._forget(user._attempt_subject(user.sudo().login)):
                self.env["vpdt.journal.entry"]._record("permission", user, {"account": "unlocked"})

    def _check_keeps_account(self):
        """:raises AccessError: the current user is no administrator of the agency in which this person works"""
        self.ensure_one()
        agency = self.sudo().company_id  # whose person it is
        keeper = self.env.user.has_group("vpdt_base.group_unit_admin") and agency in self.env.user.company_ids
        if not (keeper or self.env.user.has_group("base.group_system")):
            raise AccessError(self.env._("Only an administrator of this person's agency may do this."))

    # No password by mail ----------------------------------------------------------------------------------------------

    def action_reset_password(self):
        """No link that gives a new password is sent: who can change an address would have the account."""
        raise UserError(self._no_mail_words())

    def reset_password(self, login):
        """The same for the page that strangers see; no name is told from another."""
        raise UserError(self._no_mail_words())

    def _action_reset_password(self, signup_type="reset"):
        """Nothing for new accounts either: their first password is given by the administrator."""

    def _no_mail_words(self):
        return self.env._(
            "Passwords are not sent by mail here. The system administrator gives a new one: Settings, Users, the "
            "person, Change Password."
        )


@contextmanager
def _nothing():
    yield
