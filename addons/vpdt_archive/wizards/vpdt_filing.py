from odoo import api, fields, models
from odoo.exceptions import UserError


class VpdtFiling(models.TransientModel):
    """*Add to a dossier*: one or many documents, with a suggestion, in two presses."""

    _name = "vpdt.filing"
    _description = "Add to a dossier"
    _inherit = ["vpdt.text.mixin"]

    res_model = fields.Char("Kind of documents", required=True)
    document_ids = fields.Json("Documents", required=True)
    documents = fields.Text("To be filed", compute="_compute_documents")
    suggested_ids = fields.Many2many("vpdt.dossier", compute="_compute_suggested_ids")
    dossier_id = fields.Many2one(
        "vpdt.dossier", compute="_compute_dossier_id", store=True, readonly=False,
        domain="[('state', '=', 'open')]",
    )  # fmt: skip
    chain = fields.Text("Belongs to the same matter", compute="_compute_documents")
    with_chain = fields.Boolean("File the whole matter", default=True)

    def _records(self):
        """The documents themselves, as the current user.

        :raises UserError: they are none that can be filed
        """
        self.ensure_one()
        if self.res_model not in self.env["vpdt.dossier.item"]._owner_models():
            raise UserError(self.env._("Only incoming and outgoing documents are filed in dossiers."))
        ids = [int(number) for number in self.document_ids or ()]
        return self.env[self.res_model].search([("id", "in", ids)])

    @api.depends("res_model", "document_ids")
    def _compute_documents(self):
        for filing in self:
            records = filing._records() if filing.res_model else ()
            filing.documents = "\n".join(record.display_name for record in records) or False
            filing.chain = "\n".join(record.display_name for record in filing._rest_of_chain(records)) or False

    def _rest_of_chain(self, records):
        """What belongs to the same matter besides the chosen documents: list of records that one may see."""
        if not records:
            return []
        chosen = {(record._name, record.id) for record in records}
        found = [record for part in records._chain() for record in part._filtered_access("read")]
        return [record for record in found if (record._name, record.id) not in chosen]

    @api.depends("res_model", "document_ids")
    def _compute_suggested_ids(self):
        for filing in self:
            filing.suggested_ids = filing._records()._suggested_dossiers() if filing.res_model else False

    @api.depends("suggested_ids")
    def _compute_dossier_id(self):
        for filing in self:
            filing.dossier_id = filing.dossier_id or filing.suggested_ids[:1]

    def action_file(self):
        """File the documents, and the rest of their matter when it is wanted.

        :return: a notice that says how many were filed, and where
        """
        self.ensure_one()
        if not self.dossier_id:
            raise UserError(self.env._("Choose the dossier."))
        records = self._records()
        chosen = [*records, *(self._rest_of_chain(records) if self.with_chain else ())]
        made = self.dossier_id._file_documents(chosen)
        message = self.env._(
            "%(count)s documents were filed in “%(dossier)s”; %(known)s were there already.",
            count=len(made),
            dossier=self.dossier_id.display_name,
            known=len(chosen) - len(made),
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_new_dossier(self):
        """Open the form of a new dossier; the documents are filed from there."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open a dossier"),
            "res_model": "vpdt.dossier",
            "view_mode": "form",
            "views": [(False, "form")],
        }
