from odoo import models

from odoo.addons.vpdt_base.vietnam import today

LOOKED_BACK = 20  # documents of the same author that a suggestion is taken from


class VpdtIncoming(models.Model):
    """Directing in a few presses: people and units in three columns, a suggestion one key accepts, many at once."""

    _inherit = "vpdt.incoming"

    def action_open_direction(self):
        """Open the dialog in which people and units are ticked; for one document or several."""
        self.check_access("read")
        return self._direction_dialog("direct", self.env._("Direct"))

    def _proposal(self, mode):
        """What is ticked when the dialog opens: what the clerk has proposed, else how the like was directed before.

        :return: (chosen {key: part}, text, deadline, why)
        """
        document = self[:1]
        if mode != "direct" or len(self) != 1:
            return {}, "", False, ""
        deadline = document.due_date if document.due_date and document.due_date >= today() else False
        own = document.assignment_ids
        if own:
            why = self.env._("Proposed by the clerk")
            return self._chosen(own), document.draft_direction or "", deadline, why
        before = document._directed_before()
        if not before:
            return {}, document.draft_direction or "", deadline, ""
        why = self.env._("As “%s” was directed", before.display_name)
        text = document.draft_direction or before.direction or ""
        return self._chosen(before.assignment_ids), text, deadline, why

    def _directed_before(self):
        """The last directed document of the same author, of the same type if there is one (possibly empty)."""
        same = [("author_name", "=", self.author_name), ("directed_at", "!=", False), ("id", "!=", self.id)]
        same.append(("company_id", "=", self.company_id.id))
        found = self.search(same, order="directed_at DESC", limit=LOOKED_BACK)
        found = found.filtered(lambda d: d._leads().active)
        return found.filtered(lambda d: d.type_id == self.type_id)[:1] or found[:1]

    def _prepare_direction_vals(self, text, day):
        return {**super()._prepare_direction_vals(text, day), "draft_direction": text or False}

    def _take_direction(self):
        return self.action_direct()
