"""Keys, services, signatures, and whom one trusts."""

from . import (  # isort: skip
    vpdt_revocation_cache,
    vpdt_signature,
    vpdt_signing_key,
    vpdt_signing_service,
    vpdt_signing_session,
    vpdt_trust_anchor,
    vpdt_signature_words,
    vpdt_signing_key_validity,
    vpdt_signing_key_handover,
    vpdt_signing_key_loading,
    vpdt_signing_key_messages,
    vpdt_signing_session_outside,
)
