"""A file that a program on somebody's own machine has signed as a whole (VGCA Sign Service): is it what was handed out,
with one signature more?

Nothing in the way there and back ensures it. So what came back begins with the very bytes that were handed out; what
follows brings one signature, of the expected certificate, over everything; every earlier one is intact; and the pages
show the same, but for the place of the new signature.
"""

from . import covering, diff_policy, drawn, integrity, pki, validation
from .errors import SigningError
from .isolation import require_readable, run_isolated
from .pades import with_form
from .reading import open_reader

__all__ = ["look", "require_returned", "with_form"]

MAX_GROWTH = 24 << 20  # bytes: a signature with its picture, and fonts for its text
CHANGED, NOT_SIGNED, BROKEN = "returned_changed", "returned_not_signed", "returned_broken"


def require_returned(served, returned, certificate, **options):
    """Refuse what is not the file that was handed out, signed once more with this certificate.

    :param bytes served: as it was handed out, with a form (:func:`.pades.with_form`)
    :param bytes returned: as it came back
    :param certificate: the expected one, of either library, or DER
    :param options: ``trust_roots``, ``other_certs``, ``crls``, ``ocsps`` as for :func:`.validation.verify`
    :raises SigningError: ``returned_changed``, ``returned_not_signed``, ``returned_broken``, ``certificate_changed``,
        ``too_heavy``
    """
    if not returned.startswith(served) or len(returned) > len(served) + MAX_GROWTH:
        raise SigningError(CHANGED, "it does not begin with the bytes that were handed out")
    if not returned[len(served) :].strip():
        raise SigningError(NOT_SIGNED, "nothing was added")
    require_readable(returned)
    extra = {"size": len(served), "certificate": pki.as_asn1(certificate).dump().hex()}
    code, detail = run_isolated("returned", returned, extra, **options)
    if code:
        raise SigningError(code, detail)


def look(pdf, size, certificate, **options):
    """The check itself; runs in a child of :mod:`.isolation`.

    :param bytes pdf: as it came back
    :param int size: how many bytes of it were handed out
    :param str certificate: the expected one, hexadecimal DER
    :param options: of :func:`.validation.verify`
    :return: (code, detail); ('', '') when all is right
    """
    try:
        return _look(pdf, size, certificate, options)
    except MemoryError:
        raise
    except Exception as error:  # broken in whatever way
        return CHANGED, f"{type(error).__name__}: {error}"[:300]


def _look(pdf, size, certificate, options):
    checked = validation.verify(pdf, **options)
    if checked.verdict not in (validation.VALID, validation.VALID_UNKNOWN_TRUST):
        codes = [problem.code for item in (checked, *checked.signatures) for problem in item.problems]
        return BROKEN, ", ".join(dict.fromkeys(codes)) or checked.verdict
    reader, before = open_reader(pdf), open_reader(pdf[:size])
    new = [item for item in reader.embedded_signatures if integrity.signed_end(item) > size]
    if [item.sig_object_type for item in new] != ["/Sig"]:
        return NOT_SIGNED, f"{len(new)} signatures were added"
    (signature,) = new
    if signature.signer_cert.dump().hex() != certificate:
        return "certificate_changed", pki.common_name(signature.signer_cert)
    if pdf[integrity.signed_end(signature) :].strip():
        return CHANGED, "something stands behind the signature"
    change = _change(pdf, size, reader, before, signature)
    return (CHANGED, change) if change else ("", "")


def _change(pdf, size, reader, before, signature):
    """What came besides the signature, or ''."""
    steps = diff_policy.Steps(diff_policy.POLICY).review_file(reader, before.xrefs.total_revisions - 1)
    if isinstance(steps, diff_policy.SuspiciousModification):
        return str(steps)[:300]
    if steps.changed_form_fields & diff_policy.FILLABLE:
        return "number or date was filled in"
    field = signature.sig_field
    reference = covering.reference_of(reader, field)
    boxes = covering.boxes(reader, [reference]) if diff_policy.shows_something(field) else {}
    if not boxes:
        return ""
    pages = range(min(boxes), max(boxes) + 1)  # the others were compared as they are written
    program = drawn.differs_outside(pdf[:size], pdf, boxes, pages)
    return f"{program} shows other pages" if program else ""
