from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

KINDS = [("store", "Store"), ("shelf", "Shelf"), ("box", "Box")]
#: In which a place of each kind lies.
INSIDE = {"store": None, "shelf": "store", "box": "shelf"}
FIELDS = frozenset({"kind", "parent_id", "code", "name", "note", "active"})


class VpdtArchivePlace(models.Model):
    """A place of the archive: a store (kho), a shelf in it (giá), a box on that (hộp, cặp)."""

    _name = "vpdt.archive.place"
    _description = "Place in the archive"
    _inherit = ["vpdt.search.mixin", "vpdt.isolation.mixin"]
    _order = "full_code, id"
    _rec_names_search = ("full_code", "name")
    _search_text_fields = ("full_code", "name")
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", "Agency", required=True, index=True, readonly=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(KINDS, required=True, default="box")
    parent_id = fields.Many2one(
        "vpdt.archive.place", "Lies in", index=True, ondelete="restrict", check_company=True,
        domain="[('kind', '=', {'shelf': 'store', 'box': 'shelf'}.get(kind))]",
    )  # fmt: skip
    child_ids = fields.One2many("vpdt.archive.place", "parent_id", "What lies in it")
    code = fields.Char(required=True, size=20, help="Of this place alone: K1, G02, H015.")
    name = fields.Char("Remarks on the place", help="For example: second floor, north room.")
    full_code = fields.Char(
        "Code of the place", compute="_compute_full_code", store=True, recursive=True, help="K1/G02/H015; in the QR."
    )
    note = fields.Text()
    active = fields.Boolean(default=True)
    dossier_ids = fields.One2many("vpdt.dossier", "place_id", "Dossiers")
    dossier_count = fields.Integer("Dossiers here", compute="_compute_dossier_count")

    _person_writes = FIELDS
    _code_unique = models.Constraint(
        "UNIQUE NULLS NOT DISTINCT (company_id, parent_id, code)", "There is a place with this code there already."
    )

    @api.depends("code", "parent_id.full_code")
    def _compute_full_code(self):
        for place in self:
            place.full_code = "/".join(filter(None, (place.parent_id.full_code, place.code)))

    @api.depends("full_code", "name")
    def _compute_display_name(self):
        for place in self:
            place.display_name = " · ".join(filter(None, (place.full_code, place.name)))

    def _compute_dossier_count(self):
        found = self.env["vpdt.dossier"]._read_group([("place_id", "in", self.ids)], ["place_id"], ["__count"])
        counts = {place.id: count for place, count in found}
        for place in self:
            place.dossier_count = counts.get(place.id, 0)

    @api.constrains("kind", "parent_id", "code")
    def _check_parent(self):
        words = dict(self._fields["kind"]._description_selection(self.env))
        for place in self:
            wanted = INSIDE[place.kind]
            if (place.parent_id.kind or None) != wanted:
                raise ValidationError(
                    self.env._("“%(place)s” is a %(kind)s: it lies in a %(wanted)s.", place=place.code,
                               kind=words[place.kind].lower(), wanted=words[wanted].lower())
                    if wanted
                    else self.env._("“%s” is a store: it lies in nothing else.", place.code)
                )  # fmt: skip
            if "/" in place.code:
                raise ValidationError(self.env._("The code of a place has no “/” in it: %s", place.code))

    @api.ondelete(at_uninstall=False)
    def _unlink_empty_only(self):
        for place in self:
            if place.child_ids or place.sudo().dossier_ids:  # whether there are any
                raise UserError(self.env._("“%s” is not empty; it can be archived.", place.display_name))

    def action_dossiers(self):
        """Open the dossiers that lie here, also in what this place holds."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("vpdt_archive.vpdt_archive_action")
        return {**action, "domain": [("place_id.full_code", "=like", f"{self.full_code}%")]}


class VpdtDossier(models.Model):
    """Where the paper of a dossier lies; the archivist moves it also when the dossier is frozen."""

    _inherit = "vpdt.dossier"

    place_id = fields.Many2one(
        "vpdt.archive.place", index="btree_not_null", ondelete="restrict", copy=False, check_company=True,
        domain="[('kind', '=', 'box')]", groups="vpdt_base.group_archivist,vpdt_base.group_leader",
    )  # fmt: skip

    @api.constrains("place_id")
    def _check_place(self):
        for dossier in self:
            if dossier.place_id and dossier.place_id.kind != "box":
                raise ValidationError(self.env._("Dossiers lie in boxes: %s is none.", dossier.place_id.display_name))
