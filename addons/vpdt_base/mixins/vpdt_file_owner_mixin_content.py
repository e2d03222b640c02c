from markupsafe import Markup
from odoo import api, fields, models
from odoo.fields import Domain

from ..text import content_query, snippets
from ..text.content import PAGE_END

CONTEXT_KEY = "vpdt_content_words"
LIST_LETTERS = 50_000  # of each file are looked through for a line in a list
PANE_LETTERS = 2_000_000


class VpdtFileOwnerContent(models.AbstractModel):
    """Documents are found by what is written in their files; rules of the document decide who finds it."""

    _inherit = "vpdt.file.owner.mixin"

    content_words = fields.Char(
        "Text of files",
        compute="_compute_content_words",
        search="_search_content_words",
        help="Words in the files, with or without marks; in quotation marks: side by side.",
    )
    content_snippet = fields.Html("Found in the files", compute="_compute_content_snippet", sanitize=False)

    def _compute_content_words(self):
        self.content_words = False

    @api.model
    def _search_content_words(self, operator, value):
        if operator not in ("ilike", "=", "in"):
            return NotImplemented
        queries = [value] if isinstance(value, str) else list(value)
        return Domain.OR(self._content_domain(text) for text in queries if text)

    @api.model
    def _content_domain(self, text):
        query = content_query(text)
        if not query:
            return Domain.FALSE
        return Domain("id", "in", self.env["vpdt.file.text"]._owners_query(self._name, query))

    @api.depends_context(CONTEXT_KEY)
    def _compute_content_snippet(self):
        self.content_snippet = False
        query = self.env.context.get(CONTEXT_KEY)
        query = " ".join(map(str, query)) if isinstance(query, (list, tuple)) else query
        if not query or not isinstance(query, str) or not any(self._ids):
            return
        self.check_access("read")
        best = {}
        for owner, _file, text in self.env["vpdt.file.text"]._texts(self._name, self.ids, LIST_LETTERS):
            if owner not in best and (found := snippets(text.split(PAGE_END), query)):
                best[owner] = _as_html(found[0].parts)
        for record in self:
            record.content_snippet = best.get(record.id, False)

    def find_in_files(self, query, limit=20):
        """Where words stand in the files of this record, for the reading pane; the journal notes the view.

        :param query: str, as for ``content_words``
        :return: ``[{"file", "page", "html"}]``; ``html`` is escaped, hits are in ``<mark>``
        """
        self.ensure_one()
        self.check_access("read")
        if not isinstance(query, str):
            return []
        hits = []
        for _owner, file, text in self.env["vpdt.file.text"]._texts(self._name, self.ids, PANE_LETTERS):
            found = snippets(text.split(PAGE_END), query, limit=min(int(limit), 50))
            hits += [{"file": file, "page": s.page, "html": _as_html(s.parts)} for s in found]
        for file in self.env["vpdt.file"].browse({hit["file"] for hit in hits}):
            file._journal_view()
        return hits[: min(int(limit), 50)]


def _as_html(parts):
    return Markup("").join(Markup("<mark>%s</mark>") % text if hit else Markup("%s") % text for text, hit in parts)
