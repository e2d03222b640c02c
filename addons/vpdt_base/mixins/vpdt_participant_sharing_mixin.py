from odoo import models


class VpdtParticipantMixin(models.AbstractModel):
    """Asking for a change of who may see a record, and taking access away; the history of both is shown."""

    _name = "vpdt.participant.mixin"
    _inherit = ["vpdt.participant.mixin", "vpdt.history.mixin"]

    def action_share(self):
        """Ask for a change of who may see this record; it waits for the leader (Phụ lục VI: P6-3)."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change of access"),
            "res_model": "vpdt.access.change",
            "view_mode": "form",
            "views": [(self.env.ref("vpdt_base.vpdt_access_change_view_form_request").id, "form")],
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_id": self.id},
        }

    def _remove_participants(self, users, reason):
        """Close these records to ``users`` who took part; roles that see everything still see it.

        :param users: res.users
        :param reason: short English word kept for the auditor
        """
        Participant = self.env["vpdt.participant"].sudo()  # the list changes only through moves, as when adding
        found = Participant.search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids), ("user_id", "in", users.ids)]
        )
        found.write({"reason": reason})
        found.unlink()
        self.invalidate_recordset(["participant_ids"])
