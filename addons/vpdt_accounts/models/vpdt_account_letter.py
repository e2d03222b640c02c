from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.official_pdf import Column, TableReport
from odoo.addons.vpdt_base.vietnam import today, vietnam_day

from .vpdt_account import KEEPER

#: kind → (V/v …, sentence before the table, sentence after it); on paper, so in Vietnamese.
_RULES = "Quy chế quản lý, vận hành, khai thác Hệ thống thông tin Quản lý văn bản và điều hành"
WORDS = {
    "idle": (
        "danh sách tài khoản không đăng nhập trong 06 tháng",
        f"Thực hiện {_RULES} (khoản 7 Điều 6 Quy chế), cơ quan quản lý hệ thống thông báo danh sách tài khoản không "
        "đăng nhập trong 06 tháng tính đến ngày {day}:",
        "Đề nghị cơ quan kịp thời đôn đốc, chấn chỉnh việc sử dụng./.",
    ),
    "suspension": (
        "tạm dừng hoạt động tài khoản",
        f"Thực hiện {_RULES} (khoản 1 Điều 11 Quy chế), cơ quan quản lý hệ thống thông báo tạm dừng hoạt động các tài "
        "khoản sau từ ngày {day}:",
        "Sau 15 ngày, nếu cơ quan không có văn bản đề nghị được tiếp tục sử dụng, các tài khoản nêu trên sẽ bị thu hồi "
        "theo điểm c khoản 5 Điều 5 Quy chế./.",
    ),
    "revocation": (
        "thu hồi tài khoản",
        f"Thực hiện {_RULES} (điểm c khoản 5 Điều 5 Quy chế), cơ quan quản lý hệ thống thông báo thu hồi các tài khoản "
        "sau từ ngày {day}:",
        "Cơ quan quản lý hệ thống thông báo để cơ quan biết./.",
    ),
}


class VpdtAccountLetter(models.Model):
    """A list of accounts that the keeper sends to their agency: not used for six months, suspended, revoked.

    What is listed is kept as it was that day.
    """

    _name = "vpdt.account.letter"
    _description = "List of accounts sent to an agency"
    _inherit = ["vpdt.move.mixin", "vpdt.file.owner.mixin", "mail.thread", "vpdt.people.mixin", "vpdt.text.mixin"]
    _order = "id DESC"

    kind = fields.Selection(
        [("idle", "Not logged in"), ("suspension", "Suspension"), ("revocation", "Revocation")],
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one("res.company", "Agency", required=True, readonly=True, index=True)
    keeper_id = fields.Many2one("res.company", "From", required=True, readonly=True, index=True)
    date = fields.Date("Day", required=True, readonly=True)
    line_ids = fields.One2many("vpdt.account.letter.line", "letter_id", "Accounts", readonly=True)
    line_count = fields.Integer("Number of accounts", compute="_compute_line_count")
    signer_id = fields.Many2one("res.users", "Signed by")
    letter_number = fields.Char("Number and notation")
    letter_date = fields.Date("Date of the letter")
    state = fields.Selection([("draft", "To be sent"), ("sent", "Sent")])

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(("draft",), "sent", self.env._("Sent"), "action_sent", (KEEPER,), "_check_number", "_effect_sent"),
        )

    @api.depends("line_ids")
    def _compute_line_count(self):
        for letter in self:
            letter.line_count = len(letter.line_ids)

    @api.depends("kind", "company_id", "date")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for letter in self:
            parts = (kinds.get(letter.kind), letter.sudo().company_id.name, vietnam_day(letter.date))  # to whom it goes
            letter.display_name = " · ".join(part for part in parts if part)

    def _editable_fields(self):
        names = super()._editable_fields()
        return names | {"signer_id", "letter_number", "letter_date"} if self.state == "draft" else names

    @api.model
    def _make(self, kind, company, keeper, accounts):
        """Write the list and its PDF; superuser mode.

        :param accounts: vpdt.account, all of ``company``
        """
        letter = self.create(
            {
                "kind": kind,
                "company_id": company.id,
                "keeper_id": keeper.id,
                "date": today(),
                "line_ids": [(0, 0, account._prepare_letter_line()) for account in accounts.sorted("name")],
            }
        )
        letter._make_paper()
        letter._ask(letter._writers(), self.env._("A list of accounts is to be sent"))
        return letter

    def _writers(self):
        users = self.env.ref(KEEPER).sudo().all_user_ids  # who keeps accounts is known
        return users.filtered(lambda user: user.active and self.keeper_id in user.company_ids)

    def _make_paper(self):
        self.env["vpdt.file"]._store(self, "Danh sach tai khoan.pdf", self._pdf(), "main", self._file_of_role("main"))

    def _pdf(self):
        about, opening, closing = WORDS[self.kind]
        rows = [
            [number, line.name, line.login, line.place or "", vietnam_day(line.last_login), line.note or ""]
            for number, line in enumerate(self.line_ids, 1)
        ]
        columns = [
            Column("TT", 12, "centre"), Column("Họ và tên", 50), Column("Tài khoản", 62),
            Column("Chức vụ, đơn vị", 50), Column("Đăng nhập gần nhất", 28, "centre"), Column("Ghi chú", 48),
        ]  # fmt: skip
        request = self.env["vpdt.account.request"]
        return request._letter_pdf(
            sender=self.keeper_id,
            signer=self.signer_id or request._leaders_of(self.keeper_id)[:1],
            about=about,
            to=self.company_id.name,
            opening=opening.format(day=vietnam_day(self.date)),
            closing=closing,
            table=TableReport(title=about, columns=columns, rows=rows, column_numbers=False),
        )

    def _about(self):
        """What the letter is about, after “V/v” (str, Vietnamese)."""
        return WORDS[self.kind][0]

    def action_sent(self):
        """The list was sent as a letter outside of the system: number and date are entered."""
        self.ensure_one()
        return self._move_to("sent")

    def _check_number(self):
        if not self.env.su and not (self.letter_number and self.letter_date):
            raise UserError(self.env._("Enter number and date of the letter first."))

    def _effect_sent(self):
        self.sudo().activity_ids.filtered("automated").unlink()  # of colleagues
        admins = self.env["vpdt.account"]._unit_admins(self.sudo().company_id)  # to whom it goes
        self._remind_people(admins, self.env._("A list of accounts has arrived: %s", self.display_name))


class VpdtAccountLetterLine(models.Model):
    _name = "vpdt.account.letter.line"
    _description = "Account on a list"
    _inherit = "vpdt.text.mixin"
    _order = "id"

    letter_id = fields.Many2one("vpdt.account.letter", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="letter_id.company_id", store=True, index=True)
    keeper_id = fields.Many2one(related="letter_id.keeper_id", store=True, index=True)
    account_id = fields.Many2one("vpdt.account", readonly=True, ondelete="set null", index=True)
    name = fields.Char(readonly=True)
    login = fields.Char("Account", readonly=True)
    place = fields.Char("Position and unit", readonly=True)
    last_login = fields.Datetime(readonly=True)
    note = fields.Char("Remarks", readonly=True)


class VpdtAccount(models.Model):
    _inherit = "vpdt.account"

    def _prepare_letter_line(self):
        self.ensure_one()
        return {
            "account_id": self.id,
            "name": self.name,
            "login": self.login,
            "place": ", ".join(part for part in (self.job_title, self.department) if part),
            "last_login": self.last_login,
            "note": self.state_reason if self.state != "active" else False,
        }
