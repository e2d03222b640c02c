from ..wire import WireError
from ..wire.errors import LOGIN, NO_ANSWER, REFUSED
from .interface import Transport
from .outcome import Later, Refused

from odoo.addons.vpdt_base.outgoing import way_out  # isort: skip


class RemoteTransport(Transport):
    """What is over HTTP: the host is asked about each time, and answers become outcomes."""

    def _client(self):
        """The client of the wire; made anew for each use, so that a changed secret counts at once."""
        raise NotImplementedError

    def _calling(self):
        """Context in which the other side may be called.

        :raises UserError: its host is not allowed (any more)
        """
        self.channel._check_allowed()
        return way_out()

    def send(self, message):
        """:return: what :meth:`_send` gives, or what the error of the wire means"""
        try:
            with self._calling(), message._packet() as parts:
                return self._send(message, parts)
        except WireError as error:
            outcome = self._outcome_of(error)
            if error.kind == NO_ANSWER and self.test()[0]:
                return Later(outcome.words)  # a broken connection, and no outage: the others go on
            return outcome

    def _send(self, message, parts):
        """Hook: hand the packet over.

        :return: an outcome
        :raises WireError: as the client does
        """
        raise NotImplementedError

    def test(self):
        """:return: as :meth:`_test` says, or what went wrong"""
        try:
            with self._calling():
                return True, self._test()
        except WireError as error:
            return False, self._outcome_of(error).words

    def _test(self):
        """Hook: ask something that changes nothing.

        :return: translated words
        """
        raise NotImplementedError

    def _outcome_of(self, error):
        name = self.channel.name
        if error.kind == REFUSED:
            words = self.env._("%(channel)s refused it: %(why)s", channel=name, why=error.detail)
            return Refused(words, self._cause_of(error))
        if error.kind == LOGIN:
            words = self.env._("%(channel)s does not accept our login: %(why)s", channel=name, why=error.detail)
            return Later(words, "login", down=True)
        if error.kind == NO_ANSWER:
            words = self.env._("%(channel)s gives no answer: %(why)s", channel=name, why=error.detail)
            return Later(words, down=True)
        return Later(self.env._("%(channel)s answers: %(why)s", channel=name, why=error.detail))

    def _cause_of(self, error):
        """Hook: which of the causes a refusal with this code is."""
        return "refused"
