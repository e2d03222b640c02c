from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.text.signatures import PDF


class VpdtDocumentMixin(models.AbstractModel):
    """Copies are made of a document that was issued, or has been registered."""

    _inherit = "vpdt.document.mixin"

    #: From which states on a document may be copied, and the field of vpdt.copy that names it.
    _copied_from = ()
    _copied_in = ""

    copy_count = fields.Integer("Copies", compute="_compute_copy_count")

    def _compute_copy_count(self):
        field = self._copied_in
        groups = self.env["vpdt.copy"]._read_group([(field, "in", self.ids)], [field], ["__count"])
        counts = {original.id: count for original, count in groups}
        for document in self:
            document.copy_count = counts.get(document.id, 0)

    def _files_to_copy(self):
        """The PDF files of these documents that a copy may be made of, main file first."""
        files = self.file_ids.filtered(lambda file: file.role in ("main", "annex") and file.mimetype == PDF)
        return files.sorted(lambda file: (file.role != "main", file.sequence, file.id))

    def _extract_vals(self):
        """The components that an extract of this document repeats (values of `copying.Extract` but its text)."""
        self.ensure_one()
        kind = self.type_id
        return {
            "number": self.code or "",
            "date": self.date or None,
            "type_name": kind.name if kind and kind.has_title else "",
            "subject": self.subject,
            "titles": [line for line in (self.signer_title or "").splitlines() if line],
            "signer": self.signer_name or "",
        }

    def _check_copyable(self):
        """:raises UserError: it is not issued or registered, has no PDF, or its PDF may not be opened."""
        self.ensure_one()
        if self.state not in self._copied_from:
            raise UserError(
                self.env._(
                    "“%s” cannot be copied yet: issue it, or enter it in the register, first.", self.display_name
                )
            )
        main = self._file_of_role("main")
        if main.mimetype != PDF:
            raise UserError(self.env._("“%s” has no PDF to copy. Scan it, or upload its PDF.", self.display_name))
        main._check_offered()

    def action_make_copy(self):
        """Open the dialog for a new copy of this document."""
        self.check_access("read")
        self.env["vpdt.copy"].check_access("create")
        self._check_copyable()
        view = self.env.ref("vpdt_documents.vpdt_copy_view_form_new")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Make a copy"),
            "res_model": "vpdt.copy",
            "view_mode": "form",
            "views": [(view.id, "form")],
            "target": "new",
            "context": {f"default_{self._copied_in}": self.id},
        }

    def action_copies(self):
        """Open the copies of this document."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("vpdt_documents.vpdt_copy_action")
        return {**action, "domain": [(self._copied_in, "=", self.id)], "context": {}}

    def _destroy_copies(self):
        """A copy says what its original says: its bytes go, number and recipients stay. In superuser mode."""
        copies = self.env["vpdt.copy"].search([(self._copied_in, "in", self.ids)])
        copies.extract_text = False
        files = self.env["vpdt.file"].search([("res_model", "=", copies._name), ("res_id", "in", copies.ids)])
        files._destroy_content()

    def _history_records(self):
        """What happened to its copies belongs to the story of a document."""
        copies = self.env["vpdt.copy"].search([(self._copied_in, "=", self.id)])
        return [*super()._history_records(), copies]
