from odoo import api, fields, models
from odoo.exceptions import UserError

from ..mixins.vpdt_handled_mixin import CHASERS


class VpdtHandlingDialog(models.TransientModel):
    """The dialog of a step that asks for a few words, a day or a person before it is taken."""

    _name = "vpdt.handling.dialog"
    _description = "Step with words"
    _inherit = ["vpdt.text.mixin"]

    incoming_id = fields.Many2one("vpdt.incoming", readonly=True, ondelete="cascade")
    task_id = fields.Many2one("vpdt.task", readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", compute="_compute_company")
    step = fields.Selection(
        [
            ("refuse", "Return to sender"),
            ("void", "Make the number void"),
            ("broken", "Register all the same"),
            ("taken_in", "Is it to be taken in here?"),
            ("sub_number", "Register with a sub-number"),
            ("result", "Finish"),
            ("progress", "Progress"),
            ("opinion", "Give opinion"),
            ("extension", "Ask for extension"),
            ("decision", "Decide on extension"),
            ("hand_over", "Hand over"),
            ("wrong", "Return to the leader"),
            ("reopen", "Reopen"),
            ("chase", "Chase"),
            ("report", "Report the result"),
            ("send_back", "Send back"),
            ("withdraw", "Take back"),
            ("cancel", "Cancel the task"),
        ],
        required=True,
        readonly=True,
    )
    hint = fields.Char(readonly=True)
    text = fields.Text("Words")
    date = fields.Date("New deadline")
    user_id = fields.Many2one(
        "res.users", "Colleague", domain="[('company_ids', 'in', company_id), ('share', '=', False)]"
    )
    granted = fields.Boolean("Grant it", default=True)
    chaser = fields.Selection(
        [("remind", "Remind"), ("criticise", "Criticise"), ("account", "Call to account")], default="remind"
    )

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"incoming_id", "task_id", "step", "hint"}

    @api.depends("incoming_id", "task_id")
    def _compute_company(self):
        for dialog in self:
            dialog.company_id = (dialog.task_id or dialog.incoming_id).company_id

    def action_confirm(self):
        """Take the step; who may, and when, the document itself checks.

        :return: an action: the next question, or none
        """
        self.ensure_one()
        document = self.task_id or self.incoming_id
        part = document._own_part()
        take = {
            "refuse": lambda: document._refuse(self.text),
            "void": lambda: document._void(self.text),
            "broken": lambda: document._register_broken(self.text),
            "taken_in": lambda: document._keep_taken_in(self.text),
            "sub_number": lambda: document._register_sub(self.text),
            "result": lambda: document._finish(self.text),
            "progress": lambda: document._note_progress(self.text),
            "opinion": lambda: self._of_part(part)._give_opinion(self.text),
            "extension": lambda: self._of_part(part)._ask_extension(self.date, self.text),
            "decision": lambda: self._of_part(document._asked_extension())._decide_extension(
                self.granted, self.date, self.text
            ),
            "hand_over": lambda: self._of_part(part)._hand_over(self.user_id, self.text),
            "wrong": lambda: document._return_to_leader(self.text),
            "reopen": lambda: document._reopen(self.text),
            "report": lambda: document._report(self.text),
            "send_back": lambda: document._send_back(self.text),
            "withdraw": lambda: document._withdraw(self.text),
            "cancel": lambda: document._cancel(self.text),
            "chase": lambda: document._chase(self.chaser if self.chaser in CHASERS else "", self.text),
        }
        next_question = take[self.step]()
        return next_question if isinstance(next_question, dict) else {"type": "ir.actions.act_window_close"}

    def _of_part(self, part):
        """:raises UserError: somebody has settled it meanwhile"""
        if not part:
            raise UserError(self.env._("There is nothing left to do here: somebody has settled it meanwhile."))
        return part
