import base64
from contextlib import contextmanager, nullcontext

from asn1crypto import pem
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request

from ...keystore import VaultError, decrypt, encrypt, hold, recall
from ...signing import SigningError, load_pkcs12, pki
from ...signing.server_tokens import modules as server_modules
from ...signing.server_tokens import read_certificate
from ...signing.signers import Pkcs11Signer, RemoteSigner
from ...vietnam import to_utc_naive

_SESSION_BOXES = "vpdt_held_keys"
# Only these tell something about the secret.
_WRONG = ("wrong_passphrase", "wrong_pin")


class VpdtSigningKey(models.Model):
    """Loading: what each kind of key needs, and reading its certificate into the record."""

    _inherit = "vpdt.signing.key"

    module = fields.Selection(
        "_selection_module",
        "Device",
        help="The devices that the configuration file of the server names ([vpdt] pkcs11_modules).",
    )
    token_label = fields.Char(help="The label of the token or slot.")
    key_label = fields.Char(help="The label of the private key and of its certificate in the token.")
    service_id = fields.Many2one("vpdt.signing.service", "Signing service", ondelete="restrict")
    credential = fields.Char(help="The name under which the service keeps the key (credentialID).")
    signatures_at_once = fields.Integer(
        readonly=True, help="How many signatures the service makes with one confirmation (multisign)."
    )
    withdrawn = fields.Boolean(
        readonly=True, copy=False, help="Set on copies of the database: this certificate is not used there."
    )

    @api.model
    def _selection_module(self):
        return [(name, name) for name in sorted(server_modules())]

    def action_load(self):
        """Open the dialog that loads this kind of key (what is typed there never passes the database)."""
        self.ensure_one()
        self.check_access("write")
        self._check_settings()
        return {
            "type": "ir.actions.client",
            "tag": "vpdt_load_key",
            "name": self.env._("Load a key"),
            "target": "new",
            "params": {"key_id": self.id, "kind": self.kind, "key": self.name, "service": self.service_id.name or ""},
        }

    def _check_settings(self):
        missing = {
            "pkcs11": not (self.module and self.token_label and self.key_label),
            "csc": not (self.service_id and self.credential),
        }
        if missing.get(self.kind):
            raise UserError(
                self.env._("Enter device, label of the token and label of the key first.")
                if self.kind == "pkcs11"
                else self.env._("Enter the signing service and the credential first.")
            )

    # One loader a kind ------------------------------------------------------------------------------------------------

    def load_pkcs12(self, content, passphrase):
        """Load a PKCS#12 file into this key, after trying the passphrase on it.

        :param content: base64 text, as a browser sends a file
        :param passphrase: opens the file; used once and kept nowhere
        :return: True
        :raises UserError: not a PKCS#12 file, wrong passphrase, or the key of somebody else
        """
        self._check_may_load("pkcs12")
        raw = base64.b64decode(content or "")
        with self._words_for_errors(), self._counted_try():
            signer = load_pkcs12(raw, passphrase or "")
        stored = base64.b64encode(encrypt(raw, self._vault_context(), self._vault_path()))
        return self._load_certificate(signer.signing_cert, list(signer.cert_registry), content=stored)

    def load_pkcs11(self, pin):
        """Read the certificate of a key in a token of the server.

        :param str pin: of the token; used once and kept nowhere
        :return: True
        :raises UserError: no such token or key, wrong PIN
        """
        self._check_may_load("pkcs11")
        self._check_hsm_by_administrator()
        self._check_settings()
        with self._words_for_errors(), self._counted_try():
            cert, chain = read_certificate(self._module_path(), self.token_label, pin or "", self.key_label)
        return self._load_certificate(cert, chain)

    def load_csc(self):
        """Ask the remote service for the certificate of the credential.

        :return: True
        :raises UserError: the service is not allowed, does not answer, or does not know the credential
        """
        self._check_may_load("csc")
        self._check_settings()
        with self._words_for_errors():
            signer = RemoteSigner(**self.service_id._connection(), credential_id=self.credential, timeout=15)
        self._load_certificate(signer.signing_cert, list(signer.cert_registry))
        self.sudo().signatures_at_once = signer.signatures_at_once  # written by the loader only
        return True

    def load_token(self, certificate, chain=()):
        """Take the certificate of a token on the user's machine, as the agent there read it.

        The server cannot see the token; a certificate that is not in it makes no valid signature later.

        :param str certificate: base64 of the DER
        :param chain: list of base64 DER, certificates above it
        :return: True
        :raises UserError: not a certificate
        """
        self._check_may_load("token")
        return self._load_from_machine(certificate, chain)

    def load_vgca(self, certificate):
        """Take the certificate that VGCA Sign Service on the user's machine names (GetCertInfo).

        :param str certificate: base64 of the DER, or PEM
        :return: True
        :raises UserError: not a certificate
        """
        self._check_may_load("vgca")
        lines = [line for line in (certificate or "").splitlines() if not line.startswith("-----")]
        return self._load_from_machine("".join(lines))

    def _load_from_machine(self, certificate, chain=()):
        try:
            cert = pki.as_asn1(base64.b64decode(certificate or "", validate=True))
            above = [pki.as_asn1(base64.b64decode(item, validate=True)) for item in list(chain)[:8]]
        except (ValueError, TypeError):
            raise UserError(
                self.env._("The agent did not send a certificate. Update the agent and try again.")
            ) from None
        return self._load_certificate(cert, above)

    def _check_may_load(self, kind):
        self.ensure_one()
        self.check_access("write")
        if self.kind != kind:
            raise UserError(self.env._("The key “%s” is of another kind.", self.name))

    def _module_path(self):
        path = server_modules().get(self.module)
        if not path:
            raise UserError(
                self.env._("The device “%s” is not in the configuration of this server.", self.module or "")
            )
        return path

    # What a certificate says ------------------------------------------------------------------------------------------

    def _load_certificate(self, cert, chain, content=False):
        """Write the certificate into the record and put the key into use."""
        with self._words_for_errors():
            self._check_leaf(cert)
        fingerprint = cert.sha256.hex()
        self._check_may_be_loaded(fingerprint)
        known = self.sudo()  # the columns of the certificate are written by the loader only
        known.write(
            {
                "content": content,
                "certificate": _pem([cert]),
                "chain": _pem(chain),
                "fingerprint": fingerprint,
                "subject": _readable(cert.subject),
                "issuer": _readable(cert.issuer),
                "serial": pki.serial_hex(cert),
                "valid_from": to_utc_naive(cert.not_valid_before),
                "valid_to": to_utc_naive(cert.not_valid_after),
                "revocation_status": "unknown",
                "revocation_checked_at": False,
                "revocation_note": False,
                "withdrawn": False,
            }
        )
        known._put_into_use()
        self._journal("permission", {"loaded": known.serial, "kind": self.kind})
        return True

    def _check_may_be_loaded(self, fingerprint):
        """A revoked certificate does not come back; on a copy of the database a real one is not loaded again."""
        same = self.sudo().with_context(active_test=False)  # whichever key it was loaded into
        taken_back = same.search_count([("fingerprint", "=", fingerprint), ("revocation_status", "=", "revoked")])
        if taken_back:
            raise UserError(self.env._("This certificate has been revoked. Ask for a new one."))
        if same.search_count([("fingerprint", "=", fingerprint), ("withdrawn", "=", True)]):
            raise UserError(
                self.env._(
                    "This database is a copy for tests, and this certificate is a real one: it is not used here. "
                    "Load a certificate made for tests."
                )
            )

    @contextmanager
    def _words_for_errors(self):
        """What goes wrong in the signing package, said in words."""
        try:
            yield
        except SigningError as error:
            raise UserError(self._signing_message(error)) from None

    # Signing ----------------------------------------------------------------------------------------------------------
    # Signing: what stands behind each kind of key is a pyHanko signer.

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

    def _is_opened(self):
        """Whether the master key of this server opens the stored one; its own passphrase is another matter."""
        try:
            self._decrypted()
        except VaultError:
            return False
        return True

    def _decrypted(self):
        key = self.sudo()  # the encrypted bytes are readable by nobody, through the methods here only
        return decrypt(base64.b64decode(key.content or b""), key._vault_context(), key._vault_path())

    def _open_pkcs12(self, passphrase):
        key = self.sudo()  # its name
        try:
            raw = key._decrypted()
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


def _pem(certs):
    return "".join(pem.armor("CERTIFICATE", pki.as_asn1(cert).dump()).decode() for cert in certs)


def _readable(name):
    """A name as people say it: person or agency, title, unit, organization; the rest is in the certificate."""
    values = name.native
    wanted = ("common_name", "title", "organizational_unit_name", "organization_name")
    parts = [part for key in wanted if key in values for part in _as_list(values[key])]
    return ", ".join(dict.fromkeys(parts)) or name.human_friendly


def _as_list(value):
    return value if isinstance(value, list) else [value]


def _is_wrong(error):
    return isinstance(error, SigningError) and error.code in _WRONG
