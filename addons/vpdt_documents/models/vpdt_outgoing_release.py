from odoo import api, fields, models

from odoo.addons.vpdt_base.vietnam import local_day

#: States of a document that is signed and has not gone out.
WAITING = ("signed", "numbered")


class VpdtOutgoing(models.Model):
    """When a signed document goes out: urgent ones at once, others on the day or the next working morning.

    Nghị định 30/2020, khoản 1 Điều 18; Quyết định 28/2018/QĐ-TTg, khoản 2 Điều 6.
    """

    _inherit = "vpdt.outgoing"

    release_due = fields.Datetime("Goes out by", readonly=True, copy=False, index="btree_not_null")
    release_words = fields.Char("To go out", compute="_compute_release_words")
    release_level = fields.Char(compute="_compute_release_words")

    def _release_clock(self):
        """Key of the clock of the law for this document."""
        if self.priority != "0":
            return "release_urgent"
        electronic = self.recipient_ids.filtered(lambda line: line.way in ("exchange", "email"))
        return "release_electronic" if electronic else "release_paper"

    def _start_release_clock(self):
        """The document was signed just now."""
        Calendar, now = self.env["vpdt.day.exception"], fields.Datetime.now()
        for document in self:
            agency = document.sudo().company_id  # its working days
            document._by_system().release_due = Calendar._deadline(document._release_clock(), now, agency)

    @api.depends("release_due", "state")
    def _compute_release_words(self):
        Calendar, now = self.env["vpdt.day.exception"], fields.Datetime.now()
        for document in self:
            words, level = "", ""
            if document.release_due and document.state in WAITING:
                words, level = Calendar._say_deadline(local_day(document.release_due), document.company_id)
                if document.release_due <= now and level != "late":
                    words, level = self.env._("send it now"), "late"
            document.release_words, document.release_level = words, level
