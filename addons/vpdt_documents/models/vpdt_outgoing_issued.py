from odoo import models

from odoo.addons.vpdt_base.vietnam import vietnam_day


class VpdtOutgoing(models.Model):
    """What becomes of the files once the agency has signed them: checked, made to last, known to the public check."""

    _inherit = "vpdt.outgoing"  # pylint: disable=consider-merging-classes-inherited

    def _effect_issued(self, values):
        files = self._file_of_role("main") | self._pdf_annexes()
        files._publish()
        files._want_level(self.company_id.sudo().signature_level)  # a setting of the own agency
        self._pdf_annexes().with_delay(description="Check signatures")._check_signatures()
        return super()._effect_issued(values)

    def _file_level_failed(self, file):
        """The clerks see an activity: an issued document has no time stamp after the last try."""
        clerks = self._users_of_role("vpdt_base.group_clerk")
        self._remind_people(clerks, self.env._("No time stamp: %s", file.name), note=file.level_message)
        return super()._file_level_failed(file)

    def _vouches_for(self, file):
        """Whether this document was issued, and ``file`` is what its agency sealed.

        :param file: vpdt.file that says it belongs here
        """
        self.ensure_one()
        mine = (file.res_model, file.res_id, file.company_id) == (self._name, self.id, self.company_id)
        return mine and self.state == "issued" and file.role in ("main", "annex") and file._is_sealed_by(self)

    def _public_check_vals(self):
        """What anybody may know about an issued document: whose it is, number, notation and date.

        The subject stays out: it may say more about somebody than a stranger with a code should learn.

        :return: dict of texts for the public page
        """
        self.ensure_one()
        return {
            "agency": self.company_id.name,
            "code": self.code or "",
            "type": self.type_id.name or "",
            "date": vietnam_day(self.date),
        }
