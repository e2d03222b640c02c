from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...mixins.vpdt_move_mixin import Move
from ...vietnam import today, vietnam_day

UNIT_ADMIN = "vpdt_base.group_unit_admin"


class VpdtDelegation(models.Model):
    """A written delegation (ủy quyền): who acts in whose place, in what, from when to when.

    Khoản 3 Điều 13 Nghị định 30/2020: delegation to sign is given in writing, limited in time and content, to the head
    of a unit of one's own, and may not be passed on; the deputy signs “TUQ.”. It holds between its dates only, whether
    or not the nightly job has marked it.
    """

    _name = "vpdt.delegation"
    _description = "Delegation"
    _inherit = ["vpdt.move.mixin", "vpdt.search.mixin", "vpdt.file.owner.mixin"]
    _order = "date_from DESC, id DESC"
    _search_text_fields = ("principal_id.name", "deputy_id.name", "document_code", "note")

    company_id = fields.Many2one(
        "res.company", "Agency", required=True, index=True, readonly=True, default=lambda self: self.env.company
    )
    principal_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        domain="[('company_ids', 'in', company_id)]",
        ondelete="restrict",
        help="Whose authority it is.",
    )
    deputy_id = fields.Many2one(
        "res.users",
        required=True,
        domain="[('company_ids', 'in', company_id)]",
        ondelete="restrict",
        help="Who acts in his place.",
    )
    may_sign = fields.Boolean(
        "Sign documents", help="Signs outgoing documents “TUQ.” (khoản 3 Điều 13 Nghị định số 30/2020/NĐ-CP)."
    )
    may_direct = fields.Boolean("Direct incoming documents")
    may_initial = fields.Boolean("Initial drafts")
    date_from = fields.Date("From day", required=True, default=lambda self: self._today())
    date_to = fields.Date("To day", required=True, help="The last day on which the delegation holds.")
    document_code = fields.Char(
        "Document of delegation", copy=False, help="Number and notation, for example 05/GUQ-SNV."
    )
    document_date = fields.Date("Dated", copy=False)
    upload = fields.Binary("File of the document", compute="_compute_upload", inverse="_inverse_upload")
    upload_name = fields.Char(compute="_compute_upload", inverse="_inverse_upload")
    note = fields.Char()
    end_reason = fields.Char("Reason for ending", copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("active", "In force"),
            ("ended", "Ended"),
            ("revoked", "Revoked"),
            ("cancelled", "Cancelled"),
        ],
        copy=False,
    )
    holds_today = fields.Boolean(compute="_compute_holds_today", search="_search_holds_today")

    @api.model
    def _get_moves(self):
        return super()._get_moves() + (
            Move(
                ("draft",),
                "active",
                self.env._("Put in force"),
                "action_activate",
                (),
                "_check_may_begin",
                "_effect_begun",
            ),
            Move(
                ("active",),
                "revoked",
                self.env._("Revoke"),
                "action_revoke",
                (),
                "_check_may_revoke",
                "_effect_over",
                danger=True,
            ),
            Move(("active",), "ended", self.env._("End"), "", (), "_check_is_over", "_effect_over"),
            Move(
                ("draft",),
                "cancelled",
                self.env._("Cancel the draft"),
                "action_cancel",
                (),
                "_check_may_revoke",
                danger=True,
            ),
        )

    #: Purpose → (field that allows it, role whose authority it is part of).
    _PURPOSES = {
        "sign": ("may_sign", "vpdt_base.group_leader"),
        "direct": ("may_direct", "vpdt_base.group_leader"),
        "initial": ("may_initial", "vpdt_base.group_unit_head"),
    }
    _dates_in_order = models.Constraint("CHECK (date_from <= date_to)", "The last day lies before the first.")
    _two_people = models.Constraint("CHECK (principal_id <> deputy_id)", "Nobody delegates to himself.")
    _by_principal = models.Index("(principal_id, state, date_from, date_to)")
    _by_deputy = models.Index("(deputy_id, state, date_from, date_to)")

    @api.depends("principal_id", "deputy_id")
    def _compute_display_name(self):
        for delegation in self:
            people = (delegation.principal_id.name, delegation.deputy_id.name)
            delegation.display_name = " → ".join(name for name in people if name)

    @api.model
    def _today(self):
        """The present day in Viet Nam, whatever zone the person's browser is in."""
        return today()

    @api.depends("state", "date_from", "date_to")
    def _compute_holds_today(self):
        for delegation in self:
            delegation.holds_today = bool(delegation.filtered_domain(self._domain_of_day(self._today())))

    @api.model
    def _search_holds_today(self, operator, value):
        if operator != "in":
            return NotImplemented
        holds = self._domain_of_day(self._today())
        return holds if True in value else ~holds

    @api.model
    def _domain_of_day(self, day):
        return Domain(
            [("state", "=", "active"), ("date_from", "<=", day), ("date_to", ">=", day)],
        )

    # The document of delegation -----------------------------------------------------------------------------------

    def _compute_upload(self):
        self.upload = False
        self.upload_name = False

    def _inverse_upload(self):
        File = self.env["vpdt.file"]
        for delegation, name, content in self._uploaded("upload", "giay-uy-quyen.pdf"):
            File._store(delegation, name, content, "main", delegation._file_of_role("main"))

    # Writing ----------------------------------------------------------------------------------------------------

    @api.constrains("principal_id", "deputy_id", "company_id")
    def _check_people_of_agency(self):
        for delegation in self.sudo():  # which agencies a colleague works for
            for user in delegation.principal_id | delegation.deputy_id:
                if delegation.company_id not in user.company_ids:
                    raise ValidationError(
                        self.env._("%(name)s does not work for %(agency)s.", name=user.name,
                                   agency=delegation.company_id.name)
                    )  # fmt: skip

    def copy_data(self, default=None):
        """A copy is a new draft that begins today and lasts as many days; its written document is another one."""
        begin, given = self._today(), default or {}
        return [
            {**vals, "date_from": begin, "date_to": begin + (delegation.date_to - delegation.date_from), **given}
            for delegation, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.model_create_multi
    def create(self, vals_list):
        delegations = super().create(vals_list)
        delegations._check_giver()
        return delegations

    def write(self, vals):
        frozen = (self._scope_fields() | {"company_id"}) & vals.keys()
        if frozen and any(delegation.state != "draft" for delegation in self):
            raise UserError(
                self.env._("A delegation in force is not changed any more: revoke it and write another one.")
            )
        result = super().write(vals)
        if {"principal_id", "company_id"} & vals.keys():
            self._check_giver()
        return result

    @api.model
    def _scope_fields(self):
        """What no longer changes once a delegation is in force; addons add theirs."""
        scope = {"may_sign", "may_direct", "may_initial", "date_from", "date_to"}
        return scope | {"principal_id", "deputy_id", "document_code", "document_date", "upload"}

    @api.model
    def _first_fields(self):
        return super()._first_fields() | self._scope_fields() | {"upload_name", "note"}

    def _editable_fields(self):
        names = super()._editable_fields() | {"note"}
        if self.state == "draft":
            names |= self._first_fields()
        return names | {"end_reason"} if self.state in ("draft", "active") else names

    def _check_giver(self):
        """Nobody writes a delegation of another's authority, save the unit administrator who prepares it."""
        if self.env.su or self.env.user.has_group(UNIT_ADMIN):
            return
        if any(delegation.principal_id != self.env.user for delegation in self):
            raise AccessError(self.env._("You can delegate your own authority only."))

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if any(delegation.state != "draft" for delegation in self):
            raise UserError(self.env._("Only the draft of a delegation can be deleted; revoke it instead."))

    @api.model
    def _instead_of_deleting(self):
        return self.env._("Press “Cancel the draft” instead.")

    # Beginning and ending --------------------------------------------------------------------------------------

    def action_activate(self):
        """Put these delegations in force; from the first day on the deputy may act.

        :raises UserError: not one's own authority, the written document is missing, or another one is in the way
        """
        for delegation in self:
            delegation._move_to("active")
        return True

    def action_revoke(self):
        """End these delegations before their last day."""
        for delegation in self:
            delegation._move_to("revoked")
        return True

    def action_cancel(self):
        """Give these drafts up; they are kept with the files that came with them."""
        for delegation in self:
            delegation._move_to("cancelled")
        return True

    def _check_may_begin(self):
        if not self.env.su and self.principal_id != self.env.user:
            raise UserError(self.env._("Only %s can put this delegation in force.", self.principal_id.name))
        if not (self.document_code and self.document_date):
            raise UserError(
                self.env._(
                    "A delegation is given in writing (khoản 3 Điều 13 Nghị định số 30/2020/NĐ-CP): enter number and "
                    "date of its document."
                )
            )
        if self.date_to < self._today():
            raise UserError(self.env._("The last day of the delegation has passed already."))
        if not self._purposes():
            raise UserError(self.env._("Choose what the delegation is for."))
        self._check_own_authority()
        self._check_no_overlap()

    def _check_own_authority(self):
        """One delegates what is one's own: authority got by delegation is not passed on (khoản 3 Điều 13)."""
        if hindrance := self._hindrance():
            raise UserError(hindrance)

    def _check_no_overlap(self):
        """No second deputy for the same at the same time, and no two people who stand in for each other."""
        self._serialize()
        meanwhile = Domain(
            [("state", "=", "active"), ("date_from", "<=", self.date_to), ("date_to", ">=", self.date_from)]
        )
        for purpose in self._purposes():
            same = meanwhile & Domain(self._PURPOSES[purpose][0], "=", True)
            others = self.sudo().search(same & Domain("principal_id", "=", self.principal_id.id))
            clash = others.filtered(self._meets)[:1]
            mirror = same & Domain([("principal_id", "=", self.deputy_id.id), ("deputy_id", "=", self.principal_id.id)])
            clash = clash or self.sudo().search(mirror, limit=1)
            if clash:
                raise UserError(
                    self.env._(
                        "“%(what)s” is delegated already: %(other)s, %(start)s to %(end)s. Revoke that one, or choose "
                        "other days.",
                        what=self._purpose_label(purpose),
                        other=clash.display_name,
                        start=vietnam_day(clash.date_from),
                        end=vietnam_day(clash.date_to),
                    )
                )

    def _serialize(self):
        """Touch the delegations of both people: of two put in force at once, the second is tried again and sees the
        first (a row that another transaction has changed is an error under REPEATABLE READ)."""
        people = (self.principal_id.id, self.deputy_id.id)
        self.env.cr.execute(SQL("UPDATE vpdt_delegation SET write_date = write_date WHERE principal_id IN %s", people))

    def _meets(self, other):
        """Hook: whether two delegations of one person for one purpose speak of the same documents."""
        return True

    def _check_may_revoke(self):
        if not self.env.su and self.env.user != self.principal_id and not self.env.user.has_group(UNIT_ADMIN):
            raise UserError(
                self.env._("Only %s or the unit administrator can take this delegation back.", self.principal_id.name)
            )

    def _check_is_over(self):
        if self.date_to >= self._today() and not self._lost_because():
            raise UserError(self.env._("The last day of the delegation has not passed yet."))

    def _effect_begun(self):
        self._journal("permission", self._journal_detail())
        self._forget_visible()

    def _effect_over(self):
        self._journal("permission", {"ended": self.state, **self._journal_detail()})
        self._forget_visible()
        if self.date_to >= self._today():
            self._tell_deputy()

    def _forget_visible(self):
        """Who may see what depends on the delegations; it is not computed again by itself."""
        self.env.invalidate_all()

    def _journal_detail(self):
        return {
            "from": self.principal_id.login,
            "to": self.deputy_id.login,
            "purposes": self._purposes(),
            "days": [self.date_from, self.date_to],
            "document": self.document_code,
            "reason": self.end_reason,
        }

    @api.model
    def _cron_end(self):
        """Mark as ended what has passed its last day or lost its ground; neither held any more anyway."""
        for delegation in self.search([("state", "=", "active"), ("date_to", "<", self._today())]):
            delegation._move_to("ended")
        self._end_lost()

    # Asking -----------------------------------------------------------------------------------------------------

    def _purposes(self):
        self.ensure_one()
        return [purpose for purpose, (name, _role) in self._PURPOSES.items() if self[name]]

    @api.model
    def _purpose_label(self, purpose):
        return self._fields[self._PURPOSES[purpose][0]]._description_string(self.env)

    def _scope_domain(self, purpose):
        """Hook: the documents that this delegation speaks of (types of documents, in vpdt_documents)."""
        return Domain.TRUE

    def _covers(self, record, purpose):
        return bool(record.sudo().filtered_domain(self._scope_domain(purpose)))  # type of a document at hand

    @api.model
    def _find(self, principal, deputy, purpose, record=None, day=None):
        """The delegation by which ``deputy`` may act for ``principal``, or an empty record.

        One step only: what was delegated to the principal himself is not looked at (khoản 3 Điều 13).

        :param principal, deputy: res.users
        :param purpose: key of ``_PURPOSES``
        :param record: the document; None asks for any
        :param day: date in Viet Nam, today by default
        """
        domain = self._domain_of_day(day or self._today()) & Domain(
            [
                ("principal_id", "=", principal.id),
                ("deputy_id", "=", deputy.id),
                (self._PURPOSES[purpose][0], "=", True),
            ]
        )
        if record is not None:
            domain &= Domain("company_id", "=", record.company_id.id)
        found = self.sudo().search(domain)._standing()  # that one stands in for the other is known in the office
        if record is not None:
            found = found.filtered(lambda delegation: delegation._covers(record, purpose))
        return found[:1].with_env(self.env)

    @api.model
    def _of_deputy(self, deputy):
        """The delegations by which ``deputy`` may act today (vpdt.delegation in superuser mode)."""
        domain = self._domain_of_day(self._today()) & Domain("deputy_id", "=", deputy.id)
        return self.sudo().search(domain)._standing()  # as in _find
