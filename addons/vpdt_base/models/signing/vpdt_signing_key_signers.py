import base64
from contextlib import contextmanager, nullcontext

from odoo import api, models
from odoo.exceptions import UserError
from odoo.http import request

from ...keystore import VaultError, decrypt, hold, recall
from ...signing import SigningError, load_pkcs12
from ...signing.signers import Pkcs11Signer, RemoteSigner

_SESSION_BOXES = "vpdt_held_keys"


# Only these tell something about the secret.
_WRONG = ("wrong_passphrase", "wrong_pin")


class VpdtSigningKey(models.Model):
    """Signing: what stands behind each kind of key is a pyHanko signer."""

    _inherit = "vpdt.signing.key"  # pylint: disable=consider-merging-classes-inherited

    def _signer(self, secret=None):
        """The pyHanko signer of this key, after all checks.

        :param secret: passphrase or PIN; or the ticket of a held one, see :meth:`hold_passphrase`
        :return: Signer; that of a token of the server is to be closed (it is a context manager), see _open_signer
        :raises AccessError: the key is not for this user
        :raises UserError: :meth:`_check_usable`; wrong passphrase; the token or the service fails
        """
        self.ensure_one()
        self._check_usable()
        open_kind = getattr(self, f"_open_{self.kind}", None)
        if not open_kind:
            raise UserError(self.env._("The key “%s” signs on the machine of its owner.", self.name))
        held = isinstance(secret, dict)  # it has opened the key before
        with self._words_for_errors(), nullcontext() if held else self._counted_try():
            signer = open_kind(self._plain_secret(secret))
        if signer.signing_cert.sha256.hex() != self.fingerprint:
            self._close(signer)
            raise UserError(self._signing_message(SigningError("certificate_changed")))
        return signer

    @contextmanager
    def _open_signer(self, secret=None):
        """:meth:`_signer` for a block of any number of signatures; logs out of a token at the end."""
        signer = self._signer(secret)
        try:
            yield signer
        finally:
            self._close(signer)

    @staticmethod
    def _close(signer):
        if isinstance(signer, Pkcs11Signer):
            signer.close()

    def _open_pkcs12(self, passphrase):
        key = self.sudo()  # the encrypted bytes are readable by nobody, through this method only
        try:
            raw = decrypt(base64.b64decode(key.content or b""), key._vault_context(), key._vault_path())
        except VaultError:
            raise UserError(
                self.env._("The key store of this server cannot open “%s”. Tell the administrator.", key.name)
            ) from None
        return load_pkcs12(raw, passphrase)

    def _open_pkcs11(self, pin):
        certificate, chain = self._pyhanko_certificate(), self._chain_certificates()
        return Pkcs11Signer(self._module_path(), self.token_label, pin, self.key_label, cert=certificate, chain=chain)

    def _open_csc(self, pin):
        """For jobs and the command line; on screen the service is asked without a transaction, see the session."""
        connection = self.service_id._connection()
        return RemoteSigner(
            **connection, credential_id=self.credential, pin=pin or None, expected_cert=self._pyhanko_certificate()
        )

    # A passphrase held for a while ------------------------------------------------------------------------------------

    def hold_passphrase(self, passphrase):
        """Keep the passphrase of a PKCS#12 for the rest of this session, at most fifteen minutes.

        It lies in two halves: encrypted in the session of the server, its key with the browser (``keystore/held.py``);
        never in the database or the log. A PIN is never held.

        :return: the ticket, to be given in place of the passphrase: ``{"ticket": …}``
        :raises UserError: the passphrase is wrong, or the key is of another kind
        """
        self.ensure_one()
        self._check_usable()
        if self.kind != "pkcs12" or not request:
            raise UserError(
                self.env._("Only the passphrase of a key file can be kept for a while; a PIN is asked each time.")
            )
        with self._words_for_errors(), self._counted_try():
            self._open_pkcs12(passphrase or "")
        box, ticket = hold(passphrase, self._held_context())
        request.session[_SESSION_BOXES] = {**(request.session.get(_SESSION_BOXES) or {}), str(self.id): box}
        return ticket

    @api.model
    def forget_passphrases(self):
        """Forget every held passphrase of this session."""
        if request:
            request.session.pop(_SESSION_BOXES, None)
        return True

    def _plain_secret(self, secret):
        if not isinstance(secret, dict):
            return secret or ""
        boxes = (request.session.get(_SESSION_BOXES) or {}) if request else {}
        plain = recall(boxes.get(str(self.id)), secret.get("ticket"), self._held_context())
        if plain is None:
            raise UserError(self.env._("The passphrase is no longer kept; enter it again. Nothing was signed."))
        return plain

    def _held_context(self):
        """Ties a held passphrase to session, user, key and loaded certificate."""
        sid = request.session.sid if request else ""
        return f"{self.env.cr.dbname}:{sid}:{self.env.uid}:{self.id}:{self.fingerprint}".encode()

    # Wrong passphrases -----------------------------------------------------------------------------------------------

    @contextmanager
    def _counted_try(self):
        """Try a passphrase or PIN of this key in the block.

        :raises UserError: too many were wrong; nothing was tried
        """
        attempts = self.env["vpdt.attempt"].sudo()  # counted for everybody
        with attempts._trying(self._try_subject(), self._locked_words, _is_wrong) as count:
            try:
                yield
            except SigningError as error:
                if _is_wrong(error):
                    self._note_wrong_try(count)
                raise

    def _begin_try(self):
        """As :meth:`_counted_try` where the answer comes later, from a service: see :meth:`_end_try`.

        :raises UserError: too many were wrong
        """
        self.env["vpdt.attempt"].sudo()._reserve(self._try_subject(), self._locked_words)  # counted for everybody

    def _end_try(self, refused=False, learned=True):
        """
        :param refused: the service refused the PIN or code
        :param learned: False: it did not answer, so nothing was learned
        """
        attempts = self.env["vpdt.attempt"].sudo()  # counted for everybody
        if refused:
            self._note_wrong_try(None)
        elif learned:
            attempts._forget(self._try_subject())
        else:
            attempts._take_back(self._try_subject())

    def _try_subject(self):
        self.ensure_one()
        return f"key:{self.id}"

    def _locked_words(self, minutes):
        return UserError(
            self.env._(
                "Too many wrong passphrases for the key “%(key)s”: wait %(minutes)s minutes, then try again. Nothing "
                "was signed. If it was not you who tried, suspend the key and tell the unit administrator.",
                key=self.name,
                minutes=minutes,
            )
        )

    def _note_wrong_try(self, count):
        """A row in the journal that stays, though the request is rolled back."""
        with self.env.registry.cursor() as cr:
            env = api.Environment(cr, self.env.uid, {})
            # not there yet when this very request has made it
            key = self.with_env(env).sudo().exists()  # whoever may try may be written down
            detail = {"wrong_passphrase": True, **({"wrong": count} if count else {})}
            env["vpdt.journal.entry"]._record("sign", key, detail)


def _is_wrong(error):
    return isinstance(error, SigningError) and error.code in _WRONG
