"""One time for everybody: that of Viet Nam, whatever zone a browser, a person's row or a context names."""

from functools import cached_property

import pytz
from odoo.api import Environment

NAME = "Asia/Ho_Chi_Minh"


def install():
    """Have dates and times of people, of the law and of registers computed in that zone."""
    zone = cached_property(lambda self: pytz.timezone(NAME))
    zone.__set_name__(Environment, "tz")
    Environment.tz = zone
