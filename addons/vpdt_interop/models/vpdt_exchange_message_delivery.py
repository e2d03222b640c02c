import logging

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from psycopg2 import InterfaceError

from odoo.addons.queue_job.exception import RetryableJobError

from ..edxml import PacketError
from ..transports import Delivered, Later, Refused

_logger = logging.getLogger(__name__)

# With the pattern of the job function: 30 s, 1 min, 2 min … 8 h, about two days in all.
TRIES = 16


class VpdtExchangeMessage(models.Model):
    """Delivering: a job a packet, which ends in *delivered*, or in *failed* with words and an activity for the clerks.

    Outcomes of a try are values, see ``transports``: delivered · taken by an axis · refused for good (words) · later,
    which queue_job tries again by the retry_pattern of the job function. Nothing leaves a packet *queued* for ever:
    after the last try, and when a worker was killed at each of them, queue_job calls ``_delivery_given_up``.

    Oldest first for each recipient; no recipient waits for another one. When a whole channel gives no answer, its
    packets wait for the channel and use up no tries.
    """

    _inherit = "vpdt.exchange.message"

    def _queue(self):
        """Deliver in a job after this transaction; one job a packet."""
        self._assign_channels()
        for message in self:
            message.with_delay(
                channel="root.vpdt_exchange",
                identity_key=message._job_key(),
                description=f"Deliver {message.document_code} to {message.to_identifier}",
                max_retries=TRIES,
            )._deliver()

    def _assign_channels(self):
        """Say by which channel each packet will go, so that what waits for one is counted; the try itself asks anew."""
        Organization = self.env["vpdt.organization"]
        bare = self.sudo().filtered(lambda message: not message.channel_id)  # written by the exchange only
        targets = {
            message: message.recipient_id.organization_id or Organization._find_by_identifier(message.to_identifier)
            for message in bare
        }
        channels = Organization.union(*targets.values())._exchange_channels()
        for message, organization in targets.items():
            if channel := channels.get(organization.id):
                message.channel_id = channel

    def _job_key(self):
        return f"vpdt-exchange-{self.id}"

    def _deliver(self):
        """Hand one packet to its recipient. A job; a second run of a delivered packet changes nothing."""
        self.ensure_one()
        message = self.sudo()  # the exchange itself keeps what becomes of a packet
        if message.state != "queued" or message.direction != "out":
            return f"{message.state} before"
        if older := message._older_in_line():
            return f"waits for {older.id}"
        channel = message._choose_channel()
        if channel and channel.state != "active":
            return message._wait_for_channel(channel)
        return message._keep_outcome(channel, message._try_to_hand_over(channel))

    def _older_in_line(self):
        """What was queued for the same recipient before: packets arrive in the order in which they were made."""
        line = [
            ("company_id", "=", self.company_id.id),
            ("to_identifier", "=", self.to_identifier),
            ("direction", "=", "out"),
            ("state", "=", "queued"),
            ("id", "<", self.id),
        ]
        return self.search(line, limit=1)

    def _choose_channel(self):
        """The channel of this packet: chosen when it is first tried, and anew while it has reached nobody."""
        organization = self.env["vpdt.organization"]._find_by_identifier(self.to_identifier)
        channel = organization._exchange_channel() if organization else self.channel_id
        if channel and channel != self.channel_id:
            self.channel_id = channel
        return channel

    def _wait_for_channel(self, channel):
        """Nobody is asked: the channel wakes what waits for it."""
        words = self.env._("Waits: the channel “%(name)s” is “%(state)s”.", name=channel.name,
                           state=channel._state_label(channel.state))  # fmt: skip
        if self.error != words:
            self.error = words
            self._tell_screens()
        return words

    def _try_to_hand_over(self, channel):
        """One try.

        :return: an outcome, see transports
        :raises RetryableJobError: something here gave way that may be right again later
        """
        if not channel:
            return Refused(self.env._("No channel leads to this organization yet."), "no_channel")
        try:
            with self.env.cr.savepoint():
                with self._packet() as parts:
                    self.sha256 = parts.sha256()
                return channel._transport().send(self)
        except PacketError as error:
            return Refused(error.in_vietnamese(), "unreadable")
        except UserError as error:
            return Refused(str(error))
        except (RetryableJobError, InterfaceError, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            raise  # tried again by itself, or no database left to say it in
        except (OSError, MemoryError) as error:  # a full disk, a machine out of memory: it may pass
            raise RetryableJobError(f"{type(error).__name__}: {error}"[:200]) from error
        except Exception as error:  # pylint: disable=broad-exception-caught  # or it would be “Queued” for ever
            _logger.exception("Delivery of packet %s", self.id)
            return Refused(self._unexpected(f"{type(error).__name__}: {error}"), "unexpected")

    def _keep_outcome(self, channel, outcome):
        """Write what became of a try.

        :return: words for the job
        :raises RetryableJobError: tried again by the pattern of the job function
        """
        self.invalidate_recordset()
        if isinstance(outcome, Later) and not outcome.down:
            raise RetryableJobError(outcome.words)
        if isinstance(outcome, Later):
            channel._note_trouble(outcome.words, down=True)
            return self._wait_for_channel(channel)
        if isinstance(outcome, Refused):
            if channel and channel.kind != "here":
                channel._note_trouble(outcome.words)
            self._fail(outcome.words, outcome.cause)
            said = f"failed: {outcome.words}"
        else:
            said = "delivered" if isinstance(outcome, Delivered) else "sent"
            now = fields.Datetime.now()
            values = {"error": False, "cause": False, "next_try_at": False, "sent_at": now}
            self._move_to(said, {**values, "reference": outcome.reference or self.reference})
            channel._note_success()
            self._tell_screens()
        self._next_in_line()._queue()
        return said

    def _next_in_line(self):
        line = [("company_id", "=", self.company_id.id), ("to_identifier", "=", self.to_identifier)]
        line += [("direction", "=", "out"), ("state", "=", "queued"), ("id", ">", self.id)]
        return self.search(line, order="id", limit=1)

    def _effect_delivered(self):
        self.delivered_at = fields.Datetime.now()
        if self.direction == "out":
            self._settle()

    def _unexpected(self, detail):
        return self.env._(
            "Something unexpected happened: %s. Try again; if it comes back, tell the administrator of the server.",
            detail[:300],
        )

    def _job_postponed(self, method, attempts, due, words):
        result = super()._job_postponed(method, attempts, due, words)
        waiting = self.filtered(lambda m: m.state == "queued").sudo()  # see _deliver
        waiting.write({"error": words, "next_try_at": due})
        waiting._tell_screens()
        return result

    def _delivery_given_up(self, exc_name="", exc_message="", exc_info=""):
        """The job itself broke, or has used up its tries: a person goes on."""
        given_up = self.filtered(lambda m: m.state == "queued")
        cause = "no_answer" if exc_name.endswith("RetryableJobError") else "unexpected"
        given_up._fail(self._unexpected(exc_message or exc_name), cause)
        for message in given_up.sudo():  # see _deliver
            message._next_in_line()._queue()
