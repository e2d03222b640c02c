import hmac

from odoo import http
from odoo.http import request
from prometheus_client import CollectorRegistry, Gauge, generate_latest

TOKEN = "vpdt_accounts.health_token"
_VALUES = {"good": 0, "look": 1, "bad": 2}


class Health(http.Controller):
    """The state of the system for a monitoring program, in the format of Prometheus: numbers only."""

    @http.route("/vpdt/health", type="http", auth="none", methods=["GET"], sitemap=False)
    def health(self):
        """Levels (0 good, 1 look at it, 2 act now) and numbers of all checks, to who bears the token of the settings.

        Without a token in the settings the address does not exist.
        """
        env = request.env(user=1, su=True)
        token = env["ir.config_parameter"].get_param(TOKEN)
        given = request.httprequest.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token or not hmac.compare_digest(token.encode(), given.encode()):
            raise request.not_found()
        registry = CollectorRegistry()
        level = Gauge("vpdt_health_level", "0 good, 1 look at it, 2 act now", ["check"], registry=registry)
        number = Gauge("vpdt_health_number", "What was measured", ["check"], registry=registry)
        for row in env["vpdt.health"]._measure():
            level.labels(row["code"]).set(_VALUES[row["level"]])
            number.labels(row["code"]).set(row["number"])
        headers = [("Content-Type", "text/plain; version=0.0.4; charset=utf-8"), ("Cache-Control", "no-store")]
        return request.make_response(generate_latest(registry), headers)
