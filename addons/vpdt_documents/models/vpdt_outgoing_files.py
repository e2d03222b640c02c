from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.signing import SigningError
from odoo.addons.vpdt_base.signing.pades import annex_order, annex_text, open_reader
from odoo.addons.vpdt_base.signing.validation import INVALID, MODIFIED, UNREADABLE
from odoo.addons.vpdt_base.text import is_pdf

from ..templates import MissingValues, render
from ..templates.text import recognise
from .vpdt_outgoing import PRINTED_URGENCY

#: Verdicts on an annex that somebody signed before: the agency's signature over it would vouch for what was changed.
BROKEN = (MODIFIED, INVALID, UNREADABLE)


class VpdtOutgoing(models.Model):
    """The paper of an outgoing document: made from a template or uploaded, turned into the official PDF; annexes.

    Annexes in files of their own are signed by the agency without a picture, with one line at the top right of page 1
    (Nghị định 30/2020, Phụ lục I, III.1; Mẫu 2.2). An annex in the same file is not signed apart.
    """

    _inherit = "vpdt.outgoing"

    upload = fields.Binary("Edited .docx or PDF", compute="_compute_upload", inverse="_inverse_upload")
    upload_name = fields.Char(compute="_compute_upload", inverse="_inverse_upload")
    annex_upload = fields.Binary(
        "Annex in a file of its own", compute="_compute_upload", inverse="_inverse_annex_upload"
    )
    annex_upload_name = fields.Char(compute="_compute_upload", inverse="_inverse_annex_upload")

    def _compute_upload(self):
        self.upload = self.annex_upload = False
        self.upload_name = self.annex_upload_name = False

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

    def _inverse_upload(self):
        for document, name, content in self._uploaded("upload", "van-ban.docx"):
            document._upload(name, content)

    def _upload(self, name, content):
        """Take an edited .docx (or a PDF made elsewhere) as the new version of the draft.

        A PDF made elsewhere is kept as it came, too, so that its places can be moved later.

        :raises UserError: not a draft any more, the file is refused, or it cannot be turned into an official PDF
        """
        self._check_draft()
        File = self.env["vpdt.file"]
        File._check_policy(name, content)
        from_pdf = is_pdf(content)
        pdf = self._official_pdf(content, "pdf" if from_pdf else name.rpartition(".")[2].lower())
        if not from_pdf:
            File._store(self, name, content, "original", self._file_of_role("original"))
        File._store(self, self._pdf_name(), pdf, "main", self._file_of_role("main"))
        if from_pdf:
            File._store(self, name, content, "scan", self._file_of_role("scan"))
        self._keep_paper()

    def _pdf_name(self):
        return f"{self.type_id.name} {self.subject}"[:60] + ".pdf"

    def _source(self):
        """The file that the PDF was made of: whichever was uploaded last."""
        sources = self.file_ids.filtered(lambda file: file.role in ("original", "scan"))
        return sources.sorted("id")[-1:]

    # Uploading beside the page ----------------------------------------------------------------------------------------

    def _upload_roles(self):
        return super()._upload_roles() + (["main", "annex"] if self.state == "draft" else [])

    def _receive_upload(self, name, path, role):
        if role != "main":
            return super()._receive_upload(name, path, role)
        # Refused by policy before LibreOffice sees it; a draft is small enough to be read whole.
        self.env["vpdt.file"]._check_policy(name, path, self.env["vpdt.file.policy"]._rules(self.sudo().company_id))
        self._upload(name, Path(path).read_bytes())
        return self._file_of_role("original") or self._file_of_role("main")

    has_own_text = fields.Boolean(compute="_compute_has_own_text", help="An edited file has been uploaded.")

    @api.depends("file_ids", "paper_values")
    def _compute_has_own_text(self):
        for document in self:
            document.has_own_text = bool(document._source()) and not (document.paper_values or {}).get("template")

    def action_versions(self):
        """Open the earlier versions of the files."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Earlier versions"),
            "res_model": "vpdt.file",
            "view_mode": "list,form",
            "views": [(self.env.ref("vpdt_documents.vpdt_file_view_list_versions").id, "list"), (False, "form")],
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id), ("current", "=", False)],
            "context": {"create": False},
        }

    # Annexes ----------------------------------------------------------------------------------------------------------

    def _inverse_annex_upload(self):
        for document, name, content in self._uploaded("annex_upload", "phu-luc.pdf"):
            document._upload_annex(name, content)

    def _upload_annex(self, name, content):
        """Attach an annex; one of the same name is replaced by it.

        :raises UserError: not a draft any more, or the file is refused
        """
        self._check_draft()
        File = self.env["vpdt.file"]
        File._check_policy(name, content)
        same = self.file_ids.filtered(lambda file: file.role == "annex" and file.original_name == name)[:1]
        File._store(self, name, content, "annex", same)._check_signatures()

    def _annexes(self):
        return self.file_ids.filtered(lambda file: file.role == "annex").sorted(lambda file: (file.sequence, file.id))

    def _pdf_annexes(self):
        return self._annexes().filtered(lambda file: file.mimetype == "application/pdf")

    def _check_annexes(self):
        """Find out now, not when the clerk seals, which annex cannot be signed.

        :raises UserError: names the annex and the way out
        """
        for annex in self._pdf_annexes():
            try:
                root = open_reader(annex._content()).root
                annex._check_signatures()
                if annex.verdict in BROKEN:
                    raise SigningError("earlier_signature_broken")
            except SigningError as error:
                message = self.env["vpdt.signing.key"]._signing_message(error)
                name = annex.original_name or annex.name
                raise UserError(self.env._("The annex “%(name)s”: %(why)s", name=name, why=message)) from None
            if "/Perms" in root and "/DocMDP" in root["/Perms"]:
                raise UserError(
                    self.env._(
                        "The annex “%s” is certified by somebody else's signature: the agency cannot sign it. Print it "
                        "to a new PDF, or send it as a document of its own.",
                        annex.original_name or annex.name,
                    )
                )

    def _annex_orders(self, order):
        """What the agency signs besides the document: list of (vpdt.file, bytes, SigningOrder), at the same second.

        :param order: :class:`signing.pades.SigningOrder` of the document itself
        """
        self._check_annexes()
        line = annex_text(self.code, order.time)
        known = {"signing_time": order.time, "trust_roots": order.trust_roots, "crls": order.crls}
        return [(annex, *annex_order(annex._content(), line, **known)) for annex in self._pdf_annexes()]
