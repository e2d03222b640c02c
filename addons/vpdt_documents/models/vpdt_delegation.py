from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class VpdtDelegation(models.Model):
    _inherit = "vpdt.delegation"

    type_ids = fields.Many2many(
        "vpdt.document.type",
        string="Only for types",
        help="Types of outgoing documents that the delegation speaks of. Signing is delegated for named types only "
        "(“một số văn bản”, khoản 3 Điều 13 Nghị định số 30/2020/NĐ-CP); for initials alone, empty means every type.",
    )

    @api.model
    def _scope_fields(self):
        return super()._scope_fields() | {"type_ids"}

    def _check_may_begin(self):
        result = super()._check_may_begin()
        if self.may_sign and not self.type_ids:
            raise UserError(
                self.env._(
                    "A delegation to sign is limited in content (khoản 3 Điều 13 Nghị định số 30/2020/NĐ-CP): choose "
                    "the types of documents that %s may sign.",
                    self.deputy_id.name,
                )
            )
        return result

    def _lost_because(self):
        if self.may_sign and not self.type_ids:  # put in force before the types were asked for
            return self.env._(
                "Names no type of document that may be signed (khoản 3 Điều 13 Nghị định số 30/2020/NĐ-CP)."
            )
        return super()._lost_because()

    def _scope_domain(self, purpose):
        domain = super()._scope_domain(purpose)
        if purpose == "sign" or (purpose == "initial" and self.type_ids):  # none named: none may be signed
            domain &= Domain("type_id", "in", self.type_ids.ids)
        return domain

    def _meets(self, other):
        apart = self.type_ids and other.type_ids and not self.type_ids & other.type_ids
        return super()._meets(other) and not apart

    def _journal_detail(self):
        return {**super()._journal_detail(), "types": self.type_ids.mapped("name")}
