"""One short message by a chat service: a bot of Telegram, or any gateway that takes JSON over HTTPS.

A gateway is how other services are reached (Zalo OA, whose access tokens live for a day, an SMS modem, a chat of the
province): it gets ``{"to": …, "text": …}`` with the secret as bearer token, and answers 2xx when it has taken it.
"""

import json
from urllib.parse import quote

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
    :param bool of_person: it does not know the person by that name, or he wants nothing from it
    """

    def __init__(self, words, final=False, of_person=False):
        super().__init__(words)
        self.final, self.of_person = final, of_person


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
            status = answer.status_code
            if 200 <= status < 300:
                return
            said = next(answer.iter_content(_MAX_ANSWER), b"").decode("utf-8", "replace")
    except (requests.RequestException, OSError) as error:
        # the words of requests name the address, and with it the token of a bot
        raise ChatError(type(error).__name__) from None
    of_person = status in (400, 422) or (kind == TELEGRAM and status == 403)
    words = f"HTTP {status} {_shown(said, secret)}".strip()
    raise ChatError(words, final=400 <= status < 500 and status != 429, of_person=of_person)


def _shown(said, secret):
    """The beginning of an answer on one line, without the secret however it is written there."""
    if secret:
        for form in (secret, quote(secret), quote(secret, safe=""), json.dumps(secret)[1:-1]):
            said = said.replace(form, "…")
    said = "".join(letter if letter.isprintable() else " " for letter in said)
    return " ".join(said.split())[:_SHOWN]
