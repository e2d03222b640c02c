from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# How long until a channel that gives no answer is tried again: doubled each time, at most so many minutes.
LONGEST = 30


class VpdtExchangeChannel(models.Model):
    """Watching the channels: what waits for each, when one gives no answer, and that all goes on afterwards."""

    _inherit = "vpdt.exchange.channel"

    waiting_count = fields.Integer("Waiting", compute="_compute_queue")
    waiting_since = fields.Datetime("Oldest waits since", compute="_compute_queue")
    failed_count = fields.Integer("Failed", compute="_compute_queue")
    failures = fields.Text("Failures by cause", compute="_compute_failures", help="Of the last thirty days.")

    def _compute_queue(self):
        Message = self.env["vpdt.exchange.message"].sudo()  # figures only, for administrators who see no documents
        rows = Message._read_group(
            [("channel_id", "in", self.ids), ("direction", "=", "out"), ("state", "in", ("queued", "failed"))],
            ["channel_id", "state"],
            ["__count", "create_date:min"],
        )
        found = {(channel.id, state): (count, first) for channel, state, count, first in rows}
        for channel in self:
            channel.waiting_count, channel.waiting_since = found.get((channel.id, "queued"), (0, False))
            channel.failed_count = found.get((channel.id, "failed"), (0, False))[0]

    def _compute_failures(self):
        Message = self.env["vpdt.exchange.message"].sudo()  # as above
        since = fields.Datetime.now() - timedelta(days=30)
        rows = Message._read_group(
            [("channel_id", "in", self.ids), ("state", "=", "failed"), ("create_date", ">=", since)],
            ["channel_id", "cause"],
            ["__count"],
            order="__count DESC",
        )
        causes = dict(Message._fields["cause"]._description_selection(self.env))
        for channel in self:
            mine = [(cause, count) for of, cause, count in rows if of.id == channel.id]
            channel.failures = "\n".join(f"{causes.get(cause, '?')}: {count}" for cause, count in mine)

    def action_open_waiting(self):
        """The packets that wait for this channel or failed on it; rules of packets decide what is seen."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("vpdt_interop.vpdt_exchange_message_action")
        return {**action, "domain": [("channel_id", "=", self.id), ("state", "in", ("queued", "failed"))]}

    # What the transports tell ----------------------------------------------------------------------------------------

    def _note_success(self):
        """It works; written at most once a minute, or every packet would wait for the row of its channel."""
        now = fields.Datetime.now()
        for channel in self:
            if channel.state == "down":
                channel._move_to("active")
            if not channel.last_success_at or now - channel.last_success_at > timedelta(minutes=1):
                channel._by_system().write({"last_success_at": now})

    def _note_trouble(self, words, down=False):
        """Keep what went wrong; a channel in use that gave no answer is *down* from now on, and tried by itself."""
        for channel in self:
            channel._by_system().write({"trouble": words, "trouble_at": fields.Datetime.now()})
            if down and channel.state == "active":
                channel._move_to("down", {"probes": 0, "probe_at": fields.Datetime.now() + timedelta(minutes=1)})

    # What runs by itself ---------------------------------------------------------------------------------------------

    @api.model
    def _cron_watch(self):
        """Every minute: try the channels that gave no answer, ask the others for what has come, wake what waits."""
        now = fields.Datetime.now()
        for channel in self._in_order():
            if channel.state == "down" and (not channel.probe_at or channel.probe_at <= now):
                channel._queue_job("_job_probe")
            elif channel.state == "active" and channel._transport().polls:
                channel._queue_job("_job_poll")
        self._in_order().filtered(lambda channel: channel.state == "active")._wake()

    def _queue_job(self, method):
        delayed = self.with_delay(
            channel="root.vpdt_exchange",
            identity_key=f"vpdt-channel-{self.id}-{method}",
            description=f"{self.name}: {method.strip('_').replace('job_', '')}",
            max_retries=1,
        )
        getattr(delayed, method)()

    def _job_probe(self):
        """Ask a channel that gave no answer whether it is there again. A job."""
        self.ensure_one()
        if self.state != "down":
            return
        works, words = self._try_out()
        if works:
            return
        wait = min(LONGEST, 2**self.probes)
        at = fields.Datetime.now() + timedelta(minutes=wait)
        self._by_system().write({"probes": self.probes + 1, "probe_at": at, "trouble": words})

    def _job_poll(self):
        """Ask for what has come. A job."""
        self.ensure_one()
        return self._transport().poll() if self.state == "active" else 0

    def _watch_given_up(self, exc_name="", exc_message="", exc_info=""):
        """A job of a channel broke: said on the channel; the next minute tries again."""
        self.sudo()._note_trouble(exc_message or exc_name)  # written by the system only

    def _wake(self):
        """Queue what waits for these channels and has no job: the oldest packet of each recipient.

        Also the way out of any mishap: a packet that waits without a job would wait for ever.
        """
        if not self:
            return
        Message = self.env["vpdt.exchange.message"]
        Message.flush_model()
        self.env["queue.job"].flush_model(["state", "identity_key"])
        query = SQL(
            """
            SELECT min(message.id)
              FROM vpdt_exchange_message message
             WHERE message.direction = 'out' AND message.state = 'queued'
               AND (message.channel_id IN %s OR message.channel_id IS NULL)
             GROUP BY message.company_id, message.to_identifier
            HAVING NOT EXISTS (
                SELECT FROM queue_job job
                 WHERE job.identity_key = 'vpdt-exchange-' || min(message.id)
                   AND job.state IN ('wait_dependencies', 'pending', 'enqueued', 'started')
            )
            """,
            tuple(self.ids),
        )
        self.env.cr.execute(query)
        Message.browse(row[0] for row in self.env.cr.fetchall())._queue()
