"""Time stamps over a seal (RFC 3161): what a token is for.

The token proves to others when the seal was there at the latest, and with it, through the chain, every row before. Here
it is only compared with its seal; whether its certificate is to be trusted is asked with the tools of the auditor
(``openssl ts -verify``), since the trust anchors in the database are no witness against the database.
"""

import hashlib

from asn1crypto import cms


def imprint(seal):
    """What is stamped: SHA-256 of the seal's payload (bytes)."""
    return hashlib.sha256(seal.payload()).digest()


def is_for(token, seal):
    """True when a token (DER) is a time stamp over this seal."""
    try:
        content = cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
        found = content["message_imprint"]
        return found["hash_algorithm"]["algorithm"].native == "sha256" and found["hashed_message"].native == imprint(
            seal
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
