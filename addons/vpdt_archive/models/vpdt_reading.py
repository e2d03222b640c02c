from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move
from odoo.addons.vpdt_base.vietnam import today

from .vpdt_file_plan import ARCHIVIST, LEADER

#: Usual number of days of a right to read or of a loan.
USUAL_DAYS = 15
#: Nobody reads or borrows for longer without asking again.
LONGEST_DAYS = 366
WANTED = frozenset(
    {"user_id", "outsider_name", "outsider_paper", "outsider_address", "purpose", "wanted", "way", "with_copies",
     "dossier_ids", "date_until"}
)  # fmt: skip
PREPARED = frozenset({"dossier_ids", "date_until", "with_copies", "answer"})


class VpdtReading(models.Model):
    """A request of the reading room: to read dossiers of the archive on screen, with a mark on every page, or to borrow
    them on paper, for a time (Luật Lưu trữ 33/2024, on use; Nghị định 30/2020, Phụ lục VI, P6-6).

    Who asks says what he wants; the archivist finds the dossiers; what is conditional is approved by the head. The
    right opens the marked pages of these dossiers only (`_shelf`), never the dossiers and documents themselves.
    """

    _name = "vpdt.reading"
    _description = "Request of the reading room"
    _inherit = [
        "vpdt.participant.mixin",
        "vpdt.move.mixin",
        "vpdt.text.mixin",
        "vpdt.isolation.mixin",
        "vpdt.people.mixin",
        "mail.thread",
    ]
    _order = "id DESC"
    _check_company_auto = True
    _roles_that_see_all = ("vpdt_base.group_leader", "vpdt_base.group_archivist")

    company_id = fields.Many2one(
        "res.company", "Agency", required=True, index=True, readonly=True, default=lambda self: self.env.company
    )
    year = fields.Integer(readonly=True, copy=False)
    number = fields.Integer(readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users", "Reader", required=True, check_company=True, index=True, default=lambda self: self.env.user,
        help="Who reads; for a person from outside, who reads with him.",
    )  # fmt: skip
    outsider_name = fields.Char("Reader from outside", help="A citizen or a person of another agency.")
    outsider_paper = fields.Char("Identity paper", help="Kind and number of the paper that was shown.")
    outsider_address = fields.Char("Address or agency")
    reader_name = fields.Char("Who reads", compute="_compute_reader_name")
    purpose = fields.Char(required=True)
    wanted = fields.Text("What is wanted", required=True, help="Matter, year, numbers: the archivist finds it.")
    way = fields.Selection(
        [("screen", "Read on screen"), ("paper", "Borrow on paper")], "How", required=True, default="screen"
    )
    with_copies = fields.Boolean("Prints with a mark", help="The reader may also print, with the mark on every page.")
    dossier_ids = fields.Many2many(
        "vpdt.dossier", string="Dossiers", check_company=True, copy=False,
        domain="[('state', 'in', ('kept', 'sent'))]",
    )  # fmt: skip
    date_until = fields.Date(
        "Until", required=True, default=lambda self: today() + timedelta(days=USUAL_DAYS), help="The last day of it."
    )
    decided_by_id = fields.Many2one("res.users", "Approved by", readonly=True, copy=False)
    decided_at = fields.Datetime("Approved on", readonly=True, copy=False)
    answer = fields.Text("Why it is refused", copy=False)
    lent_at = fields.Datetime("Lent on", readonly=True, copy=False)
    ended_at = fields.Datetime("Ended on", readonly=True, copy=False)
    condition_back = fields.Char("State in which it came back", copy=False)
    reminded_on = fields.Date(readonly=True, copy=False)
    use_ids = fields.One2many(
        "vpdt.reading.use", "reading_id", copy=False, groups="vpdt_base.group_archivist,vpdt_base.group_leader"
    )
    shelf = fields.Html("To be read", compute="_compute_shelf", sanitize=False)
    late = fields.Boolean(compute="_compute_late", search="_search_late")
    state = fields.Selection(
        [("draft", "Being written"), ("requested", "With the archive"), ("laid", "Waits for the head"),
         ("granted", "Approved"), ("lent", "Lent"), ("ended", "Ended"), ("refused", "Refused")],
        default=lambda self: "draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
    )  # fmt: skip

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(("draft",), "requested", self.env._("Ask the archive"), "action_request", (), "", "_effect_requested"),
            Move(
                ("requested",), "laid", self.env._("Lay before the head"), "action_lay", (ARCHIVIST,),
                "_check_prepared", "_effect_laid",
            ),
            Move(
                ("requested",), "granted", self.env._("Approve"), "action_grant", (ARCHIVIST,), "_check_all_public",
                "_effect_granted",
            ),
            Move(
                ("laid",), "granted", self.env._("Approve"), "action_grant", (LEADER,), "_check_prepared",
                "_effect_granted",
            ),
            Move(
                ("granted",), "lent", self.env._("Lend"), "action_lend", (ARCHIVIST,), "_check_lendable",
                "_effect_lent", self.env._("It has not been approved yet."),
            ),
            Move(
                ("granted", "lent"), "ended", self.env._("Taken back"), "action_end", (ARCHIVIST,), "", "_effect_ended",
                self.env._("It has not been approved yet."),
            ),
            Move(
                ("requested", "laid"), "refused", self.env._("Refuse"), "action_refuse", (ARCHIVIST, LEADER),
                "_check_answer", "_effect_refused", danger=True, asks="answer",
                confirmation=self.env._("Who asked is told why."),
            ),
        )  # fmt: skip

    # Data ------------------------------------------------------------------------------------------------------------

    @api.depends("number", "year", "reader_name")
    def _compute_display_name(self):
        for reading in self:
            number = f"{reading.number:02d}/{reading.year}" if reading.number else ""
            reading.display_name = " · ".join(filter(None, (number, reading.reader_name, reading.purpose)))

    @api.depends("user_id", "outsider_name")
    def _compute_reader_name(self):
        for reading in self:
            reading.reader_name = reading.outsider_name or reading.user_id.name

    @api.depends("state", "date_until")
    def _compute_late(self):
        for reading in self:
            reading.late = reading.state == "lent" and reading.date_until < today()

    @api.model
    def _search_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("state", "=", "lent") & Domain("date_until", "<", today())
        return late if True in value else ~late

    @api.constrains("outsider_name", "outsider_paper")
    def _check_outsider(self):
        for reading in self:
            if reading.outsider_name and not (reading.outsider_paper or "").strip():
                raise ValidationError(self.env._("Name the identity paper that %s has shown.", reading.outsider_name))

    def _wanted_dossiers(self):
        """The dossiers of this request, whoever may see them: vpdt.dossier in superuser mode.

        Not by the field: what a person has read of it before, without what he may not see, is what sudo() would get.
        """
        self.ensure_one()
        field = self._fields["dossier_ids"]
        self.flush_recordset(["dossier_ids"])
        rows = self.env.execute_query(
            SQL(
                "SELECT %s FROM %s WHERE %s = %s",
                SQL.identifier(field.column2),
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                self.id,
            )
        )
        return self.env["vpdt.dossier"].sudo().search([("id", "in", [row[0] for row in rows])])

    # Who writes ------------------------------------------------------------------------------------------------------

    @api.model
    def _visible_domain(self):
        return super()._visible_domain() | Domain("user_id", "=", self.env.uid)

    @api.model
    def _first_fields(self):
        return super()._first_fields() | WANTED

    def _editable_fields(self):
        names = super()._editable_fields()
        archivist = self.env.user.has_group(ARCHIVIST)
        if self.state == "draft" and (archivist or self.env.user in (self.user_id | self.create_uid)):
            return names | WANTED
        if self.state == "requested" and archivist:
            return names | PREPARED
        if self.state == "laid" and self.env.user.has_group(LEADER):
            return names | (PREPARED - {"dossier_ids"})
        return names | ({"condition_back"} if archivist and self.state in ("granted", "lent") else set())

    @api.model_create_multi
    def create(self, vals_list):
        readings = super().create(vals_list)
        readings._check_for_whom()
        for reading in readings:
            reading._add_participants(reading.user_id, "Reading")
        return readings

    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "outsider_name"} & vals.keys():
            self._check_for_whom()
        return result

    def _check_for_whom(self):
        """:raises UserError: asked for somebody else by who is not of the archive"""
        if self.env.su or self.env.user.has_group(ARCHIVIST):
            return
        for reading in self:
            if reading.user_id != self.env.user or reading.outsider_name:
                raise UserError(self.env._("You ask for yourself; for others the archivist writes the request."))

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        for reading in self:
            if reading.state != "draft":
                raise UserError(self.env._("“%s” is not deleted: it is part of the register.", reading.display_name))
            if not self.env.su and self.env.user not in (reading.user_id | reading.create_uid):
                raise AccessError(self.env._("The request is that of %s.", reading.reader_name))

    # Steps -----------------------------------------------------------------------------------------------------------

    def action_request(self):
        """Hand the request in; it gets its number."""
        self.ensure_one()
        year = today().year
        return self._move_to("requested", {"year": year, "number": self.number or self._next_number(year)})

    def _next_number(self, year):
        # the row of the agency makes the next one wait its turn; the numbers of all requests count, whoever sees them
        self.env.cr.execute("SELECT 1 FROM res_company WHERE id = %s FOR NO KEY UPDATE", [self.company_id.id])
        self.flush_model(["number", "year", "company_id"])
        query = SQL(
            "SELECT max(number) FROM vpdt_reading WHERE company_id = %s AND year = %s", self.company_id.id, year
        )
        return (self.env.execute_query(query)[0][0] or 0) + 1

    def _effect_requested(self):
        archivists = self._users_of_role(ARCHIVIST)
        self._ask(archivists - self.env.user, self.env._("Find what is wanted in the reading room"))

    def action_lay(self):
        """The archivist has found the dossiers; the head decides."""
        self.ensure_one()
        return self._move_to("laid")

    def _effect_laid(self):
        self._done_activities()
        self._ask(self._users_of_role(LEADER) - self.env.user, self.env._("Decide on the use of the archive"))

    def action_grant(self):
        """Approve: the pages are open to the reader until the last day."""
        self.ensure_one()
        return self._move_by("action_grant", {"decided_by_id": self.env.uid, "decided_at": fields.Datetime.now()})

    def _check_prepared(self):
        """:raises UserError: no dossiers, or a time that has passed or is too long"""
        if not self._wanted_dossiers():  # whether there are any
            raise UserError(self.env._("Choose the dossiers that answer the request."))
        gone = self._wanted_dossiers().filtered(lambda dossier: dossier.state not in ("kept", "sent"))
        if gone:
            raise UserError(self.env._("“%s” is not in the archive.", gone[0].display_name))
        if not today() <= self.date_until <= today() + timedelta(days=LONGEST_DAYS):
            raise UserError(self.env._("Choose a last day between today and a year from now."))

    def _check_all_public(self):
        self._check_prepared()
        conditional = self._wanted_dossiers().filtered(lambda dossier: dossier.access_mode != "01")
        if conditional:
            raise UserError(
                self.env._(
                    "The use of “%s” is conditional: lay the request before the head.", conditional[0].display_name
                )
            )

    def _effect_granted(self):
        self._done_activities()
        self._remind_people(
            (self.user_id | self.create_uid) - self.env.user, self.env._("The reading room has approved your request")
        )

    def action_lend(self):
        """The dossiers leave the archive on paper."""
        self.ensure_one()
        return self._move_to("lent", {"lent_at": fields.Datetime.now()})

    def _check_lendable(self):
        if self.way != "paper":
            raise UserError(self.env._("The request is to read on screen: nothing leaves the archive."))
        self._check_prepared()
        # what is out already, whoever has it; rows of dossiers are locked so that two do not lend one
        self.env.cr.execute("SELECT 1 FROM vpdt_dossier WHERE id = ANY(%s) FOR UPDATE", [self._wanted_dossiers().ids])
        self.flush_model()
        out = self.sudo().search([("state", "=", "lent"), ("dossier_ids", "in", self._wanted_dossiers().ids)], limit=1)
        if out:
            double = out._wanted_dossiers() & self._wanted_dossiers()
            raise UserError(
                self.env._("“%(dossier)s” is lent to %(reader)s.", dossier=double[0].display_name,
                           reader=out.reader_name)
            )  # fmt: skip

    def _step_hindrance(self, move):
        if move.action == "action_lend" and self.way != "paper":
            return self.env._("The request is to read on screen: nothing leaves the archive.")
        return super()._step_hindrance(move)

    def _steps_of_user(self):
        steps = super()._steps_of_user()
        return steps if self.way == "paper" else [step for step in steps if step["action"] != "action_lend"]

    def _effect_lent(self):
        self._done_activities()
        self._note_use("lent")

    def action_end(self):
        """What was lent has come back; or nobody reads any more."""
        self.ensure_one()
        return self._move_to("ended", {"ended_at": fields.Datetime.now()})

    def _effect_ended(self):
        self._done_activities()
        if self.lent_at:
            self._note_use("returned")

    def action_refuse(self):
        """Refuse, with the reason."""
        self.ensure_one()
        return self._move_to("refused", {"decided_by_id": self.env.uid, "decided_at": fields.Datetime.now()})

    def _check_answer(self):
        if not (self.answer or "").strip():
            raise UserError(self.env._("Write why the request is refused."))

    def _effect_refused(self):
        self._done_activities()
        self._remind_people(
            (self.user_id | self.create_uid) - self.env.user,
            self.env._("The reading room has refused your request"),
            note=self.answer,
        )

    def _move_detail(self, move):
        detail = super()._move_detail(move)
        if move.target in ("granted", "lent", "ended"):
            codes = [dossier.archive_code or dossier.code for dossier in self._wanted_dossiers()]
            return {**detail, "dossiers": codes[:50], "until": str(self.date_until)}
        return {**detail, "reason": self.answer} if move.target == "refused" else detail

    def _people_at_screens(self):
        return super()._people_at_screens() | self.participant_ids.user_id

    # Each day --------------------------------------------------------------------------------------------------------

    @api.model
    def _cron_end(self):
        """End what may be read no longer; remind of what should have come back, once a week."""
        past = self.search([("state", "=", "granted"), ("date_until", "<", today())])
        for reading in past:
            reading.action_end()
        week_ago = today() - timedelta(days=7)
        late = self.search([("late", "=", True), "|", ("reminded_on", "=", False), ("reminded_on", "<=", week_ago)])
        for reading in late:
            reading._ask(
                reading.user_id | reading._users_of_role(ARCHIVIST),
                self.env._("Dossiers of the archive should have come back"),
                date_deadline=reading.date_until,
            )
        late.reminded_on = today()
