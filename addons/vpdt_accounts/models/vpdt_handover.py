import io

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.official_pdf import Column, OfficialHeading, OfficialReport, TableReport
from odoo.addons.vpdt_base.official_pdf.heading import Signature
from odoo.addons.vpdt_base.vietnam import official_date_parts, today

from .vpdt_account import UNIT_ADMIN

LEADER = "vpdt_base.group_leader"


class VpdtHandover(models.Model):
    """Handing over (bàn giao): a person leaves or moves, and everything open goes to named people, with a signed record
    (Kon Tum, điểm b khoản 2 Điều 21). Of each key of an agency in it the signed record becomes a
    `vpdt.signing.key.handover` (Nghị định số 30/2020/NĐ-CP, điểm b khoản 2 Điều 32).

    Nothing is closed or archived by it: what is open stays open, with somebody else. Prepared by who leaves or by the
    head, taken by the head: unit administrators see no documents, and handle the key of the agency only.
    """

    _name = "vpdt.handover"
    _description = "Handover"
    _inherit = [
        "vpdt.move.mixin",
        "vpdt.history.mixin",
        "vpdt.isolation.mixin",
        "vpdt.file.owner.mixin",
        "mail.thread",
        "vpdt.people.mixin",
        "vpdt.text.mixin",
    ]
    _order = "id DESC"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", "Agency", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [("leaves", "A person leaves"), ("moves", "A person moves"), ("key", "Key of the agency")],
        required=True,
        default="leaves",
    )
    user_id = fields.Many2one("res.users", "Hands over", required=True, check_company=True)
    receiver_id = fields.Many2one(
        "res.users", "Takes over", check_company=True, help="Of every line that names nobody else."
    )
    witness_id = fields.Many2one("res.users", "In the presence of", check_company=True)
    basis = fields.Char("Decision", help="Its number and notation.")
    basis_date = fields.Date("Date of the decision")
    key_id = fields.Many2one(
        "vpdt.signing.key",
        check_company=True,
        domain="[('holder', '=', 'agency'), ('company_id', '=', company_id)]",
    )
    note = fields.Text("What else is handed over", help="Paper, devices, seals, passwords of other systems …")
    line_ids = fields.One2many("vpdt.handover.line", "handover_id", "Open work", copy=False)
    open_count = fields.Integer("Lines nobody takes over yet", compute="_compute_open_count")
    done_on = fields.Date("Handed over on", readonly=True, copy=False)
    code = fields.Char("Number of the record", copy=False, help="Number and notation, for example 02/BB-SNV.")
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Handed over"), ("recorded", "Record signed")], tracking=True
    )

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(
                ("draft",),
                "done",
                self.env._("Hand over"),
                "action_hand_over",
                (UNIT_ADMIN, LEADER),
                "_check_complete",
                "_effect_done",
                danger=True,
                confirmation=self.env._("Everything in the list goes to the people named there. Go on?"),
            ),
            Move(
                ("done",),
                "recorded",
                self.env._("The record is signed"),
                "action_recorded",
                (UNIT_ADMIN, LEADER),
                "_check_signed",
                "_effect_recorded",
            ),
        )

    @api.depends("user_id", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for handover in self:
            handover.display_name = " · ".join(
                part for part in (kinds.get(handover.kind), handover.user_id.name) if part
            )

    @api.depends("line_ids.receiver_id", "receiver_id")
    def _compute_open_count(self):
        for handover in self:
            without = handover.line_ids.filtered(lambda line: not line.receiver_id)
            handover.open_count = 0 if handover.receiver_id else len(without)

    @api.constrains("key_id")
    def _check_key(self):
        """Only the key of an agency is handed over (Nghị định 30/2020, điểm b khoản 2 Điều 32)."""
        if any(handover.key_id.holder == "person" for handover in self.sudo()):  # whose it is, nothing else
            raise ValidationError(self.env._("A personal key is not handed over: choose the key of the agency."))

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"kind", "user_id", "receiver_id", "witness_id", "basis", "basis_date",
                                          "key_id", "note"}  # fmt: skip

    def _editable_fields(self):
        names = super()._editable_fields()
        if self.state == "draft":
            names |= {"receiver_id", "witness_id", "basis", "basis_date", "key_id", "note", "line_ids"}
        elif self.state == "done":
            names |= {"code"}
        return names

    @api.model_create_multi
    def create(self, vals_list):
        handovers = super().create(vals_list)
        for handover in handovers:
            handover._collect()
        return handovers

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if any(handover.state != "draft" for handover in self):
            raise UserError(self.env._("What was handed over is kept."))

    # What is open -----------------------------------------------------------------------------------------------------

    def action_collect(self):
        """List anew what is open; who was named for a line stays named."""
        self.ensure_one()
        self.check_access("write")
        if self.state == "draft":
            self._collect()
        return True

    def _collect(self):
        named = {(line.res_model, line.res_id, line.part): line.receiver_id.id for line in self.line_ids}
        # what is open of a person is listed for himself and the head, who may see all of it
        handover = self.sudo()
        handover.line_ids.unlink()
        rows = handover._open_key() if self.kind == "key" else handover._open_work()
        handover.line_ids = [
            (0, 0, {**row, "receiver_id": named.get((row["res_model"], row["res_id"], row["part"]), False)})
            for row in rows
        ]

    def _open_key(self):
        key = self.key_id
        return [self._row(key, "clerk_key", key.name)] if key else []

    def _open_work(self):
        """Hook: everything open of ``user_id`` in this agency, superuser mode.

        :return: list of dicts of `_row`, in the order in which they are listed
        """
        user, company = self.user_id, self.company_id
        Key, Delegation = self.env["vpdt.signing.key"], self.env["vpdt.delegation"]
        own = Key.search([("user_id", "=", user.id), ("company_id", "=", company.id), ("holder", "=", "person")])
        held = Key.search([("clerk_ids", "in", user.ids), ("company_id", "=", company.id)])
        rows = [self._row(key, "own_key", key.name) for key in own if key.state != "revoked"]
        rows += [self._row(key, "clerk_key", key.name) for key in held]
        domain = [("state", "in", ("draft", "active")), ("company_id", "=", company.id)]
        for role, part in (("principal_id", "delegation_given"), ("deputy_id", "delegation_held")):
            found = Delegation.search([*domain, (role, "=", user.id)])
            rows += [self._row(delegation, part, delegation.display_name) for delegation in found]
        departments = self.env["hr.department"].search(
            [("company_id", "=", company.id), ("manager_id.user_id", "=", user.id)]
        )
        return rows + [self._row(department, "head", department.name) for department in departments]

    @api.model
    def _row(self, record, part, name):
        return {"res_model": record._name, "res_id": record.id, "part": part, "name": name or record.display_name}

    # Steps ------------------------------------------------------------------------------------------------------------

    def action_hand_over(self):
        """Give everything in the list to the people named there, and write the record."""
        self.ensure_one()
        return self._move_to("done", {"done_on": today()})

    def action_recorded(self):
        """The record was signed by both: it is among the files."""
        self.ensure_one()
        return self._move_to("recorded")

    def _check_complete(self):
        if self.kind != "key" and not self.env.su and not self.env.user.has_group(LEADER):
            raise AccessError(self.env._("The head of the agency hands over; you have prepared it."))
        if self.user_id == self.receiver_id or self.user_id in self.line_ids.receiver_id:
            raise UserError(self.env._("Somebody else takes over."))
        if self.open_count:
            raise UserError(self.env._("Name who takes over: %s lines have nobody.", self.open_count))
        present = self.sudo()._open_key() if self.kind == "key" else self.sudo()._open_work()
        listed = {(line.res_model, line.res_id, line.part) for line in self.line_ids}
        if {(row["res_model"], row["res_id"], row["part"]) for row in present} != listed:
            words = self.env._("The open work has changed meanwhile: press “List anew”, and look through it.")
            raise UserError(words)
        left = (self.receiver_id | self.line_ids.receiver_id).sudo().filtered(lambda user: not user.active)
        if left:  # who takes over is there
            words = self.env._("%s has no account in use any more: name somebody else.", ", ".join(left.mapped("name")))
            raise UserError(words)

    def _check_signed(self):
        if not self._file_of_role("scan"):
            raise UserError(self.env._("Add the signed record to the files first (role “Scan”)."))
        if self._key_lines() and not (self.code or "").strip():
            raise UserError(self.env._("Enter number and notation of the signed record: it is kept with the key."))

    def _key_lines(self):
        return self.line_ids.filtered(lambda line: line.part == "clerk_key" and line.given)

    def _upload_roles(self):
        roles = super()._upload_roles()
        return [*roles, "scan"] if self.state == "done" else roles

    def _effect_done(self):
        for line in self.sudo().line_ids:  # the work of colleagues goes to colleagues: that is the step
            receiver = line.receiver_id or self.sudo().receiver_id
            getattr(line, f"_give_{line.part}")(receiver)
            line.write({"receiver_id": receiver.id, "given": True})
        self.env["vpdt.file"]._store(self, "Bien ban ban giao.pdf", self._record_pdf(), "main")
        people = self.line_ids.receiver_id | self.receiver_id
        self._remind_people(people - self.env.user, self.env._("Work was handed over to you"))

    def _effect_recorded(self):
        """The record of each key is kept with the key, as if it had been entered there."""
        self.env["vpdt.signing.key.handover"].sudo().create(  # who may take this step may see no keys
            [
                {
                    "key_id": line.res_id,
                    "handover_id": self.id,
                    "date": self.done_on,
                    "code": self.code.strip(),
                    "giver_id": self.user_id.id,
                    "receiver_id": line.receiver_id.id,
                    "what": self.note or line.name,
                }
                for line in self._key_lines()
                if line.sudo()._record()
            ]
        )

    # On paper ---------------------------------------------------------------------------------------------------------

    def _record_pdf(self):
        company = self.company_id.sudo()  # names and place on every paper of the agency
        day, month, year = official_date_parts(self.done_on)
        rows = [
            [number, line._part_label(), line.name, line.receiver_id.sudo().name or ""]
            for number, line in enumerate(self.line_ids.with_context(lang="vi_VN"), 1)
        ]
        columns = [
            Column("TT", 12, "centre"),
            Column("Loại việc", 42),
            Column("Nội dung", 70),
            Column("Người nhận", 41),
        ]
        basis = f" theo Quyết định số {self.basis}" if self.basis else ""
        witness = f", có sự chứng kiến của {self.witness_id.sudo().name}" if self.witness_id else ""
        report = OfficialReport(
            heading=OfficialHeading(
                agency=company.name,
                parent=company.parent_agency_name or "",
                number="\xa0" * 12 + f"/BB-{company.abbreviation or ''}",
                place=company.place or "",
                date=self.done_on,
                type_name="Biên bản bàn giao",
                subject="khóa bí mật của cơ quan" if self.kind == "key" else "công việc, tài khoản và khóa ký số",
            ),
            paragraphs=[
                f"Hôm nay, ngày {day} tháng {month} năm {year}, tại {company.name}, {self._place_of(self.user_id)} bàn "
                f"giao{basis} cho {self._place_of(self.receiver_id) or 'những người có tên dưới đây'}{witness}:",
            ],
            table=TableReport(title="Bàn giao", columns=columns, rows=rows, column_numbers=False,
                              empty_text="Không còn việc nào đang mở trên hệ thống."),
            closing=[
                *([f"Tài liệu, thiết bị khác: {self.note}"] if self.note else []),
                "Biên bản được lập thành 02 bản, mỗi bên giữ 01 bản./.",
            ],
            signature=Signature(titles=["NGƯỜI NHẬN BÀN GIAO"], note="(Ký, ghi rõ họ tên)",
                                name=self.receiver_id.sudo().name or ""),
            left_signature=Signature(titles=["NGƯỜI BÀN GIAO"], note="(Ký, ghi rõ họ tên)",
                                     name=self.user_id.sudo().name),
            recipients=["Lưu: VT"],
        )  # fmt: skip
        stream = io.BytesIO()
        report.write_pdf(stream)
        return stream.getvalue()

    def _place_of(self, user):
        """ "ông (bà) Nguyễn Văn An, Trưởng phòng", or an empty string"""
        if not user:
            return ""
        employee = user.with_company(self.company_id)._vpdt_employee()
        return ", ".join(part for part in (f"ông (bà) {user.sudo().name}", employee.signing_title) if part)


PARTS = [
    ("own_key", "Personal key: suspended, its certificate to be revoked"),
    ("clerk_key", "Key of the agency in his hands"),
    ("delegation_given", "Delegation given by him: ends"),
    ("delegation_held", "Delegation held by him: ends"),
    ("head", "Head of a unit"),
]


class VpdtHandoverLine(models.Model):
    """One piece of open work, and who takes it over."""

    _name = "vpdt.handover.line"
    _description = "Line of a handover"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "id"
    _check_company_auto = True

    handover_id = fields.Many2one("vpdt.handover", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="handover_id.company_id", store=True, index=True)
    part = fields.Selection(PARTS, "Kind of work", required=True, readonly=True)
    name = fields.Char("About", readonly=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True)
    receiver_id = fields.Many2one("res.users", "Takes over", check_company=True)
    given = fields.Boolean("Handed over", readonly=True)

    def _editable_fields(self):
        return super()._editable_fields() | ({"receiver_id"} if self.handover_id.state == "draft" else set())

    def _part_label(self):
        return dict(self._fields["part"]._description_selection(self.env)).get(self.part, "")

    def _record(self):
        return self.env[self.res_model].browse(self.res_id).exists()

    # How each kind is given; superuser mode --------------------------------------------------------------------------

    def _give_own_key(self, receiver):
        """His key is his: nobody takes it over. It is suspended, and the revocation of the certificate reminded of."""
        key, handover = self._record(), self.handover_id
        if key.state in ("active", "unconfirmed"):
            key._move_to("suspended" if key.state == "active" else "revoked")
        admins = self.env["vpdt.account"]._unit_admins(handover.company_id)
        handover._remind_people(
            admins, self.env._("Ask for the revocation of the certificate of %s", handover.user_id.name)
        )

    def _give_clerk_key(self, receiver):
        key = self._record()
        key.write({"clerk_ids": [(3, self.handover_id.user_id.id), (4, receiver.id)]})

    def _give_delegation_given(self, receiver):
        self._end_delegation()

    def _give_delegation_held(self, receiver):
        self._end_delegation()

    def _end_delegation(self):
        delegation = self._record()
        reason = self.env._("Handed over")
        if delegation.state == "draft":
            delegation._move_to("cancelled")
        elif delegation.state == "active":
            delegation._move_to("revoked", {"end_reason": reason})

    def _give_head(self, receiver):
        employees = self.env["hr.employee"].search(
            [("user_id", "=", receiver.id), ("company_id", "=", self.company_id.id)], limit=1
        )
        self._record().manager_id = employees
