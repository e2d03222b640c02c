from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from psycopg2 import DatabaseError

from ..directory import DirectoryError, read_agencies
from ..directory.codes import MAX_LENGTH
from ..models.organization.res_company_opening import OFFICE_HOURS

SYSTEM_ADMIN = "vpdt_base.group_system_admin"


class _DryRun(Exception):
    """Takes back what a dry run has done."""


class VpdtAgencyOpening(models.TransientModel):
    """One screen to open an agency: organization, departments, registers, people with their roles, office hours."""

    _name = "vpdt.agency.opening"
    _description = "Opening of an agency"

    organization_id = fields.Many2one(
        "vpdt.organization",
        "From the directory",
        domain="[('company_ids', '=', False)]",
        help="Leave empty for an organization that is not in the directory yet.",
    )
    name = fields.Char("Name of the agency", compute="_compute_values", store=True, readonly=False, required=True)
    identifier = fields.Char(compute="_compute_values", store=True, readonly=False, required=True, size=MAX_LENGTH)
    abbreviation = fields.Char(compute="_compute_values", store=True, readonly=False, required=True)
    place = fields.Char("Place name", compute="_compute_values", store=True, readonly=False, required=True)
    parent_id = fields.Many2one(
        "vpdt.organization", "Parent organization", compute="_compute_values", store=True, readonly=False
    )
    parent_agency_name = fields.Char(
        compute="_compute_parent_agency_name",
        store=True,
        readonly=False,
        help="Tên cơ quan chủ quản trực tiếp, as printed above the name of the agency.",
    )
    department_ids = fields.One2many(
        "vpdt.agency.opening.department", "opening_id", "Departments", default=lambda self: self._default_departments()
    )
    person_ids = fields.One2many("vpdt.agency.opening.person", "opening_id", "People")
    morning_from = fields.Float(default=OFFICE_HOURS[0])
    morning_to = fields.Float(default=OFFICE_HOURS[1])
    afternoon_from = fields.Float(default=OFFICE_HOURS[2])
    afternoon_to = fields.Float(default=OFFICE_HOURS[3])

    @api.model
    def _default_departments(self):
        return [(0, 0, {"name": self.env._("Office"), "abbreviation": "VP"})]

    @api.depends("organization_id")
    def _compute_values(self):
        for opening in self:
            source = opening.organization_id
            for name in ("name", "identifier", "abbreviation", "place", "parent_id"):
                opening[name] = source[name] or opening[name]

    @api.depends("parent_id")
    def _compute_parent_agency_name(self):
        for opening in self:
            opening.parent_agency_name = opening.parent_id.name or opening.parent_agency_name

    def action_open(self):
        """Open the agency and show it.

        :raises AccessError: the caller is no system administrator
        :raises UserError: served here already, a login is taken …: nothing is made
        """
        self.ensure_one()
        self._check_rights()
        self._check_not_served()
        # Accounts, departments and registers of an agency that nobody belongs to yet; the right was checked above.
        company, _rows = self.env["res.company"].sudo()._open_agency(self._prepare_spec())
        return {
            "type": "ir.actions.act_window",
            "name": company.name,
            "res_model": "vpdt.organization",
            "res_id": company.organization_id.id,
            "views": [(False, "form")],
        }

    @api.model
    def _check_rights(self):
        if not self.env.su and not self.env.user.has_group(SYSTEM_ADMIN):
            raise AccessError(self.env._("Agencies are opened by the system administrator."))

    def _check_not_served(self):
        known = self.env["vpdt.organization"]._find_by_identifier(self.identifier)
        organization = self.organization_id or known
        if organization.sudo().company_ids:  # whether an agency is served here is no secret
            raise UserError(self.env._("“%s” is served here already.", organization.display_name))
        morning = self.morning_from < self.morning_to <= self.afternoon_from < self.afternoon_to
        if not morning or self.morning_from < 0 or self.afternoon_to > 24:
            raise UserError(self.env._("Check the office hours: morning and afternoon must follow each other."))

    def _prepare_spec(self):
        """This screen as an agency of `directory.AgencyBook`; an addon adds the parts that it opens."""
        return {
            "row": 0,
            "organization_id": self.organization_id.id,
            "parent_id": self.parent_id.id,
            "values": {
                "name": self.name.strip(),
                "identifier": self.identifier.strip(),
                "abbreviation": self.abbreviation,
                "place": self.place,
                "parent_agency_name": self.parent_agency_name or "",
            },
            "departments": [(0, {"name": d.name, "abbreviation": d.abbreviation}) for d in self.department_ids],
            "people": [(0, person._prepare_person()) for person in self.person_ids],
            "hours": (self.morning_from, self.morning_to, self.afternoon_from, self.afternoon_to),
        }

    # A whole province ----------------------------------------------------------------------------------------------

    @api.model
    def _open_province(self, path, report, commit, *, dry_run=False, keep_passwords=None):
        """Open or complete every agency of a workbook; for `./vpdt agency import`.

        :param path: of the .xlsx file
        :param report: called with (sheet, row, identifier, result, message) for each row
        :param commit: called when an agency is whole: one transaction each
        :param dry_run: take everything back
        :param keep_passwords: gives new users first passwords: called with a dict, login → password, of each agency
            before it is committed; None: none are given
        :return: number of agencies that could not be opened
        :raises UserError: the workbook cannot be read
        """
        self._check_rights()
        try:
            book = read_agencies(path, directions=self._workbook_directions())
        except DirectoryError as error:
            raise UserError(self._problem_text(error.code, error.params)) from None
        for sheet, row, identifier, code, params in book.problems:
            report(sheet, row, identifier, "error", self._problem_text(code, params))
        if not dry_run:
            return self._open_all(book, report, commit, keep_passwords)
        failed = 0
        try:
            with self.env.cr.savepoint():
                failed = self._open_all(book, report, lambda: None, keep_passwords and (lambda passwords: None))
                raise _DryRun
        except _DryRun:
            self.env.invalidate_all()
        return failed

    @api.model
    def _workbook_directions(self):
        """Hook: what registers a workbook may name beside those of arrival and dispatch: ``{word: code}``."""
        return {}

    @api.model
    def _open_all(self, book, report, commit, keep_passwords):
        failed = 0
        for identifier in self._parents_first(book):
            passwords = None if keep_passwords is None else {}
            failed += not self._open_one(book, identifier, report, passwords)
            if passwords:
                keep_passwords(passwords)
            commit()
        return failed

    @api.model
    def _problem_text(self, code, params):
        return self.env["vpdt.organization.import.line"]._problem_text(code, params)

    @api.model
    def _parents_first(self, book):
        """Identifiers of the book, an agency before those below it."""
        order, waiting = [], dict(book.agencies)
        while waiting:
            ready = [code for code, agency in waiting.items() if agency["values"]["parent_code"] not in waiting]
            # a circle of parents: let the directory refuse it
            for code in ready or list(waiting):
                order.append(code)
                del waiting[code]
        return order

    @api.model
    def _open_one(self, book, identifier, report, passwords):
        spec, sheets = book.agencies[identifier], dict(_SHEETS)
        if not book.is_sound(identifier):
            message = self.env._("Not opened: rows of this agency have errors, see above.")
            report(sheets["agency"], spec["row"], identifier, "error", message)
            return False
        given = None if passwords is None else {}
        try:
            with self.env.cr.savepoint():
                _company, rows = self.env["res.company"].sudo()._open_agency(spec, given)  # checked by the caller
                self.env.flush_all()
        except (UserError, ValueError, DatabaseError) as error:
            self.env.invalidate_all()
            report(sheets["agency"], spec["row"], identifier, "error", self._words_of(error))
            return False
        if given:
            passwords.update(given)
        for part, row, result in rows:
            report(sheets[part], row, identifier, result, "")
        return True

    @api.model
    def _words_of(self, error):
        if not isinstance(error, DatabaseError):
            return str(error)
        return self.env._("The database refused a row: %s", str(error).splitlines()[0] if str(error) else error.pgcode)


_SHEETS = (("agency", "Cơ quan"), ("department", "Phòng ban"), ("register", "Sổ"), ("person", "Cán bộ"))
