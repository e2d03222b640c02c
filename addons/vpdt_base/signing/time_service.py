"""A time stamping service over HTTP (RFC 3161, 3.4), asked by ourselves.

pyHanko's own client follows redirects and reads whatever comes: the address it ends at is then on nobody's allow list.
"""

import asyncio
import time

import requests
from asn1crypto import tsp
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.timestamps.common_utils import set_tsp_headers

try:
    from ..outgoing import way_out
except ImportError:  # the package stands alone
    from outgoing import way_out

TSA_TIMEOUT = (10, 180)  # seconds to connect, seconds to answer: tsa.ca.gov.vn was seen to take 131
MAX_ANSWER = 256 * 1024  # bytes; a token with its certificates has some thousand
ANSWER_TYPE = "application/timestamp-reply"


class TimestampRedirected(TimestampRequestError):
    """The service sends to another address, which nobody has allowed."""

    code = "redirected"


class TimeStampingService(TimeStamper):
    """A time stamping service. The address must be on the allow list of the caller; no redirect is followed.

    :param str url:
    :param timeout: seconds, one number or (connect, read); the answer must be complete within the latter
    """

    def __init__(self, url, timeout=TSA_TIMEOUT):
        super().__init__()
        self.url, self.timeout = url, timeout

    async def async_request_tsa_response(self, req):
        """Ask, and turn an answer that is none into a refusal."""
        try:
            response = tsp.TimeStampResp.load(await asyncio.to_thread(self._post, req.dump()))
            token_imprint = _imprint(response)
        except requests.RequestException as error:
            raise TimestampRequestError(str(error)) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise TimestampRequestError(f"the answer is no time stamp: {error}") from None
        if token_imprint is not None and token_imprint != req["message_imprint"].native:
            raise TimestampRequestError("the time stamp is for something else")
        return response

    def _post(self, question):
        headers, patience = set_tsp_headers({}), self.timeout[-1] if isinstance(self.timeout, tuple) else self.timeout
        deadline = time.monotonic() + patience
        with (
            way_out(),
            requests.post(
                self.url, question, headers=headers, timeout=self.timeout, allow_redirects=False, stream=True
            ) as answer,
        ):
            if 300 <= answer.status_code < 400:
                raise TimestampRedirected(f"HTTP {answer.status_code} to {answer.headers.get('Location', '?')[:200]}")
            if answer.status_code >= 500:
                answer.raise_for_status()
            if answer.headers.get("Content-Type", "").partition(";")[0].strip() != ANSWER_TYPE:
                raise TimestampRequestError(f"HTTP {answer.status_code}, the answer is no time stamp")
            return _read_capped(answer, deadline)


def _read_capped(answer, deadline):
    """Read a body; one without end, or of a byte a minute, is left."""
    data = b""
    for chunk in answer.iter_content(16 * 1024):
        data += chunk
        if len(data) > MAX_ANSWER:
            raise TimestampRequestError(f"the answer has more than {MAX_ANSWER} bytes")
        if time.monotonic() > deadline:
            raise requests.ReadTimeout("the answer does not end")
    return data


def _imprint(response):
    """Give the imprint in a token, or None when the service refused (which pyHanko reports itself)."""
    if response["status"]["status"].native not in ("granted", "granted_with_mods"):
        return None
    return response["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed["message_imprint"].native
