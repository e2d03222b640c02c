from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.signing import SigningError, fill_number_and_date
from odoo.addons.vpdt_base.vietnam import official_date_parts

from ..copying import join, plain
from .vpdt_outgoing import CLERK, ISSUED


class VpdtOutgoing(models.Model):
    """Electronic only, or on paper too: the leader decides, guided by the list of the agency.

    The paper is printed from the file that the person has signed, with number and date, and stamped by hand (Nghị định
    30/2020, khoản 5 Điều 18). Where the agency keeps paper originals (điểm c khoản 2 Điều 19), each issued document
    wants one.
    """

    _inherit = "vpdt.outgoing"

    with_paper = fields.Boolean(
        "On paper too",
        compute="_compute_with_paper",
        store=True,
        precompute=True,
        readonly=False,
        help="The recipients get it on paper besides the electronic document; who signs decides.",
    )
    may_decide_paper = fields.Boolean(compute="_compute_may_decide_paper")
    needs_paper = fields.Boolean("Wants a paper original", readonly=True, copy=False)
    paper_made_at = fields.Datetime("Paper original made on", readonly=True, copy=False)
    paper_made_by_id = fields.Many2one("res.users", "Paper original made by", readonly=True, copy=False)
    paper_place = fields.Char("Where the paper original lies", copy=False, help="For example: Tập lưu năm 2026.")
    paper_words = fields.Char("Paper original", compute="_compute_paper_words")

    @api.depends("type_id")
    def _compute_with_paper(self):
        for document in self:
            listed = document.company_id.sudo().paper_type_ids  # a list of the own agency
            document.with_paper = document.type_id in listed

    @api.depends("state", "signer_id", "deputy_id")
    @api.depends_context("uid")
    def _compute_may_decide_paper(self):
        for document in self:
            document.may_decide_paper = document.state == "draft" or document._decides_paper()

    def _decides_paper(self):
        """Whether the current user is who signs, and the document waits for him."""
        return self.state == "to_sign" and self.env.user == self._signing_user()

    @api.depends("state", "needs_paper", "paper_made_at")
    def _compute_paper_words(self):
        for document in self:
            waits = document.state == "issued" and document.needs_paper and not document.paper_made_at
            document.paper_words = waits and self.env._(
                "A paper original is wanted: print the file that the leader has signed, stamp it with the seal of the "
                "agency and keep it (Nghị định 30/2020, khoản 5 Điều 18, điểm c khoản 2 Điều 19)."
            )

    def _want_paper(self):
        """At the issue: whether a paper original is made, for a recipient or to be kept."""
        by_paper = self.recipient_ids.filtered(lambda line: line.way in ("post", "hand"))
        keeps = self.company_id.sudo().keeps_paper  # a setting of the own agency
        self._by_system().needs_paper = self.with_paper or keeps or bool(by_paper)

    def action_print_paper(self):
        """Print the paper originals of these documents."""
        self._check_paper_time()
        return self.env.ref("vpdt_documents.report_paper").report_action(self)

    def action_paper_made(self):
        """The paper originals of these documents have been printed and stamped; again changes nothing.

        :return: True when one was made now, False when all had been before
        :raises AccessError, UserError: not the clerk; a document is not issued
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(CLERK):
            raise AccessError(self.env._("Paper originals are made by the clerk."))
        self._check_paper_time()
        waiting = self.filtered(lambda document: not document.paper_made_at)
        for document in waiting:
            document._by_system().write({"paper_made_at": fields.Datetime.now(), "paper_made_by_id": self.env.uid})
            document._journal("entry", {"paper_original": document.paper_place or True})
        return bool(waiting)

    def _check_paper_time(self):
        for document in self:
            if document.state not in ("numbered", *ISSUED):
                raise UserError(
                    self.env._(
                        "“%s” has no number yet: paper is printed from the signed document with its number and date.",
                        document.display_name,
                    )
                )

    def _official_pdf_paper(self, _data):
        """The documents as they are printed to be stamped by hand: what the persons have signed, with number and date,
        without the signature of the agency, then the annexes (khoản 5 Điều 18).

        :return: PDF, bytes
        :raises UserError: no number yet, or a file cannot be printed
        """
        self._check_paper_time()
        return join([page for document in self for page in document._paper_pages()])

    def _paper_pages(self):
        day, month, year = official_date_parts(self.date)
        date = {"day": day, "month": month} if self._is_dated() else {}
        try:
            signed = self._before_the_seal(self._file_of_role("main"))
            numbered = fill_number_and_date(signed, number=self.number, year=year, **date)
            annexes = [plain(self._before_the_seal(annex)) for annex in self._pdf_annexes()]
            return [plain(numbered), *annexes]
        except SigningError as error:
            raise UserError(self.env["vpdt.signing.key"]._signing_message(error)) from None

    def _before_the_seal(self, file):
        """Bytes of the version of a file before the agency has sealed it in this document."""
        while file.replaces_id and file._is_sealed_by(self):
            file = file.replaces_id.sudo()  # an earlier version of the same file
        return file._content()
