import secrets

from odoo import Command, api, models
from odoo.exceptions import UserError

from ...directory.agencies import PASSED_TO_DEPUTY
from ...text import fold

# Office hours until the agency says otherwise: 7:30–11:30 and 13:00–17:00, Monday to Friday.
OFFICE_HOURS = (7.5, 11.5, 13.0, 17.0)
_ORGANIZATION = ("name", "identifier_legacy", "abbreviation", "place", "address", "email", "phone")


class ResCompany(models.Model):
    """Opening an agency, from the wizard and from a workbook alike: what is there is completed, never doubled."""

    # split by concern
    _inherit = "res.company"

    @api.model
    def _open_agency(self, spec, passwords=None):
        """Make or complete one agency. Superuser mode; the caller has checked that the user may.

        :param spec: an agency of `directory.AgencyBook`; may hold ``"hours"``, four floats in hours of the day, and
            ``"organization_id"`` and ``"parent_id"``, where a person has chosen them from the directory
        :param passwords: dict to be filled with login → first password of new users, or None for none
        :return: (res.company, list of (part, row, result)) with result "created", "updated" or "unchanged"
        :raises UserError: a row contradicts what is there; nothing of this agency is kept by the caller
        """
        organization, result = self._open_organization(spec)
        company = organization.company_ids[:1]
        made = not company
        if made:
            self._check_name_is_free(organization.name)
            company = self.create({"name": organization.name, "organization_id": organization.id})
            company._set_office_hours(spec.get("hours") or OFFICE_HOURS)
        changed = company._take_values(spec["values"])
        rows = [("agency", spec.get("row", 0), "created" if made else "updated" if changed else result)]
        company = company.with_context(allowed_company_ids=company.ids, no_reset_password=True)
        rows += company._open_departments(spec["departments"])
        rows += company._open_parts(spec)
        rows += company._open_people(spec["people"], passwords)
        self.env["vpdt.journal.entry"]._record("permission", company, {"opened": made, "rows": len(rows)})
        return company, rows

    def _check_name_is_free(self, name):
        """:raises UserError: an agency served here, other than this one, has the name; superuser mode"""
        if self.with_context(active_test=False).search_count(
            [("name", "=", name), ("id", "not in", self.ids)], limit=1
        ):
            raise UserError(self.env._("Another agency served here is called “%s” already: names must differ.", name))

    @api.model
    def _open_organization(self, spec):
        """The organization of an agency to be opened, completed or made: (vpdt.organization, result)."""
        Organization, values = self.env["vpdt.organization"], spec["values"]
        chosen = Organization.browse(spec.get("organization_id") or ())
        organization = chosen or self._known_organization(values)
        wanted = {name: values[name] for name in _ORGANIZATION if values.get(name)}
        wanted.update(self._wanted_parent(spec))
        if not organization:
            return Organization.create({**wanted, "identifier": values["identifier"]}), "created"
        if not organization.active:
            raise UserError(self.env._("“%s” has ended: no agency can be opened for it.", organization.display_name))
        if not chosen:
            self._check_present(organization, values)
        wanted.update(self._wanted_identifier(organization, values["identifier"]))
        return organization, "updated" if self._write_changes(organization, wanted) else "unchanged"

    @api.model
    def _wanted_parent(self, spec):
        code = spec["values"].get("parent_code")
        if spec.get("parent_id") or not code:
            return {"parent_id": spec["parent_id"]} if spec.get("parent_id") else {}
        parent = self.env["vpdt.organization"]._find_by_identifier(code)
        if not parent:
            raise UserError(self.env._("The parent %s is not in the directory. Enter it there first.", code))
        return {"parent_id": parent.id}

    @api.model
    def _known_organization(self, values):
        """By the identifier, else by the old code where the directory has no other yet; two answers are no answer."""
        Organization = self.env["vpdt.organization"]
        found = Organization._find_by_identifier(values["identifier"])
        legacy = values.get("identifier_legacy")
        if found or not legacy:
            return found
        same = Organization.search([("identifier_legacy", "=", legacy)])
        if len(same) > 1 or same.identifier:
            raise UserError(
                self.env._("%(code)s is the old code of %(organizations)s: correct the code in the list.",
                           code=legacy, organizations=", ".join(same.mapped("display_name")))
            )  # fmt: skip
        return same

    @api.model
    def _wanted_identifier(self, organization, code):
        """An empty identifier is filled, a present one replaced only where a person has chosen the organization."""
        if not code or code in (organization.identifier, organization.identifier_legacy):
            return {}
        other = self.env["vpdt.organization"]._find_by_identifier(code) - organization
        if other.active:
            raise UserError(self.env._("%(code)s is the code of “%(name)s”.", code=code, name=other.name))
        return {"identifier": code}

    @api.model
    def _check_present(self, organization, values):
        """A workbook older than a reorganisation must not bring the former name or code back.

        :raises UserError: says what the organization is called now
        """
        code = values["identifier"]
        if organization.identifier and code not in (organization.identifier, organization.identifier_legacy):
            raise UserError(
                self.env._("%(code)s is a former code of “%(now)s”. Write its present one, or enter a new organization "
                           "with this code in the directory first.",
                           code=code, now=organization.display_name)
            )  # fmt: skip
        name = fold(values.get("name") or organization.name)
        if name != fold(organization.name) and name in {fold(former.name or "") for former in organization.name_ids}:
            raise UserError(
                self.env._("“%(former)s” is a former name of “%(now)s”: write its present one.",
                           former=values["name"], now=organization.display_name)
            )  # fmt: skip

    @api.model
    def _write_changes(self, record, values):
        """Write what differs; True when something did."""
        changes = {}
        for name, value in values.items():
            present = record[name].id if record._fields[name].relational else record[name]
            if (present or False) != (value or False):
                changes[name] = value
        if changes:
            record.write(changes)
        return bool(changes)

    def _take_values(self, values):
        wanted = {"name": self.organization_id.name}
        if "parent_agency_name" in values:
            wanted["parent_agency_name"] = values["parent_agency_name"] or False
        return self._write_changes(self, wanted)

    def _set_office_hours(self, hours):
        """Working hours of a new agency, Monday to Friday, Asia/Ho_Chi_Minh.

        :param hours: (morning from, morning to, afternoon from, afternoon to)
        """
        morning, noon, afternoon, evening = hours
        attendances = [
            Command.create({"name": label, "dayofweek": str(day), "day_period": period, "hour_from": a, "hour_to": b})
            for day in range(5)
            for label, period, a, b in (
                (self.env._("Morning"), "morning", morning, noon),
                (self.env._("Afternoon"), "afternoon", afternoon, evening),
            )
        ]
        values = {
            "name": self.env._("Office hours"),
            "tz": "Asia/Ho_Chi_Minh",
            "company_id": self.id,
            "attendance_ids": [Command.clear(), *attendances],
        }
        calendar = self.resource_calendar_id
        if calendar and calendar.company_id == self:
            calendar.write(values)
        else:
            self.resource_calendar_id = self.env["resource.calendar"].create(values)

    # Parts ---------------------------------------------------------------------------------------------------------

    def _open_departments(self, rows):
        """:param rows: list of (row, {"name", "abbreviation"})"""
        known = {fold(d.name): d for d in self.env["hr.department"].search([("company_id", "=", self.id)])}
        results, missing = [], []
        for row, values in rows:
            department = known.get(fold(values["name"]))
            if department:
                wanted = {"abbreviation": values["abbreviation"]} if values.get("abbreviation") else {}
                changed = self._write_changes(department, wanted)
                results.append(("department", row, "updated" if changed else "unchanged"))
            else:
                missing.append(
                    {
                        "name": values["name"],
                        "abbreviation": values.get("abbreviation") or False,
                        "company_id": self.id,
                    }
                )
                results.append(("department", row, "created"))
        self.env["hr.department"].create(missing)
        return results

    def _open_parts(self, spec):
        """Hook: what else an addon makes for an agency that is opened.

        :param spec: the agency as a dict of `directory.AgencyBook`, with a list of (row, values) for each part
        :return: list of (part, row, result) with result "created", "updated" or "unchanged"
        """
        return []

    def _open_people(self, rows, passwords):
        logins = [values["login"] for _row, values in rows]
        found = self.env["res.users"].with_context(active_test=False).search([("login", "in", logins)])
        known = {user.login: user for user in found}
        results, missing = [], []
        for row, values in rows:
            if values["login"] in known:
                changed = self._complete_person(known[values["login"]], values)
                results.append(("person", row, "updated" if changed else "unchanged"))
            else:
                missing.append(values)
                results.append(("person", row, "created"))
        self._create_people(missing, passwords)
        return results

    def _create_people(self, people, passwords):
        users = self.env["res.users"].create([self._prepare_user_vals(values, passwords) for values in people])
        departments = {fold(d.name): d.id for d in self.env["hr.department"].search([("company_id", "=", self.id)])}
        self.env["hr.employee"].create(
            [
                {
                    "user_id": user.id,
                    "company_id": self.id,
                    "resource_calendar_id": self.resource_calendar_id.id,
                    **self._prepare_employee_vals(values, departments),
                }
                for user, values in zip(users, people, strict=True)
            ]
        )
        heads = {fold(v["department"]): u for u, v in zip(users, people, strict=True) if "unit_head" in v["roles"]}
        for name, user in heads.items():
            department = self.env["hr.department"].browse(departments.get(name))
            if department and not department.manager_id:
                department.manager_id = user.employee_id
        self.env["vpdt.journal.entry"]._record("permission", users, {"account": "opened", "agency": self.name})

    def _prepare_user_vals(self, values, passwords):
        vals = {
            "name": values["name"],
            "login": values["login"],
            "email": values.get("email") or False,
            "lang": "vi_VN",
            "tz": "Asia/Ho_Chi_Minh",
            "company_id": self.id,
            "company_ids": [Command.set(self.ids)],
            "group_ids": [Command.set(self._roles(values).ids)],
        }
        if passwords is not None:
            passwords[values["login"]] = vals["password"] = f"Vp-{secrets.token_urlsafe(9)}-{secrets.randbelow(90)}"
        return vals

    def _roles(self, values):
        names = values["roles"] or ["user"]
        return self.env["res.groups"].union(*(self.env.ref(f"vpdt_base.group_{name}") for name in names))

    def _prepare_employee_vals(self, values, departments):
        vals = {
            "name": values["name"],
            "work_email": values.get("email") or False,
            "job_title": values.get("title") or False,
            "signing_title": values.get("title") or False,
            "competence": values.get("competence") or False,
            "competence_title": values.get("competence_title") or False,
            "deputy_of": values.get("deputy_of") or False,
        }
        if values.get("department"):
            vals["department_id"] = departments.get(fold(values["department"]), False)
        return vals

    def _complete_person(self, user, values):
        """Roles are added, never taken away by a list; an account of another agency is not touched."""
        if self not in user.company_ids:
            raise UserError(
                self.env._("The login %(login)s belongs to another agency. Choose another one for %(name)s.",
                           login=user.login, name=values["name"])
            )  # fmt: skip
        if not user.active:
            raise UserError(self.env._("The account %s is closed. Open it again under Users first.", user.login))
        new_roles = self._roles(values) - user.all_group_ids
        if new_roles:
            user.write({"group_ids": [Command.link(role.id) for role in new_roles]})
            self.env["vpdt.journal.entry"]._record("permission", user, {"roles": new_roles.mapped("name")})
        departments = {fold(d.name): d.id for d in self.env["hr.department"].search([("company_id", "=", self.id)])}
        wanted = {k: v for k, v in self._prepare_employee_vals(values, departments).items() if v}
        if wanted.get("competence", "TM.") not in PASSED_TO_DEPUTY:
            wanted["deputy_of"] = False  # the second KT. goes with the form it stood below
        employee = self.env["hr.employee"].search([("user_id", "=", user.id), ("company_id", "=", self.id)], limit=1)
        if not employee:
            self.env["hr.employee"].create({**wanted, "user_id": user.id, "company_id": self.id})
            return True
        return bool(self._write_changes(employee, wanted) or new_roles)
