from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.res_users import SHORTEST


class Password(http.Controller):
    """The page behind the link that came to the official mailbox: a person gives himself a password."""

    @http.route("/vpdt/password/<string:secret>", type="http", auth="public", methods=["GET"], sitemap=False)
    def page(self, secret):
        """Who it is about, and two fields; or that the link opens nothing."""
        return self._page(secret)

    @http.route("/vpdt/password/<string:secret>", type="http", auth="public", methods=["POST"], sitemap=False)
    def choose(self, secret, password="", again="", **_ignored):
        """Take the password, when it is long enough and typed twice alike."""
        env = self._env()
        link = env["vpdt.account.link"]._open(secret)
        if not link:
            return self._page(secret)
        if password != again:
            return self._page(secret, env._("The two passwords differ. Type them again."))
        try:
            with env.cr.savepoint():
                link._use(password)
        except UserError as error:
            return self._page(secret, str(error))
        return self._render({"done": True, "login": link.account_id.login})

    def _page(self, secret, problem=""):
        link = self._env()["vpdt.account.link"]._open(secret)
        values = {"secret": secret, "problem": problem, "shortest": SHORTEST}
        if link:
            account = link.account_id
            values |= {"name": account.name, "login": account.login, "agency": account.company_id.name}
        return self._render({**values, "open": bool(link)}, 200 if link else 404)

    def _render(self, values, status=200):
        response = request.render("vpdt_accounts.password_page", values)
        response.status_code = status
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    def _env(self):
        """The page speaks Vietnamese to everybody."""
        request.update_context(lang="vi_VN")
        return request.env
