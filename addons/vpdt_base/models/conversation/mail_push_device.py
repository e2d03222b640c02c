import json
import logging
import re

import requests
from odoo import api, fields, models

from odoo.addons.mail.tools.web_push import DeviceUnreachableError, push_to_end_point

from ...outgoing import way_out
from ...signing.hosts import is_confidential

_logger = logging.getLogger(__name__)
_MOST = 10  # browsers of one person; the oldest one goes
_LONGEST = 2000  # letters of an address and of keys
_ADDRESS = re.compile(rf"[!-~]{{1,{_LONGEST}}}")


class MailPushDevice(models.Model):
    """Browsers that take notices. The address is the browser's word: it is kept and called only where an administrator
    has allowed its host for this (push services of Google, Mozilla, Microsoft, Apple), and it is of one's own alone."""

    _inherit = "mail.push.device"

    # who knows them reaches the browser: for the system alone
    endpoint = fields.Char(groups=fields.NO_ACCESS)
    keys = fields.Char(help="", groups=fields.NO_ACCESS)

    @api.model
    def register_devices(self, **kw):
        """Keep the browser of the current user, if its push service is allowed; else nothing is kept."""
        endpoint, previous = kw.get("endpoint"), kw.get("previousEndpoint")
        if not self.env.user._is_internal() or not self._vpdt_is_allowed(endpoint) or not _are_keys(kw.get("keys")):
            return
        known = [address for address in (endpoint, previous) if _is_address(address)]
        kept = self.sudo().search([("endpoint", "in", known)])
        mine = kept.filtered(lambda device: device.partner_id == self.env.user.partner_id)
        if kept.filtered(lambda device: device.endpoint == endpoint) - mine:
            # the same browser, another person: he who is here now is told there
            kept.filtered(lambda device: device.endpoint == endpoint).unlink()
        super().register_devices(endpoint=endpoint, keys=kw.get("keys"), vapid_public_key=kw.get("vapid_public_key"))
        others = self.sudo().search([("partner_id", "=", self.env.user.partner_id.id)], order="id desc")  # one's own
        (others[_MOST:] | mine.filtered(lambda device: device.endpoint != endpoint)).unlink()

    @api.model
    def unregister_devices(self, **kw):
        """Forget a browser of the current user."""
        endpoint = kw.get("endpoint")
        kept = self.sudo().search([("endpoint", "=", endpoint)]) if _is_address(endpoint) else self  # whose it is
        if self.env.user.partner_id not in kept.sudo().partner_id:  # the same
            return None
        return super().unregister_devices(endpoint=endpoint)

    @api.model
    def _vpdt_is_allowed(self, endpoint):
        fits = _is_address(endpoint) and is_confidential(endpoint)
        return fits and self.env["vpdt.allowed.host"]._is_allowed(endpoint, for_push=True)

    def _vpdt_push(self, payload):
        """Send a notice to this browser, in superuser mode; one that is gone or not allowed any more is forgotten.

        :param payload: as JSON, of the notification API
        :return: bool, whether its service has taken it
        """
        self.ensure_one()
        if not self._vpdt_is_allowed(self.endpoint):
            self.unlink()
            return False
        parameters = self.env["ir.config_parameter"]
        private, public = (parameters.get_param(f"mail.web_push_vapid_{half}_key") for half in ("private", "public"))
        session, answers = requests.Session(), []
        session.hooks["response"].append(lambda answer, *_args, **_options: answers.append(answer))
        session.max_redirects = 0  # the next address is on nobody's list
        try:
            with way_out():
                push_to_end_point(self.get_base_url(), self.read(["endpoint", "keys"])[0], json.dumps(payload), private,
                                  public, session)  # fmt: skip
        except DeviceUnreachableError:
            self.unlink()
            return False
        except (requests.RequestException, OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            _logger.info("Push to the browser %s: %s", self.id, type(error).__name__)
            return False
        return bool(answers) and answers[-1].ok


def _is_address(text):
    return isinstance(text, str) and bool(_ADDRESS.fullmatch(text))


def _are_keys(keys):
    """Whether these are keys as a browser gives them (RFC 8291), by their form."""
    if not isinstance(keys, dict) or len(json.dumps(keys)) > _LONGEST:
        return False
    return all(isinstance(keys.get(name), str) for name in ("p256dh", "auth"))
