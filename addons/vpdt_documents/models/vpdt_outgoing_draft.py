from collections import defaultdict
from contextlib import suppress

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.docx_marks import DocxError, plain_text
from odoo.addons.vpdt_base.text.signatures import DOCX, PDF

from ..paper import folded, pdf_text, says
from ..templates import MissingValues, placeholders, render
from ..templates.text import recognise
from .vpdt_outgoing import LEADER, PRINTED_URGENCY, UNIT_HEAD

#: What the templates print where nobody has written anything yet, in every language of the interface.
PLACEHOLDERS = ("[Nội dung văn bản]", "[Text of the document]", *placeholders())
#: States in which somebody may still put right what is found.
UNSIGNED = ("draft", "review", "to_sign")
#: What the template prints that does not come from the form of this document.
_NOT_OF_THE_FORM = frozenset({"bases"})
#: Formats in which tracked changes and comments cannot be looked for.
_OPAQUE = ("doc", "dot", "rtf", "odt")


class VpdtOutgoing(models.Model):
    """The paper of a draft: made from the template of its type, and looked at before anybody signs it, at submission
    and once more at the signature.

    Found without doubt, it stops the step: tracked changes, comments and fields that change by themselves in a .docx,
    the placeholder of the template, a template's draft that no longer says what the form says, a signer who cannot
    sign. What only looks wrong is told and stops nothing.
    """

    _inherit = "vpdt.outgoing"

    paper_values = fields.Json(readonly=True, copy=False, help="What the form said when the file was made or uploaded.")
    findings = fields.Text("To be put right", compute="_compute_findings", help="Stops submission and signature.")
    remarks = fields.Text("To be looked at", compute="_compute_findings", help="Stops nothing.")
    has_marks = fields.Boolean(compute="_compute_findings")

    # The draft --------------------------------------------------------------------------------------------------------

    def action_make_draft(self):
        """Make the .docx of the draft from the template of its type, and its PDF.

        :raises UserError: what the form cannot be without lacks, or there is none for this type
        """
        for document in self:
            document._check_draft()
            document._check_signer_chosen()
            if not document.type_id.template:
                raise UserError(
                    self.env._(
                        "The decree has no form for “%s”: write it in Word and upload it.", document.type_id.name
                    )
                )
            context = document._template_context()
            try:
                own = self.env["vpdt.draft.template"]._source_for(document)
                content = render(document.type_id.template, context, own)
            except MissingValues as error:
                raise UserError(document._words_of_missing(error.keys)) from None
            except ValueError as error:
                raise UserError(self.env._("The template cannot be filled in yet: %s", error)) from None
            document._upload(f"{document.notation or 'van-ban'}.docx".replace("/", "-"), content)
            document._keep_paper(context)
        return True

    def _words_of_missing(self, keys):
        """What lacks, and where it is written; ``keys`` of :class:`templates.MissingValues`."""
        known = {
            "bases": self.env._(
                "the legal bases: paragraphs at the head of the text, each beginning with “Căn cứ …” (thẩm quyền, nội "
                "dung), the last one “Theo đề nghị của …”"
            ),
            "blocks": self.env._("the text of the document, after the legal bases"),
            "recipients_main": self.env._("whom it is addressed to: a recipient of the kind “Kính gửi”"),
            "notation": self.env._("the notation"),
            "subject": self.env._("the subject"),
            "signer_name": self.env._("the name of who signs"),
            "competence_lines": self.env._(
                "the title of who signs; the unit administrator enters it with the employee"
            ),
            "agency": self.env._("the name of the agency"),
            "place": self.env._("the place name of the agency; the administrator enters it with the agency"),
        }
        lines = [f"– {known.get(key, key)};" for key in keys]
        return "\n".join([self.env._("The draft cannot be made yet. What lacks:"), *lines])[:-1] + "."

    def _template_context(self):
        """What the form of the document is filled in with; nothing that nobody has written (see `templates`)."""
        company, own = self.company_id, self.company_id.sudo()  # address of the own agency
        main, others = self._recipients_on_paper()
        minutes = self.type_id.template == "bien_ban"
        unit = self.department_id.sudo().abbreviation  # of the own unit
        return {
            "parent_agency": company.parent_agency_name or "",
            "agency": company.name,
            "notation": self.notation,
            "subject": self.subject,
            "place": company.place or "",
            "recipients_main": [line._name_on_paper() for line in main],
            "recipients": [line._line_on_paper() for line in others],
            "as_above": self._as_above(),
            "drafting_unit": "Hồ sơ" if minutes else unit or "",
            "drafter_mark": f"{self.drafter_mark.upper()}.({self.copies})" if self.drafter_mark else "",
            "urgency": PRINTED_URGENCY.get(self.priority, ""),
            "circulation": dict(self._fields["circulation"].selection).get(self.circulation, ""),
            "address": self._address_line(own) if self.with_address else "",
            "competence_lines": self._printed_signing_lines(),
            "other_title": self.other_title or "",
            "signer_name": self._signing_user()._vpdt_employee().name,
            "secretary_name": (minutes and self.signer_ids[:1].user_id._vpdt_employee().name) or "",
            "body": [self.body or self._placeholder()],
            "type_name": self.type_id.name,
        }

    def _placeholder(self):
        """What stands on the paper where nobody has written a text; refused at submission."""
        form = self.type_id._form()
        outline = "\n".join(form.outline) if form and form.based else ""
        return outline or self.env._("[Text of the document]")

    def _recipients_on_paper(self):
        """Lines under "Kính gửi" and lines of "Nơi nhận", each in order (Phụ lục I, Phần I, II.9)."""
        lines = self.recipient_ids._printed()
        main = lines.filtered(lambda line: line.kind == "main")
        if self.type_id.salutation == "upward":
            main = main.filtered(lambda line: self._is_superior(line.organization_id))
        elif self.type_id.salutation != "always":
            main = main.browse()
        return main, lines - main

    def _is_superior(self, organization):
        """Whether an organization stands above the agency; of who is written by name the drafter says so."""
        own = self.company_id.sudo().organization_id  # place of the own agency in the directory
        if not organization or not own:
            return True
        above = own.parent_id
        while above and above != organization:
            above = above.parent_id
        return bool(above) or int(organization.level or 9) < int(own.level or 9)

    def _as_above(self):
        """“Như Điều n” of a decision or resolution: the article that names who carries it out, the last one."""
        form = self.type_id._form()
        articles = recognise(self.body or "", number_articles=form.deciding).articles if form and form.based else []
        return f"Như {articles[-1]['lead'].rstrip('.')}" if articles and self.type_id.salutation == "none" else ""

    @api.model
    def _address_line(self, company):
        parts = (
            company.partner_id._display_address(without_company=True).replace("\n", ", ").strip(", "),
            company.phone and f"ĐT: {company.phone}",
            company.email and f"Email: {company.email}",
            company.website,
        )
        return "; ".join(part for part in parts if part)

    # Checks -----------------------------------------------------------------------------------------------------------

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
        if unsigned := [annex.original_name or annex.name for annex in self._annexes() - self._pdf_annexes()]:
            remarks.append(
                self.env._(
                    "The agency cannot sign an annex that is no PDF (Phụ lục I, III.1 Nghị định số 30/2020/NĐ-CP): %s. "
                    "Attach it as PDF; what is to be edited goes along as it is.",
                    ", ".join(unsigned),
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
