import asyncio
import base64
from datetime import timezone

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError

from ...keystore import derive, master_key_path
from ...mixins.vpdt_move_mixin import Move
from ...signing import SigningError
from ...signing.deferred import finish_deferred, prepare_deferred
from ...signing.signers import RemoteSigner


class VpdtSigningSession(models.Model):
    """A signature in two steps: prepared here, made elsewhere (a token at the user's machine, a remote service).

    One for the document and one for each further file that the same step signs (annexes), with one confirmation.

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
    part_ids = fields.One2many("vpdt.signing.session.part", "session_id")
    fingerprint = fields.Char(required=True, help="Of the certificate at the first step.")
    expires_at = fields.Datetime(required=True, index=True)
    error = fields.Char()
    state = fields.Selection(
        [
            ("open", "Open"),
            ("asked", "Service asked"),
            ("answered", "Answered"),
            ("signed", "Signed"),
            ("failed", "Failed"),
        ]
    )

    _by_document = models.Index("(res_model, res_id, state)")

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(("open",), "asked", "Ask", guard="_check_in_time"),
            Move(("open", "asked"), "answered", "Answer"),
            Move(("answered",), "signed", "Sign"),
            Move(("open", "asked", "answered"), "failed", "Fail"),
        )

    def _journal(self, kind, detail=None):
        """No row: the document that is signed has its own; a session is only the way to it."""

    # First step -------------------------------------------------------------------------------------------------------

    @api.model
    def _begin(self, document, step, key, work):
        """Prepare the signatures.

        :param document: record of a model with ``vpdt.signable.mixin``
        :param key: vpdt.signing.key, checked
        :param work: list of (vpdt.file, bytes of it, :class:`signing.pades.SigningOrder`), the document itself first;
            number and date are filled in where the step does that
        :return: vpdt.signing.session in superuser mode
        :raises UserError: the certificate may not sign; another signature of this document is being waited for
        """
        sessions = self.sudo()  # sessions belong to the system; whose they are is checked by _of_user
        sessions._put_aside(document, step)
        try:
            jobs = [self._prepare(document, step, key, *item) for item in work]
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
                "fingerprint": key.fingerprint,
                "expires_at": min(job.expires_at for job in jobs).astimezone(timezone.utc).replace(tzinfo=None),
                "part_ids": [
                    fields.Command.create(
                        {
                            "source_id": source.id,
                            "prepared": base64.b64encode(job.pdf),
                            "sealed": job.state,
                            "to_sign": base64.b64encode(job.to_sign),
                        }
                    )
                    for (source, _pdf, _order), job in zip(work, jobs, strict=True)
                ],
            }
        )

    def _prepare(self, document, step, key, source, pdf, order):
        bound_to, chain = self._bound_to(document, step, key, source), key._chain_certificates()
        certificate = key._pyhanko_certificate()
        return prepare_deferred(pdf, certificate, order, secret=self._secret(), bound_to=bound_to, chain=chain)

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
            raise UserError(self._waiting_message())
        for session in left:
            session._move_to("failed")
            session._drop_prepared()

    def _waiting_message(self):
        return self.env._(
            "This document is waiting for your confirmation on the phone already. Confirm or refuse there."
        )

    def _drop_prepared(self):
        self.part_ids.write({"prepared": False, "returned": False})

    def _request(self):
        """What the browser is told: ``{"session", "kind", "to_sign", "fingerprint", "expires_at"}``.

        ``to_sign`` is a list of base64 values: what the key signs with PKCS#1 v1.5 and SHA-256.
        """
        return {
            "session": self.id,
            "kind": self.key_id.kind,
            "to_sign": [part.to_sign.decode() for part in self.part_ids],
            "fingerprint": self.fingerprint,
            "expires_at": fields.Datetime.to_string(self.expires_at),
        }

    # The service in between -------------------------------------------------------------------------------------------

    @api.model
    def _of_user(self, *session_ids):
        """Sessions of the current user, in superuser mode and in the order of their ids here.

        :raises AccessError: there is none of one of the ids, or it is somebody else's
        """
        ids = [int(session_id) for session_id in session_ids]
        own = self.sudo().search([("id", "in", ids), ("user_id", "=", self.env.uid)])  # own ones only
        if not ids or set(own.ids) != set(ids):
            raise AccessError(self.env._("This signature was not begun by you, or it is long over."))
        return own.browse(dict.fromkeys(ids))

    def _unanswered(self):
        """Those that the service has not answered yet."""
        return self.filtered(lambda session: session.state not in ("answered", "signed"))

    def _ask_service(self, pin, otp):
        """Note that the service is being asked, and give what to call then **without** a transaction.

        Several sessions of one key are asked for in one call, which the person confirms once.

        :return: function without arguments that gives the signatures or raises SigningError
        :raises UserError: it is being asked already, or the time ran out
        """
        key = self.key_id
        if len(key) != 1 or key.kind != "csc":
            raise UserError(self.env._("The key “%s” is of another kind.", key[:1].name))
        with key._words_for_errors():  # may ask for an access token: before the row is locked
            connection = key.service_id._connection()
        for session in self:
            if not session._move_to("asked"):
                raise UserError(self._waiting_message())
        key._begin_try()
        values = {"credential_id": key.credential, "pin": pin or None, "otp": otp or None}
        to_sign = [base64.b64decode(part.to_sign) for part in self.part_ids]
        return _RemoteCall(connection | values, key._pyhanko_certificate(), to_sign)

    def _check_in_time(self):
        if self.expires_at < fields.Datetime.now():
            raise UserError(self.key_id._signing_message(SigningError("state_expired")))

    def _service_failed(self, error):
        """Note the refusal, for all of these; the person may begin again.

        :return: the words for the person
        """
        if error.code == "signer_session_expired":
            self.key_id.service_id._forget_token()
        self.key_id._end_try(refused=error.code == "signer_refused", learned=False)
        message = self.key_id._signing_message(error)
        for session in self:
            session._move_to("failed", {"error": message})
        self._drop_prepared()
        return message

    def _answered(self, signatures):
        """Keep the signatures that came back, so that nothing is asked of the person twice.

        :param signatures: list of bytes, one for each part of each session, in order
        :raises UserError: another number of them
        """
        if len(signatures) != len(self.part_ids):
            raise UserError(self.key_id._signing_message(SigningError("signature_invalid")))
        for part, signature in zip(self.part_ids, signatures, strict=True):
            part.signature = base64.b64encode(signature)
        for session in self:
            session._move_to("answered")
        self.key_id._end_try()

    # Second step ------------------------------------------------------------------------------------------------------

    def _finished(self, certificate=None):
        """Put the signatures in.

        :param certificate: DER that the device says it used; None: that of the key
        :return: list of (vpdt.file that was signed, bytes of the signed PDF)
        :raises UserError: file, user or certificate changed, time ran out, the signature does not fit: in words
        """
        self.ensure_one()
        key = self.key_id.with_user(self.user_id)
        try:
            if key.sudo().fingerprint != self.fingerprint:
                raise SigningError("certificate_changed")
            return [(part.source_id, self._finished_part(part, key, certificate)) for part in self.part_ids]
        except (SigningError, ValueError, TypeError) as error:
            known = error if isinstance(error, SigningError) else SigningError("certificate_changed")
            raise UserError(key._signing_message(known)) from None

    def _finished_part(self, part, key, certificate):
        if part.returned:  # a whole file, checked when it came
            return base64.b64decode(part.returned)
        document = self.env[self.res_model].browse(self.res_id)
        return finish_deferred(
            part.sealed,
            base64.b64decode(part.signature or b""),
            certificate or key._pyhanko_certificate(),
            pdf=base64.b64decode(part.prepared or b""),
            secret=self._secret(),
            bound_to=self._bound_to(document, self.step, key, part.source_id),
            trust_roots=self.env["vpdt.trust.anchor"]._pem_list(),
            crls=key._revocation_evidence()["crls"],
        )

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
        over = self.search([("expires_at", "<", day_ago)])
        over.part_ids.unlink()  # not by the database's cascade, which would leave what was prepared in the file store
        over.unlink()


class VpdtSigningSessionPart(models.Model):
    """One file of a session; nobody reads or writes these rows either."""

    _name = "vpdt.signing.session.part"
    _description = "File of a signature in two steps"
    _order = "id"

    session_id = fields.Many2one("vpdt.signing.session", required=True, index=True, ondelete="cascade")
    source_id = fields.Many2one("vpdt.file", required=True, ondelete="cascade", help="The file that is signed.")
    prepared = fields.Binary(attachment=True)
    sealed = fields.Text(help="What must not change meanwhile, with a message authentication code.")
    to_sign = fields.Binary(attachment=False)
    signature = fields.Binary(attachment=False)


class _RemoteCall:
    """The call of the remote service: plain values only, no record, so that no cursor is open behind it."""

    def __init__(self, connection, expected_cert, to_sign):
        self._connection, self._expected_cert, self._to_sign = connection, expected_cert, to_sign

    def __call__(self):
        signer = RemoteSigner(**self._connection, expected_cert=self._expected_cert)
        return asyncio.run(signer.async_sign_all(self._to_sign))
