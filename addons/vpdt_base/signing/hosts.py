"""Which addresses this server may call: only those that an administrator has listed (no address out of a certificate
or a document is followed by itself)."""

import ipaddress
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


def parse_allowed(text):
    """Read a list of hosts: ``ocsp.example.vn crl.example.vn:8080``, separated by spaces, commas or lines.

    :return: frozenset of (host, port or None); without a port the usual one of the scheme is meant
    """
    found = set()
    for word in (text or "").replace(",", " ").split():
        host, _colon, port = word.lower().rpartition(":")
        found.add((host, int(port)) if host and port.isdigit() else (word.lower(), None))
    return frozenset(found)


def is_allowed(url, allowed):
    """Tell whether a URL is HTTP(S), carries no user or password, and leads to a listed host and port.

    :param str url:
    :param allowed: from :func:`parse_allowed`
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    usual = _PORTS.get(parts.scheme)
    if usual is None or not parts.hostname or parts.username or parts.password:
        return False
    host = parts.hostname.lower()
    return (host, port or usual) in allowed or (port in (None, usual) and (host, None) in allowed)


def is_confidential(url):
    """Tell whether what is sent there is read by nobody on the way: https, or this very machine.

    :param str url:
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))


def _is_loopback(host):
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
