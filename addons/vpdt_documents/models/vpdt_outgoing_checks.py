from collections import defaultdict
from contextlib import suppress

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.docx_marks import DocxError, plain_text
from odoo.addons.vpdt_base.text.signatures import DOCX, PDF

from ..paper import folded, pdf_text, says
from ..templates import placeholders
from .vpdt_outgoing import LEADER, UNIT_HEAD

#: What the templates print where nobody has written anything yet, in every language of the interface.
PLACEHOLDERS = ("[Nội dung văn bản]", "[Text of the document]", *placeholders())
#: States in which somebody may still put right what is found.
UNSIGNED = ("draft", "review", "to_sign")
#: What the template prints that does not come from the form of this document.
_NOT_OF_THE_FORM = frozenset({"bases"})
#: Formats in which tracked changes and comments cannot be looked for.
_OPAQUE = ("doc", "dot", "rtf", "odt")


class VpdtOutgoing(models.Model):
    """What is wrong with the paper is found before anybody signs it: at submission, and once more at the signature.

    Found without doubt, it stops the step: tracked changes, comments and fields that change by themselves in a .docx,
    the placeholder of the template, a template's draft that no longer says what the form says, a signer who cannot
    sign. What only looks wrong is told and stops nothing.
    """

    _inherit = "vpdt.outgoing"

    paper_values = fields.Json(readonly=True, copy=False, help="What the form said when the file was made or uploaded.")
    findings = fields.Text("To be put right", compute="_compute_findings", help="Stops submission and signature.")
    remarks = fields.Text("To be looked at", compute="_compute_findings", help="Stops nothing.")
    has_marks = fields.Boolean(compute="_compute_findings")

    @api.depends("file_ids", "state", "subject", "notation", "signer_id", "deputy_id", "recipient_ids.kind", "body")
    def _compute_findings(self):
        for document in self:
            stored = document._origin  # while it is typed, what was saved last
            marked, findings, remarks = {}, [], []
            if stored.state in UNSIGNED and stored._file_of_role("main") and stored.has_access("read"):
                with suppress(UserError):  # a file in quarantine says so itself
                    marked = stored._marked_files()
                    findings, remarks = stored._findings(marked), stored._remarks()
            document.has_marks = bool(marked)
            document.findings = "\n".join(findings)
            document.remarks = "\n".join(remarks)

    def _check_paper(self):
        """:raises UserError: everything that hinders submission, and the way out of each"""
        findings = self._findings(self._marked_files())
        if findings:
            raise UserError("\n".join(findings))

    def _check_marks(self):
        findings = self._words_of_marks(self._marked_files())
        if findings:
            raise UserError("\n".join(findings))

    def _findings(self, marked):
        """All that stops submission, in words.

        :param dict marked: of `_marked_files`
        """
        findings = self._words_of_marks(marked)
        text = self._paper_text()
        placeholder = next((words for words in PLACEHOLDERS if folded(words) in text), None)
        if placeholder:
            findings.append(
                self.env._(
                    "The paper still says “%s”: nobody has written its text. Write it under “Text” and press “Make the "
                    "draft”, or upload the edited file.",
                    placeholder,
                )
            )
        return findings + self._differences(text)

    # People ----------------------------------------------------------------------------------------------------------

    def _check_people(self):
        """:raises UserError: somebody named on the draft has no role to do what is asked of him"""
        leaders, heads = self._users_of_role(LEADER), self._users_of_role(UNIT_HEAD)
        if self.signer_id not in leaders:
            raise UserError(
                self.env._(
                    "%s cannot sign documents of the agency: choose a leader, or have the role given to this person.",
                    self.signer_id.name,
                )
            )
        if self.reviewer_id not in heads:
            raise UserError(
                self.env._(
                    "%s cannot initial drafts: choose the head of a unit, or have the role given to this person.",
                    self.reviewer_id.name,
                )
            )
        for user in self.signer_ids.user_id - leaders - heads:
            raise UserError(self.env._("%s cannot sign documents: choose a leader or the head of a unit.", user.name))

    # Tracked changes, comments, fields that change by themselves -----------------------------------------------------

    def _marked_files(self):
        """``{vpdt.file: docx_marks.Marks, or None when it cannot be looked into}`` of the .docx files that have any."""
        marked = {}
        for file in self.file_ids.filtered(lambda f: f.role in ("original", "annex") and f.mimetype == DOCX):
            if file.role == "original" and file != self._source():
                continue  # a PDF was uploaded after it: it goes nowhere
            try:
                marks = file._marks()
            except DocxError:
                marked[file] = None
                continue
            if marks:
                marked[file] = marks
        return marked

    def _words_of_marks(self, marked):
        lines = []
        for file, marks in marked.items():
            name = file.original_name or file.name
            if marks is None:
                lines.append(
                    self.env._("“%s” cannot be looked into. Open it in Word, save it again as .docx, upload it.", name)
                )
                continue
            lines.append(
                self.env._(
                    "“%(name)s” carries %(what)s. Press “Make a clean copy” (changes are accepted, comments taken out, "
                    "fields become plain text), or settle them in Word and upload the file again.",
                    name=name,
                    what=self.env["vpdt.file"]._marks_in_words(marks),
                )
            )
        return lines

    def action_clean_copy(self):
        """Replace the .docx files of the draft by clean copies and make the PDF anew; the files as they came are kept.

        :return: True when something was cleaned, False when there was nothing
        :raises UserError: not a draft any more, or a file cannot be looked into
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_row()
        self._check_draft()
        marked = self._marked_files()
        for file, marks in marked.items():
            if marks is None:
                raise UserError("\n".join(self._words_of_marks({file: None})))
            clean, _marks = self.env["vpdt.file"]._without_marks(file._content(), "docx")
            name = file.original_name or file.name
            if file.role == "original":
                self._upload(name, clean)
                new = self._file_of_role("original")
            else:
                new = self.env["vpdt.file"]._store(self, name, clean, "annex", file)
            detail = {"stored": new.sha256, "replaces": file.sha256, "cleaned": self._marks_in_english(marks)}
            self.env["vpdt.journal.entry"]._record("file", new, detail)
        return bool(marked)

    @api.model
    def _marks_in_english(self, marks):
        return self.env["vpdt.file"].with_context(lang=None)._marks_in_words(marks)

    # Form and paper --------------------------------------------------------------------------------------------------

    def _keep_paper(self, template=None):
        """Remember what the form says at the moment in which its paper is made or uploaded.

        :param dict template: what the template was filled in with, when it was
        """
        # written by the making of the paper only, whoever makes it
        self.sudo().paper_values = {"template": template, "form": self._form_values()}

    def _paper_text(self):
        """The text of the paper, folded, or an empty string when it has none, as a scan."""
        source, main = self._source(), self._file_of_role("main")
        if source.mimetype == DOCX:
            try:
                return folded(plain_text(source._content()))
            except DocxError:
                return ""
        return folded(pdf_text(main._content())) if main.mimetype == PDF else ""

    def _differences(self, text):
        """In what the paper differs from the form for certain, and the way out, in words."""
        kept = self.paper_values or {}
        if kept.get("template"):
            changed = self._changed_since_template(kept["template"])
            way = self.env._("Press “Make the draft” again, or put the form right.")
        else:
            changed = self._changed_since_upload(kept.get("form") or {}, text)
            way = self.env._("Upload a corrected file, or put the form right.")
        if not changed:
            return []
        return [self.env._("The paper differs from the form: %(what)s. %(way)s", what="; ".join(changed), way=way)]

    def _changed_since_template(self, printed):
        """Exactly: what the template would be filled in with now, against what it was filled in with."""
        now, labels, changed = self._template_context(), self._paper_labels(), {}
        for key, value in now.items():
            if key not in _NOT_OF_THE_FORM and key in printed and printed[key] != value:
                changed[labels[key]] = (printed[key], value)
        return [self._difference(label, *values) for label, values in changed.items()]

    def _changed_since_upload(self, before, text):
        """What the paper has as the form had it when it was uploaded, and not as the form has it now."""
        changed, labels = [], {"signer": "signer_name", "position": "competence_lines", "subject": "subject"}
        for key, now in self._form_values().items():
            then = before.get(key)
            if then and now and then != now and says(text, then) and not says(text, now):
                changed.append(self._difference(self._paper_labels()[labels[key]], then, now))
        return changed

    def _form_values(self):
        return {
            "subject": self.subject or "",
            "signer": self._signing_user()._vpdt_employee().name or "",
            "position": self._printed_signing_lines(),
        }

    def _difference(self, label, printed, now):
        def words(value):
            return ", ".join(value) if isinstance(value, list) else value or ""

        printed, now = words(printed), words(now)
        if max(len(printed), len(now)) > 200:  # the text itself
            return label
        return self.env._("%(label)s – on the paper “%(paper)s”, in the form “%(form)s”",
                          label=label, paper=printed, form=now)  # fmt: skip

    def _paper_labels(self):
        agency, text = self.env._("agency"), self.env._("text")
        words = {
            "parent_agency": agency,
            "agency": agency,
            "place": self.env._("place"),
            "notation": self.env._("notation"),
            "subject": self.env._("subject"),
            "type_name": self.env._("type of document"),
            "recipients_main": self.env._("addressees"),
            "recipients": self.env._("recipients"),
            "drafting_unit": self.env._("drafting unit"),
            "competence_lines": self.env._("position of the signer"),
            "signer_name": self.env._("name of the signer"),
            "as_above": self.env._("recipients"),
            "urgency": self.env._("urgency"),
            "circulation": self.env._("circulation"),
            "drafter_mark": self.env._("mark of the drafter and number of copies"),
            "address": self.env._("address of the agency"),
            "other_title": self.env._("other title of the signer"),
            "secretary_name": self.env._("secretary"),
            "body": text,
        }
        return defaultdict(lambda: text, words)

    def _remarks(self):
        """What looks wrong and may be right: said, never in the way."""
        kept, text, source = self.paper_values or {}, self._paper_text(), self._source()
        remarks = []
        if source.name and source.name.rpartition(".")[2].lower() in _OPAQUE:
            remarks.append(
                self.env._(
                    "Tracked changes and comments are looked for in .docx only: save “%s” as .docx to be sure.",
                    source.original_name or source.name,
                )
            )
        if kept.get("template") or not text:
            return remarks
        form, labels = self._form_values(), self._paper_labels()
        missing = [
            f"{labels[key]} “{value}”"
            for key, value in (("subject", form["subject"]), ("signer_name", form["signer"]))
            if value and not says(text, value)
        ]
        names = [line._name_on_paper() for line in self.recipient_ids._printed()]
        missing += [self.env._("recipient “%s”", name) for name in names if not says(text, name)]
        if missing:
            remarks.append(self.env._("Not found on the paper: %s.", "; ".join(missing)))
        return remarks
