from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...directory import follows_qd20, group_letter, suggest_identifier
from ...directory.codes import MAX_LENGTH
from ...text import fold_words, like_pattern

_CODES = ("identifier", "identifier_legacy")


class VpdtOrganization(models.Model):
    """An organization of the national directory (cơ quan, tổ chức): who writes to us and whom we write to.

    The identifier follows Quyết định 20/2020/QĐ-TTg (groups of 0-9 and A-Z, at most 35 characters); the legacy one is
    the 13-character code of QCVN 102:2016. Both stay resolvable for ever and neither is derived from the other: the
    province's decision is authoritative, and codes that break the syntax are in live use.
    """

    _name = "vpdt.organization"
    _description = "Organization"
    _inherit = ["vpdt.search.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "name"
    # The same fields, in the same order, as directory.SEARCHED: imports in bulk fold them without the ORM.
    _search_text_fields = ("name", "earlier_names", "abbreviation", "identifier", "identifier_legacy")
    _rec_names_search = ["search_words"]

    name = fields.Char(required=True)
    name_ids = fields.One2many("vpdt.organization.name", "organization_id", "Earlier names and codes")
    earlier_names = fields.Char(
        compute="_compute_earlier_names",
        store=True,
        help="Names and codes that the organization has had, so that old documents are still found.",
    )
    abbreviation = fields.Char(help="Used in notations, for example SNV; set by the head of the agency.")
    identifier = fields.Char(size=MAX_LENGTH, index=True, help="Mã định danh (Quyết định 20/2020/QĐ-TTg).")
    identifier_legacy = fields.Char("Legacy identifier", size=MAX_LENGTH, index=True, help="QCVN 102:2016.")
    identifier_hint = fields.Char(compute="_compute_identifier_hint")
    group_id = fields.Many2one(
        "vpdt.organization.group", "List", compute="_compute_group_id", store=True, index=True, ondelete="set null"
    )
    parent_id = fields.Many2one("vpdt.organization", "Parent organization", index=True, ondelete="restrict")
    child_ids = fields.One2many("vpdt.organization", "parent_id", "Subordinate organizations")
    level = fields.Selection(
        [("1", "Level 1"), ("2", "Level 2"), ("3", "Level 3"), ("4", "Level 4"), ("5", "Level 5 and deeper")],
        help="Level in the identifier scheme: 1 is a ministry or a province.",
    )
    address = fields.Char()
    email = fields.Char()
    phone = fields.Char()
    website = fields.Char()
    place = fields.Char("Place name", help="Địa danh written before the date of a document.")
    valid_from = fields.Date()
    valid_to = fields.Date()
    succession_ids = fields.One2many("vpdt.organization.succession", "predecessor_id", "Followed by")
    origin_ids = fields.One2many("vpdt.organization.succession", "successor_id", "Comes from")
    successor_ids = fields.Many2many(
        "vpdt.organization", string="Successors", compute="_compute_successors", search="_search_successor_ids"
    )
    predecessor_ids = fields.Many2many(
        "vpdt.organization", string="Predecessors", compute="_compute_successors", search="_search_predecessor_ids"
    )
    legal_basis = fields.Char()
    note = fields.Char()
    active = fields.Boolean(default=True)
    company_ids = fields.One2many("res.company", "organization_id", "Agency served here")
    is_keeper = fields.Boolean(compute="_compute_is_keeper", help="Whether this user keeps the directory.")

    _person_writes = frozenset(
        "name name_ids abbreviation identifier identifier_legacy parent_id level address email phone website place "
        "valid_from valid_to succession_ids origin_ids legal_basis note active".split()
    )
    _identifier_unique = models.UniqueIndex(
        "(identifier) WHERE identifier IS NOT NULL AND active",
        "Another organization of the directory has this identifier.",
    )

    # Names and codes -----------------------------------------------------------------------------------------------

    @api.depends("name_ids.name", "name_ids.identifier", "name_ids.identifier_legacy")
    def _compute_earlier_names(self):
        for organization in self:
            organization.earlier_names = organization.name_ids._joined() or False

    @api.depends("name", "identifier", "identifier_legacy", "parent_id.name", "active")
    @api.depends_context("formatted_display_name")
    def _compute_display_name(self):
        for organization in self:
            code = organization.identifier or organization.identifier_legacy
            name = f"{organization.name} ({code})" if code else organization.name
            if self.env.context.get("formatted_display_name") and organization.parent_id:
                name = f"{name}\t--{organization.parent_id.name}--"
            organization.display_name = name

    @api.depends("identifier", "identifier_legacy")
    def _compute_identifier_hint(self):
        """Say what is odd about a code; it is accepted all the same (interop §3)."""
        for organization in self:
            hint = False
            suggestion = suggest_identifier(organization.identifier_legacy or "")
            if organization.identifier and not follows_qd20(organization.identifier):
                hint = self.env._("Not in the form of QĐ 20/2020; it is kept as it is.")
            elif not organization.identifier and suggestion:
                hint = self.env._("Probably %s: look it up in the decision of the province.", suggestion)
            organization.identifier_hint = hint

    @api.depends_context("uid")
    def _compute_is_keeper(self):
        self.is_keeper = self.has_access("write")

    @api.depends("identifier")
    def _compute_group_id(self):
        groups = {group.letter: group for group in self.env["vpdt.organization.group"].search([])}
        for organization in self:
            organization.group_id = groups.get(group_letter(organization.identifier or ""))

    @api.model
    def _normalize_text(self, vals):
        """NFC, and codes without blanks around; never cut, as a column of 35 characters silently would."""
        vals = super()._normalize_text(vals)
        for name in _CODES:
            if isinstance(vals.get(name), str):
                vals[name] = vals[name].strip() or False
                if vals[name] and len(vals[name]) > MAX_LENGTH:
                    raise ValidationError(
                        self.env._("The code “%s” is too long: at most 35 characters (QĐ 20/2020).", vals[name])
                    )
        return vals

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("An organization cannot be above itself: choose another parent."))

    @api.constrains("valid_from", "valid_to")
    def _check_validity(self):
        for organization in self:
            if organization.valid_from and organization.valid_to and organization.valid_to < organization.valid_from:
                raise ValidationError(self.env._("“%s” would end before it begins.", organization.name))

    def _name_on(self, day):
        """The name that this organization had on a day.

        :param day: date, or None for today's name
        :return: str
        """
        self.ensure_one()
        earlier = self.name_ids.filtered(
            lambda n: n.name and day and n.valid_to and n.valid_to >= day and (not n.valid_from or n.valid_from <= day)
        )
        return earlier.sorted("valid_to")[:1].name or self.name

    # Finding -------------------------------------------------------------------------------------------------------

    @api.model
    def _find_by_identifier(self, code):
        """The organization that answers to ``code``, new, legacy or earlier form, or an empty record.

        Looked up in the directory, never computed from the code (interop: live codes break the syntax).
        """
        code = (code or "").strip()
        if not code:
            return self.browse()
        everything = self.with_context(active_test=False)
        found = everything.search(
            Domain("identifier", "=", code) | Domain("identifier_legacy", "=", code), order="active DESC, id", limit=1
        )
        if found:
            return found
        earlier = self.env["vpdt.organization.name"].search(
            Domain("identifier", "=", code) | Domain("identifier_legacy", "=", code), order="valid_to DESC", limit=1
        )
        return earlier.organization_id

    @api.model
    def _search_display_name(self, operator, value):
        """Any few letters of name, abbreviation or identifier, without marks."""
        if operator == "ilike" and isinstance(value, str):
            # Pattern signs of SQL are signs like any other here: like_pattern escapes them, ilike adds its own %.
            return Domain.AND([Domain("search_text", "ilike", like_pattern(w)[1:-1]) for w in fold_words(value)])
        return super()._search_display_name(operator, value)

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Organizations by any few letters without marks; one whose code is typed in full comes first.

        Then those that this agency used lately, the latest first, and then ministries and provinces before what is
        below them. Before a letter is typed, the list begins with the recent ones as well.

        :return: ``[(id, name with identifier)]``
        """
        if operator != "ilike":
            return super().name_search(name, domain, operator, limit)
        domain = Domain(domain or Domain.TRUE)
        found = self._typed_code(name.strip(), domain, limit)
        words = domain & Domain("display_name", "ilike", name) if name.strip() else domain
        for more in (self._used_lately, self._in_order):
            left = limit and limit - len(found)
            if left != 0:
                found += more(words & Domain("id", "not in", found.ids), left or None)
        return [(organization.id, organization.display_name) for organization in found]

    @api.model
    def _typed_code(self, code, domain, limit):
        if not code:
            return self.browse()
        codes = [code, code.upper()]
        typed = Domain("identifier", "in", codes) | Domain("identifier_legacy", "in", codes)
        return self.search(domain & typed, limit=limit)

    @api.model
    def _used_lately(self, domain, limit):
        return self.browse(self.env["vpdt.organization.use"]._latest(self.env.company, domain, limit))

    @api.model
    def _in_order(self, domain, limit):
        return self.search(domain, limit=limit, order="level, name, id")

    # Succession ----------------------------------------------------------------------------------------------------

    @api.depends("succession_ids.successor_id", "origin_ids.predecessor_id")
    def _compute_successors(self):
        for organization in self:
            organization.successor_ids = organization.succession_ids.successor_id
            organization.predecessor_ids = organization.origin_ids.predecessor_id

    @api.model
    def _search_successor_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        return Domain("succession_ids.successor_id", operator, value)

    @api.model
    def _search_predecessor_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        return Domain("origin_ids.predecessor_id", operator, value)

    def _companies_here(self):
        """The agencies served here of these organizations (res.company in superuser mode).

        Whether an agency is served here is no secret. Searched for: `company_ids` may have been read by a person who
        does not see the companies of others, and would then be empty in superuser mode, too.
        """
        return self.env["res.company"].sudo().search([("organization_id", "in", self.ids)])

    def _served_by(self):
        """The agency here that takes what is sent to this organization (res.company, possibly empty).

        That of the organization itself, or, once it has ended, that of the successor to whom its work went.
        """
        seen, organization = self.browse(), self
        while organization and organization not in seen:
            following = organization._takes_its_work()
            if organization.active or not following:
                return organization._companies_here()[:1]
            seen |= organization
            organization = following
        return self.env["res.company"]

    def _takes_its_work(self):
        """To whom the work of this organization goes once it has ended (vpdt.organization, one or none)."""
        return self.succession_ids.filtered("takes_work").successor_id[:1]

    def _succeeded(self, *, work_only=True):
        """The organizations that these follow, directly or through others (vpdt.organization, without themselves).

        :param work_only: follow only the links by which the work went over, from organizations that have ended
        """
        found, newest = self.browse(), self
        while newest:
            links = newest.origin_ids
            if work_only:
                links = links.filtered(lambda link: link.takes_work and not link.predecessor_id.active)
            newest = links.predecessor_id - found - self
            found |= newest
        return found

    # Wizards -------------------------------------------------------------------------------------------------------

    def action_reorganize(self):
        """Open the reorganisation of these organizations; the wizard checks the right itself."""
        self.check_access("read")
        return self._wizard("vpdt.organization.reorganization", self.env._("Reorganise"), organization_ids=self.ids)

    def action_open_agency(self):
        """Open the screen that makes this organization an agency served here; the wizard checks the right itself."""
        self.ensure_one()
        self.check_access("read")
        return self._wizard("vpdt.agency.opening", self.env._("Open an agency"), organization_id=self.id)

    @api.model
    def _wizard(self, model, name, **defaults):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "target": "new",
            "views": [(False, "form")],
            "context": {"dialog_size": "extra-large", **{f"default_{key}": v for key, v in defaults.items()}},
        }

    # Whether and how a document can be sent there --------------------------------------------------------------------

    listed_on_axis = fields.Boolean(readonly=True, help="In the last directory read from the exchange axis.")
    reachable = fields.Boolean(compute="_compute_channel", search="_search_reachable")
    channel = fields.Char("Way to send", compute="_compute_channel", help="How documents reach this organization.")

    @api.depends("company_ids", "active", "listed_on_axis")
    def _compute_channel(self):
        codes, labels = self._channels(), self._channel_labels()
        for organization in self:
            code = codes.get(organization.id)
            organization.reachable = bool(code)
            organization.channel = labels.get(code, code or False)

    @api.model
    def _search_reachable(self, operator, value):
        if operator not in ("in", "="):
            return NotImplemented
        wanted = True in value if operator == "in" else bool(value)
        domain = self._reachable_domain()
        return domain if wanted else ~domain

    def _channels(self):
        """Organization id → code of the channel that reaches it; those without one are absent.

        Hook: call super, and add what your channel reaches and no better one does.
        """
        served = self._companies_here().organization_id.sudo(False) & self
        here = served.filtered("active")
        followed = (self - here).filtered(lambda o: o in served or o._takes_its_work())
        return {organization.id: "here" for organization in here | followed.filtered(lambda o: o._served_by())}

    @api.model
    def _channel_labels(self):
        """Code of a channel → words. Hook: add those of your channel."""
        return {"here": self.env._("In this system")}

    @api.model
    def _reachable_domain(self):
        """Domain of the organizations that some channel reaches. Hook: OR the domain of your channel."""
        # Which organizations are served here is no secret; companies of others are hidden from a clerk.
        companies = self.env["res.company"].sudo().search([("organization_id.active", "=", True)])
        served = companies.organization_id.sudo(False)
        return Domain("id", "in", (served | served._succeeded()).ids)
