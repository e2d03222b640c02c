from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.vietnam import today

from .vpdt_file_plan import ARCHIVIST, LEADER

#: The documents are destroyed within so many days of the decision.
DAYS_AFTER_DECISION = 15
EXPLANATION = frozenset({"origin", "quantity", "period", "expired_groups", "duplicate_groups", "other_groups"})
OF_STATE = {
    "draft": {"name", "line_ids", "member_ids", "council_code"} | EXPLANATION,
    "council": {"line_ids", "member_ids", "council_code", "council_date", "council_words"},
    "appraisal": {"opinion_code", "opinion_body", "line_ids"},
    "decided": {"executor_id", "return_draft"},
}


class VpdtDisposal(models.Model):
    """Destroying documents whose retention has ended, or that are there twice, step by step as the law has it (Luật Lưu
    trữ 33/2024, Điều 16; Thông tư 06/2025/TT-BNV): list and explanation, council, opinion of the competent body,
    decision, handover, destruction within 15 days, minutes."""

    _name = "vpdt.disposal"
    _description = "Disposal"
    _inherit = [
        "vpdt.move.mixin",
        "vpdt.text.mixin",
        "vpdt.history.mixin",
        "vpdt.file.owner.mixin",
        "vpdt.isolation.mixin",
        "vpdt.job.mixin",
        "vpdt.people.mixin",
        "mail.thread",
    ]
    _order = "id DESC"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", "Agency", required=True, index=True, readonly=True, default=lambda self: self.env.company
    )
    name = fields.Char("Name of the disposal", required=True, default=lambda self: self._default_name())
    line_ids = fields.One2many("vpdt.disposal.line", "disposal_id", "Dossiers", copy=False)
    member_ids = fields.Many2many("res.users", string="Council", check_company=True, copy=False)
    council_code = fields.Char("Decision on the council", help="Number and date.", copy=False)
    council_date = fields.Date("Met on", copy=False)
    council_words = fields.Text("What the council said", copy=False)
    opinion_body = fields.Char("Body that gave its opinion", copy=False)
    opinion_code = fields.Char("Its opinion", help="Number and date of the document.", copy=False)
    decision_code = fields.Char("Decision on the disposal", readonly=True, copy=False)
    decision_draft = fields.Char("Number and date of the decision", copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_on = fields.Date(readonly=True, copy=False)
    due_date = fields.Date("To be destroyed by", readonly=True, copy=False)
    executor_id = fields.Many2one("res.users", "Destroyed by", check_company=True, copy=False)
    handed_over_at = fields.Datetime("Handed over on", readonly=True, copy=False)
    destroyed_at = fields.Datetime("Destroyed on", readonly=True, copy=False)
    return_draft = fields.Text("Why it goes back", copy=False)
    origin = fields.Text("How the documents came about")
    quantity = fields.Text("How many there are")
    period = fields.Char("Time of the documents")
    expired_groups = fields.Text("Groups whose retention has ended")
    duplicate_groups = fields.Text("Groups that are there twice")
    other_groups = fields.Text()
    state = fields.Selection(
        [
            ("draft", "List being made"),
            ("council", "With the council"),
            ("appraisal", "Waiting for the opinion"),
            ("decided", "Decided"),
            ("handed_over", "Handed over"),
            ("destroyed", "Destroyed"),
            ("refused", "Refused"),
        ],
        copy=False,
        tracking=True,
    )

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(
                ("draft",), "council", self.env._("Lay before the council"), "action_council", (ARCHIVIST,),
                "_check_list", "_effect_council",
            ),
            Move(
                ("council",), "appraisal", self.env._("Ask for the opinion"), "action_appraisal", (ARCHIVIST,),
                "_check_council", "_effect_appraisal",
            ),
            Move(
                ("appraisal",), "decided", self.env._("Decide"), "action_decide", (LEADER,), "_check_opinion",
                "_effect_decided", self.env._("The opinion of the competent body is not here yet."),
            ),
            Move(
                ("decided",), "handed_over", self.env._("Hand over"), "action_hand_over", (ARCHIVIST,),
                "_check_executor", "_effect_handed_over", self.env._("The head has not decided yet."),
            ),
            Move(
                ("handed_over",), "destroyed", self.env._("Destroy"), "action_destroy", (ARCHIVIST,), "_check_executor",
                "_effect_destroyed", danger=True,
                confirmation=self.env._(
                    "The content of the documents goes for ever: files, previews and text. Their data stay."
                ),
            ),
            Move(
                ("council", "appraisal"), "refused", self.env._("Refuse"), "action_refuse", (LEADER,), "_check_reason",
                danger=True, confirmation=self.env._("Nothing of this list is destroyed."),
            ),
        )  # fmt: skip

    @api.model
    def _default_name(self):
        return self.env._("Documents whose retention ended by %s", today().year - 1)

    @api.model
    def _first_fields(self):
        return super()._first_fields() | OF_STATE["draft"]

    def _editable_fields(self):
        names = super()._editable_fields()
        user = self.env.user
        if user.has_group(ARCHIVIST):
            return names | OF_STATE.get(self.state, set())
        return names | ({"decision_draft", "return_draft"} if user.has_group(LEADER) else set())

    @api.model
    def _propose(self, company):
        """A draft with what is due: in the archive, its retention ended, not held, in no other disposal.

        :return: vpdt.disposal, empty when nothing is due
        """
        busy = self.env["vpdt.disposal.line"].search(
            [("company_id", "=", company.id), ("disposal_id.state", "not in", ("destroyed", "refused"))]
        )
        due = self.env["vpdt.dossier"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "kept"),
                ("held", "=", False),
                ("retention_until", "<", today()),
                ("id", "not in", busy.dossier_id.ids),
            ]
        )
        if not due:
            return self.browse()
        return self.create({"line_ids": [Command.create({"dossier_id": dossier.id}) for dossier in due]})

    def action_propose(self):
        """List what is due for disposal, and open the draft."""
        self.check_access("create")
        made = self._propose(self.env.company)
        if not made:
            raise UserError(self.env._("Nothing is due: the retention of no dossier of the archive has ended."))
        return {"type": "ir.actions.act_window", "res_model": self._name, "res_id": made.id, "view_mode": "form",
                "views": [(False, "form")]}  # fmt: skip

    # Steps -----------------------------------------------------------------------------------------------------------

    def action_council(self):
        """The list and its explanation go to the council."""
        self.ensure_one()
        return self._move_to("council")

    def _check_list(self):
        if not self.line_ids:
            raise UserError(self.env._("The list is empty."))
        if not (self.origin or "").strip() or not (self.quantity or "").strip():
            raise UserError(
                self.env._("Write the explanation first: how the documents came about, how many there are.")
            )
        for line in self.line_ids:
            line._check_due()

    def _effect_council(self):
        self._keep_paper("disposal_list", "danh-muc")
        self._keep_paper("disposal_explanation", "thuyet-minh")
        self._ask(self.member_ids, self.env._("Look at the documents that are to be destroyed"))

    def action_appraisal(self):
        """The council has met; the competent body is asked."""
        self.ensure_one()
        return self._move_to("appraisal", {"council_date": self.council_date or today()})

    def _check_council(self):
        if len(self.member_ids) < 3 or not (self.council_code or "").strip():
            raise UserError(self.env._("Name the decision on the council and its members, at least three."))
        open_ones = self.line_ids.filtered(lambda line: not line.verdict)
        if open_ones:
            raise UserError(self.env._("The council has not judged: %s", open_ones[0].dossier_id.display_name))

    def _effect_appraisal(self):
        self._done_activities()
        self._keep_paper("disposal_minutes", "bien-ban-hoi-dong")

    def action_decide(self):
        """The head decides; 15 days begin to run."""
        self.ensure_one()
        day = today()
        return self._move_to(
            "decided",
            {
                "decision_code": (self.decision_draft or "").strip(),
                "decided_by_id": self.env.uid,
                "decided_on": day,
                "due_date": day + timedelta(days=DAYS_AFTER_DECISION),
            },
        )

    def _check_opinion(self):
        if not (self.opinion_code or "").strip() or not (self.opinion_body or "").strip():
            raise UserError(self.env._("The opinion of the competent body is not here yet."))
        if not (self.decision_draft or "").strip():
            raise UserError(self.env._("Write number and date of the decision."))

    def _effect_decided(self):
        archivists = self._users_of_role(ARCHIVIST)
        self._ask(archivists, self.env._("Destroy the documents by the decision"), date_deadline=self.due_date)

    def action_hand_over(self):
        """Who keeps the documents hands them to who destroys them."""
        self.ensure_one()
        return self._move_to("handed_over", {"handed_over_at": fields.Datetime.now()})

    def _check_executor(self):
        if not self.executor_id:
            raise UserError(self.env._("Name who destroys the documents."))

    def _effect_handed_over(self):
        self._keep_paper("disposal_handover", "bien-ban-ban-giao")

    def action_destroy(self):
        """Destroy what was decided, one dossier after the other; what is held meanwhile stays."""
        self.ensure_one()
        if self.state != "handed_over":
            return False
        self._check_move_roles(self._find_move("destroyed"))
        for line in self.line_ids.filtered(lambda line: line.verdict == "destroy" and line.result != "destroyed"):
            line._destroy()
        return self._move_to("destroyed", {"destroyed_at": fields.Datetime.now()})

    def _effect_destroyed(self):
        self._done_activities()
        self._keep_paper("disposal_destruction", "bien-ban-huy")

    def action_refuse(self):
        """Nothing is destroyed."""
        self.ensure_one()
        return self._move_to("refused")

    def _check_reason(self):
        if not (self.return_draft or "").strip():
            raise UserError(self.env._("Write under “Why it goes back” why nothing is destroyed."))

    def _keep_paper(self, report, word):
        """Keep a paper of this step as it was."""
        content = getattr(self, f"_official_pdf_{report}")({})
        self.env["vpdt.file"]._store(self, f"{word}.pdf", content, "main" if word == "danh-muc" else "evidence")
