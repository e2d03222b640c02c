from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.vpdt_base.mixins.vpdt_move_mixin import Move, in_move
from odoo.addons.vpdt_base.vietnam import today

from .freeze import LIVE, LIVE_DOSSIER, is_archiving
from .vpdt_file_plan import ARCHIVIST, LEADER

DATA = frozenset(
    {"title", "year", "notation", "plan_line_id", "retention_id", "holder_id", "department_id", "date_start",
     "date_end", "access_mode", "language", "keywords", "description", "editor_ids", "sheet_total", "paper_code"}
)  # fmt: skip
#: Rights of use (Thông tư 05/2025: mode); what is secret never enters the system.
ACCESS_MODES = [("01", "Public"), ("02", "Conditional")]
LANGUAGES = [
    ("01", "Vietnamese"), ("02", "English"), ("03", "French"), ("04", "Russian"), ("05", "Chinese"),
    ("06", "Vietnamese and English"), ("07", "Vietnamese and Russian"), ("08", "Vietnamese and French"),
    ("09", "Hán Nôm"), ("10", "Vietnamese and Chinese"), ("11", "Other"),
]  # fmt: skip
#: States of what a person keeps himself; what the archive has is nobody's any more.
OWN = ("open", "closed", "offered")


class VpdtDossier(models.Model):
    """A dossier (hồ sơ): the documents of one matter, opened, collected, closed, transferred, kept and disposed of
    (Nghị định 30/2020, Điều 28–31; Phụ lục VI, Phần II, data of a dossier)."""

    _name = "vpdt.dossier"
    _description = "Dossier"
    _inherit = [
        "vpdt.participant.mixin",
        "vpdt.move.mixin",
        "vpdt.search.mixin",
        "vpdt.file.owner.mixin",
        "vpdt.isolation.mixin",
        "vpdt.people.mixin",
        "mail.thread",
    ]
    _order = "year DESC, id DESC"
    _rec_name = "title"
    _check_company_auto = True
    _search_text_fields = ("title", "notation", "keywords", "description", "archive_code")
    _roles_that_see_all = ("vpdt_base.group_clerk", "vpdt_base.group_leader", "vpdt_base.group_archivist")

    company_id = fields.Many2one(
        "res.company", "Agency", required=True, index=True, readonly=True, default=lambda self: self.env.company
    )
    plan_line_id = fields.Many2one(
        "vpdt.file.plan.line",
        "In the file plan",
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('kind', '=', 'dossier'), ('plan_id.state', 'in', ('approved', 'issued'))]",
    )
    title = fields.Char(
        required=True, size=500, compute="_compute_from_plan", store=True, readonly=False, precompute=True
    )
    year = fields.Integer(
        required=True, compute="_compute_from_plan", store=True, readonly=False, precompute=True, index=True,
        help="In which the dossier began (FileCatalog).",
    )  # fmt: skip
    notation = fields.Char(
        "Number and notation", required=True, size=20, compute="_compute_from_plan", store=True, readonly=False,
        precompute=True, help="For example 01.TCCB (FileNotation).",
    )  # fmt: skip
    code = fields.Char("Code of the dossier", compute="_compute_code", store=True, help="OrganId, year and notation.")
    holder_id = fields.Many2one(
        "res.users", "Kept by", required=True, check_company=True, index=True, compute="_compute_from_plan", store=True,
        readonly=False, precompute=True, help="Who opens the dossier and answers for it (Điều 29).",
    )  # fmt: skip
    department_id = fields.Many2one(
        "hr.department", "Unit", check_company=True, index=True, compute="_compute_from_plan", store=True,
        readonly=False, precompute=True,
    )  # fmt: skip
    editor_ids = fields.Many2many(
        "res.users", string="May file documents", copy=False, help="Colleagues who add documents to the dossier."
    )
    date_start = fields.Date("Begun on", required=True, default=lambda self: today())
    date_end = fields.Date("Work ended on", copy=False)
    access_mode = fields.Selection(ACCESS_MODES, "Rights of use", required=True, default="02")
    language = fields.Selection(LANGUAGES, required=True, default="01")
    keywords = fields.Char()
    description = fields.Text("Remarks", size=500)
    sheet_total = fields.Integer("Sheets on paper", copy=False)
    paper_code = fields.Char("Code of the paper dossier", copy=False)
    archive_code = fields.Char("Archive code", readonly=True, copy=False, index=True)
    item_ids = fields.One2many("vpdt.dossier.item", "dossier_id", "Documents", copy=False)
    doc_total = fields.Integer("Documents in all", readonly=True, copy=False)
    page_total = fields.Integer("Pages in all", readonly=True, copy=False)
    file_total = fields.Integer("Files in all", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed on", readonly=True, copy=False)
    reopen_reason = fields.Text("Reason to reopen it", copy=False)
    state = fields.Selection(
        [
            ("open", "Open"),
            ("closed", "Closed"),
            ("offered", "Handed in"),
            ("kept", "In the archive"),
            ("sent", "Sent to the historical archive"),
            ("destroyed", "Destroyed"),
        ],
        copy=False,
        tracking=True,
    )
    may_file = fields.Boolean(compute="_compute_may_file", help="Whether you may add documents now.")

    _notation_unique = models.Constraint(
        "UNIQUE (company_id, year, notation)", "There is a dossier with this notation in this year already."
    )
    _by_company_state = models.Index("(company_id, state, date_end)")

    holder_left = fields.Boolean(
        "Kept by somebody who has left", compute="_compute_holder_left", search="_search_holder_left"
    )

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(
                ("open",),
                "closed",
                self.env._("Close the dossier"),
                "action_close",
                (),
                "_check_closing",
                "_effect_closed",
            ),
            Move(
                ("closed",),
                "open",
                self.env._("Reopen"),
                "action_reopen",
                (),
                "_check_reopening",
                "_effect_reopened",
                danger=True,
                confirmation=self.env._("The dossier is open again, with the reason you wrote."),
            ),
            Move(("closed",), "offered", "Hand in", "", (), "", "_effect_offered"),
            Move(("offered",), "closed", "Give back", "", (ARCHIVIST,), "", "_effect_given_back"),
            Move(("offered",), "kept", "Take into the archive", "", (ARCHIVIST,), "", "_effect_kept"),
            Move(
                ("kept",),
                "sent",
                self.env._("Send to the historical archive"),
                "action_send_to_historical",
                (ARCHIVIST, LEADER),
                "_check_sending",
                "_effect_sent",
                danger=True,
                confirmation=self.env._("The historical archive has received the package, as its minutes say."),
            ),
            Move(("kept",), "destroyed", "Destroy", "", (ARCHIVIST,), "_check_destruction", "_effect_destroyed"),
        )

    # Data ------------------------------------------------------------------------------------------------------------

    @api.depends("plan_line_id")
    def _compute_from_plan(self):
        for dossier in self:
            line = dossier.plan_line_id
            user, own = self.env.user, dossier.holder_id
            dossier.title = line.name if line else dossier.title
            dossier.year = line.year if line else dossier.year or today().year
            dossier.notation = line.code if line else dossier.notation
            dossier.holder_id = line.user_id or own or user
            dossier.department_id = line.department_id or dossier.department_id or user._vpdt_department()

    @api.depends("company_id", "year", "notation")
    def _compute_code(self):
        for dossier in self:
            organization = dossier.company_id.sudo().organization_id  # the identifier of the own agency
            organ = organization.identifier or organization.identifier_legacy or ""
            dossier.code = ".".join(filter(None, (organ, str(dossier.year or ""), dossier.notation)))

    @api.depends("notation", "title")
    def _compute_display_name(self):
        for dossier in self:
            dossier.display_name = " · ".join(filter(None, (dossier.notation, dossier.title)))

    @api.constrains("date_start", "date_end")
    def _check_days(self):
        for dossier in self:
            if dossier.date_end and dossier.date_end < dossier.date_start:
                raise ValidationError(self.env._("“%s” ended before it began.", dossier.title))

    # Who sees and who writes -----------------------------------------------------------------------------------------

    @api.model
    def _visible_domain(self):
        domain = super()._visible_domain()
        if domain.is_true():
            return domain
        return domain | Domain("holder_id", "=", self.env.uid) | Domain("editor_ids", "in", self.env.uid)

    @api.depends("state", "holder_id", "editor_ids")
    @api.depends_context("uid")
    def _compute_may_file(self):
        for dossier in self:
            dossier.may_file = dossier.state == "open" and dossier._is_mine()

    def _is_mine(self):
        """Whether the current user works on this dossier: who keeps it, the editors, the head of the unit."""
        head = self.department_id.sudo().manager_id.user_id  # who heads a unit of the own agency is no secret
        return self.env.user in (self.holder_id | self.editor_ids | head)

    @api.model
    def _first_fields(self):
        return super()._first_fields() | DATA

    def _editable_fields(self):
        names = super()._editable_fields()
        if self.state == "open" and self._is_mine():
            return names | DATA | {"item_ids"}
        if self.state == "closed" and self._is_mine():
            return names | {"reopen_reason", "sheet_total", "paper_code"}
        if self.state in ("kept", "sent") and self.env.user.has_group(ARCHIVIST):
            return names | {"place_id"} | ({"historical_receipt"} if self.state == "kept" else set())
        return names

    @api.model_create_multi
    def create(self, vals_list):
        dossiers = super().create(vals_list)
        for dossier in dossiers:
            head = dossier.department_id.sudo().manager_id.user_id  # see _is_mine
            dossier._add_participants(dossier.holder_id | dossier.editor_ids | head, "Dossier")
            dossier._journal("move", {"to": "open"})
        dossiers._fix_retention()
        return dossiers

    def write(self, vals):
        if vals.keys() - {*LIVE, *LIVE_DOSSIER} and not is_archiving(self.env) and not in_move(self.env):
            self._check_not_frozen()
        result = super().write(vals)
        if {"holder_id", "editor_ids"} & vals.keys():
            for dossier in self:
                dossier._add_participants(dossier.holder_id | dossier.editor_ids, "Dossier")
        if {"retention_id", "date_end"} & vals.keys():
            self._fix_retention()
        if "place_id" in vals:
            for dossier in self.sudo():  # where it lies is for the archive to see; who moved it, for the journal
                dossier._journal("move", {"place": dossier.place_id.full_code or ""})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_empty_only(self):
        for dossier in self:
            if dossier.state != "open" or dossier.sudo().item_ids:  # whether there are any, nothing else
                raise UserError(self.env._("“%s” is not deleted: only an empty, open dossier is.", dossier.title))

    def _upload_roles(self):
        roles = super()._upload_roles()
        return [*roles, "annex"] if self.may_file else roles

    def _check_may_file(self):
        """:raises AccessError: the current user may not add documents to this dossier now."""
        self.ensure_one()
        if not self.may_file:
            raise AccessError(
                self.env._(
                    "“%(dossier)s” takes no documents from you: it is “%(state)s”, kept by %(holder)s.",
                    dossier=self.title,
                    state=self._state_label(self.state),
                    holder=self.holder_id.name,
                )
            )

    def _people_at_screens(self):
        return super()._people_at_screens() | self.participant_ids.user_id

    # Documents -------------------------------------------------------------------------------------------------------

    def _file_documents(self, documents):
        """Link documents with this dossier; those that are in it already stay as they are.

        :param documents: list of records with `vpdt.document.mixin`
        :return: vpdt.dossier.item, the new ones
        """
        self._check_may_file()
        known = {(item.res_model, item.res_id) for item in self.sudo().item_ids}  # whether they are in it
        new = [document for document in documents if (document._name, document.id) not in known]
        return self.env["vpdt.dossier.item"].create(
            [{"dossier_id": self.id, "res_model": document._name, "res_id": document.id} for document in new]
        )

    def action_sort_by_date(self):
        """Put the documents in the order of their dates (khoản 3 Điều 29)."""
        self.ensure_one()
        self.check_access("write")
        self._check_may_file()
        for number, item in enumerate(self.item_ids.sorted(lambda i: (str(i.date or "9999"), i.id)), 1):
            item.sequence = number * 10
        return True

    def _documents(self):
        """The documents themselves, in their order: list of records, as the current user."""
        return [item._owner() for item in self.item_ids]

    def _history_records(self):
        items = self.env["vpdt.dossier.item"].search([("dossier_id", "=", self.id)])
        return [*super()._history_records(), items]

    # Archive ---------------------------------------------------------------------------------------------------------

    def action_announce(self):
        """The archivist announces these closed dossiers: their keepers have 30 days to hand them in.

        :return: action that opens the transfers
        """
        if not self.env.user.has_group(ARCHIVIST):
            raise AccessError(self.env._("The transfer is announced by the archivist."))
        self.check_access("read")
        closed = self.filtered(lambda dossier: dossier.state == "closed")
        if not closed:
            raise UserError(self.env._("Choose dossiers that are closed and not handed in yet."))
        transfers = self.env["vpdt.transfer"]._announce(closed)
        action = self.env["ir.actions.act_window"]._for_xml_id("vpdt_archive.vpdt_transfer_action")
        return {**action, "domain": [("id", "in", transfers.ids)]}

    def action_make_sip(self):
        """Have a package made of this dossier, in the background; opens the list of its packages."""
        self.ensure_one()
        kind = "SIP" if self.state in ("closed", "offered") else "AIP"
        self.env["vpdt.package"].create({"dossier_id": self.id, "kind": self.env.context.get("vpdt_kind") or kind})
        return self.action_packages()

    def action_packages(self):
        """Open the packages of this dossier."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("vpdt_archive.vpdt_package_action")
        return {**action, "domain": [("dossier_id", "=", self.id)]}

    # Of who leaves ----------------------------------------------------------------------------------------------------
    # Dossiers of who leaves: handed over, or reminded of.

    @api.depends("holder_id")
    def _compute_holder_left(self):
        for dossier in self:
            dossier.holder_left = not dossier.holder_id.sudo().active  # whether a colleague is still here

    @api.model
    def _search_holder_left(self, operator, value):
        if operator != "in":
            return NotImplemented
        left = self.env["res.users"].sudo().with_context(active_test=False)._search([("active", "=", False)])
        domain = Domain("holder_id", "in", left) & Domain("state", "in", OWN)
        return domain if True in value else ~domain

    def _hand_over_to(self, receiver, reason):
        """Let ``receiver`` keep these dossiers and their transfers from now on, and see what their keeper saw in them;
        superuser mode, see the dialog."""
        for dossier in self:
            before = dossier.holder_id
            dossier._by_system().holder_id = receiver
            dossier._journal("permission", {"from": before.name, "to": receiver.name, "reason": reason})
            for model, items in dossier.item_ids.grouped("res_model").items():
                documents = self.env[model].browse(items.mapped("res_id"))
                documents._seen_by(before)._add_participants(receiver, "Dossier")
        transfers = self.env["vpdt.transfer"].search(
            [("line_ids.dossier_id", "in", self.ids), ("state", "!=", "accepted")]
        )
        for transfer in transfers:
            transfer._by_system().giver_id = receiver
            transfer._add_participants(receiver, "Transfer")
        self[:1]._remind_people(receiver, self.env._("%s dossiers were handed over to you", len(self)))

    @api.model
    def _cron_leavers(self):
        """Ask the head of the unit, or the archivists, to have handed over what people who have left still keep."""
        left = self.search([("holder_left", "=", True)])
        words = self.env._("Dossiers of a person who has left are to be handed over")
        asked = self.env["mail.activity"].search([("res_model", "=", self._name), ("summary", "=", words)])
        for (company, _holder), dossiers in left.grouped(lambda d: (d.company_id, d.holder_id)).items():
            first = dossiers[0]
            if first.id in asked.mapped("res_id"):
                continue
            head = first.department_id.manager_id.user_id.filtered("active")
            first.with_company(company)._remind_people(head or first._users_of_role(ARCHIVIST), words)
