from odoo import api, models

from ...vietnam import today


class ResCompany(models.Model):
    """What becomes of an agency served here when its organization ends or is divided.

    Decision, ours and not the law's: what has a number stays with the agency, the register and the name it was
    registered under, and the people of the successor are let in to finish it. What has none yet goes over. Each addon
    adds what it keeps to the three hooks.
    """

    # split by concern
    _inherit = "res.company"

    def _name_on(self, day):
        """The name of this agency on a day, for what is dated then (str)."""
        self.ensure_one()
        organization = self.organization_id
        renamed = organization and organization._name_on(day) != organization.name
        return organization._name_on(day) if renamed else self.name

    def _reorganization_hindrances(self):
        """Hook: what must be finished before this agency can end.

        :return: list of translated sentences; empty when nothing hinders
        """
        self.ensure_one()
        return []

    def _reorganization_plan(self, successor, move_people):
        """Hook: what `_reorganize_to` would do, in words, for the person who decides.

        :param successor: res.company, possibly empty
        :param move_people: bool
        :return: list of translated sentences
        """
        self.ensure_one()
        if not successor:
            words = self.env._("%s: no successor is named; its documents stay readable for its people.", self.name)
            return [words, *self._plan_of_keys()]
        plan = []
        if move_people:
            users = self._people_of_agency()
            plan.append(
                self.env._(
                    "%(count)s people of %(old)s work for %(new)s from now on; they still see the former documents.",
                    count=len(users),
                    old=self.name,
                    new=successor.name,
                )
            )
        plan.append(
            self.env._(
                "Clerks, leaders, archivists and administrators of %(new)s see the documents and registers of %(old)s.",
                new=successor.name,
                old=self.name,
            )
        )
        return plan + self._plan_of_keys()

    def _after_rename(self, former_name):
        """Hook: this agency has got another name by a reorganisation, in superuser mode.

        :param str former_name: the name until then
        """
        self._ask_for_new_certificates(former_name)

    def _reorganize_to(self, successor, move_people=True):
        """Hook: hand over to the successor; called once, in the transaction of the reorganisation, in superuser mode.

        :param successor: res.company, possibly empty (dissolved without a successor)
        :param move_people: whether the people go to the successor as well
        """
        self.ensure_one()
        if successor:
            self._let_in_keepers(successor)
            if move_people:
                self._move_people(successor)
        self._suspend_keys(successor)

    def _people_of_agency(self):
        """Active users whose own agency this is (res.users)."""
        return self.env["res.users"].search([("company_id", "=", self.id), ("share", "=", False)])

    def _let_in_keepers(self, successor):
        """Those of today; later ones are let in with their appointment (`res.users`)."""
        successor._people_of_agency()._let_into(self | self._former_agencies())

    def _former_agencies(self):
        """The agencies here that have ended and whose work went to this one, directly or through others (res.company).

        In superuser mode: that an agency was served here is no secret.
        """
        self.ensure_one()
        return self.sudo().organization_id._succeeded()._companies_here()

    @api.model
    def _former_agencies_of_user(self):
        """Of the agencies of the current user, those that have ended and are followed by one that is ticked now.

        :return: res.company in superuser mode
        """
        ticked = self.env.companies.sudo()  # which of his own agencies have ended, whoever may read companies
        ended = (self.env.user.sudo().company_ids - ticked).filtered(lambda company: company._has_ended())
        return ended.filtered(lambda company: company.organization_id._served_by() in ticked)

    def _move_people(self, successor):
        """Users, employees and departments; each user keeps the former agency, to finish what he has begun there."""
        users = self._people_of_agency()
        users.write({"company_ids": [(4, successor.id)]})
        users.write({"company_id": successor.id})
        # A department and its people change together, or each would belong to another agency than the other.
        departments = self.env["hr.department"].search([("company_id", "=", self.id)])
        employees = self.env["hr.employee"].search([("company_id", "=", self.id)])
        calendar = successor.resource_calendar_id
        departments.write({"company_id": successor.id})
        employees.write({"company_id": successor.id, "resource_calendar_id": calendar.id})
        self.env["vpdt.journal.entry"]._record("permission", users, {"from": self.name, "to": successor.name})
        self._move_personal_keys(users, successor)

    # The keys of an agency that ends (Nghị định 30/2020, Điều 32; Nghị định 68/2024) ---------------------------------

    def _has_ended(self):
        """Whether the organization of this agency is no longer there (bool)."""
        self.ensure_one()
        return bool(self.organization_id) and not self.organization_id.active

    def _agency_keys(self):
        """Keys of the agency itself that are loaded and not over (vpdt.signing.key)."""
        domain = [("holder", "=", "agency"), ("company_id", "=", self.id), ("state", "in", ("active", "suspended"))]
        return self.env["vpdt.signing.key"].search(domain)

    def _plan_of_keys(self):
        keys = self._agency_keys()
        if not keys:
            return []
        return [
            self.env._(
                "Keys of %(agency)s that are suspended, for their certificates name it: %(keys)s.",
                agency=self.name,
                keys=", ".join(keys.mapped("name")),
            )
        ]

    def _suspend_keys(self, successor):
        for key in self._agency_keys():
            if key.state == "active":
                key._move_to("suspended")
            key._remind(key._words_of_end(successor), self._today_here())

    def _ask_for_new_certificates(self, former_name):
        """The keys go on signing, or the office would stand still; the new certificate is to be asked for."""
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

    def _move_personal_keys(self, users, successor):
        keys = self.env["vpdt.signing.key"].search([("user_id", "in", users.ids), ("company_id", "=", self.id)])
        keys = keys.filtered(lambda key: key.holder == "person")
        keys.write({"company_id": successor.id})
        words = self.env._("You work for %s now: have your certificate say so.", successor.name)
        for key in keys.filtered(lambda key: key.state in ("active", "suspended")):
            key._remind(words, self._today_here())

    def _today_here(self):
        return today()
