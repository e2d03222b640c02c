from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.official_pdf import forms
from odoo.addons.vpdt_base.signing.validation import INVALID, MODIFIED, UNREADABLE
from odoo.addons.vpdt_base.text.signatures import PDF
from odoo.addons.vpdt_base.vietnam import local_day, official_number, vietnam_day

CLERK = "vpdt_base.group_clerk"

DRAFT_FIELDS = frozenset(
    {
        "form",
        "medium",
        "original_medium",
        "of_certified_copy",
        "source_ids",
        "extract_text",
        "signer_id",
        "organization_ids",
        "recipients",
        "quantity",
        "note",
        "void_draft",
    }
)

#: Form of copy → its row among the document types, which has name and abbreviation (Phụ lục III, mục I).
TYPES = {
    "full": "vpdt_documents.type_ban_sao_y",
    "extract": "vpdt_documents.type_ban_trich_sao",
    "recopy": "vpdt_documents.type_ban_sao_luc",
}


#: Forms of copy → the pairs (original, copy) of paper and electronic that Nghị định 30/2020, Điều 25 knows, and where.
ALLOWED = {
    "full": ({("paper", "paper"), ("electronic", "paper"), ("paper", "electronic")}, "khoản 1 Điều 25"),
    "recopy": ({("paper", "paper"), ("paper", "electronic"), ("electronic", "paper")}, "khoản 2 Điều 25"),
    "extract": (
        {("paper", "paper"), ("paper", "electronic"), ("electronic", "electronic"), ("electronic", "paper")},
        "khoản 3 Điều 25",
    ),
}
#: Verdicts on a file over which nothing is certified (khoản 2 Điều 32).
BROKEN = (MODIFIED, INVALID, UNREADABLE)


class VpdtCopy(models.Model):
    """A copy of a document (bản sao): of one that was issued here or of one that came in (NĐ 30/2020, Điều 25-27).

    Who sees the document sees its copies: the record rule asks the document. The clerk makes them.
    """

    _name = "vpdt.copy"
    _description = "Copy of a document"
    _inherit = [
        "vpdt.numbered.mixin",
        "vpdt.signable.mixin",
        "vpdt.search.mixin",
        "vpdt.history.mixin",
        "vpdt.people.mixin",
    ]
    _order = "id DESC"
    _check_company_auto = True
    _search_text_fields = (
        "code",
        "recipients",
        "organization_ids.name",
        "outgoing_id.code",
        "outgoing_id.subject",
        "incoming_id.code",
        "incoming_id.subject",
        "incoming_id.author_name",
    )

    company_id = fields.Many2one(
        "res.company", "Agency", compute="_compute_company_id", store=True, precompute=True, required=True, index=True
    )
    outgoing_id = fields.Many2one("vpdt.outgoing", "Outgoing document", index=True, ondelete="restrict")
    incoming_id = fields.Many2one("vpdt.incoming", "Incoming document", index=True, ondelete="restrict")
    form = fields.Selection(
        [("full", "Certified copy"), ("extract", "Certified extract"), ("recopy", "Copy of a copy")],
        "Form of copy",
        required=True,
        default="full",
        help="Sao y: the whole document from its original. Trích sao: a part of its text. Sao lục: only when what you "
        "have before you is a certified copy (bản sao y) itself, such as one that came in.",
    )
    medium = fields.Selection(
        [("electronic", "Electronic, signed by the agency"), ("paper", "On paper, to print and sign by hand")],
        "Electronic or on paper",
        required=True,
        compute="_compute_medium",
        store=True,
        precompute=True,
        readonly=False,
    )
    original_medium = fields.Selection(
        [("electronic", "Electronic"), ("paper", "On paper")],
        "The original is",
        required=True,
        compute="_compute_original_medium",
        store=True,
        precompute=True,
        readonly=False,
        help="Which forms of copy there are depends on it (Nghị định 30/2020, Điều 25).",
    )
    of_certified_copy = fields.Boolean(
        "What I have before me is a certified copy (bản sao y)",
        help="A copy of a copy (sao lục) is made of a certified copy only (khoản 11 Điều 3).",
    )
    source_ids = fields.Many2many(
        "vpdt.file", string="Files to copy", compute="_compute_source_ids", store=True, readonly=False
    )
    possible_source_ids = fields.Many2many("vpdt.file", compute="_compute_possible_source_ids")
    extract_text = fields.Text(
        "Part to be copied",
        copy=False,
        help="The part of the text, word by word; the components of the original are set around it anew (Nghị định "
        "30/2020, điểm b khoản 3 Điều 25).",
    )
    signer_id = fields.Many2one(
        "res.users",
        "Signed by",
        compute="_compute_signer_id",
        store=True,
        readonly=False,
        check_company=True,
        help="Who has the authority to sign copies; named under a paper copy and in the register.",
    )
    possible_signer_ids = fields.Many2many("res.users", compute="_compute_possible_signer_ids")
    signer_name = fields.Char("Signer of the copy", readonly=True, copy=False)
    signer_title = fields.Char(readonly=True, copy=False)
    organization_ids = fields.Many2many("vpdt.organization", string="Recipients")
    recipients = fields.Char("Other recipients", help="Who is not in the directory; several are divided by semicolons.")
    issued_recipients = fields.Char(
        "Recipients when given out", readonly=True, copy=False, help="As the register has them."
    )
    quantity = fields.Integer("Number of copies", default=1)
    note = fields.Char()
    state = fields.Selection(
        [("draft", "Draft"), ("numbered", "Numbered"), ("issued", "Given out"), ("void", "Void")], copy=False
    )
    number = fields.Char(size=11, readonly=True, copy=False)
    notation = fields.Char(size=30, readonly=True, copy=False)
    code = fields.Char("Number and notation", compute="_compute_code", store=True)
    date = fields.Date("Date of the copy", readonly=True, copy=False)
    register_id = fields.Many2one(readonly=True)
    register_number = fields.Integer("Number in the register", readonly=True, copy=False)
    issued_at = fields.Datetime("Given out on", readonly=True, copy=False)
    void_draft = fields.Text("Reason to void it", copy=False)
    void_reason = fields.Text("Why it is void", readonly=True, copy=False)
    voided_by_id = fields.Many2one("res.users", "Voided by", readonly=True, copy=False)
    voided_at = fields.Datetime("Voided on", readonly=True, copy=False)
    original_code = fields.Char("Number of the original", compute="_compute_original")
    original_date = fields.Date("Date of the original", compute="_compute_original")
    original_subject = fields.Char("Type and subject", compute="_compute_original")

    _one_original = models.Constraint(
        "CHECK (num_nonnulls(outgoing_id, incoming_id) = 1)", "A copy is made of one document."
    )
    _some_quantity = models.Constraint("CHECK (quantity > 0)", "Write how many copies there are, at least 1.")
    _number_unique = models.UniqueIndex(
        "(register_id, register_year, register_number) WHERE register_number > 0",
        "This number has been given already.",
    )

    _signing_holders = {"seal": "agency"}
    _register_direction = "copy"
    _register_form = forms.COPY_REGISTER
    _register_columns = (0, 4)
    _register_locked = (
        "register_id", "register_year", "number", "notation", "form", "signer_name", "issued_recipients", "quantity",
        "note",
    )  # fmt: skip

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(("draft",), "numbered", self.env._("Number"), "action_issue", (CLERK,), "_check_ready"),
            Move(("numbered",), "issued", self.env._("Give out"), "action_issue", (CLERK,), "", "_effect_issued"),
            Move(
                ("draft", "numbered", "issued"),
                "void",
                self.env._("Void the copy"),
                "action_void",
                (CLERK,),
                "_check_void_reason",
                danger=True,
                confirmation=self.env._("The copy keeps its number and is marked void, with the reason you wrote."),
            ),
        )

    def _steps_of_user(self):
        steps = super()._steps_of_user()
        for step in steps:
            if step["action"] == "action_issue":
                step["label"] = self._issue_label()
        return steps

    def _issue_label(self):
        """What pressing the next step does now, in words."""
        first = self.state == "draft"
        if self.medium == "paper":
            return self.env._("Number and make the PDF") if first else self.env._("Give out (signed on paper)")
        return self.env._("Number, sign and give out") if first else self.env._("Sign and give out")

    # The original ----------------------------------------------------------------------------------------------------

    def _original(self):
        """The document that this is a copy of."""
        self.ensure_one()
        return self.outgoing_id or self.incoming_id

    @api.depends("outgoing_id", "incoming_id")
    def _compute_company_id(self):
        for copy in self:
            copy.company_id = copy._original().company_id

    @api.depends("outgoing_id", "incoming_id")
    def _compute_original_medium(self):
        for copy in self:
            copy.original_medium = "paper" if copy.incoming_id.source == "paper" else "electronic"

    @api.depends("form", "original_medium")
    def _compute_medium(self):
        """The usual one of the media that the form of copy may have."""
        for copy in self:
            allowed, _article = ALLOWED[copy.form or "full"]
            electronic = (copy.original_medium, "electronic") in allowed
            if not copy.medium or (copy.original_medium, copy.medium) not in allowed:
                copy.medium = "electronic" if electronic else "paper"

    @api.depends("outgoing_id", "incoming_id")
    def _compute_source_ids(self):
        """A certified copy is whole, with its annexes (khoản 10 Điều 3)."""
        for copy in self:
            copy.source_ids = copy._original()._files_to_copy()

    @api.depends("outgoing_id", "incoming_id")
    def _compute_signer_id(self):
        """Who signed the copy before this one, else the head of the agency."""
        for copy in self:
            company = copy._original().company_id
            allowed = company._copy_signers() if company else copy.signer_id.browse()
            before = [("company_id", "=", company.id), ("signer_id", "in", allowed.ids)]
            last = self.search([*before, ("id", "not in", copy._origin.ids)], limit=1).signer_id
            copy.signer_id = last or allowed[:1]

    @api.depends("company_id")
    def _compute_possible_signer_ids(self):
        for copy in self:
            copy.possible_signer_ids = copy.company_id._copy_signers() if copy.company_id else False

    @api.depends("outgoing_id", "incoming_id")
    def _compute_possible_source_ids(self):
        for copy in self:
            copy.possible_source_ids = copy._original()._files_to_copy()

    @api.depends("outgoing_id.code", "incoming_id.code", "outgoing_id.subject", "incoming_id.subject")
    def _compute_original(self):
        for copy in self:
            original = copy._original()
            copy.original_code = original.code
            copy.original_date = original.date
            copy.original_subject = original._title_in_register() if original else False

    @api.depends("number", "notation")
    def _compute_code(self):
        for copy in self:
            copy.code = "/".join(part for part in (copy.number, copy.notation) if part)

    @api.depends("code", "form", "original_code", "original_subject")
    def _compute_display_name(self):
        for copy in self:
            about = copy.original_code or copy.original_subject
            copy.display_name = " · ".join(part for part in (copy.code or copy._form_words(), about) if part)

    def _type(self):
        """The row of this form of copy among the document types."""
        return self.env.ref(TYPES[self.form or "full"])

    def _form_words(self):
        """The form of copy as it is written on it: SAO Y, TRÍCH SAO, SAO LỤC (mục I.1, II.1.a Phần II Phụ lục I)."""
        return self._type().name.removeprefix("Bản ").upper()

    # What may be written ---------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        copies = super().create(vals_list)
        for copy in copies:
            copy._original()._check_copyable()
        return copies

    @api.model
    def _first_fields(self):
        return super()._first_fields() | DRAFT_FIELDS | {"outgoing_id", "incoming_id"}

    def _editable_fields(self):
        names = super()._editable_fields()
        if self.state == "draft":
            return names | DRAFT_FIELDS
        return names | ({"note"} if self.state == "void" else {"note", "void_draft"})

    @api.constrains("source_ids")
    def _check_sources(self):
        for copy in self:
            owner = (copy._original()._name, copy._original().id)
            files = copy.sudo().source_ids  # whose they are, nothing else
            if any((file.res_model, file.res_id) != owner or file.mimetype != PDF for file in files):
                raise ValidationError(self.env._("Only PDF files of the document itself can be copied."))

    # Number ----------------------------------------------------------------------------------------------------------

    def _check_ready(self):
        self._original()._check_copyable()
        if not self.source_ids:
            raise UserError(self.env._("Tick at least one file to copy."))
        if not self.signer_id:
            raise UserError(self.env._("Choose who signs the copy."))
        for file in self.source_ids:
            file._check_offered()
        if self.form == "extract" and not (self.extract_text or "").strip():
            raise UserError(self.env._("Write or paste the part of the text that the extract has."))
        self._check_law()

    def _check_law(self):
        """Whether the decree knows such a copy, with the article that says so.

        :raises UserError: it does not, a file is broken, or a part is left out
        """
        self._check_authority()
        allowed, article = ALLOWED[self.form]
        if (self.original_medium, self.medium) not in allowed:
            media = dict(self._fields["original_medium"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "There is no “%(form)s” of an original that is “%(original)s” into a copy that is “%(copy)s” "
                    "(Nghị định 30/2020/NĐ-CP, %(article)s). Choose another form of copy, or send the document itself.",
                    form=self._form_words(),
                    original=media[self.original_medium],
                    copy=media[self.medium],
                    article=article,
                )
            )
        broken = self.source_ids.filtered(lambda file: file.verdict in BROKEN)
        if broken:
            raise UserError(
                self.env._(
                    "“%s” was changed after it was signed, or its signature is not valid: the agency certifies no copy "
                    "of it (Nghị định 30/2020/NĐ-CP, khoản 2 Điều 32).",
                    ", ".join(file.original_name or file.name for file in broken),
                )
            )
        if self.form == "recopy" and not (self.incoming_id and self.of_certified_copy):
            raise UserError(
                self.env._(
                    "A copy of a copy (sao lục) is made of a certified copy (bản sao y) that came in, and of nothing "
                    "else (Nghị định 30/2020/NĐ-CP, khoản 11 Điều 3). Tick that this is what you have before you."
                )
            )
        left_out = self.possible_source_ids - self.source_ids if self.form != "extract" else self.source_ids.browse()
        if left_out:
            raise UserError(
                self.env._(
                    "The copy must be whole, with its annexes (Nghị định 30/2020/NĐ-CP, khoản 10 và 11 Điều 3). Left "
                    "out: %s.",
                    ", ".join(file.original_name or file.name for file in left_out),
                )
            )

    def _check_authority(self):
        """:raises UserError: the signer has no authority to sign copies, or his title is not known"""
        if self.signer_id not in self.company_id._copy_signers():
            raise UserError(
                self.env._(
                    "%(name)s does not sign copies at %(agency)s: its head does, and whom his decision names (Nghị "
                    "định số 30/2020/NĐ-CP, khoản 1 Điều 27). Choose one of them, or have the unit administrator enter "
                    "the decision under “Administration / Who signs copies”.",
                    name=self.signer_id.name,
                    agency=self.company_id.name,
                )
            )
        self.signer_id._vpdt_signing_employee()

    def _copy_register(self):
        register = self.company_id._register_of("copy")
        if not register:
            raise UserError(self.env._("There is no register of copies yet. Make one under Registers."))
        return register

    def _prepare_number_vals(self, register, day):
        """One series for all forms of copy, from 01 on 1 January (mục II.1.c Phần II Phụ lục I)."""
        vals = super()._prepare_number_vals(register, day)
        employee = self.signer_id._vpdt_employee()
        return {
            **vals,
            "number": official_number(vals["register_number"]),
            "notation": self._notation(),
            "date": day,
            "signer_name": employee.name or self.signer_id.name,
            "signer_title": "\n".join(self.signer_id._vpdt_signing_lines()),
        }

    def _notation(self):
        return self._type()._notation(self.company_id.abbreviation or "", "")

    def _next_code(self):
        """Number and notation that this copy would get now; shown to the clerk, promised to nobody."""
        hint = self.env["vpdt.register"]._next_number_hint(self._copy_register(), self._today().year)
        return self.code or f"{official_number(hint)}/{self._notation()}"

    def _move_to(self, state, values=None, *, move=None):
        moved = super()._move_to(state, values, move=move)
        if moved:
            self._tell_screens()
        return moved

    def _files_changed(self):
        self._tell_screens()
        return super()._files_changed()

    def _people_at_screens(self):
        return super()._people_at_screens() | self._original().participant_ids.user_id | self.create_uid

    # Void ------------------------------------------------------------------------------------------------------------

    def action_void(self):
        """Mark the copy void; number, reason and who did it stay."""
        self.ensure_one()
        reason = (self.void_draft or "").strip()
        return self._move_to("void", {
            "void_reason": reason, "voided_by_id": self.env.uid, "voided_at": fields.Datetime.now(),
        })  # fmt: skip

    def _check_void_reason(self):
        if not (self.void_draft or "").strip():
            raise UserError(self.env._("Write under “Reason to void it” why the copy is void."))

    # Screens and register --------------------------------------------------------------------------------------------

    def action_original(self):
        """Open the document that this is a copy of."""
        original = self._original()
        original.check_access("read")
        return {"type": "ir.actions.act_window", "res_model": original._name, "res_id": original.id,
                "view_mode": "form", "views": [(False, "form")]}  # fmt: skip

    def _recipient_names(self):
        free = [name.strip() for name in (self.recipients or "").split(";")]
        return [*self.organization_ids.mapped("name"), *filter(None, free)]

    def _register_rows(self):
        """Rows of the register of copies, in the order of its columns."""
        for copy in self:
            void = copy.state == "void" and self.env._("Void: %s", copy.void_reason or "")
            original = ", ".join(filter(None, (copy.original_code, vietnam_day(copy.original_date))))
            yield (
                copy.code,
                copy.date,
                copy._form_words().capitalize(),
                original,
                copy.original_subject,
                copy.signer_name,
                copy.issued_recipients or "; ".join(copy._recipient_names()),
                copy.quantity,
                "; ".join(filter(None, (copy.note, void))),
            )

    def _today(self):
        return local_day(fields.Datetime.now())
