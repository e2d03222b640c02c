"""What of Odoo's own web server is shut, or said otherwise, in an office that faces strangers. Works on the process."""

from . import cookies, errors, jobs, routes, server, text, zone


def install():
    """Put the doors in, once a process."""
    cookies.install()
    errors.install()
    jobs.install()
    server.install()
    text.install()
    zone.install()


__all__ = ["install", "routes"]
