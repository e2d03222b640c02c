from odoo import api, models

from ..text import nfc

TEXT_TYPES = ("char", "text", "html")


class VpdtTextMixin(models.AbstractModel):
    """Text in Unicode normal form C on every write (TCVN 6909:2001), and help with text of the time before Unicode.

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

    # Text in TCVN3 or VNI ----------------------------------------------------------------------------------------

    def legacy_text(self):
        """Text of this record that looks like TCVN3 or VNI, with what it would become; nothing is changed.

        :return: ``{field: {"encoding", "label", "before", "after"}}``
        :raises AccessError: the record is not one that the caller may see
        """
        self.ensure_one()
        self.check_access("read")
        names = [
            name
            for name, field in self._fields.items()
            if field.type in ("char", "text") and field.store and not field.compute and self._has_field_access(
                field, "read"
            )
        ]  # fmt: skip
        found = {name: self.env["vpdt.text"]._offer(self[name] or "") for name in names}
        return {
            name: {**offer, "label": self._fields[name]._description_string(self.env)}
            for name, offer in found.items()
            if offer
        }

    def convert_legacy_text(self, names):
        """Turn the named fields of this record from TCVN3 or VNI into Unicode.

        :param names: fields that :meth:`legacy_text` has listed; others stay as they are
        :return: names of the fields that were changed
        :raises AccessError: the record is not one that the caller may change
        """
        self.ensure_one()
        self.check_access("write")
        vals = {name: offer["after"] for name, offer in self.legacy_text().items() if name in names}
        if vals:
            self.write(vals)
        return sorted(vals)
