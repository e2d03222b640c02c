from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _register_of(self, direction, document_type=None):
        """The register that a document goes into: the one of its type, else the general one of the direction.

        :param direction: "incoming" or "outgoing"
        :return: vpdt.register, possibly empty
        """
        self.ensure_one()
        registers = self.env["vpdt.register"].search([("company_id", "=", self.id), ("direction", "=", direction)])
        special = registers.filtered(lambda r: document_type and document_type in r.type_ids)
        return (special or registers.filtered(lambda r: not r.type_ids))[:1]
