from odoo import api, fields, models

from ...docx_marks import DocxError, Marks, clean_copy, find_marks
from ...text.signatures import DOCX


class VpdtFileRendition(models.Model):
    _inherit = "vpdt.file.rendition"

    marks = fields.Json(readonly=True, help="What the source carries besides its text; left out of the rendition.")


class VpdtFileMarks(models.Model):
    """What a .docx carries besides its text: tracked changes, comments, fields whose text changes by itself.

    The file stays as it came. LibreOffice would print deleted text beside the inserted one, so what is made of the file
    is made of its clean copy, and what was left out is said.
    """

    _inherit = "vpdt.file"  # pylint: disable=consider-merging-classes-inherited

    def _marks(self):
        """What this file carries besides its text.

        :return: `docx_marks.Marks`, empty for all that is no .docx
        :raises DocxError: a .docx that cannot be looked into
        """
        self.ensure_one()
        return find_marks(self._content()) if self.mimetype == DOCX else Marks()

    @api.model
    def _without_marks(self, content, extension):
        """What a PDF for reading is made of.

        :param content: bytes of an office file
        :return: (bytes, `docx_marks.Marks` that were left out)
        """
        try:
            marks = find_marks(content) if extension == "docx" else Marks()
            return (clean_copy(content), marks) if marks else (content, marks)
        except DocxError:
            return content, Marks()

    @api.model
    def _marks_in_words(self, marks):
        """“1 deletion, 2 insertions, 1 comment” in the language of the user.

        :param marks: `docx_marks.Marks`
        """
        counted = [
            (marks.deletions, self.env._("%s deleted", marks.deletions)),
            (marks.insertions, self.env._("%s inserted", marks.insertions)),
            (marks.moves, self.env._("%s moved", marks.moves)),
            (marks.formats, self.env._("%s with changed formatting", marks.formats)),
            (marks.comments, self.env._("%s comments", marks.comments)),
            (
                len(marks.fields),
                self.env._(
                    "%(count)s fields that change by themselves (%(names)s)",
                    count=len(marks.fields),
                    names=", ".join(dict.fromkeys(marks.fields)),
                ),
            ),
        ]
        return ", ".join(words for count, words in counted if count)

    def _reading_trouble(self, made):
        trouble = super()._reading_trouble(made)
        marks = made.filtered(lambda rendition: rendition.kind == "preview").marks
        if trouble or not marks:
            return trouble
        words = self._marks_in_words(Marks(**{**marks, "fields": tuple(marks["fields"])}))
        return {
            "words": self.env._(
                "“%(name)s” carries %(what)s. The pages shown have all changes accepted, without comments; the file "
                "itself is as it came.",
                name=self.name,
                what=words,
            ),
            "retry": False,
        }
