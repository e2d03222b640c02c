from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...mixins.gate import by_system
from ...mixins.vpdt_move_mixin import Move

LEADER = "vpdt_base.group_leader"


class VpdtAccessChange(models.Model):
    """A change of who may see one document or dossier: nothing changes until the leader of the agency confirms it.

    Nghị định 30/2020, Phụ lục VI, P6-3: the system warns of a change of access rights until the person with authority
    confirms it.
    """

    _name = "vpdt.access.change"
    _description = "Change of access"
    _inherit = ["vpdt.move.mixin", "mail.thread", "mail.activity.mixin", "vpdt.text.mixin"]
    _order = "id DESC"

    res_model = fields.Char("Kind of record", required=True, readonly=True, index=True)
    res_id = fields.Many2oneReference("Record id", model_field="res_model", required=True, readonly=True)
    record_name = fields.Char("Document", compute="_compute_record_name", store=True)
    company_id = fields.Many2one("res.company", "Agency", required=True, readonly=True, index=True)
    change = fields.Selection(
        [("grant", "Let see"), ("remove", "No longer let see")], required=True, default="grant", tracking=True
    )
    user_id = fields.Many2one(
        "res.users",
        "For whom",
        required=True,
        ondelete="cascade",
        domain="[('company_ids', 'in', company_id), ('share', '=', False)]",
        tracking=True,
    )
    reason = fields.Text(required=True)
    requested_by_id = fields.Many2one(
        "res.users", "Requested by", required=True, readonly=True, default=lambda self: self.env.user
    )
    requested_at = fields.Datetime("Requested on", required=True, readonly=True, default=fields.Datetime.now)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_at = fields.Datetime("Decided on", readonly=True)
    answer = fields.Text("Reason for refusing", help="Written before pressing Refuse.")
    state = fields.Selection(
        [("requested", "Waits for confirmation"), ("confirmed", "Confirmed"), ("refused", "Turned down")], tracking=True
    )

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(
                ("requested",),
                "confirmed",
                self.env._("Confirm"),
                "action_confirm",
                (LEADER,),
                "_check_agency",
                "_effect_confirmed",
            ),
            Move(
                ("requested",),
                "refused",
                self.env._("Refuse"),
                "action_refuse",
                (LEADER,),
                "_check_answer",
                "_effect_decided",
                danger=True,
            ),
        )

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        for request in self:
            request.record_name = request._record().sudo().display_name  # its reader has been checked by create

    @api.depends("user_id", "record_name")
    def _compute_display_name(self):
        for request in self:
            request.display_name = " · ".join(part for part in (request.user_id.name, request.record_name) if part)

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._prepare_request_vals(vals) for vals in vals_list]
        requests = super(VpdtAccessChange, self._by_system()).create(vals_list).with_env(self.env)
        for request in requests:
            request._check_makes_sense()
            request._tell("requested")
            request._ask_leaders()
        return requests

    @api.model
    def _prepare_request_vals(self, vals):
        """Who asks, when, for which agency and what the document is called is not for the caller to say."""
        asked = self._first_fields()
        vals = {**self.default_get(sorted(asked)), **vals}
        record = self._record_of(vals)
        kept = asked | {"state"}  # for which the table of moves has the words
        own_words = {name: value for name, value in vals.items() if name in kept or by_system(self.env)}
        return {
            **own_words,
            "requested_by_id": self.env.uid,
            "requested_at": fields.Datetime.now(),
            "decided_by_id": False,
            "decided_at": False,
            "answer": False,
            "record_name": record.display_name,
            "company_id": record.sudo().company_id.id,  # its agency; access to it has just been checked
        }

    def write(self, vals):
        decided = any(request.state != "requested" for request in self)
        # the state is guarded by the table of moves
        if not by_system(self.env) and (vals.keys() - {"answer", "state"} or decided):
            raise UserError(self.env._("A request is not rewritten. Refuse it and make a new one."))
        return super().write(vals)

    @api.model
    def _first_fields(self):
        """What a request says; everything else is filled in by the system."""
        return super()._first_fields() | {"res_model", "res_id", "change", "user_id", "reason"}

    def _editable_fields(self):
        names = super()._editable_fields()
        return names | {"answer"} if self.state == "requested" else names

    @api.model
    def _record_of(self, vals):
        """The document that a request is about.

        :raises UserError: no such document, or of a kind that has no participants
        :raises AccessError: the person who asks may not read it himself
        """
        model = vals.get("res_model")
        if model not in self.env or "participant_ids" not in self.env[model]._fields:
            raise UserError(self.env._("Open a document and press Share there."))
        record = self.env[model].browse(vals.get("res_id")).exists()
        if not record:
            raise UserError(self.env._("This document is not there any more."))
        record.check_access("read")
        return record

    def _record(self):
        self.ensure_one()
        if self.res_model not in self.env:
            return self.env["vpdt.access.change"]
        return self.env[self.res_model].browse(self.res_id).exists()

    def _check_makes_sense(self):
        # Participants of a document that the caller may read (checked in _record_of).
        record = self._record().sudo()
        takes_part = self.user_id in record.participant_ids.user_id
        if self.change == "grant" and takes_part:
            raise UserError(self.env._("%s may see this document already.", self.user_id.name))
        if self.change == "remove" and not takes_part:
            raise UserError(self.env._("%s is not among the participants of this document.", self.user_id.name))
        if self.change == "grant" and self.company_id not in self.user_id.sudo().company_ids:
            raise UserError(self.env._("%s does not work in this agency.", self.user_id.name))

    def _ask_leaders(self):
        """An activity for each leader of the agency: it is he who confirms."""
        role = self.env.ref(LEADER).sudo()  # who leads the own agency is known to everybody
        leaders = role.all_user_ids.filtered(lambda user: self.company_id in user.company_ids and user.active)
        self._ask(leaders - self.env.user, self.env._("Confirm a change of access"))

    def _tell(self, step):
        """A row in the journal about the document itself, besides the one about this request."""
        detail = {"request": self.id, "step": step, "change": self.change, "person": self.user_id.login}
        self.env["vpdt.journal.entry"]._record("permission", self._record(), detail)

    # Steps -----------------------------------------------------------------------------------------------------------

    def action_confirm(self):
        """Confirm: the change takes effect now."""
        self.ensure_one()
        return self._move_to("confirmed", {"decided_by_id": self.env.uid, "decided_at": fields.Datetime.now()})

    def action_refuse(self):
        """Refuse: nothing changes; the reason goes to who asked."""
        self.ensure_one()
        return self._move_to("refused", {"decided_by_id": self.env.uid, "decided_at": fields.Datetime.now()})

    def _check_agency(self):
        if not self.env.su and self.company_id not in self.env.user.company_ids:
            raise AccessError(self.env._("Only a leader of %s may decide this.", self.company_id.name))
        if not self._record():
            raise UserError(self.env._("This document is not there any more."))

    def _check_answer(self):
        self._check_agency()
        if not (self.answer or "").strip():
            raise UserError(self.env._("Write the reason for refusing first; it is shown to who asked."))

    def _effect_confirmed(self):
        record = self._record()
        if self.change == "grant":
            record._add_participants(self.user_id, "Confirmed request")
        else:
            record._remove_participants(self.user_id, "Confirmed request")
        self._effect_decided()

    def _effect_decided(self):
        self._tell(self.state)
        self.sudo().activity_ids.unlink()  # what waited for this decision is settled
        self.sudo().message_post(  # the person who asked is told, though he may not write here
            body=self.env._("%(who)s: %(state)s", who=self.env.user.name, state=self._state_label(self.state)),
            partner_ids=self.requested_by_id.partner_id.ids,
        )
