"""Text that no database can hold – a zero byte, half of a pair of UTF-16 – ends at the door, in words."""

import re

from odoo.exceptions import UserError
from odoo.http import Request, request
from werkzeug.exceptions import BadRequest

# In JSON both arrive as escapes; a body without these is not looked through.
_SUSPICIOUS = re.compile(r"\\u(0000|[dD][89a-fA-F])")


def install():
    """Check what requests bring: JSON, forms, addresses."""
    Request.get_json_data = _checked_json(Request.get_json_data)
    Request.get_http_params = _checked_params(Request.get_http_params)


def is_storable(text):
    """Tell whether PostgreSQL can hold a text.

    :param str text:
    """
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _checked_json(original):
    def get_json_data(self):
        data = original(self)
        if _SUSPICIOUS.search(self.httprequest.get_data(as_text=True)) and not all(map(is_storable, _texts(data))):
            raise UserError(_words())
        return data

    return get_json_data


def _checked_params(original):
    def get_http_params(self):
        params = original(self)
        for key, value in params.items():
            if "\0" in key or (isinstance(value, str) and "\0" in value):
                raise BadRequest(_words())
        return params

    return get_http_params


def _texts(data):
    """Every text in what JSON gave, keys as well; without recursion, whose depth a stranger would choose."""
    waiting = [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting += [*item, *item.values()]
        elif isinstance(item, list):
            waiting += item


def _words():
    return request.env._(
        "The text holds a character that cannot be stored (a zero byte or half a character). Delete it, or type the "
        "text instead of pasting it."
    )
