from odoo import api, models

# What Odoo and its modules would do by themselves.
_CRONS = (
    "mail.ir_cron_module_update_notification",
    "mail.ir_cron_web_push_notification",
    "digest.ir_cron_digest_scheduler_action",
    "sms.ir_cron_sms_scheduler_action",
    "snailmail.snailmail_print",
    "auth_signup.ir_cron_auth_signup_send_pending_user_reminder",
    "partner_autocomplete.ir_cron_partner_autocomplete",
)
_PARAMETERS = {
    "auth_signup.reset_password": "False",
    "auth_signup.invitation_scope": "b2b",
    "digest.default_digest_emails": "False",
    "mail.link_preview_throttle": "0",
    "mail.use_twilio_rtc_servers": "False",
    "web.web_app_name": "VPĐT",
}
# What an administrator may set otherwise: value, and what Odoo sets itself.
_FIRST_VALUES = {
    # Accounts have limits of their own; this one, of an address, is against who tries one password on many.
    "base.login_cooldown_after": ("50", "10"),
    # A day's work, instead of seven days.
    "sessions.max_inactivity_seconds": ("43200", None),
}
_MENUS = ("base.menu_management", "base.menu_tests")


class IrHttp(models.AbstractModel):
    """What is switched off in the data of Odoo, at each installation and update: its rows are not updated by ours."""

    # split by concern
    _inherit = "ir.http"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _close_doors(self):
        """Switch off calls to Odoo's company, its shop and its letters; what is not installed is passed over."""
        for name in _CRONS:
            if cron := self.env.ref(name, raise_if_not_found=False):
                cron.active = False
        for key, value in _PARAMETERS.items():
            self.env["ir.config_parameter"].set_param(key, value)
        for key, (value, odoos) in _FIRST_VALUES.items():
            if self.env["ir.config_parameter"].get_param(key) in (False, odoos):
                self.env["ir.config_parameter"].set_param(key, value)
        for name in _MENUS:
            if menu := self.env.ref(name, raise_if_not_found=False):
                menu.active = False
        if "digest.digest" in self.env:
            self.env["digest.digest"].search([]).state = "deactivated"
        if employees := self.env.ref("hr.menu_hr_root", raise_if_not_found=False):
            employees.group_ids = self.env.ref("vpdt_base.group_unit_admin")
