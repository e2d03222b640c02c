from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.vpdt_base.vietnam import today

from .freeze import archiving
from .vpdt_file_plan import LEADER
from .vpdt_retention_rule import TERMS

#: Years from the year in which the archive took over (Luật Lưu trữ 33/2024, Điều 17).
YEARS_UNTIL_HISTORICAL = 5


class VpdtDossier(models.Model):
    """How long a dossier is kept: the term that was fixed for it, and the day until which.

    It runs from the year in which the work ended, and a dossier of mixed terms takes the longest (Luật Lưu trữ
    33/2024, Điều 15). The term is written on the dossier: a changed rule changes it by the job only, with a list.
    """

    _inherit = "vpdt.dossier"

    retention_id = fields.Many2one(
        "vpdt.retention.rule", required=True, index=True, ondelete="restrict", compute="_compute_rule",
        store=True, readonly=False, precompute=True,
    )  # fmt: skip
    retention_term = fields.Selection(TERMS, "Kept", readonly=True, copy=False)
    retention_years = fields.Integer("Years kept", readonly=True, copy=False)
    retention_label = fields.Char("Kept for", compute="_compute_retention_label")
    retention_until = fields.Date("Kept until", readonly=True, copy=False, index=True)
    transfer_due = fields.Date("To be handed in by", compute="_compute_transfer_due", store=True, index=True)

    held = fields.Boolean("Held back from disposal", readonly=True, copy=False)
    hold_reason = fields.Char("Why it is held", readonly=True, copy=False)
    held_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    held_at = fields.Datetime("Held since", readonly=True, copy=False)

    disposal_line_ids = fields.One2many(
        "vpdt.disposal.line",
        "dossier_id",
        "Disposals",
        copy=False,
        groups="vpdt_base.group_archivist,vpdt_base.group_leader",
    )

    accession_date = fields.Date("In the archive since", readonly=True, copy=False)
    historical_due = fields.Date(
        "To the historical archive by", compute="_compute_historical_due", store=True, index="btree_not_null"
    )
    historical_receipt = fields.Char(
        "Minutes of the historical archive", copy=False, help="Number and date of the minutes of the handover."
    )
    historical_date = fields.Date("Sent on", readonly=True, copy=False)

    @api.depends("plan_line_id")
    def _compute_rule(self):
        for dossier in self:
            dossier.retention_id = dossier.plan_line_id.retention_id or dossier.retention_id

    @api.depends("retention_term", "retention_years", "retention_id")
    @api.depends_context("lang")
    def _compute_retention_label(self):
        for dossier in self:
            rule = dossier.retention_id
            dossier.retention_label = rule._term_in_words(
                dossier.retention_term or rule.term, dossier.retention_years, rule.event
            )

    @api.depends("date_end", "retention_term", "retention_years")
    def _compute_transfer_due(self):
        """One year from the end of the work, for what is kept five years or longer (Nghị định 30/2020, Điều 30–31)."""
        for dossier in self:
            long = dossier.retention_term == "permanent" or dossier.retention_years >= 5
            dossier.transfer_due = date(dossier.date_end.year + 1, 12, 31) if dossier.date_end and long else False

    def _fix_retention(self):
        """Write term and last day on these dossiers, from their rules as they are now."""
        for dossier in self.filtered(lambda found: not found.held):
            vals = dossier._retention_now()
            if any(dossier[name] != value for name, value in vals.items()):
                dossier._by_system().write(vals)

    def _retention_now(self):
        """Term, years and last day by the rules of today (dict)."""
        rules = self.retention_id | self.sudo().item_ids.retention_id  # only how long documents of the dossier are kept
        rule = max(rules, key=lambda found: found._rank())
        years = rule.years if rule.term == "years" else 0
        return {
            "retention_term": rule.term,
            "retention_years": years,
            "retention_until": self._last_day(rule.term, years),
        }

    def _last_day(self, term, years):
        """31 December of the last year, or nothing: it is permanent, waits for an event, or its work goes on."""
        if term != "years" or not self.date_end:
            return False
        return date(self.date_end.year + years, 12, 31)

    # Hold -------------------------------------------------------------------------------------------------------------
    # A legal hold: nothing of a held dossier is destroyed and its retention is not recomputed, until the head of the
    # agency lets it go.

    def action_hold(self):
        """Open the dialog that asks why this dossier is held."""
        self.ensure_one()
        self._check_may_hold()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hold the dossier"),
            "res_model": "vpdt.hold",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_dossier_id": self.id},
        }

    def action_release(self):
        """Let the dossier go again."""
        self.ensure_one()
        self._check_may_hold()
        if self.held:
            self._hold(False)
        return True

    def _check_may_hold(self):
        self.check_access("read")
        if not self.env.user.has_group(LEADER):
            raise AccessError(self.env._("A dossier is held, or let go, by the head of the agency."))

    def _hold(self, reason):
        """Hold this dossier for ``reason``, or let it go; the row is locked, so a disposal that runs sees it.

        :raises UserError: it has been destroyed
        """
        dossier = self.sudo()  # written by the head of the agency only, see _check_may_hold
        self.env.cr.execute(SQL("SELECT id FROM vpdt_dossier WHERE id = %s FOR UPDATE", self.id))
        dossier.invalidate_recordset(["state", "held"])
        if dossier.state == "destroyed":
            raise UserError(self.env._("“%s” has been destroyed already.", dossier.display_name))
        dossier.write(
            {
                "held": bool(reason),
                "hold_reason": reason,
                "held_by_id": self.env.uid if reason else False,
                "held_at": fields.Datetime.now() if reason else False,
            }
        )
        self._journal("move", {"held": bool(reason), "reason": reason or ""})
        if not reason:  # what was let go is reckoned by the rules of today
            dossier._recompute_retention(SQL("SELECT %s AS id", self.id))

    # Disposal ---------------------------------------------------------------------------------------------------------
    # What a decided disposal does to a dossier: the content of its documents goes, their data and hashes stay.

    def _check_destruction(self):
        """:raises UserError: no disposal that is decided and handed over names it, or it is held"""
        named = self.sudo().disposal_line_ids.filtered(  # whether there is one
            lambda line: line.verdict == "destroy" and line.disposal_id.state == "handed_over"
        )
        if not named or self.held:
            raise UserError(self.env._("A dossier is destroyed by a decided disposal only."))

    def _destroy_content(self, line):
        """Destroy the content of this dossier; superuser mode, the row is locked.

        :param line: vpdt.disposal.line
        :return: (files destroyed, documents that stay because another dossier holds them)
        """
        files, shared = self._all_files(self), 0
        self._move_to("destroyed")
        for item in self.item_ids:
            document = item._owner().sudo()
            if document._held_by_others(self):
                shared += 1
                continue
            files |= self._all_files(document)
            vals = {"archive_state": "destroyed"}
            if "body" in document._fields:
                vals["body"] = False
            archiving(document).write(vals)
            document._destroy_traces()
        self.env.flush_all()
        self._destroy_packages()
        files._destroy_content()
        self._journal("move", {"disposal": line.disposal_id.decision_code, "dossiers": [self.code]})
        return len(files), shared

    def _all_files(self, owner):
        """Every version of every file of a record."""
        domain = [("res_model", "=", owner._name), ("res_id", "=", owner.id), ("destroyed_at", "=", False)]
        return self.env["vpdt.file"].search(domain)

    def _destroy_packages(self):
        packages = self.env["vpdt.package"].search([("dossier_id", "in", self.ids)])
        attachments = packages.attachment_id
        packages._work_to("state", "destroyed", {"attachment_id": False})
        packages.flush_recordset()
        attachments.unlink()

    # To the historical archive ----------------------------------------------------------------------------------------
    # What is kept for ever goes on to the historical archive: by its package, with the minutes of who received it.

    @api.depends("accession_date", "retention_term")
    def _compute_historical_due(self):
        for dossier in self:
            permanent = dossier.retention_term == "permanent" and dossier.accession_date
            year = dossier.accession_date.year + YEARS_UNTIL_HISTORICAL if permanent else 0
            dossier.historical_due = date(year, 12, 31) if permanent else False

    def action_send_to_historical(self):
        """The historical archive has taken over the package of this dossier; what is here stays, frozen."""
        self.ensure_one()
        return self._move_to("sent", {"historical_date": today()})

    def _check_sending(self):
        """:raises UserError: not permanent, no package that could be handed over, or no minutes of the handover"""
        if self.retention_term != "permanent":
            raise UserError(
                self.env._("“%s” is not kept for ever: it stays with the archive of the agency.", self.display_name)
            )
        made = [("dossier_id", "=", self.id), ("kind", "=", "SIP"), ("state", "=", "done")]
        if not self.env["vpdt.package"].sudo().search_count(made, limit=1):  # whether there is one
            raise UserError(self.env._("Make a SIP of “%s” first, and hand it over.", self.display_name))
        if not (self.historical_receipt or "").strip():
            raise UserError(self.env._("Write number and date of the minutes by which it was received."))
