"""What may be wrong with a package."""

from dataclasses import dataclass


class PackageError(Exception):
    """A package cannot be made or read.

    :param code: machine word, such as ``file_changed``
    :param where: name inside the package, or path
    """

    def __init__(self, code, where="", message=""):
        super().__init__(f"{code}: {where} {message}".strip())
        self.code = code
        self.where = where


@dataclass(frozen=True)
class Problem:
    """One finding of the check.

    ``code`` is one of: ``unreadable``, ``bomb``, ``too_many_entries``, ``encrypted``, ``unsafe_path``, ``duplicate``,
    ``not_a_file``, ``no_mets``, ``not_xml``, ``schema``, ``missing_file``, ``extra_file``, ``size``, ``checksum``,
    ``no_checksum``, ``count``, ``identifier``, ``structure``, ``signature``.
    """

    code: str
    where: str = ""
    detail: str = ""

    def __str__(self):
        return " · ".join(part for part in (self.code, self.where, self.detail) if part)
