import json
import logging

import requests
from odoo import api, models

from odoo.addons.mail.tools.web_push import DeviceUnreachableError, push_to_end_point

from ...outgoing import way_out
from ...signing.hosts import is_confidential

_logger = logging.getLogger(__name__)
_MOST = 10  # browsers of one person; the oldest one goes
_LONGEST = 2000  # letters of an address and of keys


class MailPushDevice(models.Model):
    """Browsers that take notices. The address is the browser's word: it is kept and called only where an administrator
    has allowed its host (the push services of Google, Mozilla, Microsoft, Apple), and it is of one's own alone."""

    _inherit = "mail.push.device"

    @api.model
    def register_devices(self, **kw):
        """Keep the browser of the current user, if its push service is allowed; else nothing is kept."""
        endpoint, keys = kw.get("endpoint"), json.dumps(kw.get("keys") or {})
        if not self.env.user._is_internal() or not self._vpdt_is_allowed(endpoint) or len(keys) > _LONGEST:
            return
        kept = self.sudo().search([("endpoint", "in", [endpoint, str(kw.get("previousEndpoint") or "")])])
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
        endpoint = str(kw.get("endpoint") or "")
        if self.env.user.partner_id not in self.sudo().search([("endpoint", "=", endpoint)]).partner_id:  # whose it is
            return None
        return super().unregister_devices(endpoint=endpoint)

    @api.model
    def _vpdt_is_allowed(self, endpoint):
        fits = isinstance(endpoint, str) and len(endpoint) <= _LONGEST and is_confidential(endpoint)
        return fits and self.env["vpdt.allowed.host"]._is_allowed(endpoint)

    def _vpdt_push(self, payload):
        """Send a notice to this browser, in superuser mode; one that is gone is forgotten.

        :param payload: as JSON, of the notification API
        :return: bool, whether its service has taken it
        """
        self.ensure_one()
        parameters = self.env["ir.config_parameter"]
        private, public = (parameters.get_param(f"mail.web_push_vapid_{half}_key") for half in ("private", "public"))
        session = requests.Session()
        session.max_redirects = 0  # the next address is on nobody's list
        try:
            with way_out():
                push_to_end_point(self.get_base_url(), self.read(["endpoint", "keys"])[0], json.dumps(payload), private,
                                  public, session)  # fmt: skip
        except DeviceUnreachableError:
            self.unlink()
        except (requests.RequestException, OSError, ValueError, TypeError, KeyError) as error:
            _logger.info("Push to the browser %s: %s", self.id, type(error).__name__)
            return False
        return True
