import tempfile
from datetime import timedelta

from odoo import fields

from odoo.addons.vpdt_base.vietnam import local_day

from ..wire import VxpClient, WireError
from ..wire.errors import NO_ANSWER, REFUSED
from ..wire.vxp import DONE, EDOC, FAIL, STATUS
from .outcome import Sent
from .remote import RemoteTransport

#: Codes of the axis that say more than “refused”.
_CAUSES = {
    "10": "unreadable",
    "18": "unknown_recipient",
    "19": "unknown_sender",
    "21": "unreadable",
    "22": "unreadable",
}
#: Lists are asked for from so many days before the last time: clocks differ, and the axis may be late.
OVERLAP = timedelta(days=2)
#: So many packets of ours are asked about at a time.
ASKED = 50


class VxpTransport(RemoteTransport):
    """The national axis in the dialect of VXP. What has come is asked for, fetched in a job each, and acknowledged in a
    job of its own that the transaction which keeps the packet queues: never before it is kept, and never forgotten."""

    polls = True

    def _client(self):
        return VxpClient(self.channel.url, self.channel.system_code, self.channel._secret())

    def _send(self, message, parts):
        own = message.company_id.organization_id
        sender = own.identifier or own.identifier_legacy
        kind = STATUS if message.kind == "status" else EDOC
        return Sent(self._client().send(parts, sender, [message.to_identifier], kind, message.sha256))

    def _cause_of(self, error):
        return _CAUSES.get(error.code, "refused")

    def _test(self):
        client = self._client()
        return self.env._(
            "It answers. Waiting there: %(documents)s documents, %(statuses)s statuses.",
            documents=client.count(EDOC),
            statuses=client.count(STATUS),
        )

    def directory(self):
        """The whole directory of the axis, with the pairs of new and old codes.

        :return: list of dicts as the axis gives them; ``code102`` beside ``code`` where the axis knows the pair
        :raises WireError: no answer
        """
        with self._calling():
            client = self._client()
            rows, pairs = client.agencies(), client.agencies_qd20()
        old = {str(row.get("code")): row.get("code102") for row in pairs if row.get("code102")}
        known = {str(row.get("code")) for row in rows} | set(old.values())
        paired = [{**row, "code102": old.get(str(row.get("code"))) or row.get("code102")} for row in rows]
        return paired + [row for row in pairs if str(row.get("code")) not in known]

    # Receiving -------------------------------------------------------------------------------------------------------

    def poll(self):
        """:return: how many packets are to be fetched or acknowledged"""
        begun, channel = fields.Datetime.now(), self.channel
        since = local_day((channel.asked_at or begun) - OVERLAP)
        try:
            with self._calling():
                client = self._client()
                entries = [entry for kind in (EDOC, STATUS) for entry in client.received(kind, since)]
        except WireError as error:
            outcome = self._outcome_of(error)
            channel._note_trouble(outcome.words, down=getattr(outcome, "down", False))
            return 0
        channel._by_system().write({"asked_at": begun})
        channel._note_success()
        waiting = {entry.doc_id: entry for entry in entries if entry.status not in (DONE, FAIL)}
        channel._take_list(list(waiting.values()))
        self._ask_about_sent()
        return len(waiting)

    def fetch(self, doc_id, company, sender):
        """Fetch one packet and take it.

        :return: vpdt.exchange.message
        :raises WireError: it did not come whole
        """
        with tempfile.NamedTemporaryFile(prefix="vpdt-fetched-") as stream:
            with self._calling():
                self._fetch(doc_id, stream)
            stream.flush()
            Message = self.env["vpdt.exchange.message"]
            return Message._receive(stream.name, company, sender, self.channel, doc_id)

    def _fetch(self, doc_id, stream):
        client = self._client()
        try:
            client.fetch(doc_id, stream)
        except WireError as error:
            if error.kind != REFUSED or error.code != "404":
                raise
            client.fetch_text(doc_id, stream)  # a hub without the newer call

    def acknowledge(self, doc_id, taken):
        """Tell the axis that a packet is kept here, or that nobody here can take it.

        :raises WireError: it does not know
        """
        with self._calling():
            self._client().update_status(doc_id, DONE if taken else FAIL)

    def _ask_about_sent(self):
        """What became of packets that the axis has taken and nobody has confirmed."""
        Message = self.env["vpdt.exchange.message"]
        asked = [("channel_id", "=", self.channel.id), ("direction", "=", "out"), ("state", "=", "sent")]
        messages = Message.search([*asked, ("reference", "!=", False)], order="asked_at NULLS FIRST, id", limit=ASKED)
        for message in messages:
            try:
                with self._calling():
                    rows = self._client().sent(message.reference)
            except WireError as error:
                if error.kind == NO_ANSWER:
                    return
                continue
            message._by_system().asked_at = fields.Datetime.now()
            states = {state for code, state in rows if code in (message.to_identifier, "")}
            if DONE in states:
                message._move_to("delivered", {})
                message._tell_screens()
            elif FAIL in states:
                message._fail(self.env._("The system of the recipient could not take it."), "refused")
