from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..antivirus import ScannerError, parse_address
from .vpdt_file_scan import ADDRESS, DEFAULT_HOSTS, HOSTS


class VpdtFilePolicy(models.Model):
    """Where the virus scanner is: one for the whole installation, shown beside the policy."""

    _inherit = "vpdt.file.policy"

    scanner_address = fields.Char(
        "Virus scanner (clamd)",
        compute="_compute_scanner_address",
        inverse="_inverse_scanner_address",
        groups="vpdt_base.group_system_admin",
        help="unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310, for all agencies. Empty: no scanner.",
    )
    scanner_hosts = fields.Char(
        "Hosts that may be called",
        compute="_compute_scanner_hosts",
        inverse="_inverse_scanner_hosts",
        groups="vpdt_base.group_system_admin",
        help="Separated by commas; a tcp: address must name one of them.",
    )

    @api.model
    def _first_fields(self):
        return super()._first_fields() | {"scanner_address", "scanner_hosts"}

    def _editable_fields(self):
        return super()._editable_fields() | {"scanner_address", "scanner_hosts"}

    def _compute_scanner_address(self):
        self.scanner_address = self._scanner_parameters().get_param(ADDRESS, "")

    def _compute_scanner_hosts(self):
        self.scanner_hosts = self._scanner_parameters().get_param(HOSTS, DEFAULT_HOSTS)

    # Apart from each other: a field that is being written hides the others of its compute method.
    def _inverse_scanner_hosts(self):
        for policy in self:
            self._scanner_parameters().set_param(HOSTS, policy.scanner_hosts or DEFAULT_HOSTS)

    def _inverse_scanner_address(self):
        for policy in self:
            address = (policy.scanner_address or "").strip()
            self._check_scanner(address, self._scanner_parameters().get_param(HOSTS, DEFAULT_HOSTS))
            self._scanner_parameters().set_param(ADDRESS, address)

    @api.model
    def _scanner_parameters(self):
        return self.env["ir.config_parameter"].sudo()  # the fields are the administrator's, see groups

    @api.model
    def _check_scanner(self, address, hosts):
        try:
            if address:
                parse_address(address, hosts.split(","))
        except ScannerError as error:
            raise ValidationError(
                self.env._("“%(address)s” cannot be used as scanner: %(why)s.", address=address, why=error)
            ) from None

    def action_test_scanner(self):
        """Ask the scanner of the settings for its version.

        :raises AccessError: not a system administrator
        :raises UserError: it does not answer
        """
        if not self.env.user.has_group("vpdt_base.group_system_admin"):
            raise AccessError(self.env._("The system administrator tests the scanner."))
        files = self.env["vpdt.file"]
        if not files._has_scanner():
            raise UserError(self.env._("No scanner is set up: enter its address first."))
        try:
            message, kind = files._scanner().version(), "success"
        except ScannerError as error:
            raise UserError(self.env._("The scanner does not answer: %s", error)) from None
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": message, "type": kind, "sticky": False},
        }
