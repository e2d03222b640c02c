"""Which level of ETSI EN 319 142-1 the signatures of a file have."""

from . import ltv
from .pades import open_reader

NONE, B_B, B_T, B_LT, B_LTA = "", "B-B", "B-T", "B-LT", "B-LTA"
ORDER = (NONE, B_B, B_T, B_LT, B_LTA)


def level_of(pdf):
    """Tell the level of a file as its structure shows it; whether it is right, :func:`signing.validation.verify` says.

    :return: ``''`` (not signed), ``B-B``, ``B-T``, ``B-LT`` or ``B-LTA``
    :raises SigningError: ``not_a_pdf``, ``encrypted_pdf``
    """
    found = ltv.signatures(pdf)
    if not [item for item in found if item.sig_object_type != "/DocTimeStamp"]:
        return NONE
    if not ltv.is_timestamped(pdf):
        return B_B
    reader = open_reader(pdf)
    if "/DSS" not in reader.root:
        return B_T
    stored_in = _revision_of_store(reader)
    last = found[-1]
    archived = last.sig_object_type == "/DocTimeStamp" and last.signed_revision >= stored_in
    return B_LTA if archived else B_LT


def _revision_of_store(reader):
    reference = reader.root.raw_get("/DSS")
    if not hasattr(reference, "reference") and not hasattr(reference, "idnum"):
        return reader.xrefs.total_revisions - 1
    return reader.xrefs.get_last_change(getattr(reference, "reference", reference))


__all__ = ["B_B", "B_LT", "B_LTA", "B_T", "NONE", "ORDER", "level_of"]
