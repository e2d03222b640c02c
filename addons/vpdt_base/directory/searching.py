"""The text that an organization is searched by, for the ORM and for imports in bulk alike."""

from .vietnamese import fold

SEARCHED = ("name", "earlier_names", "abbreviation", "identifier", "identifier_legacy")


def search_text(values):
    """Folded text of the values of `SEARCHED`, in that order.

    :param values: iterable of str, empty ones and None are left out
    """
    return fold(" ".join(value for value in values if value))
