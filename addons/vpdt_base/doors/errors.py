"""Errors in answers of JSON: words for people, and for all else a number that stands in the log as well.

A traceback tells strangers paths, versions, queries and contents.
"""

import logging
import secrets

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from werkzeug.exceptions import HTTPException

_logger = logging.getLogger(__name__)

# What is raised in order to be read.
_FOR_PEOPLE = (UserError, HTTPException, http.SessionExpiredException)


def install():
    """Put :func:`serialize_exception` in the place of Odoo's."""
    http.serialize_exception = serialize_exception


def serialize_exception(exception, *, message=None, arguments=None):
    """As Odoo's own, without the traceback.

    :return: ``{"name", "message", "arguments", "context", "debug"}``; ``debug`` is empty or the reference
    """
    kind = type(exception)
    answer = {"name": f"{kind.__module__}.{kind.__name__}", "context": {}, "debug": ""}
    if isinstance(exception, _FOR_PEOPLE):
        answer["message"] = str(exception) if message is None else message
        answer["arguments"] = exception.args if arguments is None else arguments
        answer["context"] = getattr(exception, "context", {})
        return answer
    reference = note(exception)
    words = words_for(reference)
    return {**answer, "message": words, "arguments": [words], "debug": reference}


def note(exception):
    """Write an unexpected error into the log (Odoo adds the traceback).

    :return: the reference that people are told, ``"3F9A-01C2"``
    """
    number = secrets.token_hex(4).upper()
    reference = f"{number[:4]}-{number[4:]}"
    _logger.error("Reference %s: %s: %s", reference, type(exception).__name__, exception)
    return reference


def words_for(reference):
    """What a person is told of an unexpected error, in his language."""
    if not request or not getattr(request, "env", None):
        return f"Reference {reference}"
    return request.env._(
        "The server could not do this; nothing was changed. If it happens again, tell the administrator the number "
        "%(reference)s, which stands in the log of the server.",
        reference=reference,
    )
