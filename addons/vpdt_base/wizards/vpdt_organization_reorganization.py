from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..directory.codes import MAX_LENGTH
from ..models.organization.vpdt_organization_renaming import Renaming
from ..vietnam import VIETNAM, to_utc_naive, to_vietnam, today, vietnam_day

SYSTEM_ADMIN = "vpdt_base.group_system_admin"


class VpdtOrganizationReorganization(models.TransientModel):
    """Rename, merge, divide or dissolve organizations by a decision; open work goes to the named successor."""

    _name = "vpdt.organization.reorganization"
    _description = "Reorganisation"

    kind = fields.Selection(
        [("rename", "Rename"), ("merge", "Merge"), ("split", "Divide"), ("dissolve", "Dissolve")],
        required=True,
        default="rename",
    )
    organization_ids = fields.Many2many("vpdt.organization", string="Organizations", required=True)
    decision_number = fields.Char("Number of the decision", required=True)
    decision_date = fields.Date("Date of the decision", required=True)
    date = fields.Date("In force from", required=True, default=lambda self: today())
    new_name = fields.Char()
    new_identifier = fields.Char(
        size=MAX_LENGTH, help="Only when the code changes, too; the former one stays findable."
    )
    new_abbreviation = fields.Char()
    successor_ids = fields.One2many("vpdt.organization.reorganization.successor", "reorganization_id", "Successors")
    continues = fields.Boolean(
        "The organization itself goes on", help="A part is taken out of it (tách); its own work stays with it."
    )
    move_people = fields.Boolean("The people go to the successor", default=True)
    move_children = fields.Boolean("Subordinate organizations go to the successor", default=True)
    plan = fields.Text("What will happen", compute="_compute_plan")
    hindrances = fields.Text("To be done first", compute="_compute_plan")

    @api.depends(
        "kind",
        "organization_ids",
        "successor_ids.organization_id",
        "successor_ids.takes_work",
        "move_people",
        "continues",
    )
    def _compute_plan(self):
        for wizard in self:
            wizard.hindrances = wizard.plan = False
            if wizard.kind == "rename" or not wizard._ends():
                continue
            # Counts only, of agencies that the administrator is about to close.
            companies = wizard.organization_ids._origin.sudo().company_ids
            successor = wizard._work_line().organization_id._origin.sudo().company_ids[:1]
            companies -= successor
            wizard.hindrances = "\n".join(h for c in companies for h in c._reorganization_hindrances()) or False
            plan = [line for c in companies for line in c._reorganization_plan(successor, wizard.move_people)]
            wizard.plan = "\n".join(f"• {line}" for line in plan) or False

    def _ends(self):
        """Whether the organizations end with this reorganisation."""
        return self.kind in ("merge", "dissolve") or (self.kind == "split" and not self.continues)

    def _work_line(self):
        marked = self.successor_ids.filtered("takes_work")
        return marked[:1] if marked or len(self.successor_ids) != 1 else self.successor_ids

    # Doing it ------------------------------------------------------------------------------------------------------

    def action_apply(self):
        """Carry out the reorganisation, all of it or nothing.

        :raises AccessError: the caller is no system administrator
        :raises UserError: something is missing or must be finished first; says what
        """
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group(SYSTEM_ADMIN):
            raise AccessError(self.env._("Organizations are reorganised by the system administrator."))
        self._check_ready()
        shown = self._rename() if self.kind == "rename" else self._succeed()
        self._remind(shown)
        return {
            "type": "ir.actions.act_window",
            "res_model": "vpdt.organization",
            "res_id": shown[:1].id,
            "views": [(False, "form")],
        }

    def _check_ready(self):
        if self.date > today():
            day = vietnam_day(self.date)
            raise UserError(self.env._("This comes into force on %s: carry it out on that day.", day))
        if self.decision_date > today():
            raise UserError(self.env._("The decision cannot be dated in the future."))
        ended = self.organization_ids.filtered(lambda o: not o.active)
        if ended:
            raise UserError(self.env._("Ended before: %s.", ", ".join(ended.mapped("display_name"))))
        getattr(self, f"_check_{self.kind}")()
        if self.hindrances:
            raise UserError(self.env._("To be done first:\n%s", self.hindrances))

    def _check_rename(self):
        if len(self.organization_ids) != 1:
            raise UserError(self.env._("Rename one organization at a time."))
        if not (self.new_name or "").strip():
            raise UserError(self.env._("Write the new name."))

    def _check_merge(self):
        if len(self.successor_ids) != 1:
            raise UserError(self.env._("Name the one organization that takes over; it may be one of those merged."))
        if not self.organization_ids - self.successor_ids.organization_id:
            raise UserError(self.env._("An organization cannot be merged with itself."))
        self._check_successors()

    def _check_split(self):
        if len(self.organization_ids) != 1:
            raise UserError(self.env._("Divide one organization at a time."))
        if len(self.successor_ids) < (1 if self.continues else 2):
            raise UserError(self.env._("Name the organizations that it is divided into."))
        if not self.continues and len(self.successor_ids.filtered("takes_work")) != 1:
            raise UserError(self.env._("Tick the one successor that takes over the open work."))
        self._check_successors()

    def _check_dissolve(self):
        if len(self.successor_ids) > 1:
            raise UserError(self.env._("Name at most one organization that takes over the work."))
        self._check_successors()

    def _check_successors(self):
        for line in self.successor_ids:
            if not line.organization_id and not (line.name and line.identifier):
                raise UserError(self.env._("Choose each successor from the directory, or write its name and code."))
        if self.kind != "merge" and self.successor_ids.organization_id & self.organization_ids:
            raise UserError(self.env._("An organization cannot follow itself."))
        ended = self.successor_ids.organization_id.filtered(lambda o: not o.active)
        if ended:
            names = ", ".join(ended.mapped("display_name"))
            raise UserError(
                self.env._("Ended before: %s. If it is set up again, unarchive it in the directory first.", names)
            )

    def _decision(self):
        return self.env._(
            "Decision %(number)s of %(date)s",
            number=self.decision_number,
            date=vietnam_day(self.decision_date),
        )

    # Rename --------------------------------------------------------------------------------------------------------

    def _rename(self):
        organization = self.organization_ids
        name = self.new_name.strip()
        code = (self.new_identifier or "").strip()
        values = {"name": name, "legal_basis": self._decision()}
        if self.new_abbreviation:
            values["abbreviation"] = self.new_abbreviation.strip()
        if code:
            values["identifier"] = code
        renaming = Renaming(self.date - timedelta(days=1), self._decision())
        organization.with_context(vpdt_renaming=renaming).write(values)
        return organization

    # Merge, divide, dissolve ---------------------------------------------------------------------------------------

    def _succeed(self):
        successors = {line: line._have_organization() for line in self.successor_ids}
        work = successors.get(self._work_line(), self.env["vpdt.organization"]) if self._ends() else None
        ending = self.organization_ids - self.env["vpdt.organization"].union(*successors.values())
        for organization in ending:
            self._link(organization, successors, work)
        if self._ends():
            self._hand_over(ending, work)
            if self.move_children and work:
                ending.child_ids.filtered(lambda child: child != work).write({"parent_id": work.id})
            ending.write({"active": False, "valid_to": self.date - timedelta(days=1)})
        self.env["vpdt.journal.entry"]._record(
            "move", ending, {"reorganised": self.kind, "decision": self._decision(), "to": work.name if work else ""}
        )
        return work or self.env["vpdt.organization"].union(*successors.values()) or ending

    def _link(self, organization, successors, work):
        """Write who follows; to whom the work went when the organization ended before no longer counts."""
        Succession = self.env["vpdt.organization.succession"]
        if self._ends():
            organization.succession_ids.filtered("takes_work").write({"takes_work": False})
            Succession.flush_model(["takes_work"])
        known = {link.successor_id: link for link in organization.succession_ids if link.date == self.date}
        values = {
            "kind": self.kind if self._ends() else "transfer",
            "certainty": "certain",
            "legal_basis": self._decision(),
        }
        for successor in successors.values():
            mine = {**values, "takes_work": bool(work) and successor == work}
            if successor in known:  # a part of it on the very same day
                known[successor].write(mine)
            else:
                pair = {"predecessor_id": organization.id, "successor_id": successor.id, "date": self.date}
                Succession.create({**pair, **mine})

    def _hand_over(self, ending, work):
        """Agencies served here hand over; a successor that is not served here yet is opened for that."""
        companies = ending.sudo().company_ids  # the work of agencies that the administrator closes
        if not companies:
            return
        successor = work.sudo().company_ids[:1] if work else companies.browse()
        if work and not successor:
            successor = self._open_successor(work.sudo(), companies[:1])
        for company in companies:
            company._reorganize_to(successor, self.move_people)

    def _open_successor(self, organization, model_company):
        values = {name: organization[name] or "" for name in ("identifier", "abbreviation", "place")}
        spec = {
            "organization_id": organization.id,
            "values": {
                **values,
                "name": organization.name,
                "parent_agency_name": model_company.parent_agency_name or "",
            },
            "departments": [],
            "people": [],
        }
        company, _rows = self.env["res.company"].sudo()._open_agency(spec)  # rights were checked by action_apply
        return company

    def _remind(self, organizations):
        """Within 15 days the keeper of the national directory must be told (Đồng Tháp: khoản 3 Điều 7)."""
        decided = to_utc_naive(datetime.combine(self.decision_date, time(8), tzinfo=VIETNAM))
        agency = organizations[:1].sudo().company_ids[:1] or self.env.company  # whose days count is no secret
        due = self.env["vpdt.day.exception"]._deadline("organization_change_notice", decided, agency)
        organizations[:1]._remind_people(
            self.env.user,
            self.env._("Report this reorganisation to the keeper of the national directory"),
            date_deadline=to_vietnam(due).date(),
            note=self.env._("%s: within 15 days.", self._decision()),
        )


class VpdtOrganizationReorganizationSuccessor(models.TransientModel):
    _name = "vpdt.organization.reorganization.successor"
    _description = "Successor in a reorganisation"
    _order = "id"

    reorganization_id = fields.Many2one("vpdt.organization.reorganization", required=True, ondelete="cascade")
    organization_id = fields.Many2one("vpdt.organization", "From the directory")
    name = fields.Char("New organization")
    identifier = fields.Char(size=MAX_LENGTH)
    abbreviation = fields.Char()
    takes_work = fields.Boolean("Takes over the work")

    def _have_organization(self):
        """The organization of this line, made when it is new (vpdt.organization)."""
        self.ensure_one()
        if self.organization_id:
            return self.organization_id
        wizard = self.reorganization_id
        origin = wizard.organization_ids[:1]
        return self.env["vpdt.organization"].create(
            {
                "name": self.name,
                "identifier": self.identifier,
                "abbreviation": self.abbreviation,
                "parent_id": origin.parent_id.id,
                "level": origin.level,
                "place": origin.place,
                "valid_from": wizard.date,
                "legal_basis": wizard._decision(),
            }
        )
