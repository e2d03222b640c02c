from datetime import date, timedelta
from typing import NamedTuple

from odoo import models

from ...text import fold
from ...vietnam import today

# What old documents name an organization by: kept, with the days on which it held.
_KEPT = ("name", "identifier", "identifier_legacy")
_JOURNALLED = (*_KEPT, "abbreviation")


class Renaming(NamedTuple):
    """By which decision something is renamed, for the context: a client can put any JSON there, never this.

    :param until: last day of the former name (date)
    :param legal_basis: the decision
    """

    until: date | None = None
    legal_basis: str = ""


class VpdtOrganization(models.Model):
    """Another name or code, by whatever way: the former one stays findable, and the agency served here follows.

    An import of a whole directory does the same for its thousands of rows by itself (`_keep_earlier`); it leaves the
    agencies served here their name, which stands on their paper.
    """

    # split by concern
    _inherit = "vpdt.organization"

    def write(self, vals):
        """Besides the usual: keep former names and codes, tell the journal and the agency served here.

        Key ``vpdt_renaming`` of the context: a `Renaming`; without one, the former name ends yesterday.

        :raises UserError: another agency served here has the new name
        """
        if "active" in vals:
            self.env.registry.clear_cache()  # whose documents are seen with whose (`ir.rule`)
        if not set(_JOURNALLED) & vals.keys():
            return super().write(vals)
        before = {organization: organization._journalled_names() for organization in self}
        written_before = self.name_ids
        result = super().write(vals)
        changed = {
            organization: {key: value for key, value in names.items() if organization[key] != value}
            for organization, names in before.items()
        }
        self._keep_former({o: names for o, names in changed.items() if names}, self.name_ids - written_before)
        return result

    def _journalled_names(self):
        return {key: self[key] for key in _JOURNALLED}

    def _keep_former(self, former, written):
        """:param former: organization → what was replaced, field → value
        :param written: vpdt.organization.name that the person has written along with the change
        """
        rows = [row for organization, names in former.items() for row in organization._former_row(names, written)]
        self.env["vpdt.organization.name"].create(rows)
        basis = {"decision": self._renaming().legal_basis}
        for organization, names in former.items():
            if "name" in names:
                organization._rename_agency()
            company = organization._companies_here()[:1] or self.env.company
            self.env["vpdt.journal.entry"].with_company(company)._record(
                "move", organization, {"renamed": names, "now": {key: organization[key] for key in names}, **basis}
            )

    def _former_row(self, names, written):
        """Values of the earlier name to be kept, in a list; empty when nothing is lost by the change.

        Another case or other marks make no other name, as in an import.
        """
        kept = {key: value for key, value in names.items() if key in _KEPT and value}
        if "name" in kept and fold(kept["name"]) == fold(self.name):
            del kept["name"]
        mine = written.filtered(lambda name: name.organization_id == self)
        kept = {key: value for key, value in kept.items() if value not in mine.mapped(key)}
        if not kept:
            return []
        basis = self._renaming().legal_basis or False
        return [{"organization_id": self.id, **kept, **self._days_of(kept), "legal_basis": basis}]

    def _days_of(self, kept):
        """First and last day of what is replaced now; none for what has not outlived the day it was written."""
        now = today()
        until = self._renaming().until or now - timedelta(days=1)
        earlier = self.name_ids.filtered(lambda name: name.valid_to and any(name[key] for key in kept))
        last = max(earlier.mapped("valid_to"), default=None)
        since = last + timedelta(days=1) if last else self.valid_from
        return {} if since and since > until else {"valid_from": since, "valid_to": until}

    def _renaming(self):
        found = self.env.context.get("vpdt_renaming")
        return found if isinstance(found, Renaming) else Renaming()

    def _rename_agency(self):
        for company in self._companies_here():  # the agency of another one's company: renamed with its organization
            former = company.name
            if former == self.name:  # an import had changed the directory only
                continue
            company._check_name_is_free(self.name)
            company.name = self.name
            if fold(former) != fold(self.name):
                company._after_rename(former)
