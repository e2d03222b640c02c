import logging

from odoo import models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from psycopg2 import InterfaceError

from odoo.addons.queue_job.exception import RetryableJobError

from ..edxml import PacketError

_logger = logging.getLogger(__name__)


class VpdtExchangeMessage(models.Model):
    """Delivering: a job a packet, which ends in *delivered*, or in *failed* with words and an activity for the clerks.

    Outcomes of a try: delivered · refused for good (words) · something outside gave way, which queue_job tries again by
    the retry_pattern of the job function. Nothing leaves a packet *queued* for ever: after the last try, and when a
    worker was killed at each of them, queue_job calls ``_delivery_given_up``.
    """

    _inherit = "vpdt.exchange.message"

    def _queue(self):
        """Deliver in a job after this transaction; one job a packet."""
        for message in self:
            message.with_delay(
                channel="root.vpdt_exchange",
                identity_key=f"vpdt-exchange-{message.id}",
                description=f"Deliver {message.document_code} to {message.to_identifier}",
                max_retries=5,
            )._deliver()

    def _deliver(self):
        """Hand one packet to its recipient. A job; a second run of a delivered packet changes nothing."""
        self.ensure_one()
        message = self.sudo()  # the exchange itself keeps what becomes of a packet
        if message.state == "delivered":
            return "delivered before"
        try:
            with self.env.cr.savepoint():
                words = message._hand_over()
        except PacketError as error:
            words = error.in_vietnamese()
        except UserError as error:
            words = str(error)
        except (RetryableJobError, InterfaceError, *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            raise  # tried again by itself, or no database left to say it in
        except (OSError, MemoryError) as error:  # a full disk, a machine out of memory: it may pass
            raise RetryableJobError(f"{type(error).__name__}: {error}"[:200]) from error
        except Exception as error:  # pylint: disable=broad-exception-caught  # or it would be “Queued” for ever
            _logger.exception("Delivery of packet %s", self.id)
            words = self._unexpected(f"{type(error).__name__}: {error}")
        message.invalidate_recordset()
        if words:
            message._fail(words)
            return f"failed: {words}"
        message.write({"state": "delivered", "error": False})
        message._settle()
        message._tell_screens()
        self.env["vpdt.journal.entry"]._record("exchange", self, {"delivered": self.to_identifier})
        return "delivered"

    def _hand_over(self):
        """Give the packet to the agency here that it is for.

        :return: words when it was not taken, else an empty string
        """
        organization = self.env["vpdt.organization"]._find_by_identifier(self.to_identifier)
        company = organization._served_by()
        if not company:
            return self.env._("No channel leads to this organization yet.")
        with self._packet() as parts:
            self.sha256 = parts.sha256()
        own = self.company_id.organization_id
        receipt = self._receive(self, company, own.identifier or own.identifier_legacy)
        if receipt.state == "failed":
            return self.env._("The recipient could not take it: %s", receipt.error)
        return ""

    def _unexpected(self, detail):
        return self.env._(
            "Something unexpected happened: %s. Try again; if it comes back, tell the administrator of the server.",
            detail[:300],
        )

    def _job_postponed(self, method, attempts, due, words):
        result = super()._job_postponed(method, attempts, due, words)
        waiting = self.filtered(lambda m: m.state == "queued").sudo()  # see _deliver
        waiting.error = words
        waiting._tell_screens()
        return result

    def _delivery_given_up(self, exc_name="", exc_message="", exc_info=""):
        """The job itself broke, or has used up its tries: a person goes on."""
        self.filtered(lambda m: m.state == "queued")._fail(self._unexpected(exc_message or exc_name))
