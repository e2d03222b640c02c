import base64
import json

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError

from ..wire import WireError

# With the pattern of the job functions: about two days, as for what is sent.
TRIES = 16


class VpdtExchangeChannel(models.Model):
    """What waits for us elsewhere: packets of an axis are fetched, kept, and only then acknowledged; the agencies that
    another installation serves are read.

    What is handed in to us: ``vpdt_exchange_channel_handing_in.py``.
    """

    _inherit = "vpdt.exchange.channel"

    asked_at = fields.Datetime("Last asked", readonly=True, copy=False, help="When what has come was last asked for.")

    # From an axis ----------------------------------------------------------------------------------------------------

    def _take_list(self, entries):
        """Queue what is to be done with each packet that an axis lists as waiting; the oldest first.

        :param entries: list of wire.Entry
        """
        Message = self.env["vpdt.exchange.message"]
        names = [entry.doc_id for entry in entries]
        kept = Message.search([("channel_id", "=", self.id), ("direction", "=", "in"), ("reference", "in", names)])
        known = {message.reference: message for message in kept}
        for entry in entries:
            if entry.doc_id in known:  # kept, and the axis does not know it: the acknowledgement was lost
                self._queue_acknowledgement(entry.doc_id, known[entry.doc_id]._is_kept())
            else:
                self.with_delay(
                    channel="root.vpdt_exchange",
                    identity_key=f"vpdt-fetch-{self.id}-{entry.doc_id}",
                    description=f"Fetch {entry.doc_id} from {self.name}",
                    max_retries=TRIES,
                )._job_fetch(entry.doc_id, entry.sender, entry.recipient)

    def _job_fetch(self, doc_id, sender, recipient):
        """Fetch one packet, keep it, and queue that it is acknowledged. A job."""
        self.ensure_one()
        company = self.env["vpdt.organization"]._find_by_identifier(recipient)._served_by()
        if not company:
            self._note_trouble(self.env._("A packet came for %s, whom nobody here serves.", recipient or "?"))
            self._queue_acknowledgement(doc_id, False)
            return "nobody here"
        try:
            message = self._transport().fetch(doc_id, company, sender)
        except WireError as error:
            raise RetryableJobError(f"{self.name}: {error.detail}"[:200]) from error
        self._queue_acknowledgement(doc_id, message._is_kept())
        return f"packet {message.id}: {message.state}"

    def _queue_acknowledgement(self, doc_id, taken):
        self.with_delay(
            channel="root.vpdt_exchange",
            identity_key=f"vpdt-acknowledge-{self.id}-{doc_id}-{taken}",
            description=f"Acknowledge {doc_id} to {self.name}",
            max_retries=TRIES,
        )._job_acknowledge(doc_id, taken)

    def _job_acknowledge(self, doc_id, taken):
        """Tell the axis what became of a packet; the transaction that keeps it has been committed. A job."""
        self.ensure_one()
        try:
            self._transport().acknowledge(doc_id, taken)
        except WireError as error:
            raise RetryableJobError(f"{self.name}: {error.detail}"[:200]) from error

    # What another installation serves --------------------------------------------------------------------------------

    def action_read_directory(self):
        """Ask the other side whom it reaches.

        Another installation: its agencies become those of the channel. An axis: its directory becomes an import whose
        dry run shows what is new, renamed, gone or merged; the administrator decides.

        :raises AccessError: not a system administrator
        :raises UserError: no answer
        """
        self.ensure_one()
        self.check_access("write")
        channel = self.sudo()  # the way uses the secret
        try:
            agencies = channel._transport().directory()
        except WireError as error:
            raise UserError(self.env._("%(name)s: %(why)s", name=self.name, why=error.detail)) from None
        if self.kind == "vxp":
            return self._propose_directory(agencies)
        channel._take_agencies(agencies)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _propose_directory(self, agencies):
        """Hand the directory of an axis to the import, and begin its dry run."""
        day = fields.Date.context_today(self)
        job = self.env["vpdt.organization.import"].create(
            {
                "name": f"{self.name} {day:%d-%m-%Y}.json",
                "content": base64.b64encode(json.dumps({"data": agencies}, ensure_ascii=False).encode()),
                "source": "axis",
            }
        )
        job.action_check()
        return {
            "type": "ir.actions.act_window",
            "res_model": job._name,
            "res_id": job.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _take_agencies(self, agencies):
        """Let the channel reach the agencies of another installation; those that nobody knew join the directory."""
        Organization = self.env["vpdt.organization"]
        found = Organization.browse()
        for agency in agencies:
            code, name = str(agency.get("identifier") or "").strip(), str(agency.get("name") or "").strip()
            known = Organization._find_by_identifier(code) if code else Organization
            if not known and code and name:
                known = Organization.create({"identifier": code, "name": name})
            found |= known
        self.organization_ids = found.filtered(lambda organization: not organization._served_by())
