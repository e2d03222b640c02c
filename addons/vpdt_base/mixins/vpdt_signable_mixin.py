import base64

from odoo import models
from odoo.exceptions import UserError

from ..signing import SigningError
from ..signing.pades import carry_out

#: Kinds whose key answers at once, inside one request; the others need two steps, because a person or his own machine
#: is in between.
AT_ONCE = ("pkcs12", "pkcs11")
#: The kind whose program signs the whole file outside.
OUTSIDE = "vgca"


class VpdtSignableMixin(models.AbstractModel):
    """A document that is signed with a key, whatever kind of key it is, in a dialog that asks for key and passphrase.

    A key that is on the server signs at once (:meth:`_sign_now`). One that a person or his machine stands in between
    signs in two steps: :meth:`begin_signature`, then :meth:`finish_signature` (a token at the user's machine) or the
    route ``/vpdt/signing/remote`` (a remote service). Either way the signature is made first, and only then is the
    row of the document locked, for the moment of storing: nobody waits for a person, a token or a service.

    The model says which steps there are and what each of them signs: :attr:`_signing_holders` and the three hooks.
    """

    _name = "vpdt.signable.mixin"
    _description = "Document that is signed with a key"
    _inherit = ["vpdt.move.mixin", "vpdt.file.owner.mixin"]

    #: step → kind of holder whose key it takes, "person" or "agency"
    _signing_holders = {}

    # Hooks ------------------------------------------------------------------------------------------------------------

    def _is_signed(self, step):
        """True when this step has been taken already: then nothing is done a second time."""
        raise NotImplementedError

    def _signing_input(self, step, key):
        """What is signed.

        :return: (vpdt.file, bytes to sign, :class:`signing.pades.SigningOrder`)
        :raises UserError: the step is not possible now, or not for this user
        :raises SigningError: the file does not allow it
        """
        raise NotImplementedError

    def _take_signature(self, step, key, source, pdf):
        """Store the signed file and move on; the row is locked and the step not taken yet.

        :param source: vpdt.file that was signed
        :param pdf: bytes
        """
        raise NotImplementedError

    def _further_input(self, step, order):
        """Hook: other files that the same step signs (annexes).

        :param order: :class:`signing.pades.SigningOrder` of the document itself
        :return: list of (vpdt.file, bytes to sign, :class:`signing.pades.SigningOrder`)
        """
        return []

    def _take_further(self, step, further):
        """Hook: store the other signed files; the row is locked.

        :param further: list of (vpdt.file that was signed, bytes)
        """

    def _signing_source(self):
        """The vpdt.file that is signed, as it is now."""
        return self._file_of_role("main")

    # The dialog -------------------------------------------------------------------------------------------------------

    def _signing_action(self, holder, steps, title, next_number="", labels=None):
        """Open the signing dialog.

        :param str holder: whose key, ``person`` or ``agency``
        :param list steps: public methods of this model, in order
        :param str title: what the dialog is called
        :param str next_number: number that the first step will give, for the person to see
        :param dict labels: step → other words for it than the dialog's own
        :return: client action
        :raises UserError: no key is open to this user
        """
        self.ensure_one()
        keys = self.env["vpdt.signing.key"]._keys_of_user(holder)
        keys = keys.filtered(lambda key: key.state == "active") or keys
        if not keys:
            raise UserError(
                self.env._("You have no signing key yet. Open My signing keys and load one.")
                if holder == "person"
                else self.env._("No agency key is open to you. Ask the unit administrator to name you on it (Điều 32).")
            )
        return {
            "type": "ir.actions.client",
            "tag": "vpdt_sign",
            "target": "new",
            "name": title,
            "params": {
                "model": self._name,
                "res_id": self.id,
                "document": self.display_name,
                "steps": steps,
                "keys": keys.sign_options(),
                "next_number": next_number,
                "labels": labels or {},
            },
        }

    # Keys on the server -----------------------------------------------------------------------------------------------

    def _sign_now(self, step, key_id, secret):
        """Sign with a key that answers at once; a second call changes nothing.

        :param secret: passphrase, PIN or ticket
        :return: True when it was signed now, False when it had been before
        """
        self.ensure_one()
        self.check_access("write")
        if self._is_signed(step):
            return False
        key = self._key_for(step, key_id)
        with key._words_for_errors(), key._open_signer(secret) as signer:
            work = self._signing_work(step, key)
            signed = [(source, carry_out(pdf, signer, order)) for source, pdf, order in work]
        return self._take_once(step, key, signed)

    def _signing_work(self, step, key):
        """Everything that the step signs, the document itself first: list of (vpdt.file, bytes, SigningOrder)."""
        source, pdf, order = self._signing_input(step, key)
        return [(source, pdf, order), *self._further_input(step, order)]

    def _key_for(self, step, key_id):
        """The key, if it is of the right holder and this person may sign this document with it."""
        key = self.env["vpdt.signing.key"].browse(int(key_id)).exists()
        if not key or key.sudo().holder != self._signing_holders.get(step):  # refuses before anything is shown
            raise UserError(self.env._("Choose a key for this step."))
        key._check_may_use()
        key._check_fits_document(self)
        return key

    def _take_once(self, step, key, signed):
        (source, pdf), *further = signed
        self._lock_row()
        self.invalidate_recordset(["file_ids"])
        if self._is_signed(step):
            return False
        if self._signing_source() != source or any(file not in self.file_ids for file, _pdf in further):
            raise UserError(key._signing_message(SigningError("file_changed")))
        self._take_further(step, further)
        self._take_signature(step, key, source, pdf)
        return True

    # Two steps --------------------------------------------------------------------------------------------------------

    def begin_signature(self, step, key_id):
        """First step: prepare the file and say what is to be signed.

        :param str step: one of this document's steps
        :param key_id: id of a vpdt.signing.key of the caller, of a kind that needs two steps
        :return: dict of :meth:`vpdt.signing.session._request`; False when the step was taken before
        :raises UserError: the step is not possible, the key may not sign: nothing is begun
        """
        self.ensure_one()
        self.check_access("write")
        if step not in self._signing_holders:
            raise UserError(self.env._("There is no such step."))
        if self._is_signed(step):
            return False
        key = self._key_for(step, key_id)
        if key.kind in AT_ONCE:
            raise UserError(self.env._("The key “%s” is of another kind.", key.name))
        key._check_usable()
        with key._words_for_errors():
            work = self._signing_work(step, key)
        sessions = self.env["vpdt.signing.session"]
        if key.kind == OUTSIDE:
            return sessions._begin_outside(self, step, key, work)
        return sessions._begin(self, step, key, work)._request()

    def _outside_call(self, step, index):
        """Hook: what VGCA Sign Service is asked to do with the file number ``index`` of a step.

        :return: (name of the function, dict of further values)
        """
        if index:
            return "SignAppendix", {"DocNumber": "", "MetaData": []}
        return ("SignApproved", {}) if self._signing_holders[step] == "person" else ("SignIssued", {"DocNumber": ""})

    def finish_outside(self, session_id):
        """Second step for VGCA Sign Service: take what it has posted.

        :param session_id: from :meth:`begin_signature`
        :return: True when it was signed now, False when it had been before
        :raises UserError: nothing came back, or not everything; the time ran out; the key or the document changed
        """
        self.ensure_one()
        session = self.env["vpdt.signing.session"]._of_user(session_id)
        if session.state == "signed":
            return False
        if session.key_id.kind != OUTSIDE:
            raise UserError(self.env._("The key “%s” is of another kind.", session.key_id.name))
        if session.state != "answered":
            raise UserError(session.key_id._signing_message(SigningError("not_returned")))
        return self._finish(session)

    def returned_parts(self, session_id):
        """Which files of a signature have come back from VGCA Sign Service; the answer of the program is no proof.

        :return: list of the ids of parts
        """
        self.ensure_one()
        parts = self.env["vpdt.signing.session"]._of_user(session_id).part_ids
        return parts.filtered("returned").ids

    def finish_signature(self, session_id, signatures, certificate):
        """Second step for a token: take the signatures that were made on the user's machine.

        :param session_id: from :meth:`begin_signature`
        :param list signatures: base64 of the raw signature values, in the order of ``to_sign``
        :param str certificate: base64 of the DER certificate that the token used
        :return: True when it was signed now, False when it had been before
        :raises UserError: file, user or certificate changed, the time ran out, the value does not fit: nothing changes
        """
        self.ensure_one()
        session = self.env["vpdt.signing.session"]._of_user(session_id)
        if session.state == "signed":
            return False
        if session.key_id.kind != "token":
            raise UserError(self.env._("The key “%s” is of another kind.", session.key_id.name))
        if session.state != "open":
            raise UserError(session.key_id._signing_message(SigningError("state_expired")))
        try:
            raw = [base64.b64decode(signature or "", validate=True) for signature in signatures]
            der = base64.b64decode(certificate or "", validate=True)
        except (ValueError, TypeError):
            raise UserError(session.key_id._signing_message(SigningError("signature_invalid"))) from None
        session._answered(raw)
        return self._finish(session, der)

    def _finish(self, session, certificate=None):
        """Put an answered session's signature into the document.

        :param session: vpdt.signing.session of the current user, in superuser mode
        """
        self.ensure_one()
        if (session.res_model, session.res_id) != (self._name, self.id):
            raise UserError(session.key_id._signing_message(SigningError("state_invalid")))
        key = self._key_for(session.step, session.key_id.id)
        key._check_usable()
        if self._is_signed(session.step):
            return False
        signed = [(source.with_env(self.env), pdf) for source, pdf in session._finished(certificate)]
        taken = self._take_once(session.step, key, signed)
        session._move_to("signed")
        session._drop_prepared()
        return taken
