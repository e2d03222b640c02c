"""An account: who it is in the office, and what changes of it set off."""

from odoo import api, models
from odoo.exceptions import UserError

from ...doors.zone import NAME
from .rights import difference, names_of_roles

# Whoever can change these has the account, or signs in its name.
_OF_ACCOUNT = {"login", "password", "new_password", "partner_id"}
# Who keeps the books of a former agency from now on, and therefore must see its documents.
_KEEPERS = ("group_clerk", "group_leader", "group_archivist", "group_unit_admin", "group_auditor")
# What makes a person a keeper of his agency. Not `company_ids`: who is taken out of a former agency stays out.
_MAKING_KEEPERS = {"group_ids", "company_id", "active"}
# What may end a delegation that he gave or was given.
_STANDING = {"active", "company_ids", "group_ids"}
# Fields → the right that they change. A write that sets off another one tells of its own right only.
_RIGHTS = {
    "group_ids": "roles",
    "role": "roles",
    "company_ids": "agencies",
    "company_id": "agencies",
    "active": "active",
}


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        users._let_into_former_agencies()
        users._vpdt_journal_rights({}, set(_RIGHTS.values()))
        return users

    def write(self, vals):
        """The rights that change go into the journal; keepers see what their agency follows; delegations that have lost
        their ground end.

        :raises AccessError: login, password or person of somebody else's account, and no system administrator
        """
        if _OF_ACCOUNT & vals.keys() and not self._keeps_accounts():
            own_password = self == self.env.user and not _OF_ACCOUNT & vals.keys() - {"password"}
            if not own_password:
                self._refuse_account_change(self.sudo().mapped("name"))  # who it is about
        if "tz" in vals:  # what is read again in the same request is right at once
            vals = {**vals, "tz": NAME}
        rights = {right for name, right in _RIGHTS.items() if name in vals}
        before = {user.id: user._vpdt_rights() for user in self} if rights else {}
        result = super().write(vals)
        if _MAKING_KEEPERS & vals.keys():
            self._let_into_former_agencies()
        if rights:
            self._vpdt_journal_rights(before, rights)
        if _STANDING & vals.keys():
            self.env["vpdt.delegation"]._end_lost(self)
        return result

    @property
    def SELF_WRITEABLE_FIELDS(self):
        """Without the name, which a certificate is compared with: it is given by the administrator, not by oneself."""
        return [name for name in super().SELF_WRITEABLE_FIELDS if name != "name"]

    # What is told of everybody, see res_partner -----------------------------------------------------------------------

    #: What is told of everybody: who he is and whether he is there.
    _CARD = ("name", "partner_id", "active", "share")

    def _fetch_field(self, field):
        if field.name in self._CARD and not self.env.su:
            return self.sudo().fetch(self._CARD)  # the card only, see res_partner
        return super()._fetch_field(field)

    def read(self, fields=None, load="_classic_read"):
        """See there; asked from outside, also the card is read by right only."""
        if not self.env.su and self != self.env.user:
            self.check_access("read")
        return super().read(fields=fields, load=load)

    def has_group(self, group_ext_id):
        """See there.

        :raises AccessError: of somebody in another agency
        """
        if not self.env.su and self.id != self.env.uid:
            self.check_access("read")
        return super().has_group(group_ext_id)

    # In the office ----------------------------------------------------------------------------------------------------

    def _vpdt_employee(self):
        """The employee of this user in the agency at work, else in his own, in superuser mode.

        Who works for two agencies has a title in each. Everybody needs the name, department and signing form of
        colleagues, and hr.employee is closed to non-HR users.
        """
        self.ensure_one()
        # name, department and signing form of a colleague are no secret inside the office
        employees = self.env["hr.employee"].sudo().search([("user_id", "=", self.id)])
        for company in (self.env.company, self.sudo().company_id):
            if here := employees.filtered(lambda employee, company=company: employee.company_id == company):
                return here[:1]
        return employees[:1]

    def _vpdt_department(self):
        """The department of this user (hr.department, possibly empty)."""
        return self._vpdt_employee().department_id

    def _vpdt_signing_lines(self, principal=None, day=None, record=None):
        """Lines printed above this person's signature, in whoever's place he signs.

        :param principal: res.users in whose place he signs by delegation; None or himself for his own right
        :param day: date in Viet Nam on which he signs, today by default
        :param record: the document to be signed; None asks for any
        :return: ``["TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG"]`` (Nghị định 30/2020, khoản 3 Điều 13; Phụ lục I, II.7.a)
        :raises UserError: there is no delegation to sign for ``principal`` on that day, or a title is not known
        """
        self.ensure_one()
        employee = self._vpdt_signing_employee()
        if not principal or principal == self:
            return employee._signing_lines()
        if not self.env["vpdt.delegation"]._find(principal, self, "sign", record=record, day=day):
            raise UserError(
                self.env._(
                    "%(deputy)s has no delegation to sign for %(principal)s on that day.",
                    deputy=self.name,
                    principal=principal.name,
                )
            )
        title = principal._vpdt_signing_employee()._office_of_head()
        return [f"TUQ. {title}".strip(), *([employee.signing_title.upper()] if employee.signing_title else [])]

    def _vpdt_signing_employee(self):
        """The employee of this user, whose title stands above what he signs.

        :raises UserError: he has none
        """
        if not (employee := self._vpdt_employee()):
            raise UserError(self._no_title())
        return employee

    def _no_title(self):
        """Why this user without an employee signs nothing, in words."""
        return self.env._(
            "The title of %s is not known: the unit administrator enters it with the employee.", self.name
        )

    # Keepers see what their agency follows ----------------------------------------------------------------------------

    def _keepers(self):
        """Those of these users who keep the books of their agency (res.users)."""
        groups = {self.env.ref(f"vpdt_base.{group}").id for group in _KEEPERS}
        return self.filtered(lambda user: user.active and not user.share and groups & set(user.all_group_ids.ids))

    def _let_into_former_agencies(self):
        # Follows from the succession, whoever gives the role: he need not see the former agency himself.
        users = self.sudo()
        for company in users.company_id:
            former = company._former_agencies()
            if former:
                users.filtered(lambda user, company=company: user.company_id == company)._let_into(former)

    def _let_into(self, former):
        """:param former: res.company, agencies that the one of these users follows; superuser mode"""
        for agency in former:
            keepers = self._keepers().filtered(lambda user, agency=agency: agency not in user.company_ids)
            keepers.write({"company_ids": [(4, agency.id)]})
            self.env["vpdt.journal.entry"]._record(
                "permission", keepers, {"sees_agency": agency.name, "why": "successor"}
            )

    # Rights, for the journal ------------------------------------------------------------------------------------------

    def _vpdt_rights(self):
        """What this user may do and where, by names that stay readable."""
        # The rights of a user whom the caller may write; in English, whoever changes them.
        user = self.sudo().with_context(lang=None)
        return {
            "roles": names_of_roles(user.group_ids),
            "agencies": set(user.company_ids.mapped("name")),
            "active": user.active,
        }

    def _vpdt_journal_rights(self, before, rights):
        for user in self:
            now = {name: value for name, value in user._vpdt_rights().items() if name in rights}
            detail = difference(before.get(user.id, {}), now)
            if detail:
                self.env["vpdt.journal.entry"]._record("permission", user, detail)
