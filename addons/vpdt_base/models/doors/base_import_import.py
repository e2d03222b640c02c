import io
import re

from odoo import models

from odoo.addons.base_import.models.base_import import ImportValidationError

from ...directory import DirectoryError, Limits
from ...directory.xlsx_source import checked
from ...text import convert, detect, fold, nfc
from ...text.signatures import WEB_PAGE, sniff_head
from ...text.tables import LATIN, UTF8, WINDOWS_1258, decoding_of, separator_of

_SAMPLES = 5
_HEADING_ROWS = 5
_MAX_CELL = 100_000  # letters; a quotation mark that is never closed swallows the rest of the file
# As the screen of the import names them
_ENCODINGS = {UTF8: "utf-8", WINDOWS_1258: "windows-1258", LATIN: "latin1"}


class Base_ImportImport(models.TransientModel):
    """Files as people have them: any separator, code page and form of workbook, and text of the time before Unicode.

    TCVN3 and VNI are recognised, shown before and after, converted on demand. The conversion happens where the file is
    read, so the preview shows what the import will keep.
    """

    _inherit = "base_import.import"

    def parse_preview(self, options, count=10):
        """As the core, with ``vpdt_legacy``: up to five old cells ``{"encoding", "before", "after"}``."""
        result = super().parse_preview(options, count=count)
        if "error" not in result:
            _length, rows = self._read_file({**options, "vpdt_convert_legacy": False})
            result["vpdt_legacy"] = _legacy_samples(rows)
        return result

    def _read_file(self, options):
        """As the core; what cannot be read is refused in words of ours, never in those of a library.

        :raises ImportValidationError: with what is wrong and what to do
        """
        try:
            if sniff_head((self.file or b"")[:4096]) == WEB_PAGE:
                raise DirectoryError("web_page")
            length, rows = super()._read_file(options)
        except DirectoryError as error:
            raise self._refusal(error) from None
        except ImportValidationError:
            raise
        except Exception as error:  # pylint: disable=broad-exception-caught  # a hostile file raises what it likes
            cause = error.__cause__ or error
            raise self._refusal(cause if isinstance(cause, DirectoryError) else DirectoryError("damaged")) from error
        if options.get("has_headers") and len(rows) == 1:
            raise self._refusal(DirectoryError("no_rows"))
        if options.get("vpdt_convert_legacy"):
            rows = [[_converted(cell) for cell in row] for row in rows]
        return length, rows

    def _refusal(self, error):
        words = self.env["vpdt.organization.import.line"]._problem_text(error.code, error.params)
        return ImportValidationError(words)

    def _read_csv(self, options):
        content = self.file or b""
        if content and not options.get("encoding"):
            self._find_encoding(content, options)
        if content and not options.get("separator"):
            options["separator"] = self._find_separator(content, options)
        if not content:
            raise DirectoryError("file_empty")
        length, rows = super()._read_csv(options)
        for number, row in enumerate(rows, 1):
            if row and max(map(len, row)) > _MAX_CELL:
                raise DirectoryError("quote_open", row=number)
        if rows and re.fullmatch("\ufeff?sep=.?", rows[0][0]):
            del rows[0]
        return length, [[cell if cell.isascii() else nfc(cell) for cell in row] for row in rows]

    def _find_encoding(self, content, options):
        found = decoding_of(io.BytesIO(content))
        if found == LATIN and not detect(content[:20_000].decode(LATIN)):
            return  # no Vietnamese: the core guesses among the encodings of the world
        with_mark = found == UTF8 and content.startswith(b"\xef\xbb\xbf")
        options["encoding"] = found if with_mark else _ENCODINGS.get(found, found)

    def _find_separator(self, content, options):
        """The separator by which headings of this model appear; empty: the core guesses."""
        text = content[:200_000].decode(options.get("encoding") or LATIN, "replace")
        lines = text.splitlines(keepends=True)[:_HEADING_ROWS]
        known = {_key(word) for field in self.get_fields_tree(self.res_model) for word in _words(field)}

        def score(rows):
            return sum(_key(cell.partition("/")[0]) in known for cell in (rows[0] if rows else ()) if cell)

        return separator_of(lines, score, options.get("quoting") or '"') or ""

    def _read_xlsx(self, options):
        try:
            handle = checked(io.BytesIO(self.file or b""), Limits())
        except DirectoryError as error:
            raise self._refusal(error) from None  # or the core would look for other readers
        with handle:
            content = handle.read()
        as_usual = self if content == self.file else self.new({"file": content, "res_model": self.res_model})
        return super(Base_ImportImport, as_usual)._read_xlsx(options)


def _words(field):
    return field["name"], field["string"]


def _key(text):
    return fold(text or "").strip()


def _encoding(cell):
    return detect(cell) if isinstance(cell, str) and not cell.isascii() else None


def _converted(cell):
    encoding = _encoding(cell)
    return convert(cell, encoding) if encoding else cell


def _legacy_samples(rows):
    samples = []
    for cell in (cell for row in rows for cell in row):
        encoding = _encoding(cell)
        if encoding:
            samples.append({"encoding": encoding, "before": cell[:80], "after": convert(cell, encoding)[:80]})
            if len(samples) == _SAMPLES:
                break
    return samples
