from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move

from .vpdt_outgoing import CLERK, ISSUED


class VpdtOutgoing(models.Model):
    """What happens to a document after its issue (Nghị định 30/2020, khoản 3 và 4 Điều 18): wrong in its content, it is
    replaced by a document of equal form; wrong in its form, it is corrected by an official letter; or it is recalled.

    Both documents are linked, and the one that no longer holds says so everywhere.
    """

    _inherit = "vpdt.outgoing"

    about_id = fields.Many2one(
        "vpdt.outgoing", "Concerns", readonly=True, copy=False, index=True, ondelete="restrict", check_company=True
    )
    about = fields.Selection([("corrects", "Corrects"), ("replaces", "Replaces")], readonly=True, copy=False)
    later_ids = fields.One2many("vpdt.outgoing", "about_id", "Later documents on it")
    recall_draft = fields.Text("Reason for the recall", copy=False)
    recall_reason = fields.Text("Recalled because", readonly=True, copy=False)
    recalled_at = fields.Datetime("Recalled on", readonly=True, copy=False)
    no_longer = fields.Char("No longer holds", compute="_compute_no_longer")

    @api.depends("state", "recall_reason", "later_ids.state", "later_ids.code")
    def _compute_no_longer(self):
        for document in self:
            later = document.sudo().later_ids.filtered(lambda later: later.state in ISSUED)  # numbers in the own agency
            replaced = later.filtered(lambda later: later.about == "replaces")[:1]
            corrected = later.filtered(lambda later: later.about == "corrects")
            lines = []
            if document.state == "recalled":
                lines.append(self.env._("Recalled: %s", document.recall_reason or ""))
            if document.state == "replaced":
                lines.append(self.env._("Replaced by %s", replaced.code or ""))
            lines += [self.env._("Corrected by %s", letter.code or "") for letter in corrected]
            document.no_longer = " · ".join(lines)

    @api.model
    def _get_moves_after_issue(self):
        """The moves of an issued document, for the table of `_get_moves`."""
        return (
            Move(
                ("issued",),
                "recalled",
                self.env._("Recall"),
                "action_recall",
                (CLERK,),
                "_check_recall_reason",
                "_effect_recalled",
                danger=True,
                asks="recall_draft",
                confirmation=self.env._(
                    "The document is marked as recalled everywhere, and those who have it are told (Nghị định 30/2020, "
                    "khoản 4 Điều 18). This cannot be undone."
                ),
            ),
            Move(("issued",), "replaced", "", effect="_effect_replaced"),
        )

    def action_recall(self):
        """Thu hồi: the document is taken out of force, with the reason."""
        self.ensure_one()
        reason = (self.recall_draft or "").strip()
        return self._move_to("recalled", {"recall_reason": reason, "recalled_at": fields.Datetime.now()})

    def _check_recall_reason(self):
        if not (self.recall_draft or "").strip():
            raise UserError(self.env._("Write why the document is recalled; who has it is told the reason."))

    def _effect_recalled(self):
        """Hook: those who have the document are told (the exchange extends it)."""
        people = self.sudo().participant_ids.user_id  # who takes part in it
        self._remind_people(people - self.env.user, self.env._("Recalled: %s", self.code))

    def _effect_replaced(self):
        """Hook: those who have the document learn it with the one that replaces it."""

    def action_correct_by_letter(self):
        """Đính chính: begin the official letter that corrects a mistake of form or procedure (khoản 3 Điều 18)."""
        letter = self.env.ref("vpdt_documents.type_cong_van")
        words = self.env._("correction of %(type)s %(code)s", type=self.type_id.name, code=self.code)
        return self._begin_later("corrects", {"type_id": letter.id, "subject": words, "body": False})

    def action_replace(self):
        """Thay thế: begin the document of equal form that takes the place of one with wrong content."""
        return self._begin_later("replaces", {})

    def _begin_later(self, about, values):
        self.ensure_one()
        self.check_access("read")
        self.check_access("create")
        if self.state != "issued":
            raise UserError(self.env._("“%s” is not in force: nothing follows it.", self.display_name))
        later = self.copy(values)
        later.notation = later._default_notation()
        later._by_system().write({"about_id": self.id, "about": about})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": later.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _settle_what_it_concerns(self):
        """The document that this one replaces no longer holds, from this issue on."""
        former = self.about_id.sudo()  # of the own agency; the issue of this one settles it
        if self.about == "replaces" and former.state == "issued":
            former._move_to("replaced")
        elif former:
            former._tell_screens()
