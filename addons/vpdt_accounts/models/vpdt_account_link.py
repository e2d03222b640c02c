import hashlib
import hmac
import secrets

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError

PURPOSES = [("first", "First login"), ("reset", "New password")]


class VpdtAccountLink(models.Model):
    """A link with which a person gives himself a password: it goes to the official mailbox, once, and to nobody else.

    Only the hash of the secret is kept. A new link takes the place of the former one; what was used or is too old opens
    nothing. Nobody reads or writes these rows.
    """

    _name = "vpdt.account.link"
    _inherit = "vpdt.text.mixin"
    _description = "Link for a password"

    account_id = fields.Many2one("vpdt.account", required=True, index=True, ondelete="cascade")
    purpose = fields.Selection(PURPOSES, required=True)
    digest = fields.Char(required=True, index=True)
    valid_until = fields.Datetime(required=True)
    used_at = fields.Datetime()

    @api.model
    def _drop_links(self, accounts):
        """What was sent to these accounts opens nothing any more."""
        # the links are the system's own
        self.sudo().search([("account_id", "in", accounts.ids), ("used_at", "=", False)]).unlink()

    @api.model
    def _send(self, account, purpose):
        """Send a new link to the login of ``account``, which is the official mailbox.

        :raises UserError: the login is no mail address
        """
        account = account.sudo()  # whose mailbox it is; the caller has checked who asks
        policy = self.env["vpdt.account.policy"]._current()
        if not policy._is_mailbox(account.login):
            raise UserError(
                self.env._("“%s” is no official mailbox: ask for a change of information first.", account.login)
            )
        secret = secrets.token_urlsafe(32)
        self._drop_links(account)
        link = self.sudo().create(
            {
                "account_id": account.id,
                "purpose": purpose,
                "digest": self._digest(secret),
                "valid_until": policy._link_until(),
            }
        )
        link._mail(secret)

    @api.model
    def _digest(self, secret):
        return hashlib.sha256(secret.encode()).hexdigest()

    def _mail(self, secret):
        """The letter: written by the system, so that who asked for it cannot read it."""
        account, base = self.account_id, self.get_base_url()
        words = self.with_context(lang=account.user_id.lang).env._
        if self.purpose == "first":
            subject = words("Your account in the electronic office")
            text = words("An account was opened for you. Choose your password here:")
        else:
            subject = words("New password in the electronic office")
            text = words("A new password was asked for. Choose it here:")
        body = Markup("<p>%s</p><p>%s</p><p><a href='%s'>%s</a></p><p>%s</p>") % (
            account.name,
            text,
            (url := f"{base}/vpdt/password/{secret}"),
            url,
            words(
                "The link holds until %s and works once. If you have asked for nothing, tell your administrator.",
                fields.Datetime.context_timestamp(self.with_context(tz="Asia/Ho_Chi_Minh"), self.valid_until).strftime(
                    "%H:%M %d/%m/%Y"
                ),
            ),
        )
        self._post(account.login, subject, body)

    @api.model
    def _tell(self, account, words):
        """Tell the person at the official mailbox what somebody has done with the account; superuser mode."""
        if self.env["vpdt.account.policy"]._current()._is_mailbox(account.login):
            body = Markup("<p>%s</p><p>%s</p>") % (account.name, words)
            self._post(account.login, self.env._("Your account in the electronic office"), body)

    @api.model
    def _post(self, address, subject, body):
        """Queue a mail of the system: who has caused it cannot read it."""
        self.env["mail.mail"].sudo().with_user(api.SUPERUSER_ID).create(
            {
                "subject": subject,
                "body_html": body,
                "email_to": address,
                "author_id": self.env.ref("base.partner_root").id,
                "auto_delete": True,
            }
        )

    @api.model
    def _open(self, secret):
        """The link that a secret opens now (vpdt.account.link in superuser mode), or an empty record."""
        if not isinstance(secret, str) or not 20 <= len(secret) <= 100:
            return self.sudo().browse()
        digest = self._digest(secret)
        link = self.sudo().search([("digest", "=", digest)], limit=1)
        fits = link and hmac.compare_digest(link.digest, digest) and not link.used_at
        if fits and link.valid_until > fields.Datetime.now() and link.account_id.state == "active":
            return link
        return link.browse()

    def _use(self, password):
        """Give the account its password; the link is used up. Superuser mode.

        :raises UserError: the password breaks the rules
        """
        self.ensure_one()
        self.env.cr.execute("SELECT id FROM vpdt_account_link WHERE id = %s FOR UPDATE", [self.id])
        self.invalidate_recordset(["used_at"])
        if self.used_at:
            raise UserError(self.env._("This link was used already."))
        user = self.account_id.user_id
        user._check_new_password(password)
        user.with_user(api.SUPERUSER_ID).password = password
        self.used_at = fields.Datetime.now()
        user._unlock_login()
        self.env["vpdt.journal.entry"].with_user(user)._record("permission", user, {"link": self.purpose})

    @api.autovacuum
    def _gc_old(self):
        """What opens nothing is kept for a month."""
        month_ago = fields.Datetime.subtract(fields.Datetime.now(), days=30)
        self.search([("valid_until", "<", month_ago)]).unlink()
