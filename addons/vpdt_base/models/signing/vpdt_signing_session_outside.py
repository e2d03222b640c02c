import base64
import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...signing import SigningError
from ...signing.returned import require_returned, with_form
from ...vietnam import to_vietnam

LIFETIME = timedelta(minutes=20)


class VpdtSigningSession(models.Model):
    """A signature that a program on the person's machine makes as a whole: VGCA Sign Service.

    The program fetches the file and posts the signed one by itself, without the session of the browser: by addresses
    that carry a random word, good for some minutes and for one file each. What it posts is checked before it is kept;
    the document takes it when the browser of the person says so, with his rights.
    """

    _inherit = "vpdt.signing.session"

    word_hash = fields.Char(index=True, groups=fields.NO_ACCESS, help="SHA-256 of the random word in the addresses.")

    @api.model
    def _begin_outside(self, document, step, key, work):
        """As :meth:`_begin`, for a program that takes the whole file.

        :return: what the browser is told, see :meth:`_request_outside`
        """
        sessions = self.sudo()  # sessions belong to the system; whose they are is checked by _of_user
        sessions._put_aside(document, step)
        with key._words_for_errors():
            served = [(source, with_form(pdf)) for source, pdf, _order in work]
        word = secrets.token_urlsafe(32)
        session = sessions.create(
            {
                "user_id": self.env.uid,
                "company_id": document.company_id.id,
                "key_id": key.id,
                "res_model": document._name,
                "res_id": document.id,
                "step": step,
                "fingerprint": key.fingerprint,
                "expires_at": fields.Datetime.now() + LIFETIME,
                "word_hash": _hash(word),
                "part_ids": [
                    fields.Command.create({"source_id": source.id, "prepared": base64.b64encode(pdf)})
                    for source, pdf in served
                ],
            }
        )
        return session._request_outside(document, word)

    def _request_outside(self, document, word):
        """What the browser is told: ``{"session", "kind", "expires_at", "calls": [{"part", "function", "values"}]}``.

        ``values`` is what VGCA Sign Service takes for ``function``: addresses, number, date.
        """
        base = self.get_base_url()
        calls = []
        for index, part in enumerate(self.part_ids):
            function, values = document._outside_call(self.step, index)
            addresses = {
                "FileUploadHandler": f"{base}/vpdt/vgca/put?t={word}",
                "SessionId": "",
                "JWTToken": "",
                "FileName": f"{base}/vpdt/vgca/get/{part.id}.pdf?t={word}",
            }
            calls.append({"part": part.id, "function": function, "values": addresses | values})
        expires_at = fields.Datetime.to_string(self.expires_at)
        return {"session": self.id, "kind": self.key_id.kind, "expires_at": expires_at, "calls": calls}

    # What the program asks ------------------------------------------------------------------------------------------

    @api.model
    def _of_word(self, word):
        """The open sessions of a random word, in superuser mode; none when it is unknown or its time is over."""
        known = [("word_hash", "=", _hash(word)), ("state", "=", "open"), ("expires_at", ">", fields.Datetime.now())]
        return self.sudo().search(known) if word else self.sudo().browse()  # the word is the right

    def _served(self, part_id):
        """The bytes of a part that has not come back yet, or None."""
        part = self.part_ids.filtered(lambda part: part.id == part_id and not part.returned)
        return base64.b64decode(part.prepared) if part.prepared else None

    def _take_returned(self, pdf):
        """Check what the program posted and keep it.

        :param bytes pdf:
        :return: the part that it belongs to
        :raises UserError: it is not one of the files that were handed out, signed once more, by this key: in words
        """
        key = self.key_id[:1]
        for part in self.part_ids.filtered(lambda part: part.prepared and not part.returned):
            served = base64.b64decode(part.prepared)
            if pdf.startswith(served):
                part._check_returned(served, pdf)
                part.returned = base64.b64encode(pdf)
                session = part.session_id
                if all(item.returned for item in session.part_ids):
                    session._move_to("answered")
                return part
        raise UserError(key._signing_message(SigningError("returned_changed")))

    # What the document takes ----------------------------------------------------------------------------------------

    def _missing_parts(self):
        """Ids of the parts that have not come back."""
        return self.part_ids.filtered(lambda part: not part.returned).ids


class VpdtSigningSessionPart(models.Model):
    """The signed file, until the document takes it."""

    _inherit = "vpdt.signing.session.part"

    returned = fields.Binary(attachment=True)

    def _check_returned(self, served, pdf):
        key = self.session_id.key_id
        anchors = self.env["vpdt.trust.anchor"]
        try:
            require_returned(
                served,
                pdf,
                key._pyhanko_certificate(),
                trust_roots=anchors._pem_list(),
                other_certs=[*anchors._pem_list("intermediate"), *key._chain_certificates()],
                crls=key._revocation_evidence()["crls"],
            )
        except SigningError as error:
            raise UserError(key._signing_message(error)) from None


def _hash(word):
    return hashlib.sha256((word or "").encode()).hexdigest()


def iso_of(moment):
    """A naive UTC moment as the program takes it: ISO 8601 with the zone of Viet Nam."""
    return to_vietnam(moment).isoformat(timespec="seconds")
