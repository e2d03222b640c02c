"""An account: who it is in the office, and what changes of it set off."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...doors.zone import NAME
from ...text import nfc
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

    # A name at a chat service is often a telephone number: colleagues may read accounts, but not this.
    vpdt_chat_address = fields.Char("Address at the chat service", groups=fields.NO_ACCESS, copy=False)
    vpdt_chat_service_id = fields.Many2one(
        "vpdt.chat.service", "Chat service of that address", groups=fields.NO_ACCESS, copy=False
    )
    vpdt_alert_failure = fields.Char("Why the last notice did not arrive", groups=fields.NO_ACCESS, copy=False)
    vpdt_chat_name = fields.Char(
        "Name at the chat service",
        size=100,
        compute="_compute_vpdt_alerts",
        inverse="_inverse_vpdt_chat_name",
        help="Where notices are sent by chat.",
    )
    vpdt_alert_trouble = fields.Char("Last notice did not reach me", compute="_compute_vpdt_alerts")
    vpdt_chat_help = fields.Char(compute="_compute_vpdt_chat_help")

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
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "vpdt_chat_name", "vpdt_chat_help", "vpdt_alert_trouble"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        """Without the name, which a certificate is compared with, and the title, which stands in the lists of accounts:
        they are given by the administrator, not by oneself."""
        given = ("name", "job_title")
        return [*(name for name in super().SELF_WRITEABLE_FIELDS if name not in given), "vpdt_chat_name"]

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

    # How one is told outside the office -------------------------------------------------------------------------------

    @api.depends_context("uid")
    @api.depends("vpdt_chat_address", "vpdt_chat_service_id", "vpdt_alert_failure")
    def _compute_vpdt_alerts(self):
        for user in self:
            mine = user.sudo() if user == self.env.user else None  # of oneself alone
            user.vpdt_chat_name = mine and mine._vpdt_chat_to()
            user.vpdt_alert_trouble = mine and mine.vpdt_alert_failure

    def _inverse_vpdt_chat_name(self):
        for user in self:
            user._vpdt_check_oneself()
            typed = "".join(letter if letter.isprintable() else " " for letter in user.vpdt_chat_name or "")
            mine = user.sudo()  # one's own
            mine.vpdt_chat_address = nfc(" ".join(typed.split())) or False
            mine.vpdt_chat_service_id = self.env["vpdt.chat.service"]._in_use()
            if not mine.vpdt_chat_address:  # without a name nothing is sent there
                choices = self.env["vpdt.alert.choice"].sudo()  # one's own as well
                choices.search([("user_id", "=", user.id), ("by_chat", "=", True)]).by_chat = False

    def _vpdt_chat_to(self):
        """How the chat service in use knows this person, in superuser mode; what he has entered for another one would
        lead to a stranger."""
        service = self.env["vpdt.chat.service"]._in_use()
        return service and self.vpdt_chat_service_id == service and self.vpdt_chat_address

    def _compute_vpdt_chat_help(self):
        service = self.env["vpdt.chat.service"]._in_use()
        self.vpdt_chat_help = f"{service.name}: {service.help_text or ''}".strip(": ") if service else False

    def action_vpdt_alerts(self):
        """Open the table of one's own ways to be told."""
        self._vpdt_check_oneself()
        return self.env["vpdt.alert.choice"].action_open()

    def action_vpdt_try_chat(self):
        """Send a word to one's own chat, so that one sees whether it arrives.

        :raises UserError: there is no service, or no name there, or it was tried too often
        """
        self._vpdt_check_oneself()
        service = self.env["vpdt.chat.service"]._in_use()
        if not service or not self.vpdt_chat_name:
            raise UserError(self.env._("There is no chat service in use, or you have entered no name there."))
        # the name may be that of a stranger
        self.env["vpdt.attempt"].sudo()._reserve(f"try-chat-{self.id}", self._tried_too_often)
        job = self.with_delay(description="A word to try the chat", identity_key=f"vpdt-try-chat-{self.id}")
        job._vpdt_try_chat()
        words = self.env._("A word to try it is on its way. If it does not arrive soon, look here again.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": words, "type": "success", "next": {"type": "ir.actions.act_window_close"}},
        }

    def _vpdt_try_chat(self):
        user = self.sudo()  # a job of his own
        self.env["vpdt.chat.service"].with_context(lang=user.lang)._try(user)

    def _tried_too_often(self, minutes):
        return UserError(self.env._("You have tried it often. Try again in %s minutes.", minutes))

    def _vpdt_try_chat_given_up(self, exc_name="", exc_message="", exc_info=""):
        self.sudo().vpdt_alert_failure = exc_message or exc_name  # a job of his own; where he reads it

    def _vpdt_check_oneself(self):
        self.ensure_one()
        if self != self.env.user or not self._is_internal():
            raise AccessError(self.env._("Everybody chooses for himself how he is told."))

    def _vpdt_push_devices(self):
        """The browsers that take notices for these people, in superuser mode: their addresses are shown to nobody."""
        return self.env["mail.push.device"].sudo().search([("partner_id", "in", self.partner_id.ids)])

    def _send_vpdt_mail(self, subject, body):
        """A mail of the system to this person, which nobody else reads.

        :param str subject: text
        :param Markup body: HTML
        """
        self.ensure_one()
        # a mail of the system, which nobody but its addressee reads
        self.env["mail.mail"].sudo().with_user(api.SUPERUSER_ID).create(
            {
                "subject": subject,
                "body_html": body,
                "email_to": self.email,
                "author_id": self.env.ref("base.partner_root").id,
                "auto_delete": True,
            }
        )
