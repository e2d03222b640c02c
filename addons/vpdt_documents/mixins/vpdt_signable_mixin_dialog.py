from odoo import models
from odoo.exceptions import UserError


class VpdtSignableMixin(models.AbstractModel):
    """The dialog that asks for key and passphrase and carries out the steps one after the other."""

    _inherit = "vpdt.signable.mixin"

    def _signing_action(self, holder, steps, title, next_number="", labels=None):
        """Open the signing dialog.

        :param str holder: whose key, ``person`` or ``agency``
        :param list steps: public methods of this model, in order
        :param str title: what the dialog is called
        :param str next_number: number that the first step will give, for the person to see
        :param dict labels: step → other words for it than the dialog's own
        :return: client action
        :raises UserError: no key is open to this user
        """
        self.ensure_one()
        keys = self.env["vpdt.signing.key"]._keys_of_user(holder)
        keys = keys.filtered(lambda key: key.state == "active") or keys
        if not keys:
            raise UserError(
                self.env._("You have no signing key yet. Open My signing keys and load one.")
                if holder == "person"
                else self.env._("No agency key is open to you. Ask the unit administrator to name you on it (Điều 32).")
            )
        return {
            "type": "ir.actions.client",
            "tag": "vpdt_sign",
            "target": "new",
            "name": title,
            "params": {
                "model": self._name,
                "res_id": self.id,
                "document": self.display_name,
                "steps": steps,
                "keys": keys.sign_options(),
                "next_number": next_number,
                "labels": labels or {},
            },
        }
