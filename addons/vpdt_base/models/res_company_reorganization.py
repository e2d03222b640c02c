from odoo import models

# Who keeps the books of a former agency from now on, and therefore must see its documents.
_KEEPERS = ("group_clerk", "group_leader", "group_archivist", "group_unit_admin", "group_auditor")


class ResCompany(models.Model):
    """What becomes of an agency served here when its organization ends or is divided.

    Decision: what has a number stays with the agency, the register and the name it was registered under (Nghị định
    30/2020, Điều 4: one number, one book), and the people of the successor are let in to finish it. What has none yet
    goes over. Each addon adds what it keeps to the three hooks.
    """

    # split by concern
    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

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
            return [self.env._("%s: no successor is named; its documents stay readable for its people.", self.name)]
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
        return plan

    def _after_rename(self, former_name):
        """Hook: this agency has got another name by a reorganisation, in superuser mode.

        :param str former_name: the name until then
        """

    def _reorganize_to(self, successor, move_people=True):
        """Hook: hand over to the successor; called once, in the transaction of the reorganisation, in superuser mode.

        :param successor: res.company, possibly empty (dissolved without a successor)
        :param move_people: whether the people go to the successor as well
        """
        self.ensure_one()
        if not successor:
            return
        self._let_in_keepers(successor)
        if move_people:
            self._move_people(successor)

    def _people_of_agency(self):
        """Active users whose own agency this is (res.users)."""
        return self.env["res.users"].search([("company_id", "=", self.id), ("share", "=", False)])

    def _let_in_keepers(self, successor):
        groups = [self.env.ref(f"vpdt_base.{group}").id for group in _KEEPERS]
        keepers = successor._people_of_agency().filtered(lambda user: set(user.all_group_ids.ids) & set(groups))
        keepers = keepers.filtered(lambda user: self not in user.company_ids)
        keepers.write({"company_ids": [(4, self.id)]})
        self.env["vpdt.journal.entry"]._record("permission", keepers, {"sees_agency": self.name, "why": "successor"})

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
