"""Cookies go with requests of our own pages only, and over TLS only where the page came over TLS."""

from odoo import http
from odoo.http import request


def install():
    """Give every cookie the attributes that Odoo leaves out."""
    for answer in (http._Response, http.FutureResponse):
        answer.set_cookie = _with_attributes(answer.set_cookie)


def _with_attributes(original):
    def set_cookie(self, key, *args, **options):
        # Lax: a link in a mail still opens the document; a form on a foreign page comes without the session.
        options["samesite"] = options.get("samesite") or "Lax"
        if request and request.httprequest.scheme == "https":
            options["secure"] = True
        return original(self, key, *args, **options)

    return set_cookie
