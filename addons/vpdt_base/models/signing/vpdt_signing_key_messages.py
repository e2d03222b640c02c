from odoo import api, models


class VpdtSigningKey(models.Model):
    """What a person is told when something about a signature does not work."""

    _inherit = "vpdt.signing.key"

    @api.model
    def _signing_message(self, error):
        """What a person is told for a SigningError, in words and with the way out."""
        messages = {**self._file_messages(), **self._certificate_messages(), **self._device_messages()}
        messages |= self._stamp_and_picture_messages()
        return messages.get(error.code) or self.env._("Signing failed: %s", error)

    @api.model
    def _file_messages(self):
        return {
            "encrypted_pdf": self.env._("The PDF is protected by a password. Remove the password and upload it again."),
            "not_a_pdf": self.env._("The file is not a PDF, or it is damaged."),
            "too_heavy": self.env._(
                "This PDF is built so that opening it takes too much time or memory, so it is not opened here and "
                "nothing was done with it. Print it to a new PDF, or ask whoever made it for another file."
            ),
            "active_content": self.env._(
                "The PDF holds scripts, a form program or other files: nothing is signed over that. Print it to a new "
                "PDF, or ask whoever made it for a plain file."
            ),
            "earlier_signature_unchecked": self.env._(
                "It carries a signature of a kind that cannot be checked here, so nobody can vouch for it with one "
                "more. Ask whoever signed it for a file that is signed in the usual way, or print it to a new PDF."
            ),
            "certified_no_changes": self.env._(
                "An earlier signature forbids to add anything to this PDF. Make a new version of the document."
            ),
            "field_missing": self.env._(
                "The document has no place for this signature. Make the PDF again from the draft."
            ),
            "field_already_signed": self.env._("This place is signed already; nothing was changed."),
            "field_exists": self.env._("The document has this place already; nothing was changed."),
            "earlier_signature_broken": self.env._(
                "A signature that it carries already is broken, or it was changed after it was signed. Get an "
                "unchanged file from whoever signed it, or print it to a new PDF."
            ),
            "already_signed": self.env._("The document is signed already: no place can be added to it any more."),
            "person_signature_missing": self.env._(
                "The person with authority has not signed yet (điểm d khoản 2 Điều 32 Nghị định số 30/2020/NĐ-CP). "
                "Nothing was sealed."
            ),
            "not_numbered": self.env._("Number and date are not in the document yet. Nothing was sealed."),
            "already_filled": self.env._("The number and date are in the document already; nothing was changed."),
            "place_not_found": self.env._(
                "The place for number, date or signature was not found in the document. Keep the lines “Số:”, “ngày … "
                "tháng … năm”, the title and the name of the signer as the template has them."
            ),
            "place_invalid": self.env._(
                "A place put by hand is missing, too small or outside its page. Place it again."
            ),
            "places_overlap": self.env._("Two places put by hand lie over each other. Move one of them."),
            "text_not_representable": self.env._("A letter of this text cannot be printed on the document."),
            "text_too_wide": self.env._("The text is too long for its place on the document."),
        }

    @api.model
    def _certificate_messages(self):
        return {
            "wrong_passphrase": self.env._("The passphrase of the key is wrong. Nothing was signed; try again."),
            "not_a_pkcs12": self.env._("This file is not a PKCS#12 key (.p12, .pfx)."),
            "no_private_key": self.env._(
                "This file holds a certificate without its private key. Export it with the key."
            ),
            "unsupported_key": self.env._("This kind of key cannot be used here. Ask for a key of RSA or ECDSA."),
            "certificate_expired": self.env._("The certificate has expired. Ask for a new one."),
            "certificate_not_yet_valid": self.env._("The certificate is not valid yet."),
            "certificate_revoked": self.env._(
                "The certificate has been revoked by its authority. Nothing was signed; ask for a new one."
            ),
            "usage_forbidden": self.env._("This certificate may not be used to sign documents."),
            "untrusted": self.env._(
                "The certificate was issued by an authority that is not trusted here. Nothing was signed; the system "
                "administrator loads the roots under Trusted authorities."
            ),
            "wrong_kind": self.env._(
                "This certificate belongs to a person where an agency signs, or the other way round."
            ),
            "weak_key": self.env._("The key of this certificate is too weak to sign with."),
        }

    @api.model
    def _device_messages(self):
        return {
            "token_missing": self.env._("The token was not found. Plug it in, or ask the administrator to check it."),
            "wrong_pin": self.env._(
                "The PIN is wrong or locked. Nothing was signed. A token locks itself after a few wrong PINs."
            ),
            "key_missing": self.env._(
                "The token does not hold this key. Check the label of the key, or load it again."
            ),
            "signer_unreachable": self.env._(
                "The signing service or token does not answer. Nothing was signed; try again."
            ),
            "signer_refused": self.env._(
                "The signing service refused. Check PIN and code, and whether you confirmed on your phone. Nothing was "
                "signed."
            ),
            "redirected": self.env._(
                "The service sends to another address, and that is not followed: PIN and codes go only to the address "
                "that the administrator has entered. Nothing was signed; tell the administrator."
            ),
            "address_not_encrypted": self._address_not_encrypted_message(),
            "too_many_at_once": self.env._(
                "The signing service takes fewer files with one confirmation than this document has (annexes "
                "included). Put the annexes into the file of the document, or use another key. Nothing was signed."
            ),
            "signer_session_expired": self.env._(
                "The session with the signing service has run out. Try again; if it stays so, the administrator renews "
                "the access to the service."
            ),
            "state_invalid": self.env._(
                "This signature was not begun here or by you. Nothing was signed; begin again."
            ),
            "state_expired": self.env._("The time to sign has run out. Nothing was signed; press Sign again."),
            "file_changed": self.env._(
                "The document was changed meanwhile. Nothing was signed; read it and sign again."
            ),
            "certificate_changed": self.env._(
                "The certificate is not the one that was loaded for this key. Nothing was signed; load the key again."
            ),
            "signature_invalid": self.env._(
                "The signature that came back does not fit document and certificate. It was thrown away."
            ),
            **self._outside_messages(),
        }

    @api.model
    def _outside_messages(self):
        return {
            "returned_changed": self.env._(
                "What VGCA Sign Service sent back is not the document that was handed out: something else in it was "
                "changed. It was thrown away. Sign again and change nothing but the place of the signature."
            ),
            "returned_not_signed": self.env._(
                "What VGCA Sign Service sent back does not carry one new signature. It was thrown away; sign again, "
                "once."
            ),
            "returned_broken": self.env._(
                "A signature in what VGCA Sign Service sent back is not valid. It was thrown away."
            ),
            "not_returned": self.env._(
                "VGCA Sign Service has not sent the signed document yet. Nothing was signed here; press Sign again."
            ),
        }

    @api.model
    def _address_not_encrypted_message(self):
        return self.env._(
            "The address of a signing service begins with https://, so that nobody on the way reads PIN and codes. The "
            "administrator enters the right address. Nothing was signed."
        )

    @api.model
    def _stamp_and_picture_messages(self):
        return {
            "timestamp_unreachable": self.env._("The time stamping service does not answer."),
            "timestamp_refused": self.env._("The time stamping service refused."),
            "validation_info_missing": self.env._(
                "What is needed to prove the signature for long is not complete yet."
            ),
            "picture_invalid": self.env._("The picture of the key is not a PNG that can be read."),
            "picture_not_transparent": self.env._("The picture of the key has no transparent ground."),
            "picture_wrong_colour": self.env._(
                "The picture has not the prescribed colour: handwriting blue, seal red."
            ),
            "picture_wrong_size": self.env._("The picture of the key has not a plausible size."),
        }
