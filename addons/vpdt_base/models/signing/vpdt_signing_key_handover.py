from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...vietnam import today


class VpdtSigningKeyHandover(models.Model):
    """Record of handing over (biên bản bàn giao) the device that holds the key of an agency.

    Điểm b khoản 2 Điều 32 Nghị định 30/2020: it is handed over with a written permission only, and a record is drawn
    up. What was drawn up stays: the next handing over is another row.
    """

    _name = "vpdt.signing.key.handover"
    _description = "Handing over of a key"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "date DESC, id DESC"

    key_id = fields.Many2one("vpdt.signing.key", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="key_id.company_id", store=True, index=True)
    date = fields.Date(required=True, default=lambda self: today())
    code = fields.Char("Number of the record", required=True, help="Number and notation, for example 02/BB-SNV.")
    giver_id = fields.Many2one("res.users", "Handed over by", required=True, ondelete="restrict")
    receiver_id = fields.Many2one("res.users", "Taken over by", required=True, ondelete="restrict")
    what = fields.Char("What was handed over", help="For example: the device with its serial number, its password.")
    file = fields.Binary("Scan of the record", attachment=True)
    file_name = fields.Char()

    _two_people = models.Constraint("CHECK (giver_id <> receiver_id)", "Giver and receiver are one person.")

    @api.depends("code", "date")
    def _compute_display_name(self):
        for handover in self:
            handover.display_name = handover.code

    @api.model
    def _first_fields(self):
        names = {"key_id", "date", "code", "giver_id", "receiver_id", "what", "file", "file_name"}
        return super()._first_fields() | names

    def _people_here(self):
        """Hook: res.users who must work for the agency on the day this is recorded."""
        return self.giver_id | self.receiver_id

    @api.constrains("key_id", "giver_id", "receiver_id", "date")
    def _check_handover(self):
        for handover in self.sudo():  # which agencies a colleague works for
            key = handover.key_id
            if key.holder != "agency":
                raise ValidationError(self.env._("A personal key is not handed over."))
            outside = handover._people_here().filtered(lambda user, key=key: key.company_id not in user.company_ids)
            if outside:
                raise ValidationError(self.env._("Not people of this agency: %s.", ", ".join(outside.mapped("name"))))
            if handover.date > today():
                raise ValidationError(self.env._("A handing over is recorded when it is done: the day lies ahead."))

    @api.model_create_multi
    def create(self, vals_list):
        handovers = super().create(vals_list)
        for handover in handovers:
            people = {"from": handover.giver_id.login, "to": handover.receiver_id.login}
            detail = {**people, "record": handover.code, "day": handover.date, "what": handover.what}
            self.env["vpdt.journal.entry"]._record("permission", handover.key_id, detail)
        return handovers
