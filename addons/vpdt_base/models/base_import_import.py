from odoo import models

from ..text import convert, detect

_SAMPLES = 5


class Base_ImportImport(models.TransientModel):
    """Files of the time before Unicode: TCVN3 and VNI are recognised, shown before and after, converted on demand.

    The conversion happens where the file is read, so the preview shows what the import will keep.
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
        length, rows = super()._read_file(options)
        if options.get("vpdt_convert_legacy"):
            rows = [[_converted(cell) for cell in row] for row in rows]
        return length, rows


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
