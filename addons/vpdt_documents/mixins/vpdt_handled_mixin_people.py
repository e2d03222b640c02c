from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.vietnam import today, vietnam_day

PARTS = ("lead", "collaborator", "information")
MOST_PEOPLE = 500  # of one direction


class VpdtHandledMixin(models.AbstractModel):
    """Giving parts in a few presses: people and units in three columns, in one dialog for all that is handled."""

    _inherit = "vpdt.handled.mixin"

    def _proposal(self, mode):
        """Hook: what is ticked when the dialog opens.

        :return: (chosen {key: part}, text, deadline, why)
        """
        return {}, "", False, ""

    def _choosable(self):
        """Hook: whom the current user may give parts to (res.users), None for everybody of the agency."""
        return None

    def _prepare_direction_vals(self, text, day):
        """Hook: what is written with the parts.

        :param text: the words of who directs
        :param day: deadline for all, or False
        """
        return {"due_date": day} if day else {}

    def _take_direction(self):
        """Hook: the step that follows when people have been chosen."""

    def _direction_dialog(self, mode, title):
        return {
            "type": "ir.actions.client",
            "tag": "vpdt_direction",
            "target": "new",
            "name": title,
            "params": {"model": self._name, "ids": self.ids, "mode": mode},
        }

    def action_open_distribution(self):
        """Open the dialog in which the head of a unit gives his part on."""
        self.ensure_one()
        return self._direction_dialog("distribute", self.env._("Distribute within the unit"))

    def action_open_addition(self):
        """Open the dialog in which the leader adds people to a document that was directed."""
        self.ensure_one()
        return self._direction_dialog("add", self.env._("Add people"))

    def direction_options(self, mode):
        """All that the dialog of directing shows, for who may direct these documents.

        :param str mode: "direct", "distribute" or "add"
        :return: ``{"documents": [str], "rows": [{"key", "kind", "id", "name", "title", "unit", "head"}], "texts":
            [str], "chosen": {key: part}, "text": str, "deadline": ISO date or "", "latest": ISO date or "", "why": str,
            "days": [{"label", "date"}]}``
        """
        self.check_access("read")
        document = self[:1]
        chosen, text, deadline, why = self._proposal(mode)
        part = document._own_part() if mode == "distribute" else self.env["vpdt.assignment"]
        return {
            "documents": self.mapped("display_name"),
            "rows": document._people_rows(part),
            "texts": self.env["vpdt.quick.text"]._texts(),
            "chosen": chosen,
            "text": text,
            "deadline": fields.Date.to_string(deadline) if deadline else "",
            "latest": fields.Date.to_string(part.deadline) if part.deadline else "",
            "why": why,
            "days": self._near_days(),
        }

    def _near_days(self):
        """Deadlines that are taken most often, in working days of the agency."""
        calendar, now = self.env["vpdt.day.exception"]._calendar(self[:1].sudo().company_id), today()
        days = ((count, calendar.add_working_days(now, count)) for count in (1, 3, 5, 10))
        return [
            {"label": self.env._("%s working days", count), "date": fields.Date.to_string(day)} for count, day in days
        ]

    def _people_rows(self, part):
        """Units and people that a part may be given to: those below ``part``, else the whole agency."""
        company = self.sudo().company_id
        # who works in which unit of the own agency is no secret
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search(
                [("company_id", "=", company.id), ("user_id", "!=", False), ("user_id.active", "=", True)],
                order="department_id, id",
            )
        )
        allowed = part._people_below() if part else self._choosable()
        if allowed is not None:
            employees = employees.filtered(lambda employee: employee.user_id in allowed)
        rows = []
        for unit, people in employees.grouped("department_id").items():
            if unit and allowed is None and unit.manager_id.user_id:
                rows.append(self._row("unit", unit, "", unit, unit.manager_id.user_id.id))
            rows += [self._row("user", e.user_id, e.signing_title or e.job_title or "", unit) for e in people]
        return rows

    @api.model
    def _row(self, kind, record, title, unit, head=False):
        return {
            "key": f"{kind}-{record.id}",
            "kind": kind,
            "id": record.id,
            "name": record.name,
            "title": title or "",
            "unit": unit.name or "",
            "head": head,
        }

    @api.model
    def _chosen(self, parts):
        top = parts.filtered(lambda a: not a.parent_id and a.user_id.active)
        return {
            f"unit-{part.department_id.id}" if part.department_id else f"user-{part.user_id.id}": part.part
            for part in top
        }

    def direct(self, lines, text="", deadline=False):
        """Direct these documents to the same people.

        :param lines: list of ``{"kind": "user" | "unit", "id": int, "part": str, "deadline": ISO date or ""}``
        :param str text: bút phê
        :param deadline: ISO date of the document, for who has none of his own; empty leaves it
        :return: ``[{"id", "name", "done": bool, "message": str}]``, one for each document
        """
        lines = self._checked_lines(lines)
        if sum(line["part"] == "lead" for line in lines) != 1:
            raise UserError(self.env._("Name exactly one lead (chủ trì)."))
        return [document._direct_one(lines, text, deadline) for document in self]

    def _direct_one(self, lines, text, deadline):
        answer = {"id": self.id, "name": self.display_name, "done": False, "message": ""}
        try:
            with self.env.cr.savepoint():
                self.check_access("write")
                self._check_move_roles(self._find_move(self._handled_state))
                self._write_direction(lines, text, deadline)
                self._take_direction()
        except UserError as error:
            return {**answer, "message": str(error)}
        return {**answer, "done": True, "name": self.display_name}

    def _write_direction(self, lines, text, deadline):
        day = self._future_day(deadline)
        self.write(self._prepare_direction_vals((text or "").strip(), day))
        # which parts there are is said by who directs; rights and lines were checked
        self.sudo().assignment_ids.unlink()
        self.env["vpdt.assignment"].sudo().create(
            [
                {
                    self._work_field: self.id,
                    "user_id": line["user_id"],
                    "department_id": line["department_id"],
                    "part": line["part"],
                    "deadline": line["deadline"] or day or self.due_date,
                }
                for line in lines
            ]
        )
        self.invalidate_recordset(["assignment_ids"])

    def distribute(self, lines, text=""):
        """Give one's own part on within the unit.

        :param lines: as for `direct`, people only
        """
        self.ensure_one()
        self.check_access("read")
        return self._own_part()._distribute(self._checked_lines(lines), str(text or "").strip())

    def add_people(self, lines, text=""):
        """Add people to a document that was directed; the lead stays who he is.

        :param lines: as for `direct`, without a lead
        """
        self.ensure_one()
        self._check_may(self._is_handled() and self._may_direct())
        lines = self._checked_lines(lines)
        if any(line["part"] == "lead" for line in lines):
            raise UserError(self.env._("There is a lead already; add collaborators and people for information."))
        for line in lines:
            person = self.env["res.users"].browse(line["user_id"])
            self.assignment_ids[:1]._check_has_no_part(person)
            values = {**line, "deadline": line["deadline"] or self.due_date, "direction": str(text or "").strip()}
            self.env["vpdt.assignment"]._make(self, values)
        self._say("direction", str(text or "").strip())
        self._tell_screens()
        return True

    def _checked_lines(self, lines):
        """What a client has handed in, as values of parts; people and units of this agency, each once.

        :raises UserError: something of it does not fit
        """
        company, checked, seen = self[:1].sudo().company_id, [], set()
        chooses = self[:1]._choosable()
        if not isinstance(lines, list) or not 0 < len(lines) <= MOST_PEOPLE:
            raise UserError(self.env._("Choose at least one person."))
        for line in lines:
            unit = person = False
            if line.get("kind") == "unit":
                unit = self.env["hr.department"].sudo().browse(int(line["id"])).exists()  # units of the own agency
                person = unit.manager_id.user_id
                if not person:
                    raise UserError(self.env._("The unit “%s” has no head yet.", unit.name or ""))
            else:
                person = self.env["res.users"].sudo().browse(int(line["id"])).exists()  # of the own agency, see below
            fits = person.active and not person.share and company in person.company_ids
            if not fits or (unit and unit.company_id != company) or line.get("part") not in PARTS:
                raise UserError(self.env._("Choose people and units of the agency, and what part each has."))
            if person.id in seen:
                raise UserError(self.env._("%s was chosen twice, as a person and as the head of a unit.", person.name))
            if chooses is not None and person not in chooses:
                raise UserError(self.env._("%s is not in your unit.", person.name))
            seen.add(person.id)
            checked.append(
                {
                    "user_id": person.id,
                    "department_id": unit.id if unit else False,
                    "part": line["part"],
                    "deadline": self._future_day(line.get("deadline")),
                }
            )
        return checked

    @api.model
    def _future_day(self, text):
        """A day that a person has chosen as a deadline: today or later, and not by a slip of the year.

        :return: date or False
        :raises UserError: it is past, or further away than any work
        """
        day = fields.Date.to_date(text) if text else False
        self._check_deadline_day(day)
        return day

    @api.model
    def _check_deadline_day(self, day):
        if day and day < today():
            raise UserError(self.env._("The deadline %s is past already.", vietnam_day(day)))
        if day and day.year > today().year + 5:
            raise UserError(self.env._("The deadline %s is more than five years away: a slip?", vietnam_day(day)))
