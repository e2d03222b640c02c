from ..wire import PeerClient
from .outcome import CAUSES, Delivered, Refused
from .remote import RemoteTransport

_KNOWN = frozenset(cause for cause, _label in CAUSES)


class PeerTransport(RemoteTransport):
    """Another installation of this product: pushed there, and answered when it is kept there."""

    def _client(self):
        return PeerClient(self.channel.url, self.channel.system_code, self.channel._secret())

    def _send(self, message, parts):
        own = message.company_id.organization_id
        sender = own.identifier or own.identifier_legacy
        answer = self._client().send(parts, message.sha256, sender, message.to_identifier)
        if answer["state"] == "taken":
            return Delivered(str(answer.get("reference") or ""))
        words = self.env._("The recipient could not take it: %s", answer.get("words") or "?")
        return Refused(words, answer["cause"] if answer.get("cause") in _KNOWN else "refused")

    def _test(self):
        return self.env._("It answers, and serves %s agencies.", len(self._client().agencies()))

    def directory(self):
        """Agencies served there: list of dicts ``identifier, identifier_legacy, name``.

        :raises WireError: no answer
        """
        with self._calling():
            return self._client().agencies()
