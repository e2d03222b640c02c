from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ...text import convert, detect

_MAX_PASTED = 200_000  # characters


class VpdtText(models.AbstractModel):
    """Vietnamese text as people paste and search it."""

    _name = "vpdt.text"
    _description = "Vietnamese text"

    @api.model
    def offer_conversion(self, text):
        """Whether ``text`` looks like TCVN3 (ABC) or VNI, and what it would become in Unicode.

        :param text: what a person has pasted
        :return: ``{"encoding": "tcvn3" | "vni", "before", "after"}``, or False for proper text
        :raises AccessError: the caller is no official
        :raises UserError: more than 200,000 characters
        """
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only officials convert text."))
        if len(text or "") > _MAX_PASTED:
            raise UserError(self.env._("The text is too long to be converted at once."))
        return self._offer(text or "")

    @api.model
    def _offer(self, text):
        encoding = detect(text)
        return {"encoding": encoding, "before": text, "after": convert(text, encoding)} if encoding else False

    def _register_hook(self):
        """Make ``filtered_domain`` take away marks as PostgreSQL does.

        The core's ``remove_accents`` leaves đ, so that the same domain found a row in SQL and missed it in Python. The
        table is asked of the database's own ``unaccent``, whose rules an administrator can edit.
        """
        super()._register_hook()
        if self.env.registry.has_unaccent:
            table = self._unaccent_table()
            self.env.registry.unaccent_python = lambda text: text and text.translate(table)

    @api.model
    def _unaccent_table(self):
        """Character → what ``unaccent`` makes of it, for `str.translate`; those that stay are left out."""
        # Surrogates are no characters; beyond the first plane unaccent's rules have next to nothing.
        self.env.cr.execute(
            "SELECT code, unaccent(chr(code)) FROM (SELECT generate_series(128, 55295) UNION ALL"
            " SELECT generate_series(57344, 65535)) AS codes(code) WHERE unaccent(chr(code)) <> chr(code)"
        )
        return dict(self.env.cr.fetchall())
