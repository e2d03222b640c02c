import hashlib
import json

from markupsafe import Markup
from odoo import http
from odoo.http import request

from ..rate_limit import RateLimit

MAX_FILE = 50_000_000  # bytes; no document is larger (vpdt.file.policy)
MAX_BODY = MAX_FILE + 100_000  # with what a form puts around it; the server cuts off the rest unread
CHUNK = 1 << 16
LIMIT = RateLimit(count=30, seconds=60)

_HEADERS = [
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
]


class PublicCheck(http.Controller):
    """Anybody may ask whether a file, or the code on a copy, is a document that was issued here; nothing more is told.

    A file is spooled to a temporary file as it comes in, hashed piece by piece, and never opened, kept or shown: there
    is nothing in it that could do harm.
    """

    @http.route(
        ["/vpdt/check", "/vpdt/check/<string:code>"], type="http", auth="public", methods=["GET"], sitemap=False
    )
    def page(self, code=None):
        """The page, with the answer for a code that came with the address (a QR code), or was typed."""
        if not code:
            return self._page({})
        if not self._may_ask():
            return self._page({"problem": "busy"}, status=429)
        return self._page({"asked": "code", "found": self._env()["vpdt.file"]._find_published(code=code)})

    # csrf=False: the question changes nothing and is the same for everybody; a stranger has no session to protect, and
    # the page must work where cookies are off.
    @http.route(
        "/vpdt/check",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
        max_content_length=MAX_BODY,
    )
    def ask(self, code=None, **_ignored):
        """The form without JavaScript: a code, or a file in the field ``file``."""
        if not self._may_ask():
            return self._page({"problem": "busy"}, status=429)
        File = self._env()["vpdt.file"]
        if code:
            return self._page({"asked": "code", "found": File._find_published(code=code)})
        upload = request.httprequest.files.get("file")
        digest = self._digest(upload.stream) if upload else ""
        if not digest:
            return self._page({"problem": "too_large" if upload else "nothing"}, status=413 if upload else 200)
        return self._page({"asked": "file", "found": File._find_published(sha256=digest)})

    @http.route(
        "/vpdt/check/file",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
        max_content_length=MAX_BODY,
    )
    def file(self, **_ignored):
        """The same for the page's script: the file in the field ``file``; the answer is JSON."""
        if not self._may_ask():
            return self._json({"problem": "busy"}, 429)
        upload = request.httprequest.files.get("file")
        digest = self._digest(upload.stream) if upload else ""
        if not digest:
            return self._json({"problem": "too_large" if upload else "nothing"}, 413 if upload else 200)
        return self._json({"found": self._env()["vpdt.file"]._find_published(sha256=digest)}, 200)

    def _env(self):
        """The page speaks Vietnamese to everybody, whatever the browser asks for."""
        installed = dict(request.env["res.lang"].get_installed())
        return request.env(context={**request.env.context, "lang": "vi_VN"}) if "vi_VN" in installed else request.env

    def _may_ask(self):
        return LIMIT.allows(request.httprequest.remote_addr)

    def _digest(self, stream):
        """SHA-256 of a stream, read piece by piece, or an empty string when it is too long."""
        digest, size = hashlib.sha256(), 0
        while part := stream.read(CHUNK):
            size += len(part)
            if size > MAX_FILE:
                return ""
            digest.update(part)
        return digest.hexdigest()

    def _page(self, values, status=200):
        env = self._env()
        body = env["ir.qweb"]._render("vpdt_documents.public_check_page", {**values, "max_mb": MAX_FILE // 10**6})
        return request.make_response(
            Markup("<!DOCTYPE html>") + body, [("Content-Type", "text/html; charset=utf-8"), *_HEADERS], status=status
        )

    def _json(self, values, status):
        # not make_json_response: it counts the characters of the body where the header wants its bytes
        body = json.dumps(values).encode()
        return request.make_response(body, [("Content-Type", "application/json"), *_HEADERS], status=status)
