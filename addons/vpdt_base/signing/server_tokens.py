"""PKCS#11 devices of this server: which modules may be loaded, and which certificate belongs to a key.

A PKCS#11 module is code that runs inside the server: its path comes from the configuration file of the server alone,
never from a screen or the database.
"""

import configparser
import os

from asn1crypto import x509 as asn1_x509
from pkcs11 import Attribute, CertificateType, ObjectClass
from pkcs11 import exceptions as p11_errors

from .errors import SigningError
from .signers import open_token

SECTION, OPTION, VARIABLE = "vpdt", "pkcs11_modules", "VPDT_PKCS11_MODULES"


def modules(config_file=None):
    """Give ``{name: path}`` of the modules that the server may load.

    From ``VPDT_PKCS11_MODULES`` or from ``[vpdt] pkcs11_modules`` of odoo.conf, one ``name = path`` a line or
    separated by commas.

    :param config_file: path; default the one that Odoo runs with
    """
    text = os.environ.get(VARIABLE)
    if text is None:
        text = _from_file(config_file or _odoo_config_file())
    pairs = (part.partition("=") for part in text.replace("\n", ",").split(",") if "=" in part)
    return {name.strip(): path.strip() for name, _equals, path in pairs if name.strip() and path.strip()}


def _odoo_config_file():
    try:
        from odoo.tools import config
    except ImportError:  # the package is used without Odoo
        return None
    return config.get("config")


def _from_file(path):
    parser = configparser.RawConfigParser()
    if path:
        parser.read([path])
    return parser.get(SECTION, OPTION, fallback="")


def read_certificate(module_path, token_label, pin, key_label):
    """Find the certificate of a key in a token.

    :return: (certificate, list of the other certificates there), asn1crypto
    :raises SigningError: ``token_missing``, ``wrong_pin``, ``signer_unreachable``, ``key_missing``
    """
    with open_token(module_path, token_label, pin) as session:
        try:
            keys = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.LABEL: key_label}))
            found = list(certificates_in(session))
        except p11_errors.PKCS11Error as error:
            raise SigningError("key_missing", str(error), key=key_label) from error
        ids = {bytes(key[Attribute.ID]) for key in keys}
    mine = [cert for label, key_id, cert in found if label == key_label or (key_id and key_id in ids)]
    if not keys or not mine:
        raise SigningError("key_missing", key=key_label)
    return mine[0], [cert for _label, _id, cert in found if cert.dump() != mine[0].dump()]


def certificates_in(session):
    """Give (label, id, certificate) of each X.509 certificate in a token."""
    wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.CERTIFICATE_TYPE: CertificateType.X_509}
    for item in session.get_objects(wanted):
        try:
            cert = asn1_x509.Certificate.load(item[Attribute.VALUE], strict=True)
            cert.native  # noqa: B018 – asn1crypto parses on access
        except (ValueError, TypeError):
            continue
        yield item[Attribute.LABEL], bytes(item[Attribute.ID] or b""), cert
