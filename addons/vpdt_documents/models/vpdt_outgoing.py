from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.official_pdf import forms
from odoo.addons.vpdt_base.vietnam import local_day, official_number, today

from ..templates import FORMS

CLERK = "vpdt_base.group_clerk"
LEADER = "vpdt_base.group_leader"
UNIT_HEAD = "vpdt_base.group_unit_head"
SPECIALIST = "vpdt_base.group_specialist"
#: States in which the document has been issued, whatever has become of it since.
ISSUED = ("issued", "recalled", "replaced")
#: State → what the clerk writes about the number in it.
NUMBER_FIELDS = dict.fromkeys(("draft", "review", "to_sign", "signed"), ("kept_number_id",)) | {
    "numbered": ("void_draft",)
}
PRINTED_URGENCY = {"1": "KHẨN", "2": "THƯỢNG KHẨN", "3": "HOẢ TỐC"}
DRAFT_FIELDS = frozenset(
    {
        "opinion_ids",
        "circulation",
        "drafter_mark",
        "with_address",
        "other_title",
        "send_original",
        "with_paper",
        "exchange_note",
        "type_id",
        "subject",
        "notation",
        "priority",
        "due_date",
        "department_id",
        "reviewer_id",
        "signer_id",
        "deputy_id",
        "signer_ids",
        "answers_id",
        "body",
        "recipient_ids",
        "step_ids",
        "copies",
        "note",
        "upload",
        "upload_name",
        "annex_upload",
        "annex_upload_name",
    }
)


class VpdtOutgoing(models.Model):
    """An outgoing document (văn bản đi) from draft to issue (Nghị định 30/2020, Điều 10–19)."""

    _name = "vpdt.outgoing"
    _description = "Outgoing document"
    _inherit = ["vpdt.document.mixin", "vpdt.signable.mixin"]
    _order = "id DESC"
    _search_text_fields = ("subject", "number", "notation", "code", "type_id.name", "signer_name")

    type_id = fields.Many2one(required=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("review", "Waiting for initials"),
            ("to_sign", "Waiting for signature"),
            ("signed", "Signed"),
            ("numbered", "Numbered"),
            ("issued", "Issued"),
            ("recalled", "Recalled"),
            ("replaced", "Replaced"),
        ],
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
    answers_id = fields.Many2one("vpdt.incoming", index=True, ondelete="restrict", check_company=True)
    body = fields.Text(help="First text of the draft; it is edited further in the .docx file.")
    draft_opinion = fields.Text("Opinion", help="Written before pressing Initial or Return; kept under Steps.")
    recipient_ids = fields.One2many("vpdt.outgoing.recipient", "outgoing_id", "Recipients", copy=True)
    signer_ids = fields.One2many("vpdt.outgoing.signer", "outgoing_id", "Signed first by", copy=True)
    review_ids = fields.One2many("vpdt.review", "outgoing_id", "Reviews", readonly=True)
    register_number = fields.Integer("Number in the register", readonly=True, copy=False)
    register_suffix = fields.Char("Behind the number", size=1, readonly=True, copy=False, help="As the a in 15a.")
    issued_at = fields.Datetime("Issued on", readonly=True, copy=False)
    issued_title = fields.Char("Type and subject at issue", readonly=True, copy=False, help="As the register has it.")
    issued_unit = fields.Char(
        "Drafting unit at issue", readonly=True, copy=False, help="Kept when it is renamed later."
    )
    copies = fields.Integer("Number of copies", default=1)
    circulation = fields.Selection(
        [("return", "XEM XONG TRẢ LẠI"), ("internal", "LƯU HÀNH NỘI BỘ")],
        help="Printed in a box (Phụ lục I, Phần I, III.2).",
    )
    drafter_mark = fields.Char(
        size=10, help="Initials of who drafts it; printed behind “Lưu” with the number of copies: PL.(30)."
    )
    with_address = fields.Boolean("Print the address", help="Address and telephone at the foot of the first page.")
    other_title = fields.Char("Other title of the signer", help="Printed above his name (ô 7b).")
    send_original = fields.Boolean(
        "Send the editable file too", default=True, help="So that recipients can go on working with the text."
    )
    note = fields.Char()
    _number_unique = models.UniqueIndex(
        "(register_id, register_year, register_number, COALESCE(register_suffix, '')) WHERE register_number > 0",
        "This number has been given already.",
    )
    _code_unique = models.UniqueIndex(
        "(company_id, register_year, code) WHERE register_number > 0",
        "The agency has issued a document under this number and notation this year.",
    )
    _by_company_state = models.Index("(company_id, state)")

    _signing_holders = {"sign": "person", "cosign": "person", "seal": "agency"}
    _register_direction = "outgoing"
    _register_suffix = "register_suffix"
    _register_form = forms.OUTGOING_REGISTER
    _register_locked = (
        "register_id", "register_year", "company_id", "number", "notation", "issued_title", "issued_unit", "issued_at",
        "copies", "note",
    )  # fmt: skip
    _register_locked_texts = ("signer_name",)
    _copied_from = ("issued",)
    _copied_in = "outgoing_id"

    kept_number_id = fields.Many2one(
        "vpdt.register.number",
        "Kept number",
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        domain="[('state', 'in', ('held', 'returned'))]",
        check_company=True,
        help="Empty: the next number of the register.",
    )
    void_draft = fields.Text("Reason to make the number void", copy=False)

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(
                ("draft",),
                "review",
                self.env._("Submit"),
                "action_submit",
                (SPECIALIST,),
                "_check_ready",
                "_effect_review",
            ),
            Move(
                ("review",),
                "to_sign",
                self.env._("Initial"),
                "action_initial",
                (UNIT_HEAD,),
                "_check_reviewer",
                "_effect_to_sign",
            ),
            Move(
                ("review", "to_sign"),
                "draft",
                self.env._("Return"),
                "action_return",
                (UNIT_HEAD, LEADER),
                "_check_opinion",
                "_effect_draft",
                asks="draft_opinion",
                danger=True,
                confirmation=self.env._("The draft goes back to its author with your opinion."),
            ),
            Move(
                ("signed",),
                "draft",
                self.env._("Return"),
                "action_return",
                (CLERK,),
                "_check_opinion",
                "_effect_draft",
                danger=True,
                asks="draft_opinion",
                confirmation=self.env._(
                    "The document goes back to its author, is put right and signed again (form of the document: Nghị "
                    "định 30/2020, khoản 2 Điều 12)."
                ),
            ),
            Move(
                ("review", "to_sign"),
                "draft",
                self.env._("Take back"),
                "action_take_back",
                guard="_check_take_back",
                effect="_effect_taken_back",
            ),
            Move(
                ("review", "to_sign"),
                "review",
                self.env._("Take back the initials"),
                "action_take_back_initials",
                guard="_check_back_in_route",
            ),
            Move(
                ("to_sign",),
                "signed",
                self.env._("Sign"),
                "action_sign",
                (LEADER,),
                "_check_signer",
                "_effect_signed",
                self.env._("The unit head has not initialled it yet."),
            ),
            Move(
                ("signed",),
                "numbered",
                self.env._("Number and issue"),
                "action_issue",
                (CLERK,),
                "",
                "",
                self.env._("The leader has not signed yet."),
            ),
            Move(("numbered",), "issued", self.env._("Issue"), "action_issue", (CLERK,), "", "_effect_issued"),
            *self._get_moves_of_number(),
            *self._get_moves_after_issue(),
        )

    @api.model
    def _visible_domain(self):
        return super()._visible_domain() | Domain("drafter_id", "=", self.env.uid)

    # Draft ------------------------------------------------------------------------------------------------------------

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
            outlines = {"\n".join(form.outline) for form in FORMS.values()}
            if (self.body or "") in outlines | {""} and self.type_id._form():
                self.body = "\n".join(self.type_id._form().outline)

    def _default_notation(self):
        agency = self.company_id.abbreviation or ""
        unit = self.department_id.sudo().abbreviation  # of the own unit
        return self.type_id._notation(agency, unit, today().year)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for record in records:
            if not record.notation:
                record.notation = record._default_notation()
            if not record.reviewer_id:
                record.reviewer_id = record._unit_head()
        return records

    # Who may write what -----------------------------------------------------------------------------------------------

    @api.model
    def _first_fields(self):
        return super()._first_fields() | DRAFT_FIELDS

    @api.model
    def _entry_fields(self):
        return (*super()._entry_fields(), "type_id", "subject", "notation", "priority", "due_date", "department_id",
                "reviewer_id", "signer_id", "copies", "circulation", "with_paper", "paper_place", "note",
                "exchange_note")  # fmt: skip

    def _editable_fields(self):
        """A draft is free to those who see it; afterwards its text and people stand (return it first)."""
        names, clerk = super()._editable_fields(), self.env.user.has_group(CLERK)
        if clerk:
            names |= set(NUMBER_FIELDS.get(self.state, ()))
        if self.state == "draft":
            return names | DRAFT_FIELDS
        if self._decides_paper():
            names |= {"with_paper"}
        if clerk:
            names |= {"note", "recipient_ids", "recall_draft", "paper_place"}
            if self.state not in ISSUED:
                names |= {"copies", "due_date", "priority", "send_original", "exchange_note"}
        if any(move.asks and self.state in move.sources and self._has_role_for(move) for move in self._get_moves()):
            names |= {"draft_opinion", "return_to_id"}
        return names

    def _check_draft(self):
        if self.state != "draft":
            raise UserError(
                self.env._("“%s” is no longer a draft; return it first to change its text.", self.display_name)
            )

    def _deadline_runs(self):
        return self.state not in ISSUED

    # Register ---------------------------------------------------------------------------------------------------------

    def _register_rows(self):
        """Rows of form I (Phụ lục IV), in the order of its columns."""
        for document in self:
            yield (
                document.code,
                document.date,
                document.issued_title or document._title_in_register(),
                document.signer_name,
                "; ".join(recipient._name_on_paper() for recipient in document.recipient_ids._printed()),
                document.issued_unit or document._unit_in_register(),
                document.copies,
                local_day(document.issued_at),
                "",
                document.note,
            )

    def _unit_in_register(self):
        return self.department_id.sudo().name  # name of a unit of the own agency

    def _keep_names(self):
        """Remember what the register says of this document; what is renamed later does not rewrite it."""
        kept = self.sudo()  # written by issuing only
        kept.issued_title, kept.issued_unit = self._title_in_register(), self._unit_in_register()
        kept.recipient_ids._keep_names()

    def _prepare_number_vals(self, register, day):
        vals = super()._prepare_number_vals(register, day)
        number = f"{official_number(vals['register_number'])}{vals['register_suffix'] or ''}"
        return {**vals, "number": number, "date": day}

    def _prepare_destroyed_vals(self):
        vals = super()._prepare_destroyed_vals()
        return {**vals, "body": False, "paper_values": False, "issued_title": vals["subject"], "note": False}

    # A successor of the agency ----------------------------------------------------------------------------------------

    def _prepare_hand_over(self):
        if self.state != "draft":
            self.sudo().draft_opinion = self.env._("The agency has ended; the draft begins anew.")  # of the step itself
            self._move_to("draft")
        self._done_activities()

    def _after_hand_over(self, former):
        self.notation = self._default_notation()
        self._notify_people(
            self.drafter_id, self.env._("%s has ended: make this draft anew under the new name", former.name)
        )

    # Number -----------------------------------------------------------------------------------------------------------
    # A document takes the number that was kept for it, and loses one that was given in error.

    @api.model
    def _get_moves_of_number(self):
        """The moves of a number that was given in error, for the table of `_get_moves`."""
        return (
            Move(
                ("numbered",),
                "draft",
                self.env._("Make the number void"),
                "action_void_number",
                (CLERK,),
                "_check_void_reason",
                "_effect_number_void",
                danger=True,
                asks="void_draft",
                confirmation=self.env._(
                    "The number stays in the register as void, with the reason, and is never given again. The draft "
                    "goes back to its author."
                ),
            ),
        )

    def action_void_number(self):
        """Hủy số: the number was given in error before the agency signed; the document goes back to its author.

        :raises UserError: not numbered, or no reason
        """
        self.ensure_one()
        self._lock_row()
        if self.state != "numbered":
            raise UserError(self.env._("“%s” has no number that could be made void.", self.display_name))
        place = {
            "register": self.register_id,
            "year": self.register_year,
            "number": self.register_number,
            "suffix": self.register_suffix,
        }
        reason, about = (self.void_draft or "").strip(), self.display_name
        nothing = dict.fromkeys(
            ("register_id", "register_suffix", "number", "date", "kept_number_id", "void_draft"), False
        )
        values = {**nothing, "register_number": 0, "register_year": 0}
        moved = self._move_by("action_void_number", values)
        self.flush_recordset()  # the document lets the number go before it is void
        self.env["vpdt.register.number"]._make_void(**place, values={"reason": reason, "of_document": about})
        self._journal("correction", {"void": about, "reason": reason})
        return moved

    def _check_void_reason(self):
        if not (self.void_draft or "").strip():
            raise UserError(self.env._("Write why the number becomes void; the register shows the reason."))

    def _effect_number_void(self):
        self.sudo().draft_opinion = self.env._("The number was made void: %s", self.void_draft or "")  # of this step
        self._effect_draft()

    def _number_of_register(self, register, year):
        """The one that was kept for it, else the next of the register."""
        kept = self.kept_number_id
        if not kept:
            return super()._number_of_register(register, year)
        if kept.register_id != register:
            raise UserError(
                self.env._("The number %s is kept in another register than this document goes into.", kept.number_text)
            )
        return kept._take_for(self), kept.suffix

    def _kept_code(self):
        """Number and notation that the document will have by the number kept for it, or an empty string."""
        kept = self.kept_number_id
        return "/".join(filter(None, (kept.number_text, self.notation))) if kept._is_free() else ""
