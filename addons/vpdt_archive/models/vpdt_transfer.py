from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.vietnam import today

from .vpdt_file_plan import ARCHIVIST

#: How long a unit has from the announcement of the list (Nghị định 30/2020, Phụ lục VI, P6-5).
NOTICE_DAYS = 30
DRAFT_FIELDS = frozenset(
    {"name", "giver_id", "department_id", "year", "line_ids", "box_total", "metre_total", "condition", "note"}
)


class VpdtTransfer(models.Model):
    """Handing dossiers in to the archive of the agency (nộp lưu): announced, listed, handed in, looked at one by one,
    accepted or given back, with the minutes that both sides sign (Nghị định 30/2020, Điều 30–31; Phụ lục V, III, V)."""

    _name = "vpdt.transfer"
    _description = "Transfer to the archive"
    _inherit = [
        "vpdt.participant.mixin",
        "vpdt.move.mixin",
        "vpdt.text.mixin",
        "vpdt.file.owner.mixin",
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
    name = fields.Char("Name of what is handed in", required=True, default=lambda self: self._default_name())
    year = fields.Integer(required=True, default=lambda self: today().year)
    round = fields.Integer("Number of the transfer", readonly=True, copy=False, help="Part of the archive codes.")
    giver_id = fields.Many2one(
        "res.users", "Handed in by", required=True, check_company=True, default=lambda self: self.env.user
    )
    department_id = fields.Many2one(
        "hr.department", "Unit", check_company=True, default=lambda self: self.env.user._vpdt_department()
    )
    archivist_id = fields.Many2one("res.users", "Taken over by", readonly=True, copy=False)
    announced_at = fields.Datetime("Announced on", readonly=True, copy=False)
    due_date = fields.Date("To be handed in by", readonly=True, copy=False)
    submitted_at = fields.Datetime("Handed in on", readonly=True, copy=False)
    accepted_at = fields.Datetime("Taken over on", readonly=True, copy=False)
    line_ids = fields.One2many("vpdt.transfer.line", "transfer_id", "Dossiers", copy=False)
    box_total = fields.Integer("Boxes on paper")
    metre_total = fields.Float("Shelf metres", digits=(8, 2))
    condition = fields.Char(default="Tốt", help="Of the documents, for the minutes.")
    note = fields.Text()
    return_draft = fields.Text("Why it goes back", copy=False)
    dossier_count = fields.Integer("Number of dossiers", compute="_compute_counts")
    file_count = fields.Integer("Number of files", compute="_compute_counts")
    state = fields.Selection(
        [("draft", "Being prepared"), ("submitted", "Handed in"), ("accepted", "Taken over")], copy=False, tracking=True
    )

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(
                ("draft",), "submitted", self.env._("Hand in"), "action_submit", (), "_check_ready", "_effect_submitted"
            ),
            Move(
                ("submitted",),
                "accepted",
                self.env._("Take over"),
                "action_accept",
                (ARCHIVIST,),
                "_check_judged",
                "_effect_accepted",
                self.env._("It has not been handed in yet."),
            ),
            Move(
                ("submitted",),
                "draft",
                self.env._("Give back"),
                "action_return",
                (ARCHIVIST,),
                "_check_reason",
                "_effect_returned",
                danger=True,
                confirmation=self.env._("All of it goes back to the unit with the reason you wrote."),
            ),
        )

    @api.model
    def _default_name(self):
        return self.env._("Dossiers of %s", today().year - 1)

    @api.depends("name", "year", "round")
    def _compute_display_name(self):
        for transfer in self:
            number = self.env._("transfer %s", f"{transfer.round:02d}/{transfer.year}") if transfer.round else ""
            transfer.display_name = " · ".join(filter(None, (transfer.name, number)))

    @api.depends("line_ids")
    def _compute_counts(self):
        for transfer in self:
            dossiers = transfer.line_ids.dossier_id.sudo()  # counts only
            transfer.dossier_count = len(dossiers)
            transfer.file_count = sum(dossiers.mapped("file_total"))

    @api.model
    def _visible_domain(self):
        return (
            super()._visible_domain() | Domain("giver_id", "=", self.env.uid) | Domain("create_uid", "=", self.env.uid)
        )

    @api.model
    def _first_fields(self):
        return super()._first_fields() | DRAFT_FIELDS

    def _editable_fields(self):
        names = super()._editable_fields()
        if self.state == "draft" and self._is_giver():
            return names | DRAFT_FIELDS
        if self.state == "submitted" and self.env.user.has_group(ARCHIVIST):
            return names | {"return_draft", "line_ids", "box_total", "metre_total", "condition", "note"}
        return names

    def _is_giver(self):
        return self.env.user == self.giver_id or self.env.user.has_group(ARCHIVIST)

    @api.model_create_multi
    def create(self, vals_list):
        transfers = super().create(vals_list)
        for transfer in transfers:
            transfer._add_participants(transfer.giver_id, "Transfer")
        return transfers

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        for transfer in self:
            if transfer.state != "draft":
                raise UserError(self.env._("“%s” is not deleted: it has been handed in.", transfer.display_name))

    # Announcing ------------------------------------------------------------------------------------------------------

    @api.model
    def _announce(self, dossiers):
        """Announce what is due: one transfer for each person who keeps some, 30 days to hand in, an activity for him.

        :param dossiers: vpdt.dossier, closed
        :return: vpdt.transfer
        """
        made = self
        for holder, mine in dossiers.grouped("holder_id").items():
            transfer = self.create(
                {
                    "giver_id": holder.id,
                    "department_id": mine.department_id[:1].id,
                    "line_ids": [(0, 0, {"dossier_id": dossier.id}) for dossier in mine],
                }
            )
            day = today() + timedelta(days=NOTICE_DAYS)
            transfer._by_system().write({"announced_at": fields.Datetime.now(), "due_date": day})
            transfer._ask(holder, self.env._("Hand in dossiers to the archive"), date_deadline=day)
            made |= transfer
        return made

    # Steps -----------------------------------------------------------------------------------------------------------

    def action_submit(self):
        """Hand in: the giver stands for the lists."""
        self.ensure_one()
        return self._move_to("submitted", {"submitted_at": fields.Datetime.now(), "return_draft": False})

    def _check_ready(self):
        if not self.env.su and not self._is_giver():
            raise AccessError(self.env._("The dossiers are handed in by %s.", self.giver_id.name))
        if not self.line_ids:
            raise UserError(self.env._("Add the dossiers that are handed in."))
        for line in self.line_ids:
            line._check_may_be_offered()

    def _step_hindrance(self, move):
        if move.action == "action_submit" and not self._is_giver():
            return self.env._("The dossiers are handed in by %s.", self.giver_id.name)
        return super()._step_hindrance(move)

    def _effect_submitted(self):
        self._done_activities()
        for line in self.line_ids:
            line.dossier_id.sudo()._move_to("offered")  # by the transfer only
        self.line_ids._by_system().write({"verdict": "waiting", "reason": False})
        archivists = self._users_of_role(ARCHIVIST)
        self._add_participants(archivists, "Transfer")
        self._ask(archivists - self.env.user, self.env._("Take over dossiers"))

    def action_accept(self):
        """Take over what has been found right; the rest goes back with its reasons."""
        self.ensure_one()
        return self._move_to(
            "accepted",
            {
                "accepted_at": fields.Datetime.now(),
                "archivist_id": self.env.uid,
                "round": self.round or self._next_round(),
            },
        )

    def _next_round(self):
        domain = [("company_id", "=", self.company_id.id), ("year", "=", self.year), ("round", ">", 0)]
        # how many there were before, whoever handed them in; the row of the agency makes the next one wait its turn
        self.env.cr.execute("SELECT 1 FROM res_company WHERE id = %s FOR NO KEY UPDATE", [self.company_id.id])
        return max(self.sudo().search(domain).mapped("round"), default=0) + 1

    def _check_judged(self):
        waiting = self.line_ids.filtered(lambda line: line.verdict == "waiting")
        if waiting:
            raise UserError(
                self.env._("Look at these first: %s", ", ".join(waiting[:10].dossier_id.mapped("display_name")))
            )
        silent = self.line_ids.filtered(lambda line: line.verdict == "returned" and not (line.reason or "").strip())
        if silent:
            raise UserError(self.env._("Say why it goes back: %s", silent[0].dossier_id.display_name))

    def _effect_accepted(self):
        self._done_activities()
        for number, line in enumerate(self.line_ids.filtered(lambda line: line.verdict == "accepted"), 1):
            line._take_over(number)
        for line in self.line_ids.filtered(lambda line: line.verdict == "returned"):
            line.dossier_id._move_to("closed")
        self._make_minutes()

    def action_accept_all(self):
        """Mark every dossier that nobody has looked at yet as right."""
        self.ensure_one()
        self.check_access("write")
        waiting = self.line_ids.filtered(lambda line: line.verdict == "waiting")
        waiting.verdict = "accepted"
        return True

    def action_return(self):
        """Give everything back."""
        self.ensure_one()
        return self._move_to("draft")

    def _check_reason(self):
        if not (self.return_draft or "").strip():
            raise UserError(self.env._("Write under “Why it goes back” what is wrong."))

    def _effect_returned(self):
        self._done_activities()
        for line in self.line_ids:
            line.dossier_id._move_to("closed")
        self._ask(self.giver_id, self.env._("The archive has given the dossiers back"), note=self.return_draft)
