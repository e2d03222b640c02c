from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.vpdt_base.vietnam import today, vietnam_day

from ..volume_locks import lock_kept_uses
from .vpdt_outgoing import ISSUED


class VpdtKeptCopyUse(models.Model):
    """Somebody uses a kept copy (bản lưu) of an issued document: a row of mẫu IV, Phụ lục IV, Nghị định 30/2020.

    The clerk keeps the register; who may permit the use is settled by the agency.
    """

    _name = "vpdt.kept.copy.use"
    _description = "Use of a kept copy"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "date DESC, id DESC"
    _rec_name = "person"
    _check_company_auto = True

    outgoing_id = fields.Many2one(
        "vpdt.outgoing",
        "Document",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("state", "in", ISSUED)],
    )
    company_id = fields.Many2one(related="outgoing_id.company_id", store=True, index=True)
    date = fields.Date("Taken on", required=True, default=lambda self: today())
    person = fields.Char("Who uses it", required=True)
    dossier = fields.Char("Number and notation of the dossier")
    permitted_by_id = fields.Many2one("res.users", "Permitted by", required=True, check_company=True)
    returned_on = fields.Date()
    note = fields.Char()

    _person_writes = frozenset({"outgoing_id", "date", "person", "dossier", "permitted_by_id", "returned_on", "note"})

    def init(self):
        """Freeze what stands in a closed volume."""
        result = super().init()
        lock_kept_uses(self.env.cr)
        return result

    @api.constrains("outgoing_id")
    def _check_issued(self):
        for use in self:
            if use.outgoing_id.state not in ISSUED:
                raise ValidationError(self.env._("“%s” has not been issued yet.", use.outgoing_id.display_name))

    @api.constrains("date", "returned_on")
    def _check_days(self):
        for use in self:
            if use.date > today():
                raise ValidationError(self.env._("It is taken today or was taken before."))
            if use.returned_on and use.returned_on < use.date:
                raise ValidationError(self.env._("A kept copy comes back after it was taken."))

    @api.model_create_multi
    def create(self, vals_list):
        uses = super().create(vals_list)
        uses._check_volume_open()
        return uses

    def write(self, vals):
        self.check_access("write")  # before anything is said of the volume
        self._check_volume_open()
        result = super().write(vals)
        self._check_volume_open()
        return result

    def _check_volume_open(self):
        """:raises UserError: the volume of this day is closed; also in superuser mode"""
        for use in self.sudo():  # days and the closed volumes of the own agency
            closed = self.env["vpdt.register.volume"].sudo().search(
                [("company_id", "=", use.company_id.id), ("form", "=", "kept"), ("state", "=", "closed"),
                 ("date_from", "<=", use.date), ("date_to", ">=", use.date)], limit=1,
            )  # fmt: skip
            if closed:
                raise UserError(
                    self.env._("“%s” is closed and bound: its entries stay as they are.", closed.display_name)
                )

    def action_returned(self):
        """The kept copy is back; again changes nothing."""
        for use in self.filtered(lambda use: not use.returned_on):
            use.returned_on = today()
        return True

    def _rows(self):
        """Rows of mẫu IV in the order of its columns."""
        for use in self:
            document = use.outgoing_id
            yield (
                use.date,
                use.person,
                ", ".join(filter(None, (document.code, vietnam_day(document.date)))),
                document.issued_title or document._title_in_register(),
                use.dossier,
                "",
                use.returned_on,
                use.permitted_by_id.name,
                use.note,
            )
