import base64
import io
import os

import segno
from odoo import http
from odoo.http import request


class SecondFactor(http.Controller):
    """Setting up the second factor, before anything else is open to who needs one."""

    @http.route("/vpdt/second-factor", type="http", auth="user", methods=["GET"], sitemap=False)
    def page(self):
        """A secret for the phone, as a picture and as letters; who needs none goes on."""
        if not request.env.user._must_enrol():
            return request.redirect("/odoo")
        secret = request.session.get("vpdt_totp") or base64.b32encode(os.urandom(20)).decode()
        request.session["vpdt_totp"] = secret
        return self._page(secret)

    @http.route("/vpdt/second-factor", type="http", auth="user", methods=["POST"], sitemap=False)
    def choose(self, code="", **_ignored):
        """Take the secret when the phone shows the right code."""
        secret, user = request.session.get("vpdt_totp"), request.env.user
        if not secret or not user._must_enrol():
            return request.redirect("/vpdt/second-factor")
        digits = "".join(letter for letter in code if letter.isdigit())
        if len(digits) != 6 or not user._totp_try_setting(secret, int(digits)):
            return self._page(secret, request.env._("This code is not right. Wait for the next one, and type it."))
        request.session.pop("vpdt_totp", None)
        request.env["vpdt.journal.entry"]._record("permission", user, {"second_factor": "set"})
        return request.redirect("/odoo")

    def _page(self, secret, problem=""):
        issuer = "VPĐT"
        address = f"otpauth://totp/{issuer}:{request.env.user.login}?secret={secret}&issuer={issuer}"
        picture = io.BytesIO()
        segno.make(address, error="m").save(picture, kind="svg", scale=4, border=2, xmldecl=False)
        response = request.render(
            "vpdt_accounts.second_factor_page",
            {
                "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
                "picture": base64.b64encode(picture.getvalue()).decode(),
                "problem": problem,
                "login": request.env.user.login,
            },
        )
        response.headers["Cache-Control"] = "no-store"
        return response
