"""A whole dossier in one file: as PDF with bookmarks, and as the XML of Nghị định 30/2020, Phụ lục VI P6-4. No ORM."""

from .binding import Part, bind
from .metadata import write_xml

__all__ = ["Part", "bind", "write_xml"]
