from odoo import fields, models


class ResCompany(models.Model):
    """The keys of an agency that ends (Nghị định 30/2020, Điều 32; Nghị định 68/2024).

    The certificate names the former agency, so its keys are suspended with the reorganisation and cannot be activated
    again; the administrators are told to have them revoked and to ask for those of the successor. A certificate of a
    person names him, so his key goes with him and he is told to have his agency put right in it.
    """

    # split by concern
    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    def _has_ended(self):
        """Whether the organization of this agency is no longer there (bool)."""
        self.ensure_one()
        return bool(self.organization_id) and not self.organization_id.active

    def _agency_keys(self):
        """Keys of the agency itself that are loaded and not over (vpdt.signing.key)."""
        domain = [("holder", "=", "agency"), ("company_id", "=", self.id), ("state", "in", ("active", "suspended"))]
        return self.env["vpdt.signing.key"].search(domain)

    def _reorganization_plan(self, successor, move_people):
        plan = super()._reorganization_plan(successor, move_people)
        keys = self._agency_keys()
        if keys:
            plan.append(
                self.env._(
                    "Keys of %(agency)s that are suspended, for their certificates name it: %(keys)s.",
                    agency=self.name,
                    keys=", ".join(keys.mapped("name")),
                )
            )
        return plan

    def _reorganize_to(self, successor, move_people=True):
        result = super()._reorganize_to(successor, move_people)
        for key in self._agency_keys():
            if key.state == "active":
                key._move_to("suspended")
            key._remind(key._words_of_end(successor), self._today_here())
        return result

    def _after_rename(self, former_name):
        """The keys go on signing, or the office would stand still; the new certificate is to be asked for."""
        result = super()._after_rename(former_name)
        for key in self._agency_keys():
            key._remind(
                self.env._(
                    "The certificate of “%(key)s” names %(former)s: request one for %(agency)s.",
                    key=key.name,
                    former=former_name,
                    agency=self.name,
                ),
                self._today_here(),
            )
        return result

    def _move_people(self, successor):
        users = self._people_of_agency()
        result = super()._move_people(successor)
        keys = self.env["vpdt.signing.key"].search([("user_id", "in", users.ids), ("company_id", "=", self.id)])
        keys = keys.filtered(lambda key: key.holder == "person")
        keys.write({"company_id": successor.id})
        words = self.env._("You work for %s now: have your certificate say so.", successor.name)
        for key in keys.filtered(lambda key: key.state in ("active", "suspended")):
            key._remind(words, self._today_here())
        return result

    def _today_here(self):
        return fields.Date.context_today(self.with_context(tz="Asia/Ho_Chi_Minh"))
