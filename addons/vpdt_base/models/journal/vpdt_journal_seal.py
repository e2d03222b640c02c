import asyncio
import logging

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from pyhanko.sign.timestamps import TimestampRequestError

from odoo.addons.queue_job.exception import RetryableJobError

from ...journal_seal import KeyRing, KeyRingError, Seal, schema, seal_pending, stamps
from ...journal_seal.places import anchors_of, keys_folder, master_key
from ...signing.ltv import TimeStampingService

_logger = logging.getLogger(__name__)

TSA_URL = "vpdt_base.journal_tsa_url"


class VpdtJournalSeal(models.Model):
    """A seal over a batch of journal rows: Merkle root, link to the seal before, signature."""

    _name = "vpdt.journal.seal"
    _description = "Seal of the journal"
    _order = "number DESC"
    _rec_name = "number"
    _auto = False  # made by journal_seal/schema.py with the rows, see vpdt.journal.entry
    _log_access = False

    number = fields.Integer(readonly=True)
    at = fields.Datetime("Time", readonly=True)
    first_id = fields.Integer("First row", readonly=True)
    last_id = fields.Integer("Last row", readonly=True)
    count = fields.Integer("Rows", readonly=True, aggregator="sum")
    root = fields.Char(readonly=True)
    previous = fields.Char("Seal before", readonly=True)
    digest = fields.Char("SHA-256", readonly=True)
    key_id = fields.Char(readonly=True)
    stamped_at = fields.Datetime("Time-stamped on", readonly=True)

    # Refuse on purpose and never call super: seals are made by _seal_now only.
    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(self.env._("Seals are only made by sealing."))

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("Seals are only ever added."))

    def unlink(self):  # pylint: disable=method-required-super
        message = self.env._("Seals are only ever added.")
        raise UserError(message)  # pylint: disable=no-raise-unlink

    @api.model
    def _cron_seal(self):
        """Seal what waits, and have the partitions of the next months."""
        schema.make_months(self.env.cr)
        self._seal_now()

    @api.model
    def _seal_now(self):
        """Seal every row that is final; commits after each batch.

        :return: list of `Seal`
        """
        data_dir = tools.config["data_dir"]
        ring = KeyRing(keys_folder(data_dir), master_key(data_dir))
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")  # names the anchor; no secret
        self.env.flush_all()
        try:
            made, anchored = seal_pending(self.env.cr, self.env.cr.commit, ring, anchors_of(data_dir), uuid)
        except (KeyRingError, OSError) as error:
            self.env.cr.rollback()
            raise UserError(self.env._("The journal could not be sealed: %s", error)) from error
        if not anchored:
            _logger.error("The journal of this database does not continue the chain this server knows: run verify.")
        self._queue_stamp(made)
        return made

    # Time stamps (RFC 3161) ------------------------------------------------------------------------------------------

    @api.model
    def _queue_stamp(self, made):
        """One time stamp for the newest seal: through the chain it covers all before it."""
        if made and self._stamp_url():
            seal = self.search([("number", "=", made[-1].number)])
            seal.with_delay(description="Time-stamp the journal", max_retries=5)._fetch_time_stamp()

    @api.model
    def _stamp_url(self):
        return (self.env["ir.config_parameter"].sudo().get_param(TSA_URL) or "").strip()  # an address, set by the admin

    def _fetch_time_stamp(self):
        """Job: ask the time stamping service for a token over this seal, once.

        :raises RetryableJobError: the service did not answer or refused; tried again later
        """
        self.ensure_one()
        url = self._stamp_url()
        if self.stamped_at or not url:
            return False
        if not self.env["vpdt.allowed.host"]._is_allowed(url):
            raise UserError(self.env._("%s is not called: put its host on the list of allowed hosts first.", url))
        imprint = stamps.imprint(self._seal())
        try:
            token = asyncio.run(TimeStampingService(url).async_timestamp(imprint, "sha256"))
        except TimestampRequestError as error:
            raise RetryableJobError(str(error)) from error
        self.env.cr.execute(
            "UPDATE vpdt_journal_seal SET time_stamp = %s, stamped_at = %s WHERE id = %s AND time_stamp IS NULL",
            [token.dump(), fields.Datetime.now(), self.id],
        )
        self.invalidate_recordset(["stamped_at"])
        return True

    def _seal(self):
        """This record as the pure `Seal`, whose bytes are signed and stamped."""
        self.env.cr.execute(
            "SELECT number, at, origin, from_txn, to_txn, first_id, last_id, count, root, previous"
            " FROM vpdt_journal_seal WHERE id = %s",
            [self.id],
        )
        return Seal(*self.env.cr.fetchone())
