from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.vpdt_base.vietnam import local_day, today, vietnam_day

from ..mixins.vpdt_handled_mixin import CHASERS


class VpdtAssignment(models.Model):
    """A part that is given to a unit, given on within it, answered with an opinion, extended, handed over.

    Second distribution: the head of a unit gives his part on to his people, with a deadline not later than his own;
    such a part names the one that it came from (``parent_id``).
    """

    _inherit = "vpdt.assignment"

    department_id = fields.Many2one(
        "hr.department",
        "Unit",
        readonly=True,
        ondelete="restrict",
        help="The unit that has this part; its head handles it, or gives it on.",
    )
    parent_id = fields.Many2one("vpdt.assignment", "Given on from", readonly=True, index=True, ondelete="cascade")
    child_ids = fields.One2many("vpdt.assignment", "parent_id", "Given on to", readonly=True)
    opened_at = fields.Datetime("Opened on", readonly=True)
    extension_date = fields.Date("Extension asked until", readonly=True)
    extension_reason = fields.Text("Reason for the extension", readonly=True)
    extensions = fields.Integer("Extensions granted", readonly=True)
    chased = fields.Integer(compute="_compute_chased", help="How often this person was chased.")

    unit_id = fields.Many2one("hr.department", "Unit in charge", compute="_compute_unit", store=True, index=True)
    outcome = fields.Selection(
        [("open", "Going on"), ("in_time", "Done in time"), ("late", "Done late")],
        compute="_compute_outcome",
        store=True,
    )

    @api.depends("user_id", "department_id")
    def _compute_unit(self):
        """The unit as it is when the part is given; who changes his unit later takes no past work along."""
        for part in self:
            whose = part.user_id._vpdt_department() if part.user_id else False
            part.unit_id = part.department_id or whose

    @api.depends("state", "deadline", "done_at")
    def _compute_outcome(self):
        for part in self:
            late = part.deadline and part.done_at and local_day(part.done_at) > part.deadline
            part.outcome = "open" if part.state == "open" else "late" if late else "in_time"

    def action_open_document(self):
        """Open the document that this part belongs to."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self._work()._name,
            "res_id": self._work().id,
            "views": [(False, "form")],
        }

    def action_remove(self):
        """Take a person out of a task who was named in error; by who gave it."""
        self.ensure_one()
        self.check_access("read")
        if not self.task_id:
            raise UserError(self.env._("Only the parts of a task are taken out here."))
        return self.task_id._remove_part(self)

    def _compute_chased(self):
        groups = self.env["vpdt.handling.note"]._read_group(
            Domain("kind", "in", CHASERS)
            & (Domain("incoming_id", "in", self.incoming_id.ids) | Domain("task_id", "in", self.task_id.ids)),
            ["incoming_id", "task_id", "person_id"],
            ["__count"],
        )
        counts = {(task or document, person): count for document, task, person, count in groups}
        for part in self:
            part.chased = counts.get((part._work(), part.user_id), 0)

    def _who(self):
        """The unit or person as registers and slips name it."""
        self.ensure_one()
        return self.department_id.sudo().name or self.user_id.name  # of the own agency

    # Second distribution ----------------------------------------------------------------------------------------------

    def _people_below(self):
        """Whom the person who has this part may give it on to: the people of the units that he heads (res.users)."""
        return self._people_under(self.user_id, self.company_id)

    @api.model
    def _people_under(self, heads, company):
        """The people of the units of ``company`` that ``heads`` head, without themselves (res.users)."""
        units = (
            self.env["hr.department"]
            .sudo()
            .search(  # who heads which unit is no secret in the agency
                [("manager_id.user_id", "in", heads.ids), ("company_id", "in", company.ids)]
            )
        )
        below = self.env["hr.department"].sudo().search([("id", "child_of", units.ids)])
        return (below.member_ids.user_id - heads).filtered("active").sudo(False)

    def _distribute(self, lines, text=""):
        """Give this part on.

        :param lines: list of ``{"user_id", "part", "deadline"}``; one of them in the lead
        :param text: the words of who gives it on
        :raises UserError, AccessError: not his part, not his people, a deadline later than his own
        """
        self.ensure_one()
        document = self._work()
        document._check_may(self.user_id == self.env.user and self.state == "open" and document._is_handled())
        allowed = self._people_below()
        for line in lines:
            person = self.env["res.users"].browse(line["user_id"])
            deadline = fields.Date.to_date(line.get("deadline")) or self.deadline
            if person not in allowed:
                raise AccessError(self.env._("%s is not in your unit.", person.name))
            self._check_not_later(deadline)
            self._check_has_no_part(person)
            self._make(document, {**line, "deadline": deadline, "parent_id": self.id, "direction": text or False})
        document._say("distribution", text)
        document._tell_screens()
        return True

    def _check_not_later(self, deadline):
        if self.deadline and deadline and deadline > self.deadline:
            raise UserError(
                self.env._("The deadline cannot be later than the one given to you: %s.", vietnam_day(self.deadline))
            )

    def _check_has_no_part(self, person):
        taken = self._work().assignment_ids.filtered(lambda a: a.user_id == person)
        if taken:
            raise UserError(
                self.env._("%(who)s has a part already: %(part)s.", who=person.name, part=taken[0]._part_label())
            )

    @api.model
    def _make(self, document, values):
        """A part given by a step, which has checked the rights; told to its person at once."""
        # written by the step; all values are its own
        part = self.sudo().create(
            {
                document._work_field: document.id,
                "user_id": values["user_id"],
                "part": values["part"],
                "deadline": values.get("deadline") or False,
                "parent_id": values.get("parent_id") or False,
                "department_id": values.get("department_id") or False,
                "direction": values.get("direction") or False,
            }
        )
        part = part.with_env(self.env)
        document._add_participants(part.user_id, part.part)
        part._tell_person()
        return part

    # Opinion, extension, handing over ---------------------------------------------------------------------------------

    def _give_opinion(self, text):
        """Ý kiến phối hợp: kept on the part and told to who has the lead (Điều 24)."""
        self.ensure_one()
        document = self._work()
        document._check_words(text)
        document._check_may(self.user_id == self.env.user and self.state == "open")
        self._by_system().answer = text.strip()
        document._say("opinion", text.strip())
        lead = (
            self.parent_id or document.assignment_ids.filtered(lambda a: a.part == "lead" and not a.parent_id)
        ).user_id
        summary = self.env._("Opinion of %s", self._who())
        document._remind_people(lead - self.env.user, summary, event="answered", note=text.strip())
        return self.action_done()

    def _ask_extension(self, date, reason):
        """Gia hạn: ask for a later deadline; who gave the part decides.

        :param date: date until which
        """
        self.ensure_one()
        document = self._work()
        document._check_words(reason)
        document._check_may(self.user_id == self.env.user and self.state == "open")
        if not date or date < today() or (self.deadline and date <= self.deadline):
            raise UserError(self.env._("The new deadline must be later than the present one, and not past."))
        self._by_system().write({"extension_date": date, "extension_reason": reason.strip()})
        document._say("extension", reason.strip(), date=date)
        words = self.env._("%(who)s asks for an extension until %(day)s", who=self.user_id.name, day=vietnam_day(date))
        document._remind_people(self._giver() - self.env.user, words, event="work", note=reason.strip())
        document._tell_screens()
        return True

    def _giver(self):
        """Who decides on this part: who gave it on, else the leader (res.users)."""
        return self.parent_id.user_id or self._work()._giver()

    def _decides_extension(self):
        if self.parent_id:
            return self.parent_id.user_id == self.env.user
        return self._work()._may_direct()

    def _decide_extension(self, granted, date=None, text=""):
        """Grant the extension that was asked for, cut or whole, or refuse it.

        :param granted: bool
        :param date: date that is granted, by default the one asked for
        """
        self.ensure_one()
        document = self._work()
        document._check_may(self._decides_extension())
        if not self.extension_date:
            raise UserError(self.env._("No extension has been asked for."))
        date = date or self.extension_date
        if granted and date < today():
            raise UserError(self.env._("The granted deadline is past already."))
        if granted and self.parent_id:
            self.parent_id._check_not_later(date)
        values = {"extension_date": False, "extension_reason": False}
        if granted:
            values |= {"deadline": date, "extensions": self.extensions + 1, "reminded": "none"}
        # who decides may not otherwise write to a part that was given; these values are the step's own
        self.sudo().write(values)
        if granted and self.part == "lead" and not self.parent_id:
            document._by_system().sudo().due_date = date  # likewise
        document._say(
            "granted" if granted else "denied", text, date=date if granted else False, person_id=self.user_id.id
        )
        words = (
            self.env._("Extended until %s", vietnam_day(date)) if granted else self.env._("The extension is refused")
        )
        document._remind_people(self.user_id - self.env.user, words, event="answered", note=text or False)
        document._tell_screens()
        return True

    def _hand_over(self, person, reason):
        """Chuyển người xử lý: a colleague of the same agency takes this part as it stands.

        :param person: res.users
        """
        self.ensure_one()
        document = self._work()
        document._check_words(reason)
        document._check_may(self.user_id == self.env.user and self.state == "open")
        if not person or self.company_id not in person.sudo().company_ids or not person._is_internal():
            raise UserError(self.env._("Choose a colleague of your agency."))
        self._check_has_no_part(person)
        former = self.user_id
        document._end_notices(former)
        # the part stays; whose it is, is the step's to say
        self.sudo().write({"user_id": person.id, "opened_at": False, "department_id": False})
        document._add_participants(person, self.part)
        document._say("handed", reason.strip(), person_id=person.id)
        self._tell_person()
        return True

    def _open_again(self):
        """Put a part that was done back on the desk; by the step that reopens the document."""
        for part in self.filtered(lambda a: a.state == "done"):
            part._move_to("open", {"done_at": False})
