import re

from odoo import api, fields, models
from odoo.http import JsonRPCDispatcher, request
from werkzeug.exceptions import BadRequest, NotFound

from ...doors import errors, routes
from ...vietnam import vietnam_time

_HOST = re.compile(r"^[\w.\[\]:-]+$")
_SERVICE = re.compile(r"wss://127\.0\.0\.1:\d{1,5}")


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


# Of Odoo's applications, what an office has no use for.
_MENUS = (
    "base.menu_management",
    "base.menu_tests",
    "hr.hr_menu_hr_reports",
    "hr.menu_config_employee",
    "hr.menu_config_recruitment",
    "hr_skills.hr_skill_learning_menu",
    "hr_skills.hr_skill_type_menu",
    "mail.discuss_call_history_menu",
    "mail.menu_canned_responses",
    "mail.menu_roles",
)


# In the help of an empty list: a picture from somewhere, a link to somewhere, records made up.
_ADVERTISING = ("<img", 'href="http', "load_demo_data", "Load sample data", "o_nocontent_help")


class IrHttp(models.AbstractModel):
    """Doors that are shut, and what pages may load."""

    _inherit = "ir.http"

    def _generate_routing_rules(self, modules, converters):
        """Without the routes of :mod:`doors.routes`: they do not exist, for anybody."""
        for rule, endpoint in super()._generate_routing_rules(modules, converters):
            if not routes.is_closed(rule):
                yield rule, endpoint

    def session_info(self):
        """With the moment of the copy, for the banner of a restored database."""
        info = super().session_info()
        held = self.env["vpdt.backup"]._held()
        if held:
            info["vpdt_restored"] = vietnam_time(fields.Datetime.to_datetime(held["moment"]))
        return info

    @classmethod
    def _match(cls, path_info):
        if "\0" in path_info:
            raise BadRequest
        return super()._match(path_info)

    @classmethod
    def _dispatch(cls, endpoint):
        """See there.

        :raises BadRequest: without what the address needs; Odoo calls the function all the same and answers 500
        """
        if missing := routes.missing_parameters(endpoint, request.params):
            raise BadRequest(f"Missing: {', '.join(missing)}")
        return super()._dispatch(endpoint)

    @classmethod
    def _post_dispatch(cls, response):
        result = super()._post_dispatch(response)
        if response.mimetype == "text/html" and "default-src" not in response.headers.get(
            "Content-Security-Policy", ""
        ):
            response.headers["Content-Security-Policy"] = cls._content_security_policy()
            response.headers.setdefault("Referrer-Policy", "same-origin")
        return result

    @classmethod
    def _content_security_policy(cls):
        """What a page of the web client may load: from this server only, and from the signing agent of the machine.

        ``unsafe-inline`` and ``unsafe-eval`` are what Odoo's own client needs (Owl compiles its templates).
        """
        host = request.httprequest.host
        sockets = f" ws://{host} wss://{host}" if _HOST.match(host) else ""
        keys = request.env["vpdt.signing.key"]
        agent = f"http://127.0.0.1:{keys.agent_port()}"
        service = keys.vgca_settings()["address"]
        if _SERVICE.fullmatch(service):
            agent += f" {service}"
        return "; ".join(
            [
                "default-src 'self'",
                "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
                "style-src 'self' 'unsafe-inline'",
                "img-src 'self' data: blob:",
                "font-src 'self' data:",
                "media-src 'self' data: blob:",
                f"connect-src 'self' data: blob:{sockets} {agent}",
                "frame-src 'self' blob:",
                "worker-src 'self' blob:",
                "object-src 'none'",
                "base-uri 'self'",
                "form-action 'self'",
                "frame-ancestors 'self'",
            ]
        )

    @classmethod
    def _handle_error(cls, exception):
        """An address that does not exist answers in the language of the question: JSON to who asked in JSON."""
        if isinstance(exception, NotFound) and request.httprequest.mimetype == "application/json":
            answer = JsonRPCDispatcher(request).handle_error(exception)
            answer.status_code = NotFound.code
            return answer
        return super()._handle_error(exception)

    # Pages that tell an error (of http_routing, which comes with Odoo's portal) ------------------------------------

    @classmethod
    def _get_exception_code_values(cls, exception):
        code, values = super()._get_exception_code_values(exception)
        told = {"status_code": code, "error_message": values.get("error_message") if code == 422 else ""}
        if code >= 500:
            told["error_message"] = errors.words_for(errors.note(exception))
        return code, told

    @classmethod
    def _get_error_html(cls, env, code, values):
        return code, env["ir.ui.view"]._render_template("vpdt_base.error_page", values)

    # Switched off in the data of Odoo, at each installation and update: its rows are not updated by ours -------------

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
        self._take_down_advertising()
        if employees := self.env.ref("hr.menu_hr_root", raise_if_not_found=False):
            employees.group_ids = self.env.ref("vpdt_base.group_unit_admin")

    @api.model
    def _take_down_advertising(self):
        """Empty lists of Odoo say what to do, and not what else it sells, with pictures from its servers."""
        for lang in (None, "vi_VN"):
            Action = self.env["ir.actions.act_window"].with_context(lang=lang)
            for words in _ADVERTISING:
                Action.search([("help", "ilike", words)]).help = False
