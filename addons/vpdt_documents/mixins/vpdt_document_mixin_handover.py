from odoo import models


class VpdtDocumentMixin(models.AbstractModel):
    """A document without a number goes to the successor of its agency."""

    _inherit = "vpdt.document.mixin"

    def _hand_over_to(self, successor):
        """Give these documents to another agency; superuser mode, by the reorganisation only.

        The stored files are never rewritten, their agency neither: the successor gets records of the same bytes, each
        naming the file that it replaces. What carries a virus stays behind.

        :param successor: res.company
        """
        for document in self:
            former, files = document.company_id, document.file_ids
            document._prepare_hand_over()
            document.write({"company_id": successor.id, "register_id": False})
            document._hand_over_files(files)
            document._add_participants(document._users_of_role("vpdt_base.group_clerk"), "Successor")
            document._after_hand_over(former)
            document._journal("move", {"from_agency": former.name, "to_agency": successor.name})

    def _hand_over_files(self, files):
        infected = files.filtered(lambda file: file.scan_state == "infected")
        (files - infected)._copy_to(self)
        if infected:
            self._journal("move", {"stays_in_quarantine": infected.mapped("name")})
            names = ", ".join(file.original_name or file.name for file in infected)
            words = self.env._("“%s” carries a virus and was not taken over: ask the sender for a clean file", names)
            self._remind_people(self._users_of_role("vpdt_base.group_clerk"), words)

    def _prepare_hand_over(self):
        """Hook: bring the document to a state in which it may change its agency."""

    def _after_hand_over(self, former):
        """Hook: what the successor must look at.

        :param former: res.company
        """
