from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.text.signatures import DOCX, PDF

from ..form_check import check_docx, check_pdf
from .vpdt_outgoing import CLERK

_CHECKS = {DOCX: check_docx, PDF: check_pdf}


class VpdtOutgoing(models.Model):
    """The form (thể thức) of a draft: what a program finds, and who answers for it (khoản 2 Điều 12).

    What is found stops nothing: a person looks at it. Where the agency asks for it, nobody signs before the clerk has
    initialled the form.
    """

    _inherit = "vpdt.outgoing"

    form_findings = fields.Text(compute="_compute_form_findings", help="Differences from Phụ lục I of the decree.")
    form_checked_by_id = fields.Many2one("res.users", "Form checked by", readonly=True, copy=False)
    form_checked_at = fields.Datetime("Form checked on", readonly=True, copy=False)
    may_check_form = fields.Boolean(compute="_compute_may_check_form")

    @api.depends("file_ids", "state")
    def _compute_form_findings(self):
        for document in self:
            stored = document._origin
            words = []
            if stored.state in ("draft", "review", "to_sign") and stored.has_access("read"):
                source = stored._source()
                if source.mimetype in _CHECKS and source._is_offered():
                    words = [stored._form_words(finding) for finding in stored._form_findings(source)]
            document.form_findings = "\n".join(dict.fromkeys(words))

    def _form_findings(self, source):
        try:
            return _CHECKS[source.mimetype](source._content(), dated=self._is_dated())
        except UserError:  # in quarantine, which the file says itself
            return []

    @api.depends("state", "form_checked_by_id")
    @api.depends_context("uid")
    def _compute_may_check_form(self):
        clerk = self.env.user.has_group(CLERK)
        for document in self:
            document.may_check_form = (
                clerk and document.state in ("review", "to_sign") and not document.form_checked_by_id
            )

    def action_check_form(self):
        """Ký nháy thể thức: the clerk answers for the form and the procedure of the document.

        :return: True when initialled now, False when it had been before
        :raises AccessError, UserError: not the clerk; not submitted
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_row()
        if self.form_checked_by_id:
            return False
        if not self.env.su and not self.env.user.has_group(CLERK):
            raise AccessError(self.env._("The form of a document is checked by the clerk."))
        if self.state not in ("review", "to_sign"):
            raise UserError(self.env._("“%s” is not on its way to the signature.", self.display_name))
        self._by_system().write({"form_checked_by_id": self.env.uid, "form_checked_at": fields.Datetime.now()})
        self._add_review("form")
        self._form_step_done()
        self._journal("move", {"form_checked": True})
        self._tell_screens()
        return True

    def _form_hindrance(self):
        """Why the document is not signed before its form has been checked, in words, or an empty string."""
        asked = self.company_id.sudo().asks_form_check  # a setting of the own agency
        if asked and not self.form_checked_by_id:
            return self.env._("The clerk has not initialled the form (thể thức) yet.")
        return ""

    def _forget_form_check(self):
        self.sudo().write({"form_checked_by_id": False, "form_checked_at": False})  # written by the steps only

    def _form_words(self, finding):
        """A finding of `form_check` as a sentence."""
        found, more = finding.found, finding.params
        sides = {
            "top": self.env._("upper"),
            "bottom": self.env._("lower"),
            "left": self.env._("left"),
            "right": self.env._("right"),
        }
        words = {
            "unreadable_pdf": self.env._("The PDF cannot be opened."),
            "no_text": self.env._("The PDF is a picture: its form cannot be looked at by the program."),
            "unreadable": self.env._("The .docx cannot be opened."),
            "page_unset": self.env._("The file does not say its paper and margins: set A4 and the margins in Word."),
            "page_size": self.env._("The paper is %s, not A4.", found),
            "margin": self.env._(
                "The %(side)s margin is %(found)s mm; it should be %(low)s to %(high)s mm.",
                side=sides.get(more.get("side"), ""),
                found=found,
                low=more.get("low", ""),
                high=more.get("high", ""),
            ),
            "old_font": self.env._("Text in the old font “%s”: convert it to Unicode.", found),
            "font": self.env._("Text in the font “%s”; it should be Times New Roman.", found),
            "text_size": self.env._("The text is of size %s; it should be 13 to 14.", found),
            "national_name_missing": self.env._("The name of the State (Quốc hiệu) is not found."),
            "motto_missing": self.env._("The motto (Tiêu ngữ) is not found."),
            "motto_written": self.env._("The motto is written “%s”; it is “Độc lập - Tự do - Hạnh phúc”.", found),
            "number_missing": self.env._("“Số:” is not found."),
            "date_missing": self.env._("Place and date (“…, ngày … tháng … năm …”) are not found."),
            "places_missing": self.env._("“Nơi nhận:” is not found."),
            "kept_missing": self.env._("“- Lưu: VT, …” is not found below “Nơi nhận”."),
            "end_missing": self.env._("The text does not end in “./.”."),
            "date_written": self.env._("“%(found)s” is written “%(good)s”.", found=found, good=more.get("good", "")),
            "not_composed": self.env._("Letters with separate marks, not in Unicode composed form: “%s”.", found),
        }[finding.code]
        return self.env._("Box %(box)s: %(words)s", box=finding.box, words=words) if finding.box else words
