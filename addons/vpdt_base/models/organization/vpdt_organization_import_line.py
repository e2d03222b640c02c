from odoo import api, fields, models

from ...directory import MESSAGES
from .vpdt_organization_import import RESULTS


class VpdtOrganizationImportLine(models.Model):
    """One row of a directory file, and what came of it. Filled by COPY, read by people, never written by them."""

    _name = "vpdt.organization.import.line"
    _description = "Row of a directory import"
    _order = "import_id, id"
    _log_access = False

    import_id = fields.Many2one("vpdt.organization.import", required=True, ondelete="cascade", readonly=True)
    number = fields.Integer("Row", readonly=True, help="In the file; 0 for an organization that is not in it.")
    name = fields.Char(readonly=True)
    identifier = fields.Char(readonly=True)
    identifier_legacy = fields.Char("Legacy identifier", readonly=True)
    parent_code = fields.Char("Parent organization", readonly=True)
    abbreviation = fields.Char(readonly=True)
    level = fields.Char(readonly=True)
    address = fields.Char(readonly=True)
    email = fields.Char(readonly=True)
    phone = fields.Char(readonly=True)
    website = fields.Char(readonly=True)
    place = fields.Char("Place name", readonly=True)
    valid_from = fields.Date(readonly=True)
    valid_to = fields.Date(readonly=True)
    legal_basis = fields.Char(readonly=True)
    removed = fields.Boolean(readonly=True)
    search_text = fields.Char(readonly=True)
    refused = fields.Boolean(readonly=True, help="The row itself is wrong, whatever the directory holds.")
    problems = fields.Json(readonly=True, help="Of the row itself: [[code, params]].")
    findings = fields.Json(readonly=True, help="In comparison with the file and the directory: [[code, params]].")
    warned = fields.Boolean("To be looked at", readonly=True)
    result = fields.Selection(RESULTS, readonly=True)
    parent_node = fields.Integer(readonly=True, help="Organization id, or minus the number of a row of this import.")
    # No key to the directory: its check and its index would cost as much as writing the row itself.
    organization_ref = fields.Integer(
        readonly=True, help="Id of the organization that was found, or the one kept for it until it is written."
    )
    organization_id = fields.Many2one("vpdt.organization", compute="_compute_organization_id")
    message = fields.Text(compute="_compute_message")

    # Comparing is done on a copy without any: each more would be written 120,000 times.
    _by_result = models.Index("(import_id, result)")

    @api.depends("organization_ref")
    def _compute_organization_id(self):
        organizations = self.env["vpdt.organization"]
        there = set(organizations.browse(self.mapped("organization_ref")).exists().ids)
        for line in self:
            line.organization_id = organizations.browse(line.organization_ref if line.organization_ref in there else ())

    @api.depends("problems", "findings")
    def _compute_message(self):
        for line in self:
            told = (line.problems or []) + (line.findings or [])
            line.message = "\n".join(self._problem_text(code, params) for code, params in told)

    @api.model
    def _problem_text(self, code, params):
        """A problem of the domain package in the language of the reader.

        :param code: key of `directory.MESSAGES`
        :param params: what the message is filled with
        """
        labels = self._field_labels()
        params = {key: labels.get(value, value) if key == "field" else value for key, value in params.items()}
        # The source words are marked for translation where they stand, in directory/problems.py.
        return self.env._(MESSAGES[code], **params)  # pylint: disable=translation-contains-variable

    @api.model
    def _field_labels(self):
        names = ("name", "identifier", "identifier_legacy", "parent_code", "abbreviation", "level", "address", "email")
        names += ("phone", "website", "place", "valid_from", "valid_to", "legal_basis")
        found = self.fields_get(names, ["string"])
        return {name: found[name]["string"] for name in names}
