from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.vpdt_handling_note import CHASERS


class VpdtHandlingDialog(models.TransientModel):
    """The dialog of a step that asks for a few words, a day or a person before it is taken."""

    _name = "vpdt.handling.dialog"
    _description = "Step with words"
    _inherit = ["vpdt.text.mixin"]

    incoming_id = fields.Many2one("vpdt.incoming", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="incoming_id.company_id")
    step = fields.Selection(
        [
            ("refuse", "Return to sender"),
            ("void", "Make the number void"),
            ("broken", "Register all the same"),
            ("result", "Finish"),
            ("progress", "Progress"),
            ("opinion", "Give opinion"),
            ("extension", "Ask for extension"),
            ("decision", "Decide on extension"),
            ("hand_over", "Hand over"),
            ("wrong", "Return to the leader"),
            ("reopen", "Reopen"),
            ("chase", "Chase"),
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
        return super()._first_fields() | {"incoming_id", "step", "hint"}

    def action_confirm(self):
        """Take the step; who may, and when, the document itself checks."""
        self.ensure_one()
        document, part = self.incoming_id, self.incoming_id._own_part()
        take = {
            "refuse": lambda: document._refuse(self.text),
            "void": lambda: document._void(self.text),
            "broken": lambda: document._register_broken(self.text),
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
            "chase": lambda: document._chase(self.chaser if self.chaser in CHASERS else "", self.text),
        }
        take[self.step]()
        return {"type": "ir.actions.act_window_close"}

    def _of_part(self, part):
        """:raises UserError: somebody has settled it meanwhile"""
        if not part:
            raise UserError(self.env._("There is nothing left to do here: somebody has settled it meanwhile."))
        return part


class VpdtIncoming(models.Model):
    """The buttons that open the dialog."""

    _inherit = "vpdt.incoming"

    def _open_dialog(self, step, hint="", **values):
        self.ensure_one()
        self.check_access("read")
        # made by the button; its step looks at rights and words again
        dialog = self.env["vpdt.handling.dialog"].sudo().create(
            {"incoming_id": self.id, "step": step, "hint": hint, **values}
        )  # fmt: skip
        return {
            "type": "ir.actions.act_window",
            "name": dict(dialog._fields["step"]._description_selection(self.env))[step],
            "res_model": dialog._name,
            "res_id": dialog.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_open_return(self):
        """Ask for the reason, then return the document to its sender."""
        return self._open_dialog("refuse", self.env._("The reason is sent to the sender."), text=self.draft_refusal)

    def action_open_return_late(self):
        """The same for a document that has a number already: the number stays, void, with the reason."""
        return self._open_dialog("refuse", self.env._("The number stays in the register with the reason."))

    def action_open_void(self):
        """Ask for the reason, then make the number void."""
        return self._open_dialog("void", self.env._("The number is kept in the register and never given again."))

    def action_open_result(self):
        """Ask for the result, then finish."""
        return self._open_dialog("result", text=self.draft_answer or self._own_part().answer)

    def action_open_progress(self):
        """Ask what has been done so far."""
        return self._open_dialog("progress")

    def action_open_opinion(self):
        """Ask a collaborator for his opinion."""
        return self._open_dialog("opinion", self.env._("It goes to the lead, and ends your part."))

    def action_open_extension(self):
        """Ask for a later deadline."""
        return self._open_dialog("extension", date=self._own_part().deadline)

    def action_open_decision(self):
        """Grant, cut or refuse an extension."""
        part = self._asked_extension()
        return self._open_dialog("decision", f"{part.user_id.name}: {part.extension_reason}", date=part.extension_date)

    def action_open_hand_over(self):
        """Ask for the colleague who takes the part over."""
        return self._open_dialog("hand_over")

    def action_open_wrong(self):
        """Ask why the part is returned to the leader."""
        return self._open_dialog("wrong")

    def action_open_reopening(self):
        """Ask why the document is reopened."""
        return self._open_dialog("reopen")

    def action_open_chaser(self):
        """Ask how those who are late are chased."""
        late = self.assignment_ids.filtered(lambda a: a.state == "open" and a.part != "information")
        return self._open_dialog("chase", ", ".join(part._who() for part in late))
