"""Verdicts on a signature and on a file, and what is told about them. No PDF is opened in here.

The verdicts, worst last:

=======================  ==============================================================================
``valid``                intact, allowed changes only, certificate fit, chain to a trusted root at the
                         time of signing
``valid_unknown_trust``  the same, but the chain, or that of the time stamp, leads to no trusted root, or
                         nothing proves that the signature is older than the end of its certificate
``not_checked``          of a kind that is not checked here (an algorithm, an old form); nothing is said against it
``modified``             something was changed after signing that may not be changed
``invalid``              not a valid signature at all
``not_signed``           no signature in the file
``unreadable``           not a PDF, encrypted, broken, or too much work to check
=======================  ==============================================================================
"""

import datetime
import json
from dataclasses import asdict, dataclass, field

UNKNOWN = "unknown"  # of whom a certificate is, as in :mod:`.pki`
VALID, VALID_UNKNOWN_TRUST = "valid", "valid_unknown_trust"
MODIFIED, INVALID, NOT_SIGNED, UNREADABLE = "modified", "invalid", "not_signed", "unreadable"
NOT_CHECKED = "not_checked"
VERDICTS = (VALID, VALID_UNKNOWN_TRUST, NOT_CHECKED, MODIFIED, INVALID, NOT_SIGNED, UNREADABLE)

#: What a problem does to the verdict; a problem that is not named here makes the signature invalid.
SEVERITY = {
    "untrusted": VALID_UNKNOWN_TRUST,
    "age_unproven": VALID_UNKNOWN_TRUST,
    "covered_by_unknown": VALID_UNKNOWN_TRUST,
    "issuer_missing": VALID_UNKNOWN_TRUST,
    "algorithm_unsupported": NOT_CHECKED,
    "signature_kind_old": NOT_CHECKED,
    "name_unreadable": NOT_CHECKED,
    "drawing_too_heavy": NOT_CHECKED,
    "table_too_small": NOT_CHECKED,
    "signed_part_refilled": MODIFIED,
    "digest_mismatch": MODIFIED,
    "changed_after_signing": MODIFIED,
    "signature_removed": MODIFIED,
    "field_changed": MODIFIED,
    "trailing_data": MODIFIED,
    "covered_by_invalid": MODIFIED,
    "content_hidden": MODIFIED,
    "shown_differently": MODIFIED,
    "shown_otherwise": MODIFIED,
    "read_otherwise": MODIFIED,
}


@dataclass
class Problem:
    """One thing that is wrong, or worth knowing: a stable code (its words are in :mod:`.words`), a technical text."""

    code: str
    detail: str = ""


@dataclass
class SignatureCheck:
    """What was found out about one signature.

    :param str field: name of the form field
    :param str signer: CN of the certificate, '' if there is none
    :param str kind: ``person``, ``agency`` or ``unknown``
    :param str serial: serial number of the certificate, hexadecimal
    :param str issuer: CN of the issuer
    :param datetime signed_at: aware, Vietnamese time; from a trusted time stamp, or else what the signer wrote
    :param datetime timestamp: time of a trusted time stamp, or None
    :param str verdict: see the module
    :param str modification: ``none``, ``lta_updates``, ``form_filling``, ``annotations``, ``other``; '' if unknown
    :param list problems: of :class:`Problem`
    :param list notes: of :class:`Problem`: what is worth knowing and changes no verdict
    :param str certificate: the signer's certificate, hexadecimal DER
    :param bool in_force: a genuine answer or list says of the whole chain that it was not revoked at the time that is
        proven: that of the time stamp or of the arrival, not one that the signer wrote himself
    """

    field: str
    signer: str = ""
    kind: str = UNKNOWN
    serial: str = ""
    issuer: str = ""
    signed_at: datetime.datetime | None = None
    timestamp: datetime.datetime | None = None
    verdict: str = VALID
    modification: str = ""
    problems: list = field(default_factory=list)
    certificate: str = ""
    in_force: bool = False
    notes: list = field(default_factory=list)

    def note(self, code, detail=""):
        """Note what changes no verdict, each code once."""
        if code not in {item.code for item in self.notes}:
            self.notes.append(Problem(code, str(detail)))

    def add(self, code, detail=""):
        """Note a problem and let the verdict sink to what it deserves."""
        self.problems.append(Problem(code, str(detail)))
        self.verdict = worst([self.verdict, SEVERITY.get(code, INVALID)])


@dataclass
class Verification:
    """What was found out about a file.

    :param str sha256: hexadecimal, of the whole file
    :param str verdict: the worst of its signatures', see the module
    :param list signatures: of :class:`SignatureCheck`, in the order of signing
    :param bool has_agency_signature: at least one signature of an agency that is not modified or invalid (an original
        by Điều 5 needs one)
    :param list unsigned_fields: names of signature fields still empty
    :param list problems: of :class:`Problem`, about the file as a whole
    :param list notes: of :class:`Problem`, likewise, what changes no verdict
    :param list chains: of signers and time stamps that lead to a trusted root: lists of hexadecimal DER, root first.
        What their authorities say can be fetched and handed to another check
    """

    sha256: str
    verdict: str = NOT_SIGNED
    signatures: list = field(default_factory=list)
    has_agency_signature: bool = False
    unsigned_fields: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    chains: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    def as_dict(self):
        """Give everything as JSON-ready values, times in ISO 8601."""
        return json.loads(json.dumps(asdict(self), default=lambda moment: moment.isoformat()))

    @classmethod
    def from_dict(cls, values):
        """Read back what :meth:`as_dict` gave."""
        values = dict(values)
        for name in ("problems", "notes"):
            values[name] = [Problem(**item) for item in values[name]]
        values["signatures"] = [_signature_from_dict(item) for item in values["signatures"]]
        return cls(**values)


def _signature_from_dict(values):
    values = dict(values)
    for name in ("problems", "notes"):
        values[name] = [Problem(**item) for item in values[name]]
    for name in ("signed_at", "timestamp"):
        values[name] = values[name] and datetime.datetime.fromisoformat(values[name])
    return SignatureCheck(**values)


def worst(verdicts):
    """Give the worst of some verdicts (``valid`` of none)."""
    return max(verdicts, key=VERDICTS.index, default=VALID)
