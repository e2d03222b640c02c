"""Odoo's configuration file, filled in from `config/odoo.conf.in`."""

import secrets

from .odoo_source import addons_path
from .postgres import ROLE
from .project import ADDONS, CONFIG, DATA, ODOO_CONF, write_atomically


def write(source, cluster):
    """Write `.data/odoo.conf`, readable by its owner only, and return its path.

    :param source: the Odoo in use
    :param cluster: the PostgreSQL in use
    """
    values = {
        "addons_path": ",".join(addons_path(source, ADDONS)),
        "data_dir": DATA,
        "admin_passwd": _admin_password(),
        "db_host": cluster.socket_folder,
        "db_port": cluster.port,
        "db_user": ROLE,
        "db_password": cluster.password(),
    }
    text = (CONFIG / "odoo.conf.in").read_text(encoding="utf-8")
    for name, value in values.items():
        # a per cent sign starts an interpolation in this format
        text = text.replace(f"@{name}@", str(value).replace("%", "%%"))
    if not ODOO_CONF.exists() or ODOO_CONF.read_text(encoding="utf-8") != text:
        write_atomically(ODOO_CONF, text, 0o600)
    return ODOO_CONF


def _admin_password():
    """The master password of the database manager: random, kept, told to nobody."""
    file = DATA / "admin_password"
    if not file.exists():
        write_atomically(file, secrets.token_urlsafe(24), 0o600)
    return file.read_text(encoding="ascii")
