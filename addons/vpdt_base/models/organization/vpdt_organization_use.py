from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

_LATELY = timedelta(days=365)


class VpdtOrganizationUse(models.Model):
    """When an agency last wrote to an organization, or heard from it: its choice lists begin with these.

    Rows are only ever added, one a use, so that two clerks never wait for each other; once a day those that a newer
    one makes needless are cleared away. Read through `vpdt.organization.name_search` only.
    """

    _name = "vpdt.organization.use"
    _description = "Recent use of an organization"
    _log_access = False
    _order = "id DESC"

    company_id = fields.Many2one("res.company", "Agency", required=True, readonly=True, ondelete="cascade")
    organization_id = fields.Many2one("vpdt.organization", required=True, readonly=True, index=True, ondelete="cascade")
    used_at = fields.Datetime("Used on", required=True, readonly=True, default=fields.Datetime.now)

    _by_agency = models.Index("(company_id, organization_id, id)")

    @api.model
    def _record(self, company, organizations):
        """Note that an agency has just used some organizations.

        :param company: res.company
        :param organizations: vpdt.organization, possibly empty
        """
        rows = [{"company_id": company.id, "organization_id": organization.id} for organization in organizations]
        self.sudo().create(rows)  # written by the steps of documents, never by a person

    @api.model
    def _latest(self, company, domain, limit):
        """The organizations of ``domain`` that an agency used within a year, the latest first.

        :param company: res.company
        :param domain: on vpdt.organization
        :param limit: int, or None for all
        :return: list of ids
        """
        organizations = self.env["vpdt.organization"]
        if self.env.context.get("active_test", True):
            domain = Domain(domain) & Domain("active", "=", True)
        # What this person may see of the directory is asked in his name, when he used it in that of the system.
        found = organizations._search(domain)
        groups = self.sudo()._read_group(
            [("company_id", "=", company.id), ("organization_id", "in", found)],
            ["organization_id"],
            order="id:max DESC",
            limit=limit,
        )
        return [organization.id for (organization,) in groups]

    @api.autovacuum
    def _gc_uses(self):
        """Keep the newest use of each organization by each agency, for a year."""
        self.env.cr.execute(
            """DELETE FROM vpdt_organization_use u
                WHERE u.used_at < %s
                   OR EXISTS (SELECT 1 FROM vpdt_organization_use n
                               WHERE n.company_id = u.company_id AND n.organization_id = u.organization_id
                                 AND n.id > u.id)""",
            [fields.Datetime.now() - _LATELY],
        )
