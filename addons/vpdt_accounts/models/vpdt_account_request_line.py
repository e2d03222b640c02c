from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.mixins.gate import by_system
from odoo.addons.vpdt_base.vietnam import vietnam_day

LINE_FIELDS = frozenset(
    {
        "sequence",
        "case_id",
        "account_id",
        "name",
        "birth_date",
        "citizen_id",
        "job_title",
        "department",
        "login",
        "phone",
        "role_ids",
        "basis",
        "basis_date",
        "note",
        "change",
        "new_value",
        "to_organization_id",
        "end_date",
        "handover_to",
        "identifier",
        "parent_name",
        "address",
    }
)
CHANGES = [
    ("name", "Display name"),
    ("department", "Name of the department"),
    ("job_title", "Position"),
    ("move", "Moves to another agency"),
    ("roles", "Roles"),
    ("agency", "Name of the agency"),
    ("restore", "Goes on being used"),
]


class VpdtAccountRequestLine(models.Model):
    """One line of a request: a person or an agency; done or refused by itself."""

    _name = "vpdt.account.request.line"
    _description = "Line of a request about accounts"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "request_id, sequence, id"

    request_id = fields.Many2one("vpdt.account.request", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="request_id.company_id", store=True, index=True)
    keeper_id = fields.Many2one(related="request_id.keeper_id", store=True, index=True)
    request_state = fields.Selection(related="request_id.state", string="State of the request")
    kind = fields.Selection(related="request_id.kind", string="Kind of request")
    subject = fields.Selection(related="request_id.subject")
    form_id = fields.Many2one(related="request_id.form_id")
    sequence = fields.Integer(default=10)
    case_id = fields.Many2one("vpdt.account.case", domain="[('form_id', '=', form_id), ('subject', '=', subject)]")
    account_id = fields.Many2one("vpdt.account", ondelete="restrict", domain="[('company_id', '=', company_id)]")
    name = fields.Char(compute="_compute_of_account", store=True, readonly=False)
    login = fields.Char("Official mailbox", compute="_compute_of_account", store=True, readonly=False)
    birth_date = fields.Date("Date of birth", help="May stay empty: what is not needed is not collected.")
    citizen_id = fields.Char("Citizen number", help="May stay empty: what is not needed is not collected.")
    job_title = fields.Char("Position", compute="_compute_of_account", store=True, readonly=False)
    department = fields.Char(compute="_compute_of_account", store=True, readonly=False)
    phone = fields.Char()
    role_ids = fields.Many2many("vpdt.account.role", string="Roles")
    basis = fields.Char("Decision", help="Its number and notation.")
    basis_date = fields.Date("Date of the decision")
    note = fields.Char("Remarks")
    change = fields.Selection(CHANGES, "What changes")
    new_value = fields.Char("New value")
    to_organization_id = fields.Many2one(
        "vpdt.organization", "New agency", ondelete="restrict", domain="[('company_ids', '!=', False)]"
    )
    end_date = fields.Date("Day of revocation")
    handover_to = fields.Char("Who takes over")
    identifier = fields.Char()
    parent_name = fields.Char("Parent agency")
    address = fields.Char()
    fault = fields.Char("To be put right", compute="_compute_fault")
    remark = fields.Char("To be looked at", compute="_compute_fault")
    state = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("refused", "Refused")],
        "Result",
        default=lambda self: "open",
        required=True,
        readonly=True,
        copy=False,
    )
    refusal = fields.Char("Reason for refusing", copy=False)
    result = fields.Char("What was done", readonly=True, copy=False)
    settled_at = fields.Datetime("Settled on", readonly=True, copy=False)

    @api.model
    def _first_fields(self):
        return super()._first_fields() | LINE_FIELDS | {"request_id"}

    def _editable_fields(self):
        names = super()._editable_fields()
        request = self.request_id
        if request.state == "draft":
            return names | LINE_FIELDS
        if request.state in ("received", "checked") and self.state == "open" and request._is_keeper():
            return names | {"refusal"}
        return names

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    @api.ondelete(at_uninstall=False)
    def _unlink_from_draft_only(self):
        self._check_draft()

    def _check_draft(self):
        """:raises AccessError: the list was submitted: it is what the head signs"""
        if not by_system(self.env) and any(line.request_id.state != "draft" for line in self):
            raise AccessError(self.env._("The list was submitted: it no longer changes. Have it returned first."))

    @api.depends("account_id")
    def _compute_of_account(self):
        """Of an account that is there the form says what it is called today."""
        for line in self.filtered("account_id"):
            if not line.account_id.sudo(False).has_access("read"):  # a form tells nothing of a strange account
                continue
            line.name, line.login = line.account_id.name, line.account_id.login
            line.department, line.job_title = line.account_id.department, line.account_id.job_title

    @api.onchange("name")
    def _onchange_name(self):
        if not self.case_id and self.form_id:
            cases = self.form_id.case_ids.filtered(lambda case: case.subject == self.subject)
            self.case_id = cases[-1:] if self.kind == "new" else cases[:1]

    # On paper -------------------------------------------------------------------------------------------------------

    def _printed(self, content, index=0):
        """One cell of the form, as text (see `vpdt_account_form.CONTENTS`)."""
        writer = getattr(self, f"_printed_{content}", None)
        if content == "index":
            return index
        if writer:
            return writer()
        value = self[content] if content in self._fields else ""
        return vietnam_day(value) if self._fields.get(content) and self._fields[content].type == "date" else value or ""

    def _printed_account(self):
        return self.account_id.login or self.login or ""

    def _printed_roles(self):
        return ", ".join(self.role_ids.mapped("name"))

    def _printed_basis(self):
        return ", ".join(part for part in (self.basis, vietnam_day(self.basis_date)) if part)

    def _printed_case(self):
        return self.case_id.name or ""

    def _printed_place(self):
        return ", ".join(part for part in (self.job_title, self.department) if part)

    def _printed_before(self):
        account = self.account_id
        return {
            "name": account.name,
            "department": self.department,
            "job_title": account.job_title,
            "move": self.company_id.name,
            "roles": ", ".join(account.role_ids.mapped("name")),
            "agency": self.company_id.name,
            "restore": account.state_reason,
        }.get(self.change) or ""

    def _printed_after(self):
        if self.change == "roles":
            return self._printed_roles()
        if self.change == "restore":
            return "Tiếp tục sử dụng"
        return (self.to_organization_id.name if self.change == "move" else self.new_value) or ""

    def _printed_handover(self):
        return self.handover_to or ""

    def _printed_parent(self):
        return self.parent_name or ""

    def _printed_contact(self):
        return ", ".join(part for part in (self.note, self.phone, self.login) if part)

    def _printed_granted(self):
        return vietnam_day(self.account_id.granted_on)

    def _printed_last_login(self):
        return vietnam_day(self.account_id.last_login)

    def _printed_account_state(self):
        return dict(self.env["vpdt.account"]._fields["state"]._description_selection(self.env)).get(
            self.account_id.state, ""
        )

    # Settling -------------------------------------------------------------------------------------------------------

    def action_refuse(self):
        """Refuse this line, with its reason.

        :raises UserError: no reason, or not to be settled now
        """
        self.ensure_one()
        self._lock_open()
        if self.state != "open":
            return False
        if not (self.refusal or "").strip():
            raise UserError(self.env._("Write the reason for refusing first; it stands in the answer."))
        self._settle("refused", self.refusal)
        return True

    def _settle(self, state, result):
        # written by the keeper's step only
        self.sudo().write({"state": state, "result": result, "settled_at": fields.Datetime.now()})
        self.env["vpdt.journal.entry"]._record("move", self.request_id, {"line": self.name, "result": result})

    def _lock_open(self):
        """Lock the line; two keepers who press at once do it once.

        :raises AccessError: not the keeper of this request
        :raises UserError: the request is not at this step
        """
        self.check_access("read")
        if not self.env.su and not self.request_id._is_keeper():
            raise AccessError(self.env._("Lines are settled by who keeps the accounts."))
        if self.request_id.state != "checked":
            raise UserError(self.env._("Lines are settled after the request was checked and before it is finished."))
        self.flush_recordset()
        self.env.cr.execute("SELECT id FROM vpdt_account_request_line WHERE id = %s FOR UPDATE", [self.id])
        self.invalidate_recordset(["state"])
