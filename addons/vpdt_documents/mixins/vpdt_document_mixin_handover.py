from odoo import models


class VpdtDocumentMixin(models.AbstractModel):
    """A document without a number goes to the successor of its agency."""

    _inherit = "vpdt.document.mixin"

    def _hand_over_to(self, successor):
        """Give these documents to another agency; superuser mode, by the reorganisation only.

        The stored files are never rewritten, their agency neither: the successor gets copies of the same bytes, each
        naming the file that it replaces.

        :param successor: res.company
        """
        for document in self:
            former, files = document.company_id, document.file_ids
            document._prepare_hand_over()
            document.write({"company_id": successor.id, "register_id": False})
            document._copy_files(files)
            document._add_participants(document._users_of_role("vpdt_base.group_clerk"), "Successor")
            document._after_hand_over(former)
            document._journal("move", {"from_agency": former.name, "to_agency": successor.name})

    def _copy_files(self, files):
        File = self.env["vpdt.file"]
        files.write({"current": False})  # so that the copies keep the names
        self.invalidate_recordset(["file_ids"])
        for file in files:
            File._store(self, file.original_name or file.name, file._content(), file.role, file)
        self.file_ids._check_signatures()

    def _prepare_hand_over(self):
        """Hook: bring the document to a state in which it may change its agency."""

    def _after_hand_over(self, former):
        """Hook: what the successor must look at.

        :param former: res.company
        """
