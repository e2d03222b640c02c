"""One short message by a chat service: a bot of Telegram, or any gateway that takes JSON over HTTPS.

A gateway is how other services are reached (Zalo OA, whose access tokens live for a day, an SMS modem, a chat of the
province): it gets ``{"to": …, "text": …}`` with the secret as bearer token, and answers 2xx when it has taken it.
"""

import requests

try:
    from ..outgoing import way_out
except ImportError:  # the package stands alone
    from outgoing import way_out

TELEGRAM, GATEWAY = "telegram", "gateway"
TIMEOUT = 10  # seconds to connect, and to answer
_MAX_ANSWER = 64 * 1024
_SHOWN = 200


class ChatError(Exception):
    """The service did not take the message; in words without the secret.

    :param bool final: another try would end the same (an unknown address, a wrong secret)
    """

    def __init__(self, words, final=False):
        super().__init__(words)
        self.final = final


def ask(kind, url, secret, to, text):
    """Have a service carry ``text`` to one person. The address must be on the allow list of the caller.

    :param str kind: TELEGRAM or GATEWAY
    :param str url: of the service, ``https://api.telegram.org`` for a bot
    :param str secret: token of the bot, or bearer token of the gateway
    :param str to: how the service knows the person
    :param str text: plain text
    :raises ChatError: it was not taken
    """
    body, headers = {"to": to, "text": text}, {}
    if kind == TELEGRAM:
        url, body = f"{url.rstrip('/')}/bot{secret}/sendMessage", {"chat_id": to, "text": text}
    elif secret:
        headers["Authorization"] = f"Bearer {secret}".encode()
    try:
        with (
            way_out(),
            requests.post(
                url, json=body, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True
            ) as answer,
        ):
            said = answer.raw.read(_MAX_ANSWER, decode_content=True).decode("utf-8", "replace")
            status = answer.status_code
    except (requests.RequestException, OSError) as error:
        # the words of requests name the address, and with it the token of a bot
        raise ChatError(type(error).__name__) from None
    if not 200 <= status < 300:
        words = f"HTTP {status} {said[:_SHOWN]}".replace(secret or "\0", "…").strip()
        raise ChatError(words, final=400 <= status < 500 and status != 429)
