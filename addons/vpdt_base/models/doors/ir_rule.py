import logging

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

#: Lists of Odoo that all agencies of the database share: read by everybody, kept by the system administrator.
_SHARED = frozenset(
    {
        "discuss.gif.favorite",
        "hr.contract.type",
        "hr.departure.reason",
        "hr.employee.category",
        "hr.resume.line.type",
        "hr.skill",
        "hr.skill.level",
        "hr.skill.type",
        "iap.account",
        "mail.template",
        "report.layout",
        "resource.calendar",
        "resource.calendar.attendance",
        "snailmail.letter",
    }
)
#: What a person makes for himself, by the field that says whose it is.
_WRITTEN_BY = {"ir.embedded.actions": "user_id", "ir.exports.line": "create_uid"}
#: What is of one agency; Odoo lets everybody write what is of none.
_OF_AGENCY = frozenset({"hr.department", "hr.job", "resource.resource"})
#: Odoo shows these to all agencies: where the agency is found.
_FOUND_AT = {
    "hr.employee.skill": "employee_id.company_id",
    "hr.job.skill": "job_id.company_id",
    "hr.resume.line": "employee_id.company_id",
}


class IrRule(models.Model):
    """Who works for a successor has the former agency with him, without ticking it among his agencies."""

    _inherit = "ir.rule"

    @api.model
    def _eval_context(self):
        """``company_ids`` holds, besides the agencies ticked, those among the user's own that one of them follows.

        Registered documents stay with the agency that has ended, and its people finish them: what they have to do must
        be in their lists. Only agencies that the user may tick anyway.
        """
        context = super()._eval_context()
        former = self.env["res.company"]._former_agencies_of_user()
        return {**context, "company_ids": [*context["company_ids"], *former.ids]}

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        """A dialog, an import, a letter being written belong to who has opened it.

        Odoo lets everybody with a right to the kind of dialog read and fill in those of all others, in all agencies:
        the file of an import, the name of a document in a dialog, the roles that an administrator is about to give.
        """
        domain = super()._compute_domain(model_name, mode)
        model = self.env[model_name]
        if self.env.su:
            return domain
        if model._transient and "create_uid" in model._fields:
            return domain & Domain("create_uid", "=", self.env.uid)
        if self.env.user.has_group("base.group_system"):
            return domain
        return (domain & self._own_domain(model_name, mode)).optimize(model)

    @api.model
    def _own_domain(self, model_name, mode):
        """What of a model of Odoo is one's own or of one's agency, where Odoo's own rules let one agency change what
        all others see."""
        agencies = self.env.user.company_ids.ids
        if model_name in _FOUND_AT:
            return Domain(_FOUND_AT[model_name], "in", agencies)
        if model_name == "base_import.mapping":
            return Domain("create_uid", "=", self.env.uid)
        if mode == "read":
            colleagues = Domain("create_uid.company_ids", "in", agencies) | Domain("create_uid", "=", SUPERUSER_ID)
            return colleagues if model_name == "mail.canned.response" else Domain.TRUE
        if model_name in _SHARED:
            return Domain.FALSE
        if model_name in _WRITTEN_BY:
            return Domain(_WRITTEN_BY[model_name], "=", self.env.uid)
        return Domain("company_id", "!=", False) if model_name in _OF_AGENCY else Domain.TRUE

    def _make_access_error(self, operation, records):
        """The refusal in words that name the kind of record only.

        Odoo's own names the records and the rules to everybody in debug mode: with it, numbers and subjects of all
        agencies could be read one refusal after the other. What an administrator needs is in the log.
        """
        rules = self._get_failing(records, mode=operation).sudo()  # names for the log only
        _logger.info(
            "Refused: %s of %s%r, user %s, rules %s",
            operation, records._name, records.ids[:6], self.env.uid, rules.mapped("name"),
        )  # fmt: skip
        kind = self.env["ir.model"]._get(records._name).name or records._name
        error = AccessError(self._refusal(operation, kind))
        agency = self._agency_to_switch_to(records)
        if agency:
            error.context = {"suggested_company": {"id": agency.id, "display_name": agency.display_name}}
        records.invalidate_recordset()  # what the search for the failing rules has read
        return error

    @api.model
    def _refusal(self, operation, kind):
        """Words of a refusal.

        :param str operation: "read", "write", "create" or "unlink"
        :param str kind: translated name of the model
        """
        if operation == "read":
            return self.env._("%s: this is not open to you. If your work needs it, ask the clerk of your agency.", kind)
        if operation == "create":
            return self.env._(
                "%s: you cannot make this one. If your work needs it, ask the clerk of your agency.", kind
            )
        return self.env._("%s: you cannot change this one. If your work needs it, ask the clerk of your agency.", kind)

    def _agency_to_switch_to(self, records):
        """The one other agency of this user that the records belong to: the client offers to work in it."""
        agency = records[:6].sudo()._get_redirect_suggested_company()  # compared with the user's own only
        mine = self.env.user.company_ids - self.env.companies
        return agency if agency and len(agency) == 1 and agency in mine else None
