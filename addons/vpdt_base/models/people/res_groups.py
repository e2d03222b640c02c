from odoo import models

from .rights import difference, names_of_roles

_RIGHTS = {"user_ids", "all_user_ids", "implied_ids", "implied_by_ids"}


class ResGroups(models.Model):
    """A role given from its own form: as if it were given to each of its people."""

    _inherit = "res.groups"

    def write(self, vals):
        before = {group: group._vpdt_members() for group in self} if _RIGHTS & vals.keys() else {}
        result = super().write(vals)
        if {"user_ids", "implied_ids", "implied_by_ids"} & vals.keys():
            self.all_user_ids._let_into_former_agencies()
        for group, members in before.items():
            if detail := difference(members, group._vpdt_members()):
                self.env["vpdt.journal.entry"]._record("permission", group, detail)
        if {"user_ids", "implied_ids"} & vals.keys():
            self.env["vpdt.delegation"]._end_lost()
        return result

    def _vpdt_members(self):
        group = self.sudo().with_context(lang=None)  # members of a group that the caller may write
        users = group.with_context(active_test=False).user_ids
        return {"accounts": set(users.mapped("login")), "implied": names_of_roles(group.implied_ids)}
