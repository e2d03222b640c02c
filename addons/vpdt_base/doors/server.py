"""The web server does not say what it is made of."""

from odoo.service.server import CommonRequestHandler


def install():
    """Answer with a name instead of versions."""
    CommonRequestHandler.version_string = lambda self: "VPDT"
