from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.vpdt_base.mixins.gate import by_system

from .freeze import FROZEN_DOSSIER, freeze_children

OPEN = frozenset({"sequence", "retention_id", "note"})


class VpdtDossierItem(models.Model):
    """A document in a dossier: linked, never copied, so that one document is in many dossiers (Phụ lục VI, P6-4).

    Who may see the dossier and the document may see that it is there; who works on the dossier puts it there.
    """

    _name = "vpdt.dossier.item"
    _description = "Document in a dossier"
    _inherit = ["vpdt.owned.mixin", "vpdt.text.mixin"]
    _order = "dossier_id, sequence, id"

    dossier_id = fields.Many2one("vpdt.dossier", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="dossier_id.company_id", store=True, index=True)
    dossier_state = fields.Selection(related="dossier_id.state", string="State of the dossier")
    sequence = fields.Integer(default=0)
    retention_id = fields.Many2one(
        "vpdt.retention.rule", "Its own retention", help="A dossier is kept as long as the longest of them (Điều 15)."
    )
    note = fields.Char()
    kept_data = fields.Json("As it was when the dossier was closed", readonly=True)
    kind = fields.Selection([("vpdt.incoming", "Incoming"), ("vpdt.outgoing", "Outgoing")], compute="_compute_data")
    code = fields.Char("Number and notation", compute="_compute_data")
    date = fields.Date(compute="_compute_data")
    title = fields.Char("Type and subject", compute="_compute_data")
    author = fields.Char(compute="_compute_data")
    pages = fields.Integer(compute="_compute_data")
    file_count = fields.Integer("Files", compute="_compute_data")
    archive_code = fields.Char("Archive code", readonly=True)

    _once = models.Constraint("UNIQUE (dossier_id, res_model, res_id)", "The document is in this dossier already.")
    _by_document = models.Index("(res_model, res_id)")

    def init(self):
        """Freeze the list of documents of what the archive has taken."""
        result = super().init()
        freeze_children(self.env.cr, self._table, "vpdt_dossier", "dossier_id", "state", FROZEN_DOSSIER)
        return result

    @api.model
    def _owner_models(self):
        return [*super()._owner_models(), "vpdt.incoming", "vpdt.outgoing"]

    @api.depends("res_model", "res_id", "kept_data")
    def _compute_data(self):
        for item in self:
            data = item.kept_data or item._data_now()
            item.kind = item.res_model if item.res_model in item._owner_models() else False
            for name in ("code", "date", "title", "author", "pages", "file_count"):
                item[name] = data.get(name) or False

    def _data_now(self):
        """What is told of the document (JSON-able dict): a row of form IV (Phụ lục V)."""
        if self.res_model not in self._owner_models():
            return {}
        document = self.sudo(False).env[self.res_model].browse(self.res_id).exists()
        # Who sees a stored item may see the document (`_check_access`); a form that is being filled in may name any.
        if not document or not (self.id or document.has_access("read")):
            return {}
        return document.sudo()._data_in_dossier()

    @api.depends("title", "code")
    def _compute_display_name(self):
        for item in self:
            item.display_name = " · ".join(filter(None, (item.code, item.title)))

    # Access: of the dossier (rules) and of the document --------------------------------------------------------------

    def _check_access(self, operation):
        if operation in ("write", "create", "unlink"):
            # To put a document into a dossier one reads it; `_check_may_change` asks the rest of the dossier.
            refused = super()._check_access("read")
            return refused or models.BaseModel._check_access(
                self, operation
            )  # past the owner, who would be asked for more
        return super()._check_access(operation)

    @api.model
    def _first_fields(self):
        return super()._first_fields() | OPEN | {"dossier_id", "res_model", "res_id"}

    def _editable_fields(self):
        names = super()._editable_fields()
        return names | OPEN if self.dossier_id.may_file else names

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not by_system(self.env) and vals.get("res_model") not in self._owner_models():
                raise UserError(self.env._("Only incoming and outgoing documents are filed in dossiers."))
        items = super().create(vals_list)
        for item in items:
            if not by_system(self.env):
                item._check_may_change()
                item._owner().check_access("read")
            if item._owner().sudo().company_id != item.company_id:
                raise AccessError(item._owner_refusal())
            if not item.sequence:
                item._by_system().sequence = 10 + max(
                    (item.dossier_id.sudo().item_ids - item).mapped("sequence"), default=0
                )
            item._tell("filed")
        items.dossier_id._count_documents()
        return items

    def unlink(self):
        dossiers = self.dossier_id
        if not by_system(self.env):
            for item in self:
                item._check_may_change()
        for item in self:
            item._tell("taken_out")
        result = super().unlink()
        dossiers._count_documents()
        return result

    def _check_may_change(self):
        self.dossier_id._check_may_file()

    def _tell(self, word):
        """A row of the journal about the document, which says in which dossier it is."""
        self.env["vpdt.journal.entry"]._record("file", self._owner(), {word: self.dossier_id.display_name})

    def action_open_document(self):
        """Open the document itself."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_window", "res_model": self.res_model, "res_id": self.res_id,
                "view_mode": "form", "views": [(False, "form")]}  # fmt: skip
