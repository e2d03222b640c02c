"""What is said when a request is not taken: in words, in the shape that the asking program understands.

No database is at hand then, so the words are Vietnamese for everybody.
"""

import html
import json

_WORDS = {
    "busy": (
        "503 Service Unavailable",
        "Máy chủ đang bận. Yêu cầu này chưa được thực hiện và chưa có gì được lưu: hãy đợi một lát rồi thử lại.",
    ),
    "slow": (
        "408 Request Timeout",
        "Dữ liệu gửi lên quá chậm hoặc bị ngắt giữa chừng nên máy chủ đã ngừng nhận. Chưa có gì được lưu: hãy kiểm tra"
        " đường truyền rồi gửi lại.",
    ),
    "broken": ("400 Bad Request", "Dữ liệu gửi lên không trọn vẹn nên máy chủ không nhận. Hãy gửi lại."),
}
# The page of the public check has its own words for this one.
_PROBLEMS = {"busy": "server_busy"}
_OWN_SCRIPTS = ("/vpdt/upload/", "/vpdt/check/file")

BUSY_WORDS = _WORDS["busy"][1]


def refuse(kind, environ, start_response):
    """Answer with a refusal.

    :param kind: ``busy``, ``slow`` or ``broken``
    :return: the body, as WSGI wants it
    """
    status, words = _WORDS[kind]
    content_type, body = _shaped(kind, words, environ)
    start_response(
        status,
        [
            ("Content-Type", f"{content_type}; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            *([("Retry-After", "10")] if kind == "busy" else []),
        ],
    )
    return [body]


def _shaped(kind, words, environ):
    if environ.get("PATH_INFO", "").startswith(_OWN_SCRIPTS):
        return "application/json", _json({"error": words, "problem": _PROBLEMS.get(kind, "failed")})
    if (environ.get("CONTENT_TYPE") or "").startswith("application/json"):
        return "application/json", _json({"jsonrpc": "2.0", "id": None, "error": _rpc_error(words)})
    page = (
        '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Chưa thực hiện được</title></head><body><p>{html.escape(words)}</p></body></html>"
    )
    return "text/html", page.encode()


def _rpc_error(words):
    """The client shows it as it shows a refusal by the server: a dialog with the words."""
    data = {"name": "odoo.exceptions.UserError", "message": words, "arguments": [words], "context": {}, "debug": ""}
    return {"code": 0, "message": "Odoo Server Error", "data": data}


def _json(values):
    return json.dumps(values).encode()
