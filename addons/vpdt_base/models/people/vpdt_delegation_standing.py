from odoo import api, models
from odoo.fields import Domain


class VpdtDelegation(models.Model):
    """Whether a delegation still stands on its principal's own authority: asked at each use, not only at its beginning.

    Who has left, was moved or is no longer the head has nothing to give (khoản 3 Điều 13 Nghị định 30/2020): from then
    on his delegations do not hold, and they are ended as soon as the change is written.
    """

    _inherit = "vpdt.delegation"

    def _standing(self):
        """Those of these delegations in force whose principal still has all that they give."""
        return self.filtered(lambda delegation: not delegation._lost_because())

    def _lost_because(self):
        """Why this delegation holds no more, whatever its days, in words; or an empty string."""
        self.ensure_one()
        for user in self.sudo().principal_id | self.sudo().deputy_id:  # accounts of colleagues
            if not self._works_here(user):
                return self.env._("%(name)s does not work for %(agency)s any more.", name=user.name,
                                  agency=self.company_id.sudo().name)  # fmt: skip
        return self._hindrance()

    def _hindrance(self):
        """Why one of the two may not give or take what this delegation says, in words, or an empty string."""
        hindrances = [self._authority_hindrance(purpose) for purpose in self._purposes()]
        return next((words for words in [*hindrances, self._deputy_hindrance()] if words), "")

    def _deputy_hindrance(self):
        """Signing is delegated to the head of a unit or of a body of one's own only (khoản 3 Điều 13)."""
        if not self.may_sign or self._heads_below(self.deputy_id.sudo()):  # position of a colleague
            return ""
        return self.env._(
            "%s is not at the head of a unit of the agency, nor of a body below it: signing “TUQ.” is delegated to "
            "such a head only (khoản 3 Điều 13 Nghị định số 30/2020/NĐ-CP). Choose him, or have the head of the "
            "department entered.",
            self.deputy_id.name,
        )

    def _heads_below(self, user):
        """Whether a user is the head of a unit of this agency, or of an agency right below it; superuser mode."""
        employees = self.env["hr.employee"].sudo().search([("user_id", "=", user.id)])
        here = employees.filtered(lambda employee: employee.company_id == self.company_id)
        # of somebody without an employee's record, the role is all that is known
        if here._heads_a_unit() or (not here and user.has_group("vpdt_base.group_unit_head")):
            return True
        own = user.company_id
        below = own != self.company_id and own.organization_id.parent_id == self.company_id.organization_id
        head = not any(one._signing_form_of_deputy() for one in employees if one.company_id == own)
        return bool(below and head and user.has_group("vpdt_base.group_leader"))

    def _works_here(self, user):
        """An open account that may work for the agency, and no employee who has left it."""
        if not user.active or self.company_id not in user.company_ids:
            return False
        # whether a colleague has left; not user.employee_ids, which knows those of the agency at work only
        Employee = self.env["hr.employee"].sudo().with_context(active_test=False)
        here = Employee.search([("user_id", "=", user.id), ("company_id", "=", self.company_id.id)])
        return not here or any(here.mapped("active"))

    def _authority_hindrance(self, purpose):
        """Why the principal has no authority of his own for ``purpose``, in words, or an empty string."""
        principal = self.principal_id.sudo()  # roles and signing form of a colleague
        if not principal.has_group(self._PURPOSES[purpose][1]):
            return self.env._(
                "%(name)s has no authority of his own to “%(what)s”, and what was delegated to him is not "
                "passed on (khoản 3 Điều 13 Nghị định số 30/2020/NĐ-CP).",
                name=principal.name,
                what=self._purpose_label(purpose),
            )
        form = principal.with_company(self.company_id)._vpdt_employee()._signing_form_of_deputy()
        if purpose == "sign" and form:
            return self.env._(
                "Only the head delegates signing (khoản 3 Điều 13 Nghị định số 30/2020/NĐ-CP); %(name)s signs "
                "“%(competence)s”.",
                name=principal.name,
                competence=form,
            )
        return ""

    @api.model
    def _end_lost(self, users=None):
        """End the delegations in force that have lost their ground; the journal and the deputy are told why.

        :param users: res.users whose account, role or position has changed; None for everybody
        """
        domain = Domain("state", "=", "active")
        if users is not None:
            domain &= Domain("principal_id", "in", users.ids) | Domain("deputy_id", "in", users.ids)
        # who changes an account need not see the delegations; they end all the same
        for delegation in self.sudo().search(domain):
            if reason := delegation._lost_because():
                delegation._move_to("ended", {"end_reason": reason})

    def _tell_deputy(self):
        """Tell the deputy, in his language, that he may no longer act, though the last day has not passed."""
        deputy = self.deputy_id.sudo()  # address of a colleague
        if not deputy.active or deputy == self.env.user:
            return
        words = self.with_context(lang=deputy.lang).env._
        text = words("The delegation of %s does not hold any more.", self.principal_id.sudo().name)
        self.env["mail.thread"].sudo().message_notify(  # as the deputy's rights to the thread do not matter here
            model=self._name,
            res_id=self.id,
            partner_ids=deputy.partner_id.ids,
            subject=text,
            body=" ".join(filter(None, (text, self.end_reason))),
        )
