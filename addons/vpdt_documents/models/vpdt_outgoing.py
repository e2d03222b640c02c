from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.text import is_pdf
from odoo.addons.vpdt_base.vietnam import local_day, official_number

from ..templates import render

CLERK = "vpdt_base.group_clerk"
LEADER = "vpdt_base.group_leader"
UNIT_HEAD = "vpdt_base.group_unit_head"
SPECIALIST = "vpdt_base.group_specialist"

DRAFT_FIELDS = frozenset(
    {
        "type_id",
        "subject",
        "notation",
        "priority",
        "due_date",
        "department_id",
        "reviewer_id",
        "signer_id",
        "body",
        "recipient_ids",
        "copies",
        "note",
        "upload",
        "upload_name",
    }
)


class VpdtOutgoing(models.Model):
    """An outgoing document (văn bản đi) from draft to issue (Nghị định 30/2020, Điều 9–19)."""

    _name = "vpdt.outgoing"
    _description = "Outgoing document"
    _inherit = ["vpdt.document.mixin"]
    _order = "id DESC"

    type_id = fields.Many2one(required=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("review", "Waiting for initials"),
            ("to_sign", "Waiting for signature"),
            ("signed", "Signed"),
            ("numbered", "Numbered"),
            ("issued", "Issued"),
        ],
        default=lambda self: "draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    drafter_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user, readonly=True, copy=False
    )
    department_id = fields.Many2one(
        "hr.department",
        "Drafting unit",
        default=lambda self: self.env.user._vpdt_department(),
        ondelete="restrict",
        check_company=True,
    )
    reviewer_id = fields.Many2one("res.users", "Initials by", check_company=True)
    signer_id = fields.Many2one("res.users", "Signed by", check_company=True)
    body = fields.Text(help="First text of the draft; it is edited further in the .docx file.")
    draft_opinion = fields.Text("Opinion", help="Written before pressing Initial or Return; kept under Steps.")
    recipient_ids = fields.One2many("vpdt.outgoing.recipient", "outgoing_id", "Recipients", copy=True)
    review_ids = fields.One2many("vpdt.review", "outgoing_id", "Reviews", readonly=True)
    register_number = fields.Integer("Number in the register", readonly=True, copy=False)
    issued_at = fields.Datetime("Issued on", readonly=True, copy=False)
    issued_title = fields.Char("Type and subject at issue", readonly=True, copy=False, help="As the register has it.")
    issued_unit = fields.Char(
        "Drafting unit at issue", readonly=True, copy=False, help="Kept when it is renamed later."
    )
    copies = fields.Integer("Number of copies", default=1)
    note = fields.Char()
    upload = fields.Binary("Edited .docx or PDF", compute="_compute_upload", inverse="_inverse_upload")
    upload_name = fields.Char(compute="_compute_upload", inverse="_inverse_upload")

    _number_unique = models.UniqueIndex(
        "(register_id, register_year, register_number) WHERE register_number > 0",
        "This number has been given already.",
    )
    _by_company_state = models.Index("(company_id, state)")

    _moves = (
        Move(("draft",), "review", "Submit", "action_submit", (SPECIALIST,), "_check_ready", "_effect_review"),
        Move(("review",), "to_sign", "Initial", "action_initial", (UNIT_HEAD,), "_check_reviewer", "_effect_to_sign"),
        Move(
            ("review", "to_sign"), "draft", "Return", "action_return", (UNIT_HEAD, LEADER), "_check_opinion",
            "_effect_draft", danger=True, confirmation="The draft goes back to its author with your opinion.",
        ),
        Move(
            ("to_sign",), "signed", "Sign", "action_sign", (LEADER,), "_check_signer", "_effect_signed",
            "The unit head has not initialled it yet.",
        ),
        Move(
            ("signed",), "numbered", "Number and issue", "action_issue", (CLERK,), "", "",
            "The leader has not signed yet.",
        ),
        Move(("numbered",), "issued", "Issue", "action_issue", (CLERK,), "", "_effect_issued"),
    )  # fmt: skip

    @api.model
    def _move_labels(self):
        return {
            "Submit": self.env._("Submit"),
            "Initial": self.env._("Initial"),
            "Return": self.env._("Return"),
            "Sign": self.env._("Sign"),
            "Number and issue": self.env._("Number and issue"),
            "Issue": self.env._("Issue"),
            "The unit head has not initialled it yet.": self.env._("The unit head has not initialled it yet."),
            "The leader has not signed yet.": self.env._("The leader has not signed yet."),
            "The draft goes back to its author with your opinion.": self.env._(
                "The draft goes back to its author with your opinion."
            ),
        }

    @api.model
    def _visible_domain(self):
        return super()._visible_domain() | Domain("drafter_id", "=", self.env.uid)

    # Draft ---------------------------------------------------------------------------------------------------------

    @api.onchange("department_id")
    def _onchange_department(self):
        self.reviewer_id = self._unit_head() or self.reviewer_id

    def _unit_head(self):
        """Who heads the drafting unit, while he works for the agency (res.users, possibly empty)."""
        head = self.department_id.sudo().manager_id.user_id  # head of the own unit
        return head.filtered(lambda user: self.company_id in user.company_ids).sudo(False)

    @api.onchange("type_id", "department_id")
    def _onchange_notation(self):
        if self.type_id:
            self.notation = self._default_notation()

    def _default_notation(self):
        agency = self.company_id.abbreviation or ""
        return self.type_id._notation(agency, self.department_id.sudo().abbreviation)  # abbreviation of the own unit

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for record in records:
            if not record.notation:
                record.notation = record._default_notation()
            if not record.reviewer_id:
                record.reviewer_id = record._unit_head()
        return records

    @api.model
    def _first_fields(self):
        return super()._first_fields() | DRAFT_FIELDS

    @api.model
    def _entry_fields(self):
        return (*super()._entry_fields(), "type_id", "subject", "notation", "priority", "due_date", "department_id",
                "reviewer_id", "signer_id", "copies", "note")  # fmt: skip

    def _editable_fields(self):
        """A draft is free to those who see it; afterwards its text and people stand (return it first)."""
        names = super()._editable_fields()
        if self.state == "draft":
            return names | DRAFT_FIELDS
        if self.env.user.has_group(CLERK):
            names |= {"note"} if self.state == "issued" else {"note", "copies", "recipient_ids", "due_date", "priority"}
        if self.state in ("review", "to_sign") and self._has_role_for(self._find_move("draft")):
            names |= {"draft_opinion"}
        return names

    def _compute_upload(self):
        self.upload = False
        self.upload_name = False

    def _inverse_upload(self):
        for document, name, content in self._uploaded("upload", "van-ban.docx"):
            document._upload(name, content)

    def _upload(self, name, content):
        """Take an edited .docx (or a PDF made elsewhere) as the new version of the draft.

        :raises UserError: not a draft any more, the file is refused, or it cannot be turned into an official PDF
        """
        self._check_draft()
        Original = self.env["vpdt.file"]
        Original._check_policy(name, content)
        from_pdf = is_pdf(content)
        pdf = self._official_pdf(content, "pdf" if from_pdf else name.rpartition(".")[2].lower())
        if not from_pdf:
            Original._store(self, name, content, "original", self._file_of_role("original"))
        Original._store(self, self._pdf_name(), pdf, "main", self._file_of_role("main"))

    def _check_draft(self):
        if self.state != "draft":
            raise UserError(
                self.env._("“%s” is no longer a draft; return it first to change its text.", self.display_name)
            )

    def _pdf_name(self):
        return f"{self.type_id.name} {self.subject}"[:60] + ".pdf"

    def _conversion_message(self, error):
        return {
            "missing": self.env._(
                "LibreOffice is not installed on the server. Tell the administrator, or upload a PDF."
            ),
            "no_wall": self.env._(
                "This server cannot shut LibreOffice in, so no document is opened with it. Tell the administrator, "
                "or upload a PDF."
            ),
            "timeout": self.env._("Making the PDF took too long. Save the document again without large pictures."),
            "crashed": self.env._("LibreOffice broke off while it made the PDF. Try again, or upload a PDF."),
        }.get(
            error.code,
            self.env._("This file could not be turned into a PDF. Open it in Word, save it as .docx, try again."),
        )

    def action_make_draft(self):
        """Make the .docx of the draft from the template of its type, and its PDF."""
        for document in self:
            document._check_draft()
            document._check_signer_chosen()
            context = document._template_context()
            try:
                content = render(document.type_id.template, context)
            except ValueError as error:
                raise UserError(self.env._("The template cannot be filled in yet: %s", error)) from None
            document._upload(f"{document.notation or 'van-ban'}.docx".replace("/", "-"), content)
            document._keep_paper(context)
        return True

    def _check_signer_chosen(self):
        if not self.signer_id:
            raise UserError(self.env._("Choose who signs the document first."))

    def _template_context(self):
        company, employee = self.company_id, self._signing_user()._vpdt_employee()
        main = self.recipient_ids.filtered(lambda r: r.kind == "main").organization_id
        others = self.recipient_ids.filtered(lambda r: r.kind == "information").organization_id
        placeholder = self.env._("[Text of the document]")  # refused at submission, see PLACEHOLDERS
        paragraphs = [part for part in (self.body or placeholder).splitlines() if part.strip()]
        return {
            "parent_agency": company.parent_agency_name or "",
            "agency": company.name,
            "notation": self.notation,
            "subject": self.subject,
            "place": company.place or "",
            "year": local_day(fields.Datetime.now()).year,
            "recipients_main": main.mapped("name"),
            "recipients": others.mapped("name"),
            "drafting_unit": self.department_id.sudo().abbreviation or "",  # of the own unit
            "competence_lines": self._printed_signing_lines(),
            "signer_name": employee.name,
            "bases": ["Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư"],
            "articles": paragraphs,
            "body": paragraphs,
            "type_name": self.type_id.name,
        }

    # The way to the signature ----------------------------------------------------------------------------------------

    def action_submit(self):
        """Submit the draft to the head of the unit, who initials it."""
        self.ensure_one()
        return self._move_to("review")

    def action_initial(self):
        """Ký nháy: the head of the unit takes responsibility for the content."""
        self.ensure_one()
        return self._move_to("to_sign")

    def action_return(self):
        """Send the draft back to its author."""
        self.ensure_one()
        return self._move_to("draft")

    def _check_ready(self, values):
        if not self._file_of_role("main"):
            raise UserError(
                self.env._("There is no PDF yet. Make the draft from the template, or upload the edited file.")
            )
        if not self.reviewer_id or not self.signer_id:
            raise UserError(self.env._("Choose who initials and who signs."))
        self._check_recipients()

    def _check_recipients(self):
        if not self.recipient_ids:
            raise UserError(self.env._("Name at least one recipient."))
        without = self.recipient_ids.organization_id.filtered(lambda o: not (o.identifier or o.identifier_legacy))
        if without:
            raise UserError(
                self.env._(
                    "No identifier is known for: %s. Without it the document cannot be sent; ask the administrator to "
                    "enter it in the directory, or remove the recipient.",
                    ", ".join(without.mapped("name")),
                )
            )

    def _check_reviewer(self, values):
        if not self.env.su and not self._may_initial():
            raise UserError(self.env._("The initials are asked of %s.", self.reviewer_id.name))

    def _check_opinion(self, values):
        if not (self.draft_opinion or "").strip():
            raise UserError(
                self.env._("Write under Opinion why it goes back, so that the author knows what to change.")
            )

    def _may_initial(self):
        return self.env.user == self.reviewer_id or bool(self._delegation_of_step("action_initial"))

    def _check_signer(self, values):
        hindrance = "" if self.env.su else self._signature_hindrance()
        if hindrance:
            raise UserError(hindrance)

    def _step_hindrance(self, move):
        if move.action == "action_initial" and not self._may_initial():
            return self.env._("The initials are asked of %s.", self.reviewer_id.name)
        if move.action == "action_sign" and self._signature_hindrance():
            return self._signature_hindrance()
        return super()._step_hindrance(move)

    def _effect_review(self, values):
        self._add_review("submission")
        self._done_activities()  # that the draft was returned
        self._add_participants(self.reviewer_id, "Initials")
        self._notify_people(self.reviewer_id, self.env._("Initial this draft"))

    def _effect_to_sign(self, values):
        self._add_review("initials")
        self._done_activities()
        self._add_participants(self._signing_user(), "Signature")
        self._notify_people(self._signing_user(), self.env._("Sign this document"))

    def _effect_draft(self, values):
        self._add_review("return")
        self._done_activities()
        self._notify_people(self.drafter_id, self.env._("The draft was returned"))

    def _add_review(self, kind):
        action = {"initials": "action_initial", "signature": "action_sign", "return": "action_return"}.get(kind)
        principal = self._delegation_of_step(action).principal_id
        document = self.sudo()  # opinions are kept by the moves only
        document.env["vpdt.review"].create(
            {
                "outgoing_id": self.id,
                "kind": kind,
                "user_id": self.env.uid,
                "principal_id": principal.id,
                "opinion": document.draft_opinion,
            }
        )
        document.draft_opinion = False

    # Register --------------------------------------------------------------------------------------------------------

    def _register_rows(self):
        """Rows of form I (Phụ lục IV), in the order of its columns."""
        for document in self:
            yield (
                document.code,
                document.date,
                document.issued_title or document._title_in_register(),
                document.signer_name,
                "; ".join(recipient._name_on_paper() for recipient in document.recipient_ids),
                document.issued_unit or document._unit_in_register(),
                document.copies,
                local_day(document.issued_at),
                "",
                document.note,
            )

    def _title_in_register(self):
        return f"{self.type_id.name} {self.subject}" if self.type_id.has_title else self.subject

    def _unit_in_register(self):
        return self.department_id.sudo().name  # name of a unit of the own agency

    def _keep_names(self):
        """Remember what the register says of this document; what is renamed later does not rewrite it."""
        kept = self.sudo()  # written by issuing only
        kept.issued_title, kept.issued_unit = self._title_in_register(), self._unit_in_register()
        kept.recipient_ids._keep_names()

    def _prepare_number_vals(self, register, day: date):
        number = register._take_number(day.year)
        return {
            "register_id": register.id,
            "register_year": day.year,
            "register_number": number,
            "number": official_number(number),
            "date": day,
        }
