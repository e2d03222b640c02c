from odoo import models
from odoo.exceptions import UserError

MAX_BATCH = 200


class VpdtOutgoing(models.Model):
    """Many documents in one go: one dialog, one passphrase, each document a request and a result of its own."""

    _inherit = "vpdt.outgoing"

    def action_sign_batch(self):
        """Open the dialog that signs all these documents one after the other."""
        return self._batch_dialog("person")

    def action_issue_batch(self):
        """Open the dialog that numbers, seals and issues all these documents one after the other."""
        return self._batch_dialog("agency")

    def _batch_dialog(self, holder):
        if not self:
            raise UserError(self.env._("Tick the documents first."))
        if len(self) > MAX_BATCH:
            raise UserError(self.env._("At most %s documents go in one batch.", MAX_BATCH))
        self.check_access("write")
        rows = [document._batch_row(holder) for document in self._in_batch_order()]
        ready = self.browse(row["id"] for row in rows if not row["reason"])
        if not ready:
            reasons = "\n".join(dict.fromkeys(row["reason"] for row in rows))
            raise UserError(self.env._("None of these documents can be done now:\n%s", reasons))
        action = ready[0]._signing_dialog(holder, "sign" if holder == "person" else "seal")
        action.update(
            tag="vpdt_sign_batch",
            name=self.env._("Sign %s documents", len(ready))
            if holder == "person"
            else self.env._("Number and issue %s documents", len(ready)),
        )
        action["params"]["documents"] = rows
        return action

    def _in_batch_order(self):
        """Those with a number by their number, the others in the order in which they were made."""
        return self.sorted(lambda document: (not document.register_number, document.register_number, document.id))

    def _batch_row(self, holder):
        """``{"id", "name", "steps", "reason"}``: what is done to this document, or why it is left out."""
        steps, reason = [], ""
        try:
            steps = self._batch_steps(holder)
        except UserError as error:
            reason = str(error)
        return {"id": self.id, "name": self.display_name, "steps": steps, "reason": reason}

    def _batch_steps(self, holder):
        if holder == "agency":
            if self.state not in ("signed", "numbered"):
                raise UserError(self.env._("It is “%s”.", self._state_label(self.state)))
            self._check_recipients()
            return ["take_number", "seal"]
        if self.state != "to_sign":
            raise UserError(self.env._("It is “%s”.", self._state_label(self.state)))
        step = "cosign" if self._co_signer() else "sign"
        if step == "cosign":
            self._check_turn()
        else:
            self._check_signer()
        self._check_marks()
        return [step]

    def check_signing_key(self, key_id, passphrase):
        """Try the passphrase before a batch begins, so that a slip is told once and not two hundred times.

        :return: True
        :raises UserError: the key does not open or its certificate is not valid
        """
        with self.env["vpdt.signing.key"].browse(int(key_id))._open_signer(passphrase):
            return True
