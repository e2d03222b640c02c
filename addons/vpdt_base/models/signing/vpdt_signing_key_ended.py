from odoo import models
from odoo.exceptions import UserError


class VpdtSigningKey(models.Model):
    """The key of an agency that has ended signs nothing more; see `res_company_reorganization_keys`."""

    _inherit = "vpdt.signing.key"  # pylint: disable=consider-merging-classes-inherited

    def _check_usable(self):
        """Nothing new is signed in the name of an agency that has ended, whatever the state of its key."""
        self._check_agency_goes_on()
        return super()._check_usable()

    def _check_loaded(self, values):
        """Guard of the move to *active*: neither is its key put back into use, nor a new one loaded."""
        self._check_agency_goes_on()
        return super()._check_loaded(values)

    def _check_agency_goes_on(self):
        agency = self.company_id.sudo()  # whether the own agency goes on is no secret
        if self.holder == "agency" and agency._has_ended():
            raise UserError(
                self.env._(
                    "%(agency)s has ended: the key “%(key)s” no longer signs. Use the key of the agency that follows.",
                    agency=agency.name,
                    key=self.name,
                )
            )

    def _words_of_end(self, successor):
        """What the administrators are to do with the key of an agency that has ended (str)."""
        if successor:
            return self.env._(
                "%(agency)s has ended: have the certificate of “%(key)s” revoked and request one for %(successor)s.",
                agency=self.company_id.name,
                key=self.name,
                successor=successor.name,
            )
        return self.env._(
            "%(agency)s has ended: have the certificate of “%(key)s” revoked.",
            agency=self.company_id.name,
            key=self.name,
        )
