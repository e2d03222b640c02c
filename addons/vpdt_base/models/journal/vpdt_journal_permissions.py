"""Changes of rights as rows of the journal.

Those of signing keys are written by vpdt.signing.key itself.
"""

from odoo import api, models

# Fields of res.users → the right that they change. A write that sets off another one tells of its own right only.
_RIGHTS_OF_USER = {
    "group_ids": "roles",
    "role": "roles",
    "company_ids": "agencies",
    "company_id": "agencies",
    "active": "active",
}
_RIGHTS_OF_GROUP = {"user_ids", "all_user_ids", "implied_ids", "implied_by_ids"}


class ResUsers(models.Model):
    # Journaling stands apart from what a user is in the office.
    _inherit = "res.users"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        rights = set(_RIGHTS_OF_USER.values())
        users._vpdt_journal_rights({}, rights)
        return users

    def write(self, vals):
        rights = {right for name, right in _RIGHTS_OF_USER.items() if name in vals}
        if not rights:
            return super().write(vals)
        before = {user.id: user._vpdt_rights() for user in self}
        result = super().write(vals)
        self._vpdt_journal_rights(before, rights)
        return result

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
            detail = _difference(before.get(user.id, {}), now)
            if detail:
                self.env["vpdt.journal.entry"]._record("permission", user, detail)


class ResGroups(models.Model):
    _inherit = "res.groups"

    def write(self, vals):
        if not _RIGHTS_OF_GROUP & vals.keys():
            return super().write(vals)
        before = {group.id: group._vpdt_members() for group in self}
        result = super().write(vals)
        for group in self:
            detail = _difference(before[group.id], group._vpdt_members())
            if detail:
                self.env["vpdt.journal.entry"]._record("permission", group, detail)
        return result

    def _vpdt_members(self):
        group = self.sudo().with_context(lang=None)  # members of a group that the caller may write
        users = group.with_context(active_test=False).user_ids
        return {"accounts": set(users.mapped("login")), "implied": names_of_roles(group.implied_ids)}


def names_of_roles(groups):
    """Names of roles with their heading, which is left out where it says the same; in the language of ``groups``.

    Not their ``full_name``: that is kept in the language of whoever asked first.
    """
    return {
        " / ".join(dict.fromkeys(name for name in (group.privilege_id.name, group.name) if name)) for group in groups
    }


def _difference(before, after):
    """What was added and taken away, as a dict with sorted lists; empty when nothing changed."""
    detail = {}
    for name, now in after.items():
        was = before.get(name, set() if isinstance(now, set) else None)
        if isinstance(now, set):
            added, removed = sorted(now - was), sorted(was - now)
            detail.update({f"{name}_added": added} if added else {})
            detail.update({f"{name}_removed": removed} if removed else {})
        elif was is not None and was != now:
            detail[name] = now
    return detail
