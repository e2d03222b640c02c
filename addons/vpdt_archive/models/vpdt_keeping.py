import io

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.mixins.gate import by_system
from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.official_pdf import Column, TableReport, heading
from odoo.addons.vpdt_base.official_pdf.reports import OfficialReport
from odoo.addons.vpdt_base.vietnam import local_day, today, vietnam_day

from .vpdt_file_plan import ARCHIVIST, LEADER

#: At most so long after the day of the transfer (Nghị định 30/2020, khoản 3 Điều 31).
MOST_YEARS = 2
OF_DRAFT = frozenset({"reason", "date_until", "line_ids", "user_id", "department_id"})


class VpdtKeeping(models.Model):
    """Dossiers that a unit needs beyond the day of their transfer: a list for the archive and the consent of the head,
    for two years at most (Nghị định 30/2020, khoản 3 Điều 31)."""

    _name = "vpdt.keeping"
    _description = "Dossiers kept back by a unit"
    _inherit = [
        "vpdt.participant.mixin",
        "vpdt.move.mixin",
        "vpdt.text.mixin",
        "vpdt.isolation.mixin",
        "vpdt.people.mixin",
        "mail.thread",
    ]
    _order = "id DESC"
    _check_company_auto = True
    _roles_that_see_all = ("vpdt_base.group_leader", "vpdt_base.group_archivist")

    company_id = fields.Many2one(
        "res.company", "Agency", required=True, index=True, readonly=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users", "Asked by", required=True, check_company=True, default=lambda self: self.env.user
    )
    department_id = fields.Many2one(
        "hr.department", "Unit", check_company=True, default=lambda self: self.env.user._vpdt_department()
    )
    reason = fields.Text("What they are needed for", required=True)
    date_until = fields.Date("Kept back until", required=True)
    line_ids = fields.One2many("vpdt.keeping.line", "keeping_id", "Dossiers", copy=False)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True, copy=False)
    decided_at = fields.Datetime("Decided on", readonly=True, copy=False)
    answer = fields.Text("Why it is refused", copy=False)
    state = fields.Selection(
        [("draft", "Being written"), ("asked", "Waits for the head"), ("agreed", "Agreed"), ("refused", "Refused")],
        default=lambda self: "draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
    )

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(("draft",), "asked", self.env._("Ask the head"), "action_ask", (), "_check_list", "_effect_asked"),
            Move(("asked",), "agreed", self.env._("Agree"), "action_agree", (LEADER,), "_check_list", "_effect_agreed"),
            Move(
                ("asked",), "refused", self.env._("Refuse"), "action_refuse", (LEADER,), "_check_answer",
                "_effect_refused", danger=True, asks="answer",
                confirmation=self.env._("The dossiers are to be handed in."),
            ),
        )  # fmt: skip

    @api.depends("user_id", "date_until")
    def _compute_display_name(self):
        for keeping in self:
            until = vietnam_day(keeping.date_until) if keeping.date_until else ""
            keeping.display_name = " · ".join(filter(None, (keeping.user_id.name, until)))

    # Who writes ------------------------------------------------------------------------------------------------------

    @api.model
    def _visible_domain(self):
        return super()._visible_domain() | Domain("user_id", "=", self.env.uid)

    @api.model
    def _first_fields(self):
        return super()._first_fields() | OF_DRAFT

    def _editable_fields(self):
        names = super()._editable_fields()
        if self.state == "draft" and self._is_asker():
            return names | OF_DRAFT
        return names | ({"answer"} if self.state == "asked" and self.env.user.has_group(LEADER) else set())

    def _is_asker(self):
        return self.env.user in (self.user_id | self.create_uid)

    @api.model_create_multi
    def create(self, vals_list):
        keepings = super().create(vals_list)
        keepings._check_for_whom()
        for keeping in keepings:
            keeping._add_participants(keeping.user_id, "Keeping")
        return keepings

    def write(self, vals):
        result = super().write(vals)
        if "user_id" in vals:
            self._check_for_whom()
        return result

    def _check_for_whom(self):
        """:raises AccessError: in the name of somebody else, by who is not of the archive"""
        user = self.env.user
        if by_system(self.env) or user.has_group(ARCHIVIST) or user.has_group(LEADER):
            return
        if self.user_id - user:
            raise AccessError(self.env._("You ask for yourself; for others the archivist writes the request."))

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        for keeping in self:
            if keeping.state != "draft":
                raise UserError(self.env._("“%s” is not deleted: the head has been asked.", keeping.display_name))
            if not by_system(self.env) and not keeping._is_asker():
                raise AccessError(self.env._("The list is written by %s.", keeping.user_id.name))

    # Steps -----------------------------------------------------------------------------------------------------------

    def action_ask(self):
        """Hand in the list; the head decides."""
        self.ensure_one()
        return self._move_to("asked")

    def _check_list(self):
        """:raises UserError: no dossiers, one that is not due for transfer, or a time longer than the decree allows"""
        if not self.line_ids:
            raise UserError(self.env._("Add the dossiers that are kept back."))
        for line in self.line_ids:
            line._check_may_be_kept(self.date_until)

    def _effect_asked(self):
        self._ask(self._users_of_role(LEADER) - self.env.user, self.env._("Decide on dossiers kept back by a unit"))

    def action_agree(self):
        """The head agrees: the dossiers are not due for transfer until the day."""
        self.ensure_one()
        return self._move_to("agreed", {"decided_by_id": self.env.uid, "decided_at": fields.Datetime.now()})

    def _effect_agreed(self):
        self._done_activities()
        for line in self.line_ids:
            line.dossier_id.sudo().kept_back_until = self.date_until  # by the head's consent only
        self._add_participants(self._users_of_role(ARCHIVIST), "Keeping")
        self._remind_people(
            (self.user_id | self._users_of_role(ARCHIVIST)) - self.env.user,
            self.env._("The head has agreed that dossiers are kept back"),
        )

    def action_refuse(self):
        """The head does not agree."""
        self.ensure_one()
        return self._move_to("refused", {"decided_by_id": self.env.uid, "decided_at": fields.Datetime.now()})

    def _check_answer(self):
        if not (self.answer or "").strip():
            raise UserError(self.env._("Write why the dossiers are not kept back."))

    def _effect_refused(self):
        self._done_activities()
        words = self.env._("The dossiers are to be handed in: the head has not agreed")
        self._remind_people(self.user_id - self.env.user, words, note=self.answer)

    def _move_detail(self, move):
        detail = super()._move_detail(move)
        if move.target == "agreed":
            codes = self.line_ids.dossier_id.sudo().mapped("code")
            return {**detail, "until": str(self.date_until), "dossiers": codes[:50]}
        return {**detail, "reason": self.answer} if move.target == "refused" else detail

    def _people_at_screens(self):
        return super()._people_at_screens() | self.participant_ids.user_id

    # On paper --------------------------------------------------------------------------------------------------------

    def _official_pdf_keeping_list(self, _data):
        """The list of what is kept back, for the archive, as PDF (bytes)."""
        self.ensure_one()
        stream = io.BytesIO()
        self._list_report().write_pdf(stream)
        return stream.getvalue()

    def _list_report(self):
        columns = (
            Column("Số TT", 12, "centre"), Column("Số, ký hiệu hồ sơ", 32), Column("Tiêu đề hồ sơ", 70),
            Column("Đến hạn nộp lưu", 26, "centre"), Column("Ghi chú", 25),
        )  # fmt: skip
        rows = [
            (number, line.dossier_id.notation, line.dossier_id.title, vietnam_day(line.dossier_id.transfer_due), "")
            for number, line in enumerate(self.line_ids, 1)
        ]
        unit = self.department_id.sudo().name  # the unit that asks
        return OfficialReport(
            heading.OfficialHeading(
                agency=unit or self.company_id.name, parent=self.company_id.name if unit else "",
                place=self.company_id.place or "", date=local_day(self.decided_at) or today(),
                type_name="Danh mục", subject="Hồ sơ, tài liệu giữ lại", show_number=False,
            ),
            paragraphs=[f"Lý do giữ lại: {self.reason}", f"Giữ lại đến hết ngày: {vietnam_day(self.date_until)}."],
            table=TableReport(title="", columns=columns, rows=rows),
            signature=heading.Signature(("Người lập",), self.user_id.name, "(Ký, họ tên)"),
            left_signature=heading.Signature(("NGƯỜI ĐỨNG ĐẦU CƠ QUAN",), self.decided_by_id.name or "", "(Đồng ý)"),
        )  # fmt: skip


class VpdtKeepingLine(models.Model):
    """A dossier that is kept back."""

    _name = "vpdt.keeping.line"
    _description = "Dossier kept back"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "keeping_id, id"
    _check_company_auto = True

    keeping_id = fields.Many2one("vpdt.keeping", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="keeping_id.company_id", store=True, index=True)
    state = fields.Selection(related="keeping_id.state")
    dossier_id = fields.Many2one(
        "vpdt.dossier", required=True, index=True, ondelete="restrict", check_company=True,
        domain="[('state', '=', 'closed')]",
    )  # fmt: skip
    transfer_due = fields.Date(related="dossier_id.transfer_due")
    retention_label = fields.Char("Kept for", related="dossier_id.retention_label")

    _once = models.Constraint("UNIQUE (keeping_id, dossier_id)", "The dossier is in this list already.")

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"keeping_id", "dossier_id"}

    @api.depends("dossier_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.dossier_id.display_name

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    @api.ondelete(at_uninstall=False)
    def _unlink_from_draft_only(self):
        self._check_draft()

    def _check_draft(self):
        """:raises UserError, AccessError: the list has been handed in, or is another's"""
        for line in self:
            if line.keeping_id.state != "draft":
                raise UserError(self.env._("The list has been handed in: it changes no more."))
            if not by_system(self.env) and not line.keeping_id._is_asker():
                raise AccessError(self.env._("The list is written by %s.", line.keeping_id.user_id.name))

    def _check_may_be_kept(self, until):
        """:raises UserError: it is not closed and due, is not one's own, or the day is too late"""
        dossier = self.dossier_id
        if dossier.state != "closed" or not dossier.transfer_due:
            raise UserError(self.env._("“%s” is not due for transfer: it needs no consent.", dossier.display_name))
        if dossier.holder_id != self.keeping_id.user_id and not dossier._is_mine() and not self.env.su:
            if not self.env.user.has_group(LEADER):
                raise AccessError(
                    self.env._("“%(dossier)s” is kept by %(holder)s.", dossier=dossier.title,
                               holder=dossier.holder_id.name)
                )  # fmt: skip
        last = fields.Date.add(dossier.transfer_due, years=MOST_YEARS)
        if not dossier.transfer_due <= until <= last or until < today():
            raise UserError(
                self.env._(
                    "“%(dossier)s” may be kept back until %(last)s at most: two years from the day of its transfer "
                    "(Nghị định 30/2020, khoản 3 Điều 31).",
                    dossier=dossier.display_name,
                    last=vietnam_day(last),
                )
            )


class VpdtDossier(models.Model):
    """Which dossiers are due for transfer now."""

    _inherit = "vpdt.dossier"

    kept_back_until = fields.Date("Kept back by the unit until", readonly=True, copy=False)
    due_now = fields.Boolean("Due for transfer now", compute="_compute_due_now", search="_search_due_now")

    @api.depends("state", "transfer_due", "kept_back_until")
    def _compute_due_now(self):
        due = self.filtered_domain(self._due_domain())
        for dossier in self:
            dossier.due_now = dossier in due

    @api.model
    def _search_due_now(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._due_domain() if True in value else ~self._due_domain()

    @api.model
    def _due_domain(self):
        """Closed, its day of transfer has come, and not kept back with consent (odoo.fields.Domain)."""
        day = today()
        free = Domain("kept_back_until", "=", False) | Domain("kept_back_until", "<", day)
        return Domain("state", "=", "closed") & Domain("transfer_due", "<=", day) & free
