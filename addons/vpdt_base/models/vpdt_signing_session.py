import asyncio
import base64
import hashlib
from datetime import timezone

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError

from ..keystore import derive, master_key_path
from ..mixins.vpdt_move_mixin import Move
from ..signing import SigningError
from ..signing.deferred import finish_deferred, prepare_deferred
from ..signing.signers import RemoteSigner


class VpdtSigningSession(models.Model):
    """One signature in two steps: prepared here, made elsewhere (a token at the user's machine, a remote service).

    Nobody reads or writes these rows: everything goes through the document that is signed
    (``vpdt.signable.mixin``) and the methods below, which know whose session it is.
    """

    _name = "vpdt.signing.session"
    _description = "Signature in two steps"
    _inherit = ["vpdt.move.mixin"]
    _order = "id DESC"

    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    key_id = fields.Many2one("vpdt.signing.key", required=True, index=True, ondelete="cascade")
    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    step = fields.Char(required=True)
    source_id = fields.Many2one("vpdt.file", required=True, ondelete="cascade", help="The file that is signed.")
    fingerprint = fields.Char(required=True, help="Of the certificate at the first step.")
    prepared = fields.Binary(attachment=True)
    sealed = fields.Text(help="What must not change meanwhile, with a message authentication code.")
    to_sign = fields.Binary(attachment=False)
    signature = fields.Binary(attachment=False)
    expires_at = fields.Datetime(required=True, index=True)
    error = fields.Char()
    state = fields.Selection(
        [
            ("open", "Open"),
            ("asked", "Service asked"),
            ("answered", "Answered"),
            ("signed", "Signed"),
            ("failed", "Failed"),
        ],
        default=lambda self: "open",
        required=True,
    )

    _by_document = models.Index("(res_model, res_id, state)")

    _moves = (
        Move(("open",), "asked", "Ask", guard="_check_in_time"),
        Move(("open", "asked"), "answered", "Answer"),
        Move(("answered",), "signed", "Sign"),
        Move(("open", "asked", "answered"), "failed", "Fail"),
    )

    def _journal(self, kind, detail=None):
        """No row: the document that is signed has its own; a session is only the way to it."""

    # First step -------------------------------------------------------------------------------------------------------

    @api.model
    def _begin(self, document, step, key, source, pdf, order):
        """Prepare a signature.

        :param document: record of a model with ``vpdt.signable.mixin``
        :param key: vpdt.signing.key, checked
        :param source: vpdt.file that is signed
        :param pdf: bytes of it, number and date filled in where the step does that
        :param order: :class:`signing.pades.SigningOrder`
        :return: vpdt.signing.session in superuser mode
        :raises UserError: the certificate may not sign; another signature of this document is being waited for
        """
        sessions = self.sudo()  # sessions belong to the system; whose they are is checked by _of_user
        sessions._put_aside(document, step)
        bound_to = self._bound_to(document, step, key, source)
        try:
            job = prepare_deferred(
                pdf,
                key._pyhanko_certificate(),
                order,
                secret=self._secret(),
                bound_to=bound_to,
                chain=key._chain_certificates(),
            )
        except SigningError as error:
            raise UserError(key._signing_message(error)) from None
        return sessions.create(
            {
                "user_id": self.env.uid,
                "company_id": document.company_id.id,
                "key_id": key.id,
                "res_model": document._name,
                "res_id": document.id,
                "step": step,
                "source_id": source.id,
                "fingerprint": key.fingerprint,
                "prepared": base64.b64encode(job.pdf),
                "sealed": job.state,
                "to_sign": base64.b64encode(job.to_sign),
                "expires_at": job.expires_at.astimezone(timezone.utc).replace(tzinfo=None),
            }
        )

    def _put_aside(self, document, step):
        """End what this user began and left; what a service is being asked about goes on."""
        left = self.search(
            [
                ("res_model", "=", document._name),
                ("res_id", "=", document.id),
                ("step", "=", step),
                ("user_id", "=", self.env.uid),
                ("state", "in", ("open", "asked", "answered")),
            ]
        )
        now = fields.Datetime.now()
        if left.filtered(lambda s: s.state == "asked" and s.expires_at > now):
            raise UserError(
                self.env._(
                    "This document is waiting for your confirmation on the phone already. Confirm or refuse there."
                )
            )
        for session in left:
            session._move_to("failed", {"prepared": False})

    def _request(self):
        """What the browser is told: ``{"session", "kind", "to_sign", "digest", "fingerprint", "expires_at"}``."""
        to_sign = base64.b64decode(self.to_sign)
        return {
            "session": self.id,
            "kind": self.key_id.kind,
            "to_sign": self.to_sign.decode(),
            "digest": hashlib.sha256(to_sign).hexdigest(),
            "fingerprint": self.fingerprint,
            "expires_at": fields.Datetime.to_string(self.expires_at),
        }

    # The service in between -------------------------------------------------------------------------------------------

    @api.model
    def _of_user(self, session_id):
        """The session of the current user, in superuser mode.

        :raises AccessError: there is none of this id, or it is somebody else's
        """
        session = self.sudo().search([("id", "=", int(session_id)), ("user_id", "=", self.env.uid)])  # own ones only
        if not session:
            raise AccessError(self.env._("This signature was not begun by you, or it is long over."))
        return session

    def _ask_service(self, pin, otp):
        """Note that the service is being asked, and give what to call then **without** a transaction.

        :return: function without arguments that gives the signature or raises SigningError; None when it was asked
            before and has answered
        :raises UserError: it is being asked already, or the time ran out
        """
        self.ensure_one()
        if self.state in ("answered", "signed"):
            return None
        key = self.key_id
        if key.kind != "csc":
            raise UserError(self.env._("The key “%s” is of another kind.", key.name))
        if not self._move_to("asked"):
            raise UserError(
                self.env._(
                    "This document is waiting for your confirmation on the phone already. Confirm or refuse there."
                )
            )
        with key._words_for_errors():
            connection = key.service_id._connection()
        values = {"credential_id": key.credential, "pin": pin or None, "otp": otp or None}
        return _RemoteCall(connection | values, key._pyhanko_certificate(), base64.b64decode(self.to_sign))

    def _check_in_time(self, values):
        if self.expires_at < fields.Datetime.now():
            raise UserError(self.key_id._signing_message(SigningError("state_expired")))

    def _service_failed(self, error):
        """Note the refusal; the person may begin again.

        :return: the words for the person
        """
        if error.code == "signer_session_expired":
            self.key_id.service_id._forget_token()
        message = self.key_id._signing_message(error)
        self._move_to("failed", {"error": message, "prepared": False})
        return message

    def _answered(self, signature):
        """Keep the signature that came back, so that nothing is asked of the person twice."""
        self._move_to("answered", {"signature": base64.b64encode(signature)})

    # Second step ------------------------------------------------------------------------------------------------------

    def _finished_pdf(self, certificate=None):
        """Put the signature in.

        :param certificate: DER that the device says it used; None: that of the key
        :return: (vpdt.file that was signed, bytes of the signed PDF)
        :raises UserError: file, user or certificate changed, time ran out, the signature does not fit: in words
        """
        self.ensure_one()
        key = self.key_id.with_user(self.user_id)
        document = self.env[self.res_model].browse(self.res_id)
        try:
            if key.sudo().fingerprint != self.fingerprint:
                raise SigningError("certificate_changed")
            pdf = finish_deferred(
                self.sealed,
                base64.b64decode(self.signature or b""),
                certificate or key._pyhanko_certificate(),
                pdf=base64.b64decode(self.prepared or b""),
                secret=self._secret(),
                bound_to=self._bound_to(document, self.step, key, self.source_id),
                trust_roots=self.env["vpdt.trust.anchor"]._pem_list(),
                crls=key._revocation_evidence()["crls"],
            )
        except (SigningError, ValueError, TypeError) as error:
            known = error if isinstance(error, SigningError) else SigningError("certificate_changed")
            raise UserError(key._signing_message(known)) from None
        return self.source_id, pdf

    @api.model
    def _bound_to(self, document, step, key, source):
        """Whatever must be the same at both steps."""
        place = f"{document._name}:{document.id}:{step}:{source.id}:{source.sudo().sha256}"  # names the file only
        return f"{self.env.cr.dbname}:{self.env.uid}:{key.id}:{place}"

    @api.model
    def _secret(self):
        return derive(b"signing session", master_key_path(tools.config["data_dir"]))

    @api.autovacuum
    def _gc_over(self):
        """Sessions are worth nothing once they are over; the journal of the document tells what happened."""
        day_ago = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.search([("expires_at", "<", day_ago)]).unlink()


class _RemoteCall:
    """The call of the remote service: plain values only, no record, so that no cursor is open behind it."""

    def __init__(self, connection, expected_cert, to_sign):
        self._connection, self._expected_cert, self._to_sign = connection, expected_cert, to_sign

    def __call__(self):
        signer = RemoteSigner(**self._connection, expected_cert=self._expected_cert)
        return asyncio.run(signer.async_sign_raw(self._to_sign, "sha256"))
