from odoo import api, models

from ..text import nfc

TEXT_TYPES = ("char", "text", "html")


class VpdtTextMixin(models.AbstractModel):
    """Text in Unicode normal form C on every write (TCVN 6909:2001).

    Every model of ours that people write text into has it (tests/test_text_models.py asks that of each).
    """

    _name = "vpdt.text.mixin"
    _description = "Unicode text"

    @api.model
    def _prepare_create_values(self, vals_list):
        # With the defaults filled in: those of a person's own are text that he has typed as well.
        return [self._normalize_text(vals) for vals in super()._prepare_create_values(vals_list)]

    def write(self, vals):
        return super().write(self._normalize_text(vals))

    @api.model
    def _normalize_text(self, vals):
        """NFC for each text value of ``vals``, whatever the language of the translation."""
        return {name: nfc(value) if self._is_text(name, value) else value for name, value in vals.items()}

    @api.model
    def _is_text(self, name, value):
        return isinstance(value, str) and name in self._fields and self._fields[name].type in TEXT_TYPES
