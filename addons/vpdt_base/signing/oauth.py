"""An access token for a remote signing service (CSC API 1.0.4, 8.4.4: ``oauth2/token``, client credentials)."""

import requests

from .errors import SigningError
from .hosts import is_confidential

try:
    from ..outgoing import way_out
except ImportError:  # the package stands alone
    from outgoing import way_out

TIMEOUT = (5, 15)  # seconds to connect, seconds to answer
USUAL_LIFETIME = 300  # seconds, when the service does not say


def fetch_token(service_url, client_id, client_secret):
    """Ask for an access token.

    :param str service_url: the part before ``/csc/v1``; on the allow list of the caller
    :return: (token, seconds that it lives)
    :raises SigningError: ``signer_unreachable``, ``signer_refused``, ``signer_session_expired`` (401),
        ``redirected``, ``address_not_encrypted``
    """
    if not is_confidential(service_url):
        raise SigningError("address_not_encrypted", service_url)
    values = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
    url = f"{service_url.rstrip('/')}/csc/v1/oauth2/token"
    try:
        with way_out():
            response = requests.post(url, data=values, timeout=TIMEOUT, allow_redirects=False)
    except requests.RequestException as error:
        raise SigningError("signer_unreachable", type(error).__name__) from error
    if 300 <= response.status_code < 400:
        raise SigningError("redirected", f"HTTP {response.status_code}")
    if response.status_code != 200:
        codes = {401: "signer_session_expired", 400: "signer_refused", 403: "signer_refused"}
        raise SigningError(codes.get(response.status_code, "signer_unreachable"), f"HTTP {response.status_code}")
    try:
        answer = response.json()
        return str(answer["access_token"]), int(answer.get("expires_in") or USUAL_LIFETIME)
    except (ValueError, TypeError, KeyError) as error:
        raise SigningError("signer_refused", "the answer holds no access token") from error
