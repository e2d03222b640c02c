import base64
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.vietnam import vietnam_time

from .vpdt_account import KEEPER, UNIT_ADMIN

PICTURE_BYTES = 5_000_000


class VpdtIncident(models.Model):
    """A fault, a suggestion, a breach: from the person who meets it to the IT officer of the unit, from there to who
    keeps the system (Đồng Tháp, khoản 5 và khoản 6 Điều 18; Kon Tum, Điều 16)."""

    _name = "vpdt.incident"
    _description = "Incident"
    _inherit = [
        "vpdt.move.mixin",
        "vpdt.history.mixin",
        "vpdt.isolation.mixin",
        "vpdt.search.mixin",
        "vpdt.file.owner.mixin",
        "mail.thread",
        "vpdt.people.mixin",
    ]
    _order = "id DESC"
    _search_text_fields = ("name", "description", "solution")

    name = fields.Char("What is wrong", required=True)
    description = fields.Text(help="What was done, what was expected, what happened.")
    kind = fields.Selection(
        [
            ("fault", "Fault"),
            ("suggestion", "Suggestion"),
            ("security", "Security incident"),
            ("personal", "Breach of personal data"),
            ("secret", "State secret found"),
            ("password", "Password known to others"),
        ],
        required=True,
        default="fault",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", "Agency", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    keeper_id = fields.Many2one("res.company", "Kept by", readonly=True, index=True)
    reporter_id = fields.Many2one(
        "res.users", "Reported by", required=True, readonly=True, default=lambda self: self.env.user, index=True
    )
    reported_at = fields.Datetime("Reported on", required=True, readonly=True, default=fields.Datetime.now)
    page = fields.Char(readonly=True, help="Address of the page on which it was reported.")
    due_at = fields.Datetime("To be solved by", readonly=True)
    clock = fields.Char(compute="_compute_clock")
    solution = fields.Text(help="What was done. Written before pressing Solved; told to who reported it.")
    solved_at = fields.Datetime("Solved on", readonly=True)
    step_ids = fields.One2many("vpdt.incident.step", "incident_id", "Steps of the law", readonly=True)
    state = fields.Selection(
        [("reported", "Reported"), ("forwarded", "With who keeps the system"), ("solved", "Solved")], tracking=True
    )

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(
                ("reported",),
                "forwarded",
                self.env._("Forward"),
                "action_forward",
                (UNIT_ADMIN,),
                "_check_unit",
                "_effect_forwarded",
            ),
            Move(
                ("reported", "forwarded"),
                "solved",
                self.env._("Solved"),
                "action_solve",
                (UNIT_ADMIN, KEEPER),
                "_check_solution",
                "_effect_solved",
            ),
        )

    @api.depends("due_at", "state")
    def _compute_clock(self):
        now = fields.Datetime.now()
        for incident in self:
            incident.clock = ""
            if incident.state != "solved" and incident.due_at:
                words = self.env._("late, due %s") if incident.due_at < now else self.env._("due %s")
                incident.clock = words % vietnam_time(incident.due_at)[:-3]

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"name", "description", "kind"}

    def _editable_fields(self):
        names = super()._editable_fields()
        if self.state != "solved" and self._may_solve():
            names |= {"solution", "kind"}
        if self.state == "reported" and self.reporter_id == self.env.user:
            names |= {"description"}
        return names

    @api.model_create_multi
    def create(self, vals_list):
        incidents = super().create(vals_list)
        policy = self.env["vpdt.account.policy"]._current()
        for incident in incidents:
            values = {"keeper_id": policy._keeper_of(incident.company_id).id}
            incident._by_system().sudo().write(values)  # whom it concerns follows from the rules
            incident._begin_steps()
            incident._ask(incident._unit_officers(), self.env._("An incident was reported: %s", incident.name))
            if incident.kind in ("security", "personal", "secret"):  # not a matter of the unit alone
                incident.sudo()._move_to("forwarded")
        return incidents

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was reported is kept."))

    # Who --------------------------------------------------------------------------------------------------------------

    def _unit_officers(self):
        """The IT officer of the unit, else its administrators (res.users)."""
        officer = self.company_id.sudo().it_officer_id  # known to everybody in the unit
        return officer or self.env["vpdt.account"]._unit_admins(self.company_id)

    def _keepers(self):
        users = self.env.ref(KEEPER).sudo().all_user_ids  # who keeps the system is known
        return users.filtered(lambda user: user.active and self.sudo().keeper_id in user.company_ids)

    def _may_solve(self):
        user, here = self.env.user, self.sudo()
        own = user.has_group(UNIT_ADMIN) and here.company_id in user.company_ids
        return own or (user.has_group(KEEPER) and here.keeper_id in user.company_ids)

    def _has_role_for(self, move):
        return super()._has_role_for(move) and (self.env.su or self._may_solve())

    # Reporting --------------------------------------------------------------------------------------------------------

    @api.model
    def report(self, name, description="", kind="fault", picture=None, page=""):
        """Report an incident from any page.

        :param picture: base64 of a PNG or JPEG of the screen, or None
        :param page: address of the page
        :return: id of the incident
        :raises UserError: no title, or the picture is too large or none
        """
        if not isinstance(name, str) or not name.strip():
            raise UserError(self.env._("Say in a few words what is wrong."))
        content = None
        if picture:
            try:
                content = base64.b64decode(str(picture).rpartition(",")[2], validate=True)
            except ValueError:
                raise UserError(self.env._("The picture cannot be read.")) from None
            if len(content) > PICTURE_BYTES:
                raise UserError(self.env._("The picture is larger than %s MB.", PICTURE_BYTES // 10**6))
        incident = self.create({"name": name.strip()[:200], "description": description or False, "kind": kind})
        incident._by_system().sudo().page = str(page or "")[:500]  # where it was reported from
        if content:
            self.env["vpdt.file"]._store(incident, "man-hinh.png", content, "evidence")
        if kind == "password":
            incident._close_leaked_account()
        return incident.id

    def _close_leaked_account(self):
        """A password that others know opens nothing any more: a new one goes to the official mailbox."""
        user = self.env.user
        account = user._accounts()
        if account and account.state == "active":
            user.sudo().password = secrets.token_urlsafe(32)  # nobody knows it; his sessions end
            account._send_link("reset")

    def _upload_roles(self):
        roles = super()._upload_roles()
        return [*roles, "evidence"] if self.state != "solved" else roles

    # Steps ------------------------------------------------------------------------------------------------------------

    def action_forward(self):
        """Forward to who keeps the system (khoản 6 Điều 18)."""
        self.ensure_one()
        return self._move_to("forwarded")

    def action_solve(self):
        """Tell the solution to who reported it."""
        self.ensure_one()
        return self._move_to("solved", {"solved_at": fields.Datetime.now()})

    def _check_unit(self):
        if not self.env.su and self.company_id not in self.env.user.company_ids:
            raise AccessError(self.env._("This is a step of the unit."))

    def _check_solution(self):
        if not (self.solution or "").strip():
            raise UserError(self.env._("Write the solution first; it is told to who reported it."))
        if waiting := self.step_ids.filtered(lambda step: step.required and not step.done_at):
            raise UserError(self.env._("Not done yet: %s", "; ".join(waiting.mapped("name"))))

    def _effect_forwarded(self):
        self._done_activities()
        self._ask(self._keepers(), self.env._("An incident was forwarded: %s", self.name))

    def _effect_solved(self):
        self._done_activities()
        self._remind_people(self.reporter_id - self.env.user, self.env._("Solved: %s", self.name), note=self.solution)

    def _begin_steps(self):
        """The steps that the kind of incident takes, each with its hour."""
        templates = self.env["vpdt.incident.step.template"].sudo().search([("kind", "=", self.kind)])  # a public list
        now = self.reported_at
        self.env["vpdt.incident.step"].sudo().create(  # by the system, as the list says
            [
                {
                    "incident_id": self.id,
                    "name": template.name,
                    "legal_basis": template.legal_basis,
                    "required": template.required,
                    "due_at": now + timedelta(hours=template.hours),
                }
                for template in templates
            ]
        )
        hours = min(templates.mapped("hours"), default=0)
        due = now + timedelta(hours=hours) if hours else self.env["vpdt.account.policy"]._current()._deadline(now)
        self._by_system().sudo().due_at = due  # a clock, not a person's word


class VpdtIncidentStepTemplate(models.Model):
    _name = "vpdt.incident.step.template"
    _description = "Step that a kind of incident takes"
    _inherit = "vpdt.text.mixin"
    _order = "kind, sequence, id"

    kind = fields.Selection(
        [("security", "Security incident"), ("personal", "Breach of personal data"), ("secret", "State secret found")],
        required=True,
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    hours = fields.Integer("Within hours", required=True, default=24)
    required = fields.Boolean(default=True)
    legal_basis = fields.Char()

    _person_writes = frozenset({"kind", "sequence", "name", "hours", "required", "legal_basis"})


class VpdtIncidentStep(models.Model):
    _name = "vpdt.incident.step"
    _description = "Step of an incident"
    _inherit = "vpdt.text.mixin"
    _order = "due_at, id"

    incident_id = fields.Many2one("vpdt.incident", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="incident_id.company_id", store=True, index=True)
    name = fields.Char(required=True, readonly=True)
    legal_basis = fields.Char(readonly=True)
    required = fields.Boolean(readonly=True)
    due_at = fields.Datetime("By", readonly=True)
    done_at = fields.Datetime("Done on", readonly=True)
    done_by_id = fields.Many2one("res.users", "Done by", readonly=True)

    def action_done(self):
        """This step was taken; a second press changes nothing.

        :raises AccessError: neither of the unit's administrators nor of who keeps the system
        """
        for step in self:
            step.check_access("read")
            if not step.incident_id._may_solve():
                raise AccessError(self.env._("Steps are ticked off by the unit administrator or who keeps the system."))
            if not step.done_at:
                # the step says who and when; nothing of it is handed in
                step.sudo().write({"done_at": fields.Datetime.now(), "done_by_id": self.env.uid})
                self.env["vpdt.journal.entry"]._record("move", step.incident_id, {"step_done": step.name})
        return True
