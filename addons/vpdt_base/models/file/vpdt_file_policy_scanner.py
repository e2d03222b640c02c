import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...antivirus import ScannerError, examine, parse_address
from ...vietnam import vietnam_time
from .vpdt_file_scan import ADDRESS, DEFAULT_HOSTS, HOSTS

TRIED = "vpdt_base.clamd_tried"  # what the last test of the scanner has shown, JSON


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

    scanner_limits = fields.Text(
        "What the scanner looks into",
        compute="_compute_scanner_limits",
        groups="vpdt_base.group_system_admin",
        help="Found out by the last test: clamd itself calls clean what it has skipped.",
    )

    @api.depends("max_mb")
    def _compute_scanner_limits(self):
        tried = json.loads(self._scanner_parameters().get_param(TRIED) or "{}")
        address = (self._scanner_parameters().get_param(ADDRESS) or "").strip()
        for policy in self:
            if not address:
                policy.scanner_limits = self.env._("No scanner is set up.")
            elif tried.get("address") != address:
                policy.scanner_limits = self.env._("Not tried yet: press “Test the scanner”.")
            else:
                policy.scanner_limits = "\n".join(policy._limit_lines(tried))

    def _limit_lines(self, tried):
        """What the last test has shown, line by line, what is to be changed first."""
        if tried["reach"] < min(self.max_mb, tried["wanted"]):
            yield self.env._(
                "Files of more than %(reach)s MB are not looked into, but this policy takes up to %(max)s MB: raise "
                "MaxFileSize and StreamMaxLength in clamd.conf. Until then larger files count as not checked.",
                reach=tried["reach"],
                max=self.max_mb,
            )
        else:
            yield self.env._("Files of up to %s MB are looked into.", tried["reach"])
        if tried["alerts"]:
            yield self.env._("The scanner says by itself what it has not looked into (AlertExceedsMax).")
        else:
            yield self.env._(
                "The scanner does not say what it has skipped: set “AlertExceedsMax yes” in clamd.conf. Until then "
                "each file counts as clean only after one just as large has been tried."
            )
        if tried["configured"]:
            yield "clamd.conf: " + " · ".join(f"{limit} {value}" for limit, value in tried["configured"].items())
        yield self.env._("%(version)s, tried on %(when)s", version=tried["version"], when=tried["when"])

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
        """Try the scanner of the settings: does it answer, does it know a virus, what does it look into?

        :raises AccessError: not a system administrator
        :raises UserError: it does not answer, or knows no virus
        """
        if not self.env.user.has_group("vpdt_base.group_system_admin"):
            raise AccessError(self.env._("The system administrator tests the scanner."))
        files = self.env["vpdt.file"]
        if not files._has_scanner():
            raise UserError(self.env._("No scanner is set up: enter its address first."))
        found = self._try_scanner()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": "\n".join(self._limit_lines(found)),
                "type": "success" if found["sound"] else "warning",
                "sticky": not found["sound"],
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _try_scanner(self):
        """Examine the scanner and keep what was found, for this screen; gives it as a dict."""
        files = self.env["vpdt.file"]
        wanted = max(self.sudo().search([]).mapped("max_mb"), default=self.max_mb)  # the largest of all agencies
        try:
            found = examine(files._scanner(), wanted)
            files._prover(anew=True)  # what was proven before may not hold any more
        except ScannerError as error:
            raise UserError(self.env._("The scanner does not answer: %s", error)) from None
        now = vietnam_time(fields.Datetime.now())
        tried = {
            "address": (self._scanner_parameters().get_param(ADDRESS) or "").strip(),
            "version": found.version,
            "alerts": found.alerts,
            "reach": found.reach,
            "wanted": found.wanted,
            "configured": found.configured,
            "sound": found.sound,
            "when": now,
        }
        self._scanner_parameters().set_param(TRIED, json.dumps(tried))
        return tried
