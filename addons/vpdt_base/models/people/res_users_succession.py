from odoo import api, models

# Who keeps the books of a former agency from now on, and therefore must see its documents.
_KEEPERS = ("group_clerk", "group_leader", "group_archivist", "group_unit_admin", "group_auditor")
# What makes a person a keeper of his agency. Not `company_ids`: who is taken out of a former agency stays out.
_MAKING_KEEPERS = {"group_ids", "company_id", "active"}


class ResUsers(models.Model):
    """Keepers of an agency see the agencies that it follows: those of the day, and those who are appointed later."""

    # split by concern
    _inherit = "res.users"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        users._let_into_former_agencies()
        return users

    def write(self, vals):
        result = super().write(vals)
        if _MAKING_KEEPERS & vals.keys():
            self._let_into_former_agencies()
        return result

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


class ResGroups(models.Model):
    """A role given from its own form makes keepers as well."""

    # split by concern
    _inherit = "res.groups"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        result = super().write(vals)
        if {"user_ids", "implied_ids", "implied_by_ids"} & vals.keys():
            self.all_user_ids._let_into_former_agencies()
        return result
