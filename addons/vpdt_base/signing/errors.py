"""The one exception of this package.

A caller (the ORM layer, the command line, a test) decides by :attr:`SigningError.code`;
the English message is for logs and for the command line only. The words a clerk reads are
translated by code in the ORM layer.
"""

#: Every code that this package raises, with what it means. The table is the contract with the ORM layer: a test checks
#: that no other code is raised, so that no message stays untranslated.
CODES = {
    # the file
    "not_a_pdf": "the bytes are not a PDF that can be read",
    "encrypted_pdf": "the PDF is encrypted",
    "too_heavy": "opening the file takes too much time, memory or depth, or ends the process that opens it",
    "certified_no_changes": "an earlier signature forbids further changes to the file",
    "field_missing": "the PDF has no form field of that name",
    "field_already_signed": "the signature field carries a signature already",
    "field_exists": "the PDF has a form field of that name already",
    "already_filled": "number or date are filled in already",
    "earlier_signature_broken": "a signature that the file carries already is broken, or what it covers was changed",
    "earlier_signature_unchecked": "a signature that the file carries already is of a kind that is not checked",
    "active_content": "the PDF holds scripts, form programs or other files",
    "already_signed": "the PDF is signed already, fields can no longer be added",
    "not_numbered": "number and date are not filled in yet",
    "person_signature_missing": "no valid signature of a person is in the file",
    "place_not_found": "a place was not found in the text of the PDF",
    "place_invalid": "a place set by hand is missing, outside its page or too small",
    "places_overlap": "two places set by hand lie over each other",
    "text_not_representable": "the font has no glyph for a character of the text",
    "text_too_wide": "the text does not fit its place",
    # keys and certificates
    "not_a_pkcs12": "the bytes are not a PKCS#12 file",
    "wrong_passphrase": "the passphrase does not open the PKCS#12 file",
    "no_private_key": "the PKCS#12 file holds no private key with its certificate",
    "unsupported_key": "the kind of key is not supported",
    "certificate_expired": "the certificate is no longer valid",
    "certificate_not_yet_valid": "the certificate is not valid yet",
    "certificate_revoked": "the certificate is revoked",
    "usage_forbidden": "the certificate may not be used for signatures",
    "wrong_kind": "the certificate belongs to a person where an agency signs, or the other way round",
    "weak_key": "the key or hash is too weak",
    "untrusted": "the certificate does not lead to a trusted root",
    # devices, services and two-step signing
    "token_missing": "the PKCS#11 module or token was not found",
    "wrong_pin": "the PIN of the token is wrong or locked",
    "key_missing": "the token holds no such key or certificate",
    "signer_unreachable": "the signing service does not answer",
    "signer_refused": "the signing service refused to sign",
    "address_not_encrypted": "the signing service is reached without encryption (https)",
    "redirected": "the service sends to another address, which is not followed",
    "too_many_at_once": "the signing service takes fewer files with one confirmation",
    "signer_session_expired": "the session with the signing service has run out",
    "state_invalid": "the state of the two-step signature is not ours or was changed",
    "state_expired": "the time for the second step has run out",
    "file_changed": "the file was changed between the two steps",
    "certificate_changed": "the certificate is not the one that the first step was made for",
    "signature_invalid": "the signature value does not fit certificate and file",
    "returned_changed": "what came back is not the file that was handed out with one signature more",
    "returned_not_signed": "what came back does not carry one new signature",
    "returned_broken": "a signature of what came back is not valid",
    "not_returned": "nothing came back yet",
    # time stamps
    "timestamp_unreachable": "the time stamping service does not answer",
    "timestamp_refused": "the time stamping service refused",
    "validation_info_missing": "revocation information for long-term validation could not be collected",
    # pictures
    "picture_invalid": "the picture is not a readable PNG",
    "picture_not_transparent": "the picture has no transparent ground",
    "picture_wrong_colour": "the picture has not the prescribed colour",
    "picture_wrong_size": "the picture has not a plausible size",
}


class SigningError(Exception):
    """Something about a file, key or certificate that makes the work impossible; nothing has been changed.

    :param code: one of :data:`CODES`
    :param message: plain English text; the meaning of the code when left out
    :param details: machine-readable values for the translated message, e.g. ``which='number'``
    """

    def __init__(self, code, message=None, **details):
        if code not in CODES:
            raise ValueError(f"unknown signing error code {code!r}")
        self.code = code
        self.message = message or CODES[code]
        self.details = details
        super().__init__(self.message)

    def __reduce__(self):
        """Survive a process border (``verify_isolated``, job queues): the default would lose code and details."""
        return _rebuild, (self.code, self.message, self.details)


def _rebuild(code, message, details):
    return SigningError(code, message, **details)
